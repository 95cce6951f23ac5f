"""Background and periodic jobs: each is one line that calls a verb in a transaction of its own."""

from __future__ import annotations

from huey.api import SqliteHuey, crontab

from venue import clock, create_app
from venue.accounts.delegating import end_expired
from venue.accounts.forgetting import forget_old_traces
from venue.attendance.closing import close, rolls_to_close
from venue.audit.rules import SYSTEM
from venue.childcare.alerting import tell_of_late
from venue.childcare.forgetting import forget_door
from venue.childcare.noting_health import forget_health
from venue.config import settings_from
from venue.db import db, write_transaction
from venue.doctor import assert_sound
from venue.draws.freezing import freeze_due
from venue.reservations.expiring import expire_requests
from venue.seats.opening import release_kept
from venue.seats.waitlist import expire_offers, free_seats_kept_for_groups

settings = settings_from()
huey = SqliteHuey("venue", filename=settings.jobs_path)
app = create_app(settings)
assert_sound(app)


@huey.periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]
def pass_on_expired_offers() -> None:
    """Every minute, give seats whose offer was not answered to the next in line."""
    with app.app_context(), write_transaction() as session:
        expire_offers(session, now=clock.now())


@huey.periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]
def release_kept_seats() -> None:
    """Every minute, give the waitlist what the counter or a group no longer keeps."""
    with app.app_context(), write_transaction() as session:
        release_kept(session, now=clock.now())
        free_seats_kept_for_groups(session, now=clock.now())


@huey.periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]
def freeze_closed_draws() -> None:
    """Every minute, freeze the applications of draws whose window is over; publish the digest."""
    with app.app_context(), write_transaction() as session:
        freeze_due(session, now=clock.now())


@huey.periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]
def free_unanswered_rooms() -> None:
    """Every minute, give back the rooms of requests that nobody answered in time."""
    with app.app_context(), write_transaction() as session:
        expire_requests(session, now=clock.now())


@huey.periodic_task(crontab(minute="5", hour="*"))  # type: ignore[untyped-decorator]
def end_expired_delegations() -> None:
    """Every hour, end what let somebody act until a day that is past, and tell both."""
    with app.app_context(), write_transaction() as session:
        end_expired(session, now=clock.now())


@huey.periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]
def tell_who_is_collected_late() -> None:
    """Every minute, tell the guardians of children who still wait long after the end."""
    with app.app_context(), write_transaction() as session:
        tell_of_late(session, now=clock.now())


@huey.periodic_task(crontab(minute="7"))  # type: ignore[untyped-decorator]
def close_rolls() -> None:
    """Every hour, close the rolls whose time is up, each by itself: it locks its own people."""
    with app.app_context():
        for session_id in rolls_to_close(db.session(), now=clock.now()):
            with write_transaction() as session:
                close(session, session_id, actor=SYSTEM, now=clock.now())


@huey.periodic_task(crontab(hour="3", minute="20"))  # type: ignore[untyped-decorator]
def clean_up() -> None:
    """Every night, forget what has been kept long enough: forms, health notes, the door's log."""
    with app.app_context(), write_transaction() as session:
        forget_old_traces(session, now=clock.now())
        forget_health(session, actor=SYSTEM, now=clock.now())
        forget_door(session, actor=SYSTEM, now=clock.now())
