"""Two clerks at one account: money is taken once and handed back once, whoever is first."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from tests import town as make
from tests.races.facts import by
from tests.races.meeting import act, meeting
from venue.payments.models import Charge, Receipt
from venue.payments.outcomes import Entered, Meanwhile, NumberTaken
from venue.seats.waitlist import withdraw
from venue.settlements.settling import hand_back, take_payment

pytestmark = pytest.mark.race


class Desk:
    """A seat for ¥300, and what a clerk does who has looked at it."""

    def __init__(self, session, town):
        self.session, self.town = session, town
        self.seat = self.sold_to(town.lin_xiao)

    def sold_to(self, person):
        seat = make.enrollment(self.session, make.pool_of(self.session, self.town.painting), person)
        seat.price_fen = 30_000
        self.session.commit()
        return seat.id

    def take(self, number, fen, seat_id=None):
        facts = {"open_fen": 30_000, "center_id": self.town.wutongli.id}
        return act(
            take_payment, seat_id or self.seat, number, fen, **facts, **by(self.town.he_jing)
        )

    def give(self, number):
        facts = {"refund_fen": 30_000, "center_id": self.town.wutongli.id}
        return act(hand_back, self.seat, number, **facts, **by(self.town.he_jing))

    def book(self):
        """Return what stands in the book, once it adds up."""
        self.session.rollback()
        amounts = self.session.scalars(select(Receipt.amount_fen).order_by(Receipt.id)).all()
        assert self.session.scalar(select(func.sum(Charge.paid_fen))) == sum(amounts)
        return amounts


@pytest.fixture
def desk(db_session, town):
    return Desk(db_session, town)


@meeting
def test_two_clerks_do_not_take_the_same_money_twice(desk, meet):
    outcomes = meet(desk.take("A001", 10_000), desk.take("A002", 10_000))
    assert isinstance(outcomes[0], Entered)
    assert outcomes[1] == Meanwhile(20_000, 0)
    assert desk.book() == [10_000]


@meeting
def test_two_clerks_do_not_hand_the_same_money_back_twice(db_session, town, desk, meet):
    desk.take("A001", 30_000)(db_session)
    withdraw(db_session, desk.seat, **by(town.lin_xiao))
    db_session.commit()
    outcomes = meet(desk.give("R001"), desk.give("R002"))
    assert isinstance(outcomes[0], Entered)
    assert outcomes[1] == Meanwhile(0, 0)
    assert desk.book() == [30_000, -30_000]


@pytest.mark.parametrize(
    ("database", "row_locks"), [("sqlite", "kept"), ("postgresql", "kept")], indirect=True
)
def test_two_clerks_do_not_write_one_number_on_two_receipts(town, desk, meet):
    """The index decides: no lock covers both accounts."""
    other = desk.sold_to(town.zhou_wen)
    outcomes = meet(desk.take("A001", 30_000), desk.take("A001", 30_000, other))
    assert isinstance(outcomes[0], Entered)
    assert isinstance(outcomes[1], NumberTaken)
    assert desk.book() == [30_000]
