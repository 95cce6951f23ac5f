"""What the tests of seats share: a small course, and asking the verbs in few words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from tests import town as make
from venue import clock
from venue.audit.rules import Actor, Channel
from venue.notifications.models import Message
from venue.seats.enrolling import enroll, join_waitlist
from venue.seats.models import Enrollment, SeatPool
from venue.seats.rules import Quota
from venue.seats.standing import standings


class Choir:
    """A course of few seats for two who come together, and all that is done with it."""

    def __init__(self, session, town):
        self.session, self.town = session, town
        self.program = make.course(session, town.wutongli, "合唱", capacity=2, group_limit=2)
        self.pool = make.pool_of(session, self.program)
        self.people = make.crowd(session, 6)
        session.commit()

    def quota(self, quota: Quota, seats: int) -> SeatPool:
        """Give a priority group seats of its own."""
        pool = SeatPool(program=self.program, quota=quota, capacity=seats)
        self.session.add(pool)
        self.session.flush()
        return pool

    def enroll(self, *people, channel=Channel.ONLINE, **facts) -> Any:
        return self._ask(enroll, people, channel, facts)

    def wait(self, *people, channel=Channel.ONLINE, **facts) -> Any:
        return self._ask(join_waitlist, people, channel, facts)

    def _ask(self, verb, people, channel, facts) -> Any:
        ids = [one.id for one in people]
        by = Actor(ids[0], channel)
        return verb(self.session, self.pool.id, ids, actor=by, now=clock.now(), **facts)

    def do(self, verb: Callable[..., Any], *asked: Any, actor=None) -> Any:
        """Carry out another verb, by the person at the desk."""
        by = actor or Actor(self.town.he_jing.id, Channel.COUNTER)
        return verb(self.session, *asked, actor=by, now=clock.now())

    def step(self, person, **facts):
        """Return where somebody stands and what comes next for them."""
        pool_id = self.pool.id
        found = standings(self.session, [person], [pool_id], now=clock.now(), **facts)
        return found[pool_id].people[0]

    def state(self, *people) -> list[str]:
        """Return the status of each one's newest claim here."""
        self.session.expire_all()
        return [
            self.session.scalars(
                select(Enrollment.status)
                .where(Enrollment.person_id == one.id, Enrollment.program_id == self.program.id)
                .order_by(Enrollment.id.desc())
            )
            .first()
            .value
            for one in people
        ]

    def counts(self, pool=None) -> tuple[int, int, int]:
        """Return how many seats are taken, at the counter, and kept for a group."""
        one = pool or self.pool
        self.session.refresh(one)
        return one.taken, one.counter_taken, one.kept_for_group

    def told(self, person) -> list[str]:
        """Return what a person was told, in order."""
        kinds = select(Message.kind).where(Message.person_id == person.id).order_by(Message.id)
        return [kind.value for kind in self.session.scalars(kinds)]


@pytest.fixture
def choir(session, town):
    return Choir(session, town)
