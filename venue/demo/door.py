"""The door of the demo town's care days that are over: who collected whom, and what happened."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from venue.attendance.models import Attendance
from venue.audit.rules import Actor, Channel
from venue.childcare.models import CareProgram
from venue.childcare.releasing import Released, release_to_guardian
from venue.childcare.reporting_incidents import (
    IncidentReported,
    IncidentWish,
    follow_up,
    report_incident,
)
from venue.demo.town import Town
from venue.people.guarding import children_of
from venue.people.models import Person
from venue.programs.models import Program, ScheduledSession

ONE_LATE_IN = 12
"""So many collections for each that is late."""
LATE = timedelta(minutes=22)
EARLY = timedelta(minutes=10)
FALL = {
    "what": "在走廊跑的时候摔了一跤，右膝擦破一点皮。",
    "measures": "清水冲洗，贴了创可贴，孩子情绪稳定。",
}


def close_the_door(town: Town) -> None:
    """Let every child that came go home with a guardian, a few of them late; one had fallen."""
    rows = town.session.execute(
        select(ScheduledSession, Person, Program.teacher_id)
        .join(Attendance, Attendance.session_id == ScheduledSession.id)
        .join(Person, Person.id == Attendance.person_id)
        .join(ScheduledSession.program)
        .join(CareProgram, CareProgram.program_id == Program.id)
        .where(ScheduledSession.ends_at <= town.now - LATE, Attendance.arrived_at.is_not(None))
        .order_by(ScheduledSession.starts_at, Person.id)
    ).all()
    for number, (one, child, teacher_id) in enumerate(rows, 1):
        by = town.actor_for(child).person_id
        if by is None or child.id not in children_of(town.session, by, now=town.now):
            continue
        carer = Actor(teacher_id, Channel.ONLINE)
        at = one.ends_at + (LATE if number % ONE_LATE_IN == 0 else -EARLY)
        outcome = release_to_guardian(town.session, one.id, child.id, by, actor=carer, now=at)
        if not isinstance(outcome, Released):
            raise TypeError(f"{child.full_name} cannot go: {outcome}")
    if rows:
        one, child, teacher_id = rows[-1]
        _fall(town, one, child, Actor(teacher_id, Channel.ONLINE))


def _fall(town: Town, one: ScheduledSession, child: Person, carer: Actor) -> None:
    wish = IncidentWish(child.id, one.starts_at + EARLY, tell_guardians=True, **FALL)
    outcome = report_incident(town.session, one.id, wish, actor=carer, now=one.starts_at + LATE)
    if not isinstance(outcome, IncidentReported):
        raise TypeError(f"{one.program.title} has no such day: {outcome}")
    words = "晚上打电话问过，没有肿，第二天照常来。"
    at = one.ends_at + LATE
    follow_up(town.session, outcome.incident_id, words, closes=False, actor=carer, now=at)
