"""The rolls of the demo town's past sessions, whom they paused, and what these say to it."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from venue.attendance.closing import close
from venue.attendance.marking import arrive, count_walk_ins
from venue.attendance.outcomes import Marked, RollClosed
from venue.attendance.rolls import seats_of
from venue.attendance.rules import Way
from venue.audit.rules import Actor, Channel
from venue.demo.town import Town, read
from venue.programs.models import Program, ScheduledSession
from venue.programs.rules import Admission
from venue.seats.models import Pause
from venue.seats.pausing import Appealed, appeal

A_MOMENT = timedelta(seconds=20)
"""Between one tap and the next."""
TIDYING_UP = timedelta(minutes=10)
"""After the end, when the teacher closes the roll."""
COUNTED = timedelta(days=7)
FEWEST_HEADS = 3
BETWEEN_HEADS = timedelta(minutes=9)
ONE_ABSENT_IN = 9
"""So many on a roll for each who is absent; nobody is twice within as many sessions."""


def take_rolls(town: Town) -> None:
    """Take the roll of every session that is over; those of yesterday and before are closed."""
    facts = read("attendance")
    sessions: dict[int, list[ScheduledSession]] = defaultdict(list)
    for one in town.session.scalars(
        select(ScheduledSession)
        .join(ScheduledSession.program)
        .where(
            ScheduledSession.ends_at <= town.now,
            ScheduledSession.cancelled_at.is_(None),
            Program.cancelled_at.is_(None),
            Program.published_at.is_not(None),
            Program.teacher_id.is_not(None),
        )
        .options(contains_eager(ScheduledSession.program))
        .order_by(ScheduledSession.starts_at, ScheduledSession.id)
    ):
        sessions[one.program_id].append(one)
    for of_program in sessions.values():
        title = of_program[0].program.title
        named = {
            town.people[one["who"]].id: len(of_program) - one["sessions"]
            for one in facts["absent"]
            if one["program"] == title
        }
        for number, lesson in enumerate(of_program):
            absent = {person_id for person_id, first in named.items() if number >= first}
            _take(town, lesson, number, absent)
    for one in facts["appeals"]:
        _appeal(town, one["who"], one["text"])


def count_heads(town: Town) -> None:
    """Count who dropped in during the last days, one press after the other."""
    desk = Actor(town.people["何静"].id, Channel.COUNTER)
    held = town.session.scalars(
        select(ScheduledSession)
        .join(ScheduledSession.program)
        .where(
            ScheduledSession.center_id == town.centers["wutongli"].id,
            ScheduledSession.starts_at.between(town.now - COUNTED, town.now),
            ScheduledSession.cancelled_at.is_(None),
            Program.admission == Admission.DROP_IN,
            Program.cancelled_at.is_(None),
            Program.published_at.is_not(None),
        )
        .order_by(ScheduledSession.starts_at, ScheduledSession.id)
    ).all()
    for number, one in enumerate(held):
        for head in range(FEWEST_HEADS + number % 5):
            at = one.starts_at + head * BETWEEN_HEADS
            if at <= town.now:
                count_walk_ins(town.session, one.id, 1, actor=desk, now=at)


def _take(town: Town, lesson: ScheduledSession, number: int, absent: set[int]) -> None:
    """Mark who has a seat but the absent and, of those without a story, one in nine."""
    known = {person.id for person in town.people.values()}
    teacher = Actor(lesson.program.teacher_id, Channel.ONLINE)
    people = sorted(seat.person_id for seat in seats_of(town.session, lesson))
    there = [
        person_id
        for place, person_id in enumerate(people)
        if person_id not in absent and (person_id in known or (place + number) % ONE_ABSENT_IN)
    ]
    for place, person_id in enumerate(there):
        at = lesson.starts_at + place * A_MOMENT
        outcome = arrive(town.session, lesson.id, person_id, way=Way.ROLL, actor=teacher, now=at)
        if not isinstance(outcome, Marked):
            raise TypeError(f"{lesson.program.title} has no roll: {outcome}")
    closed_at = lesson.ends_at + TIDYING_UP
    if there and lesson.ends_at < town.at(-1, "23:59"):
        closed = close(town.session, lesson.id, actor=teacher, now=closed_at)
        if not isinstance(closed, RollClosed):
            raise TypeError(f"the roll of {lesson.program.title} cannot be closed: {closed}")


def _appeal(town: Town, name: str, text: str) -> None:
    person = town.people[name]
    pause = town.session.scalars(select(Pause).where(Pause.person_id == person.id)).one()
    at = min(town.now, pause.starts_at + timedelta(hours=15))
    actor = town.actor_for(person)
    outcome = appeal(town.session, pause.id, text, actor=actor, now=at)
    if not isinstance(outcome, Appealed):
        raise TypeError(f"{name} cannot appeal: {outcome}")
