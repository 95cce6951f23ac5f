"""Reading attendance: what people missed and where they can make it up, and their whole record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager

from venue.attendance.models import Attendance, Roll
from venue.attendance.rules import CourseRecord
from venue.people.models import Person
from venue.programs.models import Program, ScheduledSession
from venue.programs.rules import Books
from venue.seats.models import Enrollment
from venue.seats.rules import EnrollmentStatus

MISSED_SHOWN = timedelta(days=60)
"""So long a missed lesson is offered to be made up (own: longer ago it is another subject)."""


@dataclass(frozen=True, slots=True)
class MissedLesson:
    """A lesson that somebody missed and has not made up, with the sessions that could do so."""

    person: Person
    lesson: ScheduledSession
    chances: tuple[ScheduledSession, ...]
    """On the same topic, of the same program or the same teacher, where they have no seat."""


_makes_up = aliased(Attendance)
_NOT_MADE_UP = ~exists().where(
    _makes_up.makes_up_id == Attendance.session_id, _makes_up.person_id == Attendance.person_id
)


def missed_lessons(
    session: Session, person_ids: Sequence[int], *, now: datetime
) -> list[MissedLesson]:
    """Return what these people missed of late and have not made up, in at most three queries.

    Of a program that is booked by session nobody misses a lesson: they come another time.
    """
    rows = session.execute(
        select(Person, ScheduledSession)
        .select_from(Attendance)
        .join(ScheduledSession, ScheduledSession.id == Attendance.session_id)
        .join(Person, Person.id == Attendance.person_id)
        .join(ScheduledSession.program)
        .where(
            Attendance.person_id.in_(person_ids),
            Attendance.missed_at > now - MISSED_SHOWN,
            ScheduledSession.cancelled_at.is_(None),
            Program.cancelled_at.is_(None),
            Program.books == Books.SERIES,
            _NOT_MADE_UP,
        )
        .options(contains_eager(ScheduledSession.program))
        .order_by(ScheduledSession.starts_at, Person.id)
    ).all()
    if not rows:
        return []
    coming = _same_topics(session, [row[1] for row in rows], now=now)
    seats = _seats(session, person_ids)
    return [
        MissedLesson(
            person,
            lesson,
            tuple(
                one
                for one in coming
                if one.topic == lesson.topic
                and _near(lesson.program, one.program)
                and (person.id, one.program_id, None) not in seats
                and (person.id, one.program_id, one.id) not in seats
            ),
        )
        for person, lesson in rows
    ]


def _same_topics(
    session: Session, lessons: Sequence[ScheduledSession], *, now: datetime
) -> Sequence[ScheduledSession]:
    """Return the sessions ahead on one of the lessons' topics, of their programs or teachers."""
    topics = {one.topic for one in lessons if one.topic}
    teachers = {one.program.teacher_id for one in lessons} - {None}
    if not topics:
        return ()
    return session.scalars(
        select(ScheduledSession)
        .join(ScheduledSession.program)
        .where(
            ScheduledSession.topic.in_(topics),
            ScheduledSession.starts_at > now,
            ScheduledSession.cancelled_at.is_(None),
            Program.cancelled_at.is_(None),
            Program.published_at.is_not(None),
            or_(
                Program.id.in_({one.program_id for one in lessons}),
                Program.teacher_id.in_(teachers),
            ),
        )
        .options(contains_eager(ScheduledSession.program))
        .order_by(ScheduledSession.starts_at)
    ).all()


def _near(missed: Program, other: Program) -> bool:
    return missed.id == other.id or (
        missed.teacher_id is not None and missed.teacher_id == other.teacher_id
    )


def _seats(session: Session, person_ids: Sequence[int]) -> set[tuple[int, int, int | None]]:
    rows = session.execute(
        select(Enrollment.person_id, Enrollment.program_id, Enrollment.session_id).where(
            Enrollment.person_id.in_(person_ids),
            Enrollment.status == EnrollmentStatus.CONFIRMED,
        )
    )
    return {(row[0], row[1], row[2]) for row in rows}


