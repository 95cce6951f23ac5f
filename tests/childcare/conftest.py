"""What the tests of care share: ten days of it, and two children of one family."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests import town as make
from venue import clock as venue_clock
from venue.audit.rules import Actor, Channel
from venue.childcare import releasing
from venue.childcare.arriving import let_in
from venue.childcare.booking_days import ChildWish, DayWish, WhenFull, book_days
from venue.childcare.codes import code_key
from venue.childcare.door_models import Collection
from venue.childcare.models import CareProgram
from venue.childcare.permitting import give_permit
from venue.childcare.rules import PermitPlan
from venue.notifications.models import Message
from venue.seats.models import Enrollment, SeatPool

KEY = code_key("a secret of the house")
CODE = "4071"


class After:
    """After-school care, and all that a family does with it."""

    def __init__(self, session, town):
        self.session, self.town = session, town
        self.program = make.care(session, town.wutongli)
        session.commit()

    @property
    def days(self):
        return self.program.sessions

    @property
    def care(self):
        return self.session.get_one(CareProgram, self.program.id)

    def pool(self, number: int) -> SeatPool:
        return make.pool_of(self.session, self.days[number])

    def leave(self, number: int, seats: int) -> SeatPool:
        """Make a day so small that this many places are left."""
        pool = self.pool(number)
        pool.capacity = pool.taken + seats
        self.session.commit()
        return pool

    def fill(self, number: int, people: int, *, left: int) -> SeatPool:
        """Let other children have places of a day, and leave so many."""
        pool = self.pool(number)
        for one in make.crowd(self.session, people):
            make.enrollment(self.session, pool, one)
        return self.leave(number, left)

    def book(
        self,
        child,
        *numbers: int,
        when_full: WhenFull = WhenFull.REFUSE,
        channel: Channel = Channel.ONLINE,
        meal: bool = False,
        agreed: bool = False,
    ) -> Any:
        """Book days by their number for a child, or for several."""
        children = child if isinstance(child, list) else [child]
        days = tuple(DayWish(self.days[n].id, meal=meal) for n in numbers)
        outcome = book_days(
            self.session,
            self.program.id,
            [ChildWish(one.id, days) for one in children],
            when_full=when_full,
            agreed=agreed,
            actor=self.by(channel),
            now=venue_clock.now(),
        )
        self.session.commit()
        return outcome

    def by(self, channel: Channel = Channel.ONLINE) -> Actor:
        return Actor(self.town.chen_min.id, channel)

    def claims(self, child) -> dict[int, str]:
        """Return the newest status of each day that a child ever had, by its number."""
        numbers = {one.id: number for number, one in enumerate(self.days)}
        rows = self.session.scalars(
            select(Enrollment)
            .where(Enrollment.person_id == child.id, Enrollment.program_id == self.program.id)
            .order_by(Enrollment.id)
            .execution_options(populate_existing=True)
        )
        return {numbers[one.session_id]: one.status.value for one in rows}

    def seat(self, child, number: int) -> Enrollment:
        """Return the newest claim of a child on a day."""
        return self.session.scalars(
            select(Enrollment)
            .where(Enrollment.session_id == self.days[number].id, Enrollment.person_id == child.id)
            .order_by(Enrollment.id.desc())
            .limit(1)
        ).one()

    def taken(self) -> list[int]:
        self.session.expire_all()
        return [self.pool(number).taken for number in range(len(self.days))]


@pytest.fixture
def after(session, town):
    return After(session, town)


class Door:
    """小禾 has the first day; her grandmother may collect her."""

    def __init__(self, after, town, clock):
        after.book([town.xiao_he, town.xiao_mai], 0)
        self.after, self.town, self.session = after, town, after.session
        self.day = after.days[0]
        clock.set(self.day.starts_at)
        self.clock = clock
        self.grandmother = self.permit("陈阿婆", "外婆", CODE).permit_id

    def run(self, verb, *arguments, **more):
        outcome = verb(
            self.session, *arguments, actor=self.after.by(), now=venue_clock.now(), **more
        )
        self.session.commit()
        return outcome

    def permit(self, name, relation, code, *, valid_on=None, child=None, birth_year=1958):
        plan = PermitPlan(name, relation, None, birth_year, code, valid_on)
        return self.run(give_permit, (child or self.town.xiao_he).id, plan, key=KEY)

    def come(self, child=None, *, seen=False):
        child = child or self.town.xiao_he
        return self.run(let_in, self.day.id, child.id, allergy_seen=seen)

    def code(self, code, child=None):
        child = child or self.town.xiao_he
        return self.run(releasing.release_by_code, self.day.id, child.id, code, key=KEY)

    def out(self, verb, *arguments, child=None):
        child = child or self.town.xiao_he
        return self.run(verb, self.day.id, child.id, *arguments)

    def told(self, child=None):
        child = child or self.town.xiao_he
        messages = select(Message).where(Message.person_id == child.id).order_by(Message.id)
        return [one.kind.value for one in self.session.scalars(messages)]

    def log(self):
        """Return the record of the door: how each went, why it was refused, who came."""
        rows = select(Collection).order_by(Collection.id)
        return [(one.way, one.refusal, one.collector) for one in self.session.scalars(rows)]


@pytest.fixture
def door(after, town, clock):
    return Door(after, town, clock)
