"""A course for ¥300, and the desk that takes the money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import town as make
from venue import clock as venue_clock
from venue.audit.rules import Actor, Channel
from venue.payments.models import Charge, Receipt
from venue.seats.models import Enrollment
from venue.seats.rules import EnrollmentStatus
from venue.settlements.reading import Settlement, settlements_of
from venue.settlements.settling import hand_back, take_payment

PRICE = 30_000


@dataclass
class Till:
    """What 何静 does with money for seats in the painting course of twelve Tuesdays."""

    session: Session
    town: make.Town

    @property
    def acts(self):
        return {"actor": Actor(self.town.he_jing.id, Channel.COUNTER), "now": venue_clock.now()}

    def seat(self, person, status=EnrollmentStatus.CONFIRMED, pool=None) -> Enrollment:
        pool = pool or make.pool_of(self.session, self.town.painting)
        made = make.enrollment(self.session, pool, person, status)
        made.price_fen = PRICE
        self.session.flush()
        return made

    def stands(self, seat: Enrollment) -> Settlement:
        return settlements_of(self.session, [seat.id])[seat.id]

    def take(self, seat, number="A001", fen=PRICE, open_fen=None, center=None):
        shown = self.stands(seat).balance.open_fen if open_fen is None else open_fen
        at = (center or self.town.wutongli).id
        return take_payment(
            self.session, seat.id, number, fen, open_fen=shown, center_id=at, **self.acts
        )

    def give(self, seat, number="R001", refund_fen=None):
        shown = self.stands(seat).balance.refund_fen if refund_fen is None else refund_fen
        at = self.town.wutongli.id
        return hand_back(self.session, seat.id, number, refund_fen=shown, center_id=at, **self.acts)

    def amounts(self) -> list[tuple[str, int]]:
        """Return what stands in the book, after checking that it adds up for every charge."""
        receipts = self.session.scalars(select(Receipt).order_by(Receipt.id)).all()
        for charge in self.session.scalars(select(Charge)):
            of_it = [one.amount_fen for one in receipts if one.charge_id == charge.id]
            assert charge.paid_fen == sum(of_it)
        return [(one.number, one.amount_fen) for one in receipts]


@pytest.fixture
def till(session, town):
    return Till(session, town)


@pytest.fixture
def after_lesson_1(clock):
    """Return what sets the clock to the evening between lesson 1 and 2."""

    def go(town):
        clock.set(town.painting.sessions[0].starts_at + timedelta(hours=3))

    return go