def lessons_to_make_up(
    session: Session, one: ScheduledSession, person_ids: Sequence[int]
) -> dict[int, list[ScheduledSession]]:
    """Return by person what attending a session could make up, should its teacher say so."""
    if not person_ids:
        return {}
    same: list[ColumnElement[bool]] = [Program.id == one.program_id]
    if one.program.teacher_id is not None:
        same.append(Program.teacher_id == one.program.teacher_id)
    rows = session.execute(
        select(Attendance.person_id, ScheduledSession)
        .join(ScheduledSession, ScheduledSession.id == Attendance.session_id)
        .join(ScheduledSession.program)
        .where(
            Attendance.person_id.in_(person_ids),
            Attendance.missed_at.is_not(None),
            ScheduledSession.id != one.id,
            or_(*same),
            _NOT_MADE_UP,
        )
        .options(contains_eager(ScheduledSession.program))
        .order_by(ScheduledSession.starts_at)
    )
    found: dict[int, list[ScheduledSession]] = defaultdict(list)
    for person_id, lesson in rows:
        found[person_id].append(lesson)
    return found


def course_records(
    session: Session, wanted: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], CourseRecord]:
    """Return the record of each pair of program and person, in two queries."""
    lessons = _lessons(session, {program_id for program_id, _ in wanted})
    attended = _attended(session, lessons, {person_id for _, person_id in wanted})
    return {
        (program_id, person_id): _record(lessons[program_id], attended[person_id])
        for program_id, person_id in wanted
    }


@dataclass(frozen=True, slots=True)
class _Lesson:
    session_id: int
    starts_at: datetime
    ends_at: datetime
    opened: bool
    closed: bool


def _lessons(session: Session, program_ids: set[int]) -> dict[int, list[_Lesson]]:
    rows = session.execute(
        select(
            ScheduledSession.program_id,
            ScheduledSession.id,
            ScheduledSession.starts_at,
            ScheduledSession.ends_at,
            Roll.opened_at,
            Roll.closed_at,
        )
        .outerjoin(Roll, Roll.session_id == ScheduledSession.id)
        .where(
            ScheduledSession.program_id.in_(program_ids), ScheduledSession.cancelled_at.is_(None)
        )
        .order_by(ScheduledSession.starts_at)
    )
    found: dict[int, list[_Lesson]] = defaultdict(list)
    for program_id, session_id, starts_at, ends_at, opened_at, closed_at in rows:
        lesson = _Lesson(
            session_id, starts_at, ends_at, opened_at is not None, closed_at is not None
        )
        found[program_id].append(lesson)
    return found


def _attended(
    session: Session, lessons: dict[int, list[_Lesson]], person_ids: set[int]
) -> dict[int, set[int]]:
    """Return by person the sessions to which they came, or which they made up elsewhere."""
    ids = [one.session_id for of_program in lessons.values() for one in of_program]
    rows = session.execute(
        select(Attendance.person_id, Attendance.session_id, Attendance.makes_up_id).where(
            Attendance.person_id.in_(person_ids),
            Attendance.arrived_at.is_not(None),
            or_(
                and_(Attendance.session_id.in_(ids), Attendance.makes_up_id.is_(None)),
                Attendance.makes_up_id.in_(ids),
            ),
        )
    )
    found: dict[int, set[int]] = defaultdict(set)
    for person_id, session_id, makes_up_id in rows:
        found[person_id].add(makes_up_id if makes_up_id is not None else session_id)
    return found


def _record(lessons: Sequence[_Lesson], attended: set[int]) -> CourseRecord:
    rolled = [one for one in lessons if one.closed]
    there = [one for one in rolled if one.session_id in attended]
    time_there = sum((one.ends_at - one.starts_at for one in there), timedelta())
    return CourseRecord(
        lessons=len(lessons),
        rolled=len(rolled),
        attended=len(there),
        minutes=time_there // timedelta(minutes=1),
        starts_at=lessons[0].starts_at if lessons else None,
        ends_at=max((one.ends_at for one in lessons), default=None),
        open_rolls=sum(one.opened and not one.closed for one in lessons),
    )
