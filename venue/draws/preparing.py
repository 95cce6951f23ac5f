"""Preparing a draw: its window and rules, its programs; publishing it, after which they stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from venue.audit.changing import change as change_row
from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.draws.models import Applicant, Draw, DrawProgram
from venue.draws.rules import (
    ProgramFact,
    ProgramRefusal,
    PublishRefusal,
    Stage,
    WrongStage,
    program_refusals,
    publish_refusals,
)
from venue.notifications.rules import MessageKind
from venue.notifications.telling import tell_selected
from venue.places.models import Center
from venue.programs.editing import lock_program, set_window
from venue.programs.models import Program, ScheduledSession
from venue.seats.models import SeatPool


@dataclass(frozen=True, slots=True)
class DrawDescription:
    """What is said of a draw, with the columns' names and meaning."""

    name: str
    opens_at: datetime
    closes_at: datetime
    number_source: str
    wishes: int
    confirm_hours: int


@dataclass(frozen=True, slots=True)
class CannotJoin:
    """The program did not become one of the draw's, and these are all the reasons."""

    reasons: tuple[ProgramRefusal, ...]


@dataclass(frozen=True, slots=True)
class CannotPublish:
    """The draw stays as it was, and these are all the reasons."""

    reasons: tuple[PublishRefusal, ...]


@dataclass(frozen=True, slots=True)
class CalledOff:
    """The draw was cancelled; so many people had applied, and were told."""

    people: int


def lock_draw(session: Session, draw_id: int) -> Draw:
    """Lock a draw and return it fresh; nobody applies meanwhile. Raises NoResultFound."""
    return session.get_one(
        Draw, draw_id, with_for_update={"key_share": True}, populate_existing=True
    )


def prepare(
    session: Session,
    center_id: int,
    term_id: int,
    description: DrawDescription,
    *,
    actor: Actor,
    now: datetime,
) -> Draw:
    """Make a draw of a center, still without programs, that only staff see."""
    draw = Draw(center_id=center_id, term_id=term_id, created_at=now, **asdict(description))
    session.add(draw)
    session.flush()
    _record(session, draw, "draw.changed", {"fields": sorted(asdict(description))}, actor, now)
    return draw


def change(
    session: Session, draw_id: int, description: DrawDescription, *, actor: Actor, now: datetime
) -> Draw | WrongStage:
    """Change what is said of a draw that is not published; its programs take over the window."""
    draw = lock_draw(session, draw_id)
    if draw.stage(now) is not Stage.PREPARED:
        return WrongStage(draw.stage(now))
    changed = change_row(draw, asdict(description))
    if changed:
        session.flush()
        _record(session, draw, "draw.changed", {"fields": changed}, actor, now)
        for program_id in _program_ids(session, draw_id):
            _set_window(session, lock_program(session, program_id), draw, actor=actor, now=now)
    return draw


def add_program(
    session: Session, draw_id: int, program_id: int, *, actor: Actor, now: datetime
) -> Draw | CannotJoin | WrongStage:
    """Let a draw give out the seats of a program, in whose enrollment window it takes place."""
    draw = lock_draw(session, draw_id)
    if draw.stage(now) is not Stage.PREPARED:
        return WrongStage(draw.stage(now))
    program = lock_program(session, program_id)
    if session.get(DrawProgram, (draw_id, program_id)) is not None:
        return draw
    reasons = program_refusals(_facts(session, draw, [program])[0])
    if reasons:
        return CannotJoin(tuple(reasons))
    session.add(DrawProgram(draw_id=draw_id, program_id=program_id))
    session.flush()
    _record(session, draw, "draw.program_added", {"program_id": program_id}, actor, now)
    _set_window(session, program, draw, actor=actor, now=now)
    return draw


def remove_program(
    session: Session, draw_id: int, program_id: int, *, actor: Actor, now: datetime
) -> Draw | WrongStage:
    """Take a program out of a draw that is not published; its window stays as it is."""
    draw = lock_draw(session, draw_id)
    if draw.stage(now) is not Stage.PREPARED:
        return WrongStage(draw.stage(now))
    row = session.get(DrawProgram, (draw_id, program_id))
    if row is not None:
        session.delete(row)
        session.flush()
        _record(session, draw, "draw.program_removed", {"program_id": program_id}, actor, now)
    return draw


