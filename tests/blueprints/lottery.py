"""Night courses of 梧桐里 whose seats are drawn, and one for seniors, as tests act on them."""

from __future__ import annotations

from collections.abc import Sequence

from tests import town as make
from tests.frozen_clock import FrozenClock
from tests.town import AnySession, Town
from venue.audit.rules import Actor, Channel
from venue.db import write_transaction
from venue.draws.drawing import HasDrawn, draw, enter_number
from venue.draws.freezing import freeze_due
from venue.draws.models import Application, Draw
from venue.people.models import Person
from venue.programs.models import Program
from venue.programs.rules import Admission

NUMBER = "02 07 11 19 23 30 + 08"


class Lottery:
    """摄影 has two seats, for two together at most, 民谣吉他 one, 书法 one from 60 years on."""

    def __init__(self, session: AnySession, town: Town, clock: FrozenClock) -> None:
        self.session, self.town, self.clock = session, town, clock
        self.photo = self.course("摄影", 2, group_limit=2)
        self.guitar = self.course("民谣吉他", 1)
        self.seniors = self.course("书法", 1, min_age=60)
        programs = [self.photo, self.guitar, self.seniors]
        self.draw: Draw = make.draw(session, town.wutongli, programs)
        session.commit()

    def course(self, title: str, capacity: int, **facts: object) -> Program:
        return make.course(
            self.session,
            self.town.wutongli,
            title,
            capacity=capacity,
            admission=Admission.LOTTERY,
            term=self.town.term,
            limit_group="夜校",
            **facts,
        )

    def path(self, rest: str = "") -> str:
        return f"/draws/{self.draw.id}{rest}"

    def apply(self, people: Sequence[Person], wishes: Sequence[Program]) -> Application:
        made = make.application(self.session, self.draw, people, wishes)
        self.session.commit()
        return made

    def crowd(self, count: int) -> list[Person]:
        """Let some adults apply, in turn for the one course first and for the other."""
        self.session.rollback()  # An older read would forbid SQLite the writes that follow.
        people = make.crowd(self.session, count)
        for number, person in enumerate(people):
            wishes = [self.photo, self.guitar] if number % 2 else [self.guitar, self.photo]
            self.apply([person], wishes)
        return people

    def freeze(self) -> None:
        self.clock.set(self.draw.closes_at)
        with write_transaction() as session:
            freeze_due(session, now=self.clock.now())

    def draw_it(self) -> None:
        """Let the manager and the desk type in the number, and draw."""
        with write_transaction() as session:
            for person in (self.town.shen_lan, self.town.he_jing):
                actor = Actor(person.id, Channel.ONLINE)
                enter_number(session, self.draw.id, NUMBER, actor=actor, now=self.clock.now())
            drawn = draw(session, self.draw.id, actor=actor, now=self.clock.now())
        assert isinstance(drawn, HasDrawn), drawn
