"""Reading the day board: the children of care days, where they are, and who is with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from venue.childcare.board_rules import Place
from venue.childcare.door_models import Collection
from venue.childcare.models import CareProgram
from venue.childcare.presence import CarerPresent, carers_of
from venue.childcare.ratio import Ratio
from venue.childcare.reading_files import guardians_of, readable_notes
from venue.childcare.whereabouts import whereabouts_on
from venue.people.models import Person
from venue.people.rules import grade_on
from venue.places.models import RoomBooking
from venue.programs.models import Program, ScheduledSession, SessionRoom
from venue.timeline.local_time import local_date, whole_days


@dataclass(frozen=True, slots=True)
class OnBoard:
    """One child of a care day."""

    child: Person
    enrollment_id: int
    grade: int | None
    meal: bool
    nap: bool
    place: Place
    arrived_at: datetime | None
    gone: Collection | None
    absence: str
    has_allergy: bool
    """Only where a consent lets the carers know, and the viewer is on duty."""
    guardians: tuple[Person, ...]
    """Whom to call about a child that is looked for or waits; nobody for the others."""


@dataclass(frozen=True, slots=True)
class Board:
    """One care day as it stands."""

    session: ScheduledSession
    children: tuple[OnBoard, ...]
    carers: tuple[CarerPresent, ...]

    def at(self, *places: Place) -> list[OnBoard]:
        """Return the children who are there, in the order of their names."""
        return [one for one in self.children if one.place in places]

    @property
    def heads(self) -> int:
        """How many children are in the house now."""
        return len(self.at(Place.THERE, Place.LATE))

    @property
    def ratio(self) -> Ratio:
        """The children who are there, and the carers who count."""
        return Ratio(self.heads, sum(one.counts for one in self.carers))

    @property
    def rooms(self) -> list[str]:
        """The names of its rooms."""
        return [one.booking.room.name for one in self.session.rooms]


def care_sessions(session: Session, center_id: int, on: date) -> Sequence[ScheduledSession]:
    """Return the care days of a center on a date, called off or not, in the order of their time."""
    within = whole_days(on, on)
    return _sessions(
        session,
        Program.center_id == center_id,
        ScheduledSession.starts_at >= within.start,
        ScheduledSession.starts_at < within.end,
    )


def care_session(session: Session, center_id: int, session_id: int) -> ScheduledSession | None:
    """Return one care day of a center, None when it has none such."""
    found = _sessions(session, Program.center_id == center_id, ScheduledSession.id == session_id)
    return found[0] if found else None


def boards(
    session: Session, days: Sequence[ScheduledSession], *, on_duty: bool, now: datetime
) -> list[Board]:
    """Return the boards of care days, in seven queries for however many.

    To who is not on duty it says nothing of allergies, no guardian's number, and not why a child is
    excused.
    """
    ids = [one.id for one in days]
    if not ids:
        return []
    found = whereabouts_on(session, ids, now=now)
    children = {one.child.id for one in found}
    programs = {one.program_id for one in days}
    notes = readable_notes(session, programs, children) if on_duty else {}
    called = {one.child.id for one in found if one.place in {Place.MISSING, Place.LATE}}
    guardians = guardians_of(session, called) if on_duty else {}
    carers = carers_of(session, ids, local_date(now))
    on_boards: dict[int, list[OnBoard]] = {session_id: [] for session_id in ids}
    for at in found:
        child = at.child
        note = notes.get((at.session.program_id, child.id))
        on_boards[at.session.id].append(
            OnBoard(
                child=child,
                enrollment_id=at.day.enrollment_id,
                grade=grade_on(local_date(at.session.starts_at), child.grade, child.grade_year),
                meal=at.day.meal,
                nap=at.day.nap,
                place=at.place,
                arrived_at=at.arrived_at,
                gone=at.gone,
                absence=at.day.absence if on_duty else "",
                has_allergy=note is not None and bool(note.allergies),
                guardians=tuple(guardians.get(child.id, ())),
            )
        )
    return [Board(one, tuple(on_boards[one.id]), tuple(carers[one.id])) for one in days]


def _sessions(session: Session, *chosen: ColumnElement[bool]) -> Sequence[ScheduledSession]:
    return session.scalars(
        select(ScheduledSession)
        .join(ScheduledSession.program)
        .join(CareProgram, CareProgram.program_id == Program.id)
        .where(*chosen)
        .options(
            contains_eager(ScheduledSession.program).joinedload(Program.center),
            selectinload(ScheduledSession.rooms)
            .joinedload(SessionRoom.booking)
            .joinedload(RoomBooking.room),
        )
        .order_by(ScheduledSession.starts_at, ScheduledSession.id)
        .execution_options(populate_existing=True)
    ).all()