def publish(
    session: Session, draw_id: int, *, actor: Actor, now: datetime
) -> Draw | CannotPublish | WrongStage:
    """Publish a draw: window, programs, quotas and the source of the number stand from then on."""
    draw = lock_draw(session, draw_id)
    if draw.stage(now) not in (Stage.PREPARED, Stage.CANCELLED):
        return draw
    if draw.cancelled_at is not None:
        return WrongStage(Stage.CANCELLED)
    programs = [lock_program(session, one) for one in _program_ids(session, draw_id)]
    reasons = publish_refusals(
        draw.fact(),
        draw.number_source,
        draw.confirm_hours,
        _facts(session, draw, programs),
        now,
    )
    if reasons:
        return CannotPublish(tuple(reasons))
    draw.published_at = now
    session.flush()
    _record(session, draw, "draw.published", {"programs": len(programs)}, actor, now)
    return draw


def cancel(
    session: Session, draw_id: int, *, reason: str, actor: Actor, now: datetime
) -> CalledOff | WrongStage:
    """Call a draw off before anything was drawn; whoever applied is told why.

    Its programs are free for another draw, or another way of giving out their seats.
    """
    draw = lock_draw(session, draw_id)
    if draw.stage(now) in (Stage.DRAWN, Stage.CANCELLED):
        return WrongStage(draw.stage(now))
    applicants = select(Applicant.person_id).where(Applicant.draw_id == draw_id)
    people = session.scalar(select(func.count()).select_from(applicants.subquery())) or 0
    draw.cancelled_at = now
    session.execute(delete(DrawProgram).where(DrawProgram.draw_id == draw_id))
    session.flush()
    _record(session, draw, "draw.cancelled", {"people": people}, actor, now)
    told = {"draw_id": draw_id, "draw": draw.name, "reason": reason}
    tell_selected(
        session,
        applicants,
        MessageKind.DRAW_CANCELLED,
        told,
        center_id=draw.center_id,
        now=now,
    )
    return CalledOff(people)


def _program_ids(session: Session, draw_id: int) -> list[int]:
    """Return the programs of a draw in the order in which they are locked."""
    of_draw = select(DrawProgram.program_id).where(DrawProgram.draw_id == draw_id)
    return list(session.scalars(of_draw.order_by(DrawProgram.program_id)))


def _facts(session: Session, draw: Draw, programs: Iterable[Program]) -> list[ProgramFact]:
    """Return what the rules ask about programs that a draw gives out, or shall give out."""
    ids = [program.id for program in programs]
    others = {
        row.program_id: (row.id, row.name)
        for row in session.execute(
            select(DrawProgram.program_id, Draw.id, Draw.name)
            .join(DrawProgram.draw)
            .where(DrawProgram.program_id.in_(ids), Draw.id != draw.id)
        )
    }
    seats = _by_program(
        session,
        select(SeatPool.program_id, func.sum(SeatPool.capacity - SeatPool.taken))
        .where(SeatPool.program_id.in_(ids), SeatPool.closed_at.is_(None))
        .group_by(SeatPool.program_id),
    )
    begins = _by_program(
        session,
        select(ScheduledSession.program_id, func.min(ScheduledSession.starts_at))
        .where(ScheduledSession.program_id.in_(ids), ScheduledSession.cancelled_at.is_(None))
        .group_by(ScheduledSession.program_id),
    )
    districts = _by_program(
        session,
        select(Program.id, Center.district_id).join(Program.center).where(Program.id.in_(ids)),
    )
    return [
        ProgramFact(
            program_id=one.id,
            title=one.title,
            admission=one.admission,
            books=one.books,
            published=one.published_at is not None,
            cancelled=one.cancelled_at is not None,
            same_term=one.term_id == draw.term_id,
            same_district=districts[one.id] == draw.center.district_id,
            other_draw=others.get(one.id),
            seats=seats.get(one.id, 0),
            begins_at=begins.get(one.id),
        )
        for one in programs
    ]


def _by_program(session: Session, query: Select[*tuple[Any, ...]]) -> dict[Any, Any]:
    return dict(session.execute(query).all())


def _set_window(
    session: Session, program: Program, draw: Draw, *, actor: Actor, now: datetime
) -> None:
    set_window(session, program, draw.opens_at, draw.closes_at, actor=actor, now=now)


def _record(
    session: Session,
    draw: Draw,
    action: str,
    facts: dict[str, Any],
    actor: Actor,
    now: datetime,
) -> None:
    record(session, actor, action, ("draw", draw.id), at=now, facts=facts)
