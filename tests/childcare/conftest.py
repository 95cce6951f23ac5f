"""What the tests of care share: ten days of it, and two children of one family."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests import town as make
from venue import clock
from venue.audit.rules import Actor, Channel
from venue.childcare.booking_days import ChildWish, DayWish, WhenFull, book_days
from venue.childcare.models import CareProgram
from venue.seats.models import Enrollment, SeatPool


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
            now=clock.now(),
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

    def taken(self) -> list[int]:
        self.session.expire_all()
        return [self.pool(number).taken for number in range(len(self.days))]


@pytest.fixture
def after(session, town):
    return After(session, town)
