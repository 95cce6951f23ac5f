"""我的: today, what the family has to answer, and everything it is enrolled in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Response
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from venue import clock
from venue.blueprints.draws.own import current_applications
from venue.blueprints.money import money_of
from venue.blueprints.my.addresses import blueprint
from venue.blueprints.my.attending import AppealForm, attending
from venue.blueprints.my.claims import Claim, appearances, claims_of, one_of_each_group
from venue.blueprints.my.today import today_of
from venue.db import db
from venue.htmx import render
from venue.people.models import Person
from venue.permissions import Permission, Viewer, represented, signed_in, the_viewer
from venue.places.models import Center
from venue.reservations.reading import current_of, past_of
from venue.seats.models import Enrollment
from venue.seats.rules import EnrollmentStatus, Refusal
from venue.settlements.reading import refunds_of
from venue.timeline.local_time import day_start, local_date

DAYS_AHEAD = 7
LATER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Belongings:
    """What one person of the family has, apart from what they have together with others."""

    person: Person
    courses: tuple[tuple[Claim, ...], ...]
    """What they have or wait for, by program; of one that is booked by session, every session."""
    over: tuple[Enrollment, ...]


@blueprint.get("/my/")
@signed_in
def show() -> Response:
    """Show today of children in care first, then offers, the week, and everybody's courses."""
    return show_mine()


def show_mine(
    *,
    status: int = 200,
    about: int | None = None,
    reasons: Sequence[Refusal] = (),
    told_people: Sequence[tuple[int, tuple[Refusal, ...]]] = (),
    said: str | None = None,
    appeal: AppealForm | None = None,
    pause_id: int | None = None,
) -> Response:
    """Render 我的; after a refusal with its reasons, beside the enrollment `about` which it was.

    `said` is the sentence of a refusal that has no enrollment; `appeal` is the form that was sent
    about the pause `pause_id`.
    """
    who = the_viewer()
    now = clock.now()
    people = represented(db.session(), who)
    names = {person.id: person.full_name for person in people}
    claims = claims_of(db.session(), people, now=now)
    ids = [person.id for person in people]
    today_at = day_start(local_date(now))
    return render(
        "my/show.html",
        status=status,
        now=now,
        people=people,
        offers=one_of_each_group(
            one for one in claims.live if one.status is EnrollmentStatus.OFFERED
        ),
        applications=current_applications(db.session(), people, now=now),
        today=today_of(db.session(), who, people, claims.live, now=now),
        soon=appearances(
            claims.live, today_at + timedelta(days=1), today_at + timedelta(days=DAYS_AHEAD)
        ),
        together=_courses(one_of_each_group(one for one in claims.live if one.group), now),
        belongings=[
            Belongings(
                person,
                _courses(
                    [
                        one
                        for one in claims.live
                        if one.enrollment.person_id == person.id and not one.group
                    ],
                    now,
                ),
                tuple(one for one in claims.over if one.person_id == person.id),
            )
            for person in people
        ],
        money=money_of(db.session(), claims.ids),
        refunds=refunds_of(db.session(), ids),
        reservations=current_of(db.session(), ids, now=now),
        past_reservations=past_of(db.session(), ids, now=now),
        attending=attending(db.session(), ids, now=now, sent=appeal, about=pause_id),
        workplaces=_workplaces(db.session(), who),
        about=about,
        reasons=reasons,
        told_people=[(names.get(id_, gettext("一起来的人")), own) for id_, own in told_people],
        said=said,
    )


def _courses(claims: Sequence[Claim], now: datetime) -> tuple[tuple[Claim, ...], ...]:
    """Group claims by program, offers apart; the soonest first, undated ones last."""
    by_program: dict[int, list[Claim]] = defaultdict(list)
    soonest_first = sorted(claims, key=lambda one: (one.next_at(now) or LATER, one.enrollment.id))
    for claim in soonest_first:
        if claim.status is not EnrollmentStatus.OFFERED:
            by_program[claim.enrollment.program_id].append(claim)
    return tuple(tuple(group) for group in by_program.values())


def _workplaces(session: Session, who: Viewer) -> list[tuple[Center, list[Permission]]]:
    """Return the centers at which the viewer works, with what they may do there."""
    if not who.center_ids:
        return []
    centers = session.scalars(
        select(Center).where(Center.id.in_(who.center_ids)).order_by(Center.id)
    )
    return [(one, [right for right in Permission if who.may(right, one)]) for one in centers]
