"""Reading the day board: the children of care days, where they are, and who is with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from venue.attendance.models import Attendance
from venue.childcare.at_door import releases
from venue.childcare.board_rules import BoardTimes, ComingFact, Place, place_of
from venue.childcare.door_models import Collection
from venue.childcare.models import CareDay, CareProgram
from venue.childcare.presence import CarerPresent, carers_of
from venue.childcare.ratio import Ratio
from venue.childcare.reading_files import guardians_of, readable_notes
from venue.config import settings
from venue.people.models import Person
from venue.people.rules import grade_on
from venue.places.models import RoomBooking
from venue.programs.models import Program, ScheduledSession, SessionRoom
from venue.seats.models import Enrollment
from venue.seats.rules import EnrollmentStatus
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


def board_times() -> BoardTimes:
    """Return the figures of this installation."""
    chosen = settings()
    return BoardTimes(
        missing_after=timedelta(minutes=chosen.care_missing_minutes),
        late_after=timedelta(minutes=chosen.care_late_minutes),
    )


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

    To who is not on duty it says nothing of allergies, and no guardian's number.
    """
    ids = [one.id for one in days]
    if not ids:
        return []
    rows = session.execute(
        select(CareDay, ScheduledSession.id, Person)
        .join(CareDay.enrollment)
        .join(Enrollment.session)
        .join(Person, Person.id == Enrollment.person_id)
        .where(
            Enrollment.session_id.in_(ids),
            or_(
                Enrollment.status == EnrollmentStatus.CONFIRMED,
                CareDay.absent_at.is_not(None),
            ),
        )
        .order_by(Person.full_name, Person.id, CareDay.enrollment_id)
        .execution_options(populate_existing=True)
    ).all()
    children = {child.id for _, _, child in rows}
    arrivals = {
        (one.session_id, one.person_id): one.arrived_at
        for one in session.scalars(select(Attendance).where(Attendance.session_id.in_(ids)))
    }
    gone = {(one.session_id, one.child_id): one for one in session.scalars(releases(ids))}
    programs = {one.id: one.program_id for one in days}
    notes = readable_notes(session, set(programs.values()), children) if on_duty else {}
    by_id, times = {one.id: one for one in days}, board_times()
    placed: dict[tuple[int, int], tuple[CareDay, Person, Place]] = {}
    for day, session_id, child in rows:
        one, key = by_id[session_id], (session_id, child.id)
        released = gone.get(key)
        fact = ComingFact(
            one.starts_at,
            one.ends_at,
            arrived_at=arrivals.get(key),
            gone_at=released.at if released is not None else None,
            absent=day.absent_at is not None,
        )
        placed[key] = (day, child, place_of(fact, times, now))
    called = {key[1] for key, (_, _, at) in placed.items() if at in {Place.MISSING, Place.LATE}}
    guardians = guardians_of(session, called) if on_duty else {}
    carers = carers_of(session, ids, local_date(now))
    on_boards: dict[int, list[OnBoard]] = {session_id: [] for session_id in ids}
    for (session_id, child_id), (day, child, place) in placed.items():
        note = notes.get((programs[session_id], child_id))
        on = local_date(by_id[session_id].starts_at)
        on_boards[session_id].append(
            OnBoard(
                child=child,
                enrollment_id=day.enrollment_id,
                grade=grade_on(on, child.grade, child.grade_year),
                meal=day.meal,
                nap=day.nap,
                place=place,
                arrived_at=arrivals.get((session_id, child_id)),
                gone=gone.get((session_id, child_id)),
                absence=day.absence,
                has_allergy=note is not None and bool(note.allergies),
                guardians=tuple(guardians.get(child_id, ())),
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
