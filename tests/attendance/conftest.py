"""What tests of attendance ask for by name: a painting course in its sixth week, and its roll."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import town as make
from tests.town import Town
from venue import clock as venue_clock
from venue.attendance import closing, marking
from venue.attendance.models import Attendance
from venue.attendance.rules import Way
from venue.audit.rules import Actor, Channel
from venue.notifications.models import Message
from venue.notifications.rules import MessageKind
from venue.people.models import Person
from venue.programs.models import ScheduledSession
from venue.seats.models import Pause


@dataclass
class Roll:
    """顾老师 with the roll of the painting course, in which 林晓, 陈敏 and 周文 have seats."""

    session: Session
    town: Town
    clock: Any
    lessons: list[ScheduledSession] = field(default_factory=list)

    @property
    def teacher(self) -> Actor:
        return Actor(self.town.teacher_gu.id, Channel.ONLINE)

    @property
    def office(self) -> Actor:
        return Actor(self.town.shen_lan.id, Channel.ONLINE)

    def at(self, number: int, after: timedelta = timedelta()) -> ScheduledSession:
        """Go to the beginning of a lesson, or so long after it, and return it."""
        lesson = self.lessons[number]
        self.clock.set(lesson.starts_at + after)
        return lesson

    def tap(self, number: int, person: Person, way: Way = Way.ROLL) -> Any:
        return marking.arrive(
            self.session,
            self.lessons[number].id,
            person.id,
            way=way,
            actor=self.teacher,
            now=venue_clock.now(),
        )

    def do(self, verb: Any, number: int, *arguments: Any, **facts: Any) -> Any:
        """Carry out a verb of the roll of a lesson."""
        given = {"actor": self.teacher, "now": venue_clock.now(), **facts}
        return verb(self.session, self.lessons[number].id, *arguments, **given)

    def close(self, number: int) -> Any:
        return self.do(closing.close, number)

    def hold(self, number: int, *there: Person) -> Any:
        """Take the roll of a lesson and close it when it is over."""
        self.at(number)
        for person in there:
            self.tap(number, person)
        self.at(number, timedelta(hours=2))
        return self.close(number)

    def missing(self, number: int) -> set[str]:
        self.session.flush()
        return set(
            self.session.scalars(
                select(Person.full_name)
                .join(Attendance, Attendance.person_id == Person.id)
                .where(
                    Attendance.session_id == self.lessons[number].id,
                    Attendance.missed_at.is_not(None),
                )
            )
        )

    def pauses(self) -> list[Pause]:
        self.session.flush()
        return list(self.session.scalars(select(Pause).order_by(Pause.id)))

    def told(self, person: Person) -> list[MessageKind]:
        self.session.flush()
        return list(
            self.session.scalars(
                select(Message.kind).where(Message.person_id == person.id).order_by(Message.id)
            )
        )


@pytest.fixture
def roll(session, town, clock) -> Roll:
    pool = make.pool_of(session, town.painting)
    for person in (town.lin_xiao, town.chen_min, town.zhou_wen):
        make.enrollment(session, pool, person)
    session.commit()
    return Roll(session, town, clock, list(town.painting.sessions))
