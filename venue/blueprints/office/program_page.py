"""The page of a program: its state, its seats, who asked for them, its sessions, what to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext
from sqlalchemy import nulls_first, or_, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.forms import VenueForm
from venue.blueprints.office.base import answered, blueprint, of_center
from venue.blueprints.office.fields import number_field
from venue.blueprints.office.figures import program_rows
from venue.blueprints.office.names import JOINING, Joining
from venue.blueprints.office.program_figures import Seats, figures
from venue.blueprints.office.program_form import MOST_SEATS
from venue.blueprints.office.program_words import CHANNELS, POOLS, STATUSES
from venue.blueprints.office.reading import sessions_of
from venue.blueprints.office.series_page import rhythm_words
from venue.blueprints.words import _l
from venue.db import db
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.programs.models import Program, ScheduledSession, SeriesPattern
from venue.seats.models import SeatPool
from venue.seats.opening import BelowTaken, resize_pool
from venue.submissions import Done
from venue.timeline.local_time import local_date


class CapacityForm(VenueForm):
    """The number of seats."""

    capacity = number_field(_l("座位数"), 1, MOST_SEATS)


@blueprint.get("/<slug>/programs/<int:program_id>")
@staff(Permission.OFFICE)
def program(center: Center, program_id: int) -> Response:
    """Show a program."""
    return program_page(of_center(Program, program_id, center), None, None, 200)


@blueprint.post("/<slug>/programs/<int:program_id>/capacity")
@staff(Permission.OFFICE)
def resize(center: Center, program_id: int) -> Response:
    """Change the number of seats of a series, those of its general pool."""
    found = of_center(Program, program_id, center)
    pool_id = db.session.scalars(
        select(SeatPool.id).where(SeatPool.program_id == program_id, SeatPool.quota.is_(None))
    ).one_or_none()
    form = CapacityForm()

    def act(session: Session, actor: Actor) -> Any:
        done = Done(url_for("office.program", slug=center.slug, program_id=program_id))
        if pool_id is None:
            return done
        capacity = form.capacity.data or 1
        outcome = resize_pool(session, pool_id, capacity, actor=actor, now=clock.now())
        return done if isinstance(outcome, SeatPool) else outcome

    return answered(
        form,
        act,
        lambda refusal, status: program_page(found, form, refusal, status),
        _l("已保存。"),
    )


def program_page(found: Program, form: CapacityForm | None, refusal: Any, status: int) -> Response:
    """Show the page with what a verb refused; `form` is that of the seats when it was sent."""
    now = clock.now()
    if form is not None and isinstance(refusal, BelowTaken):
        form.capacity.errors = [below_taken(refusal)]
    [row] = program_rows(db.session(), Program.id == found.id, now)
    pools = _pools(found)
    of_series = [one for one in pools if one.session_id is None]
    pool = next((one for one in of_series if one.quota is None), None)
    if form is None:
        form = CapacityForm(formdata=None, data={"capacity": pool.capacity if pool else None})
    sessions = sessions_of(db.session(), found.id)
    taking_place = {one.id for one in sessions if one.cancelled_at is None}
    return render(
        "office/program.html",
        status=status,
        row=row,
        program=row.program,
        state=row.state(now),
        joining=Joining.of(row.program),
        joining_name=JOINING[Joining.of(row.program)],
        pool=pool,
        pools=of_series,
        pools_of_sessions={one.session_id: one for one in pools if one.session_id is not None},
        seats=Seats.of(of_series or [one for one in pools if one.session_id in taking_place]),
        figures=figures(
            db.session(), found.id, begins_on=begins_on(sessions, now), window=_window(found, now)
        ),
        sessions=sessions,
        patterns=[(kept, rhythm_words(kept)) for kept in _patterns(found)],
        channels=CHANNELS,
        quotas=POOLS,
        statuses=STATUSES,
        form=form,
        refusal=refusal,
        now=now,
    )


def begins_on(sessions: Sequence[ScheduledSession], now: datetime) -> date:
    """Return the day by which ages count: the first that takes place, today while there is none."""
    starts = [one.starts_at for one in sessions if one.cancelled_at is None]
    return local_date(min(starts, default=now))


def below_taken(refusal: BelowTaken) -> str:
    """Say beside the field why there cannot be fewer seats."""
    return gettext("已经有 %(n)s 人有座位，座位数不能比这更少。", n=refusal.taken)


def _window(found: Program, now: datetime) -> tuple[date | None, date]:
    opens_at, closes_at = found.enroll_opens_at, found.enroll_closes_at
    return (
        local_date(opens_at) if opens_at is not None else None,
        local_date(min(now, closes_at or now)),
    )


def _pools(found: Program) -> Sequence[SeatPool]:
    """Return the pools of the program, the general one first, and those of its sessions."""
    return db.session.scalars(
        select(SeatPool)
        .outerjoin(ScheduledSession, ScheduledSession.id == SeatPool.session_id)
        .where(or_(SeatPool.program_id == found.id, ScheduledSession.program_id == found.id))
        .order_by(nulls_first(SeatPool.quota), SeatPool.id)
    ).all()


def _patterns(found: Program) -> Sequence[SeriesPattern]:
    return db.session.scalars(
        select(SeriesPattern)
        .where(SeriesPattern.program_id == found.id)
        .order_by(SeriesPattern.starts_on, SeriesPattern.id)
    ).all()
