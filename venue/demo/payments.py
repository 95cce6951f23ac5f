"""The money of the demo town: who has paid at the desk, and what was handed back."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select

from venue.audit.rules import Actor, Channel
from venue.demo.town import Facts, Town
from venue.payments.entering import reverse_receipt
from venue.payments.models import Receipt
from venue.payments.outcomes import Entered
from venue.programs.models import Program
from venue.seats.models import Enrollment
from venue.seats.rules import EnrollmentStatus
from venue.settlements.reading import refunds_at
from venue.settlements.settling import hand_back, reduce_price, take_payment
from venue.timeline.local_time import instant, local_date

COMES_AT = time(10, 15)
"""When people come to the counter and pay, on the day after they enrolled."""


def take_money(town: Town, program: Program, money: Facts) -> None:
    """Let people pay in the order in which they enrolled: all, a part, or nothing as the data say.

    The first receipt was entered with a zero too few, and reversed.
    """
    seats = _seats(town, program)
    full, partly, reduced = money["paid"], money.get("partly"), money.get("reduced")
    for number, seat in enumerate(seats[:full]):
        paper = _number(town)
        if number == 0 and money.get("mistyped"):
            _mistype(town, program, seat, paper)
        _take(town, program, seat, paper, seat.price_fen)
    rest = seats[full:]
    if partly is not None:
        _take(town, program, rest.pop(0), _number(town), partly * 100)
    if reduced is not None:
        seat = rest.pop(0)
        acts = _acts(town, _when(town, seat))
        _must(reduce_price(town.session, seat.id, seat.price_fen, reduced, **acts))


def hand_back_some(town: Town, program: Program, how_many: int) -> None:
    """Let so many people fetch what goes back to them; the others still may."""
    due = refunds_at(town.session, program.center_id, program.id)
    for one in due[:how_many]:
        _must(
            hand_back(
                town.session,
                one.enrollment_id,
                _number(town),
                refund_fen=one.balance.refund_fen,
                center_id=program.center_id,
                **_acts(town, town.now),
            )
        )


def _seats(town: Town, program: Program) -> list[Enrollment]:
    return list(
        town.session.scalars(
            select(Enrollment)
            .where(
                Enrollment.program_id == program.id,
                Enrollment.status == EnrollmentStatus.CONFIRMED,
            )
            .order_by(Enrollment.id)
        )
    )


def _mistype(town: Town, program: Program, seat: Enrollment, number: str) -> None:
    _take(town, program, seat, number, seat.price_fen // 10)
    wrong = town.session.scalars(select(Receipt).where(Receipt.number == number)).one()
    acts = _acts(town, _when(town, seat))
    _must(reverse_receipt(town.session, wrong.id, "金额少打了一个零", **acts))


def _take(town: Town, program: Program, seat: Enrollment, number: str, amount_fen: int) -> None:
    _must(
        take_payment(
            town.session,
            seat.id,
            number,
            amount_fen,
            open_fen=seat.price_fen,
            center_id=program.center_id,
            **_acts(town, _when(town, seat)),
        )
    )


def _number(town: Town) -> str:
    """Return the number of the next paper receipt."""
    entered = town.session.scalar(select(func.count(Receipt.number.distinct()))) or 0
    return f"{entered + 1:06}"


def _when(town: Town, seat: Enrollment) -> datetime:
    next_day = local_date(seat.created_at) + timedelta(days=1)
    return min(town.now, instant(next_day, COMES_AT))


def _acts(town: Town, now: datetime) -> dict[str, Any]:
    return {"actor": Actor(town.people["何静"].id, Channel.COUNTER), "now": now}


def _must(outcome: object) -> None:
    if not isinstance(outcome, Entered):
        raise TypeError(f"the desk cannot settle this: {outcome}")
