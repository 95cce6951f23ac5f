"""Taking money at the desk, handing it back, undoing an entry; on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from tests import town as make
from venue.audit.models import AuditEntry
from venue.changes.cancelling import cancel_program, cancel_session
from venue.notifications.models import Message
from venue.notifications.rules import MessageKind
from venue.payments.entering import reverse_receipt
from venue.payments.models import Charge, Receipt
from venue.payments.outcomes import (
    AlreadyReversed,
    Entered,
    LaterFirst,
    Meanwhile,
    NumberTaken,
    TooMuch,
)
from venue.seats.rules import EnrollmentStatus
from venue.seats.waitlist import withdraw
from venue.settlements.reading import Standing, refunds_at, refunds_of, settlements_at
from venue.settlements.settling import reduce_price


def receipt(session, number):
    return session.scalars(
        select(Receipt).where(Receipt.number == number).order_by(Receipt.id.desc())
    ).first()


def test_a_seat_is_paid_once_and_what_was_done_is_recorded_and_told(session, town, till):
    seat = till.seat(town.lin_xiao)
    assert till.stands(seat).standing is Standing.UNPAID
    assert isinstance(till.take(seat), Entered)
    found = till.stands(seat)
    assert (found.standing, found.balance.paid_fen) == (Standing.PAID, 30_000)
    assert till.take(seat, "A002", open_fen=30_000) == Meanwhile(0, 0)
    assert till.amounts() == [("A001", 30_000)]
    charge = session.scalars(select(Charge)).one()
    assert (charge.center_id, charge.person_id, charge.title) == (
        town.wutongli.id, town.lin_xiao.id, "零基础国画",
    )  # fmt: skip
    acts = session.execute(
        select(AuditEntry.action, AuditEntry.actor_id, AuditEntry.facts).order_by(AuditEntry.id)
    ).all()
    assert acts[-2:] == [
        ("charge.made", town.he_jing.id, {"person_id": town.lin_xiao.id, "amount_fen": 30_000}),
        ("receipt.entered", town.he_jing.id, {"charge_id": charge.id, "amount_fen": 30_000}),
    ]
    told = session.execute(select(Message.person_id, Message.kind, Message.parameters)).all()
    facts = {"title": "零基础国画", "number": "A001", "amount_fen": 30_000}
    assert told == [(town.lin_xiao.id, "payment_taken", facts)]


def test_part_of_it_can_be_paid_and_never_more_than_is_open(session, town, till):
    seat = till.seat(town.lin_xiao)
    assert till.take(seat, fen=30_001) == TooMuch(30_000)
    assert isinstance(till.take(seat, fen=10_000), Entered)
    assert till.stands(seat).balance.open_fen == 20_000
    assert till.take(seat, "A002", 10_000, open_fen=30_000) == Meanwhile(20_000, 0)
    assert till.take(seat, "A002", 20_001) == TooMuch(20_000)
    assert isinstance(till.take(seat, "A002", 20_000), Entered)
    assert till.stands(seat).standing is Standing.PAID
    assert till.amounts() == [("A001", 10_000), ("A002", 20_000)]


def test_a_receipt_number_stands_in_a_center_s_book_once(session, town, till):
    seat, other = till.seat(town.lin_xiao), till.seat(town.zhou_wen)
    till.take(seat)
    assert till.take(other) == NumberTaken("A001", "林晓", 30_000, till.acts["now"])
    assert till.stands(other).charge_id is None or till.stands(other).balance.paid_fen == 0
    assert isinstance(till.take(other, center=town.elsewhere), Entered)
    assert till.amounts() == [("A001", 30_000), ("A001", 30_000)]


def test_what_was_entered_wrongly_is_reversed_and_its_number_entered_again(session, town, till):
    seat = till.seat(town.lin_xiao)
    till.take(seat, fen=3_000)
    wrong = receipt(session, "A001")
    undone = reverse_receipt(session, wrong.id, "少打了一个零", **till.acts)
    assert isinstance(undone, Entered)
    again = reverse_receipt(session, wrong.id, "少打了一个零", **till.acts)
    assert again == AlreadyReversed()
    reversal = receipt(session, "A001")
    assert (reversal.reverses_id, reversal.note) == (wrong.id, "少打了一个零")
    assert reverse_receipt(session, reversal.id, "?", **till.acts) == AlreadyReversed()
    assert till.stands(seat).balance.open_fen == 30_000
    assert isinstance(till.take(seat), Entered)
    assert isinstance(till.take(till.seat(town.zhou_wen)), NumberTaken)
    assert till.amounts() == [("A001", 3_000), ("A001", -3_000), ("A001", 30_000)]
    entry = session.scalars(select(AuditEntry).filter_by(action="receipt.reversed")).one()
    facts = {"charge_id": wrong.charge_id, "amount_fen": -3_000, "reverses_id": wrong.id}
    assert (entry.subject_id, entry.facts) == (reversal.id, facts)


def test_what_goes_back_is_handed_out_once_and_closes_the_account(
    session, town, till, after_lesson_1
):
    seat = till.seat(town.lin_xiao)
    till.take(seat)
    assert till.give(seat) == Meanwhile(0, 0)
    after_lesson_1(town)
    assert till.stands(seat).refund_if_left(till.acts["now"]) == 27_500
    withdraw(session, seat.id, **till.acts)
    assert [one.balance.refund_fen for one in refunds_at(session, town.wutongli.id)] == [27_500]
    assert [one.enrollment_id for one in refunds_of(session, [town.lin_xiao.id])] == [seat.id]
    assert refunds_at(session, town.elsewhere.id) == refunds_of(session, [town.zhou_wen.id]) == []
    assert till.give(seat, refund_fen=30_000) == Meanwhile(0, 27_500)
    assert isinstance(till.give(seat, "A001"), NumberTaken)
    assert isinstance(till.give(seat), Entered)
    assert till.give(seat, "R002", 27_500) == Meanwhile(0, 0)
    assert till.stands(seat).standing is Standing.OVER
    make.course(session, town.wutongli, "别的课")
    town.painting.sessions[-1].cancelled_at = till.acts["now"]
    session.flush()
    assert refunds_at(session, town.wutongli.id) == []
    assert till.amounts() == [("A001", 30_000), ("R001", -27_500)]


def test_a_payment_is_not_reversed_under_a_refund(session, town, till):
    seat = till.seat(town.lin_xiao)
    till.take(seat)
    withdraw(session, seat.id, **till.acts)
    till.give(seat)
    paid, back = receipt(session, "A001"), receipt(session, "R001")
    assert reverse_receipt(session, paid.id, "点错了", **till.acts) == LaterFirst()
    assert isinstance(reverse_receipt(session, back.id, "没给成", **till.acts), Entered)
    assert till.stands(seat).balance.refund_fen == 30_000
    assert isinstance(till.give(seat), Entered)
    assert till.amounts()[2:] == [("R001", 30_000), ("R001", -30_000)]


def test_what_the_center_calls_off_is_due_to_everybody_who_paid(session, town, till):
    paid, unpaid = till.seat(town.lin_xiao), till.seat(town.zhou_wen)
    till.take(paid)
    lesson = town.painting.sessions[0]
    cancel_session(session, lesson.id, reason="停电", **make.acts())
    assert [one.balance.refund_fen for one in refunds_at(session, town.wutongli.id)] == [2_500]
    assert till.stands(unpaid).balance.open_fen == 27_500
    assert isinstance(till.give(paid), Entered)
    assert till.stands(paid).standing is Standing.PAID
    cancel_program(session, town.painting.id, reason="老师病了", **make.acts())
    due = {one.full_name: one.balance.refund_fen for one in refunds_at(session, town.wutongli.id)}
    assert due == {"林晓": 27_500}
    told = session.execute(
        select(Message.person_id, Message.parameters["amount_fen"].as_integer())
        .where(Message.kind == MessageKind.REFUND_DUE)
        .order_by(Message.id)
    ).all()
    assert told == [(town.lin_xiao.id, 2_500), (town.lin_xiao.id, 27_500)]


def test_a_price_can_be_reduced_with_a_reason_to_nothing_and_back(session, town, till):
    seat = till.seat(town.lin_xiao)
    till.take(seat, fen=10_000)
    for fen, still_open, back in ((18_000, 2_000, 0), (30_000, 0, 10_000), (0, 20_000, 0)):
        outcome = reduce_price(session, seat.id, fen, "低保" if fen else "", **till.acts)
        assert isinstance(outcome, Entered)
        found = till.stands(seat)
        assert (found.balance.open_fen, found.balance.refund_fen) == (still_open, back)
        assert found.reduced_because == ("低保" if fen else "")
    assert reduce_price(session, seat.id, 30_001, "低保", **till.acts) == TooMuch(30_000)
    withdraw(session, seat.id, **till.acts)
    assert reduce_price(session, seat.id, 30_000, "低保", **till.acts) == Meanwhile(0, 10_000)
    changes = session.scalars(
        select(AuditEntry.facts).filter_by(action="charge.reduced").order_by(AuditEntry.id)
    ).all()
    assert changes == [
        {"from": 0, "to": 18_000}, {"from": 18_000, "to": 30_000}, {"from": 30_000, "to": 0},
    ]  # fmt: skip


def test_nobody_pays_for_a_place_in_line_or_for_what_is_free(session, town, till):
    waiting = till.seat(town.lin_xiao, EnrollmentStatus.WAITLISTED)
    free = make.enrollment(session, make.pool_of(session, town.painting), town.zhou_wen)
    for one in (waiting, free):
        assert till.take(one, open_fen=30_000) == Meanwhile(0, 0)
        assert till.give(one, refund_fen=0) == Meanwhile(0, 0)
    assert till.amounts() == []


def test_a_session_booked_by_itself_costs_its_price_until_it_begins(session, town, till, clock):
    talk = make.course(session, town.wutongli, "茶会", lessons=3, books=make.Books.SESSION)
    seat = till.seat(town.lin_xiao, pool=make.pool_of(session, talk.sessions[1]))
    till.take(seat)
    clock.set(talk.sessions[0].ends_at)
    assert till.stands(seat).session_at == talk.sessions[1].starts_at
    assert till.stands(seat).refund_if_left(till.acts["now"]) == 30_000
    clock.set(talk.sessions[1].starts_at)
    assert till.stands(seat).refund_if_left(till.acts["now"]) == 0


def test_a_center_s_list_takes_as_many_queries_for_many(session, town, till, count_queries):
    def listed():
        with count_queries() as sent:
            found = settlements_at(session, town.wutongli.id, recent_at=till.acts["now"])
        return len(sent), [one.full_name for one in found]

    first = till.seat(town.lin_xiao)
    queries, names = listed()
    assert (queries, names) == (2, ["林晓"])
    for number, person in enumerate(make.crowd(session, 5)):
        till.take(till.seat(person), f"B{number}")
    assert listed() == (2, sorted(["林晓", *(f"居民{n}" for n in range(1, 6))]))
    by_program = settlements_at(
        session, town.wutongli.id, recent_at=till.acts["now"], program_id=first.program_id
    )
    assert len(by_program) == 6


@pytest.mark.parametrize("values", [{"paid_fen": -1}, {"paid_fen": 30_001}, {"reduced_fen": 5}])
def test_the_database_refuses_what_the_rules_would_never_do(session, town, till, values):
    till.take(till.seat(town.lin_xiao))
    with pytest.raises(IntegrityError):
        session.execute(update(Charge).values(**values))
    session.rollback()
