"""People who come together: seats for all or for none, one place in line, one answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import town as make
from venue.audit.rules import Channel
from venue.seats.models import Enrollment
from venue.seats.opening import resize_pool
from venue.seats.outcomes import Enrolled, Refused, Waitlisted, Withdrawn
from venue.seats.reading import begins_at
from venue.seats.rules import Full, GroupTooLarge, NotAPair, TooYoung
from venue.seats.waitlist import (
    accept_offer,
    decline_offer,
    expire_offers,
    free_seats_kept_for_groups,
    withdraw,
    withdraw_group,
)


def test_two_who_come_together_both_get_a_seat_and_both_are_told(session, choir):
    first, second, *_ = choir.people

    outcome = choir.enroll(first, second, channel=Channel.TELEPHONE)

    assert isinstance(outcome, Enrolled)
    assert choir.counts() == (2, 2, 0)
    both = session.scalars(select(Enrollment).order_by(Enrollment.id)).all()
    assert [one.id for one in both] == [outcome.enrollment_id, *outcome.others]
    assert {one.group_id for one in both} == {outcome.enrollment_id}
    assert {one.price_fen for one in both} == {choir.program.price_fen}
    assert choir.told(first) == choir.told(second) == ["enrolled"]


def test_neither_gets_a_seat_when_one_may_not_or_only_one_is_left(choir):
    grown, other, *_ = choir.people
    choir.program.min_age = 18

    refused = choir.enroll(grown, choir.town.xiao_he)

    young = TooYoung(18, 9)
    people = ((grown.id, ()), (choir.town.xiao_he.id, (young,)))
    assert refused == Refused((young,), people)
    choir.enroll(choir.people[5])
    nothing = ((grown.id, ()), (other.id, ()))
    assert choir.enroll(grown, other) == Refused((Full(2, 0, left=1),), nothing)
    assert choir.counts() == (1, 0, 0)


def test_more_than_the_program_allows_do_not_come_together(choir):
    assert choir.enroll(*choir.people[:3]).reasons == (GroupTooLarge(2), Full(2, 0, left=2))
    choir.do(resize_pool, choir.pool.id, 1)
    assert choir.wait(*choir.people[:2]) == Refused((GroupTooLarge(1),))


@pytest.fixture
def waiting(choir):
    """Two hold the seats; behind them a pair waits, and then somebody alone."""
    holders, pair, alone = choir.people[:2], choir.people[2:4], choir.people[4]
    holding = [choir.enroll(one).enrollment_id for one in holders]
    together, last = choir.wait(*pair), choir.wait(alone)
    assert isinstance(together, Waitlisted)
    assert (together.position, last.position) == (1, 2)
    return holding, together, last


def test_a_group_keeps_a_freed_seat_until_there_are_enough(choir, waiting):
    holding, together, _ = waiting
    pair, alone, newcomer = choir.people[2:4], choir.people[4], choir.people[5]

    choir.do(withdraw, holding[0])

    assert choir.counts() == (1, 0, 1)
    assert choir.state(*pair, alone) == ["waitlisted"] * 3
    assert choir.enroll(newcomer) == Refused((Full(2, 3),))
    assert choir.enroll(newcomer, channel=Channel.COUNTER) == Refused((Full(2, 3),))

    choir.do(withdraw, holding[1])

    assert choir.counts() == (2, 0, 0)
    assert choir.state(*pair, alone) == ["offered", "offered", "waitlisted"]
    accepted = choir.do(accept_offer, together.others[0])
    assert accepted == Enrolled(together.others[0], (together.enrollment_id,))
    assert choir.state(*pair) == ["confirmed", "confirmed"]


@pytest.mark.parametrize("verb", [decline_offer, withdraw_group])
def test_who_came_together_goes_together(choir, waiting, verb):
    holding, together, _ = waiting
    for one in holding:
        choir.do(withdraw, one)

    gone = choir.do(verb, together.others[0])

    assert gone == Withdrawn(together.others[0])
    assert choir.state(*choir.people[2:5]) == ["withdrawn", "withdrawn", "offered"]
    assert choir.do(verb, together.enrollment_id) == Withdrawn(together.enrollment_id)


def test_an_offer_to_two_runs_out_for_both_at_once(session, choir, waiting, clock):
    holding, _, _ = waiting
    for one in holding:
        choir.do(withdraw, one)
    clock.advance(timedelta(days=2))

    assert expire_offers(session, now=clock.now()) == 2
    assert choir.state(*choir.people[2:5]) == ["expired", "expired", "offered"]
    assert choir.counts() == (1, 0, 0)


def test_who_stays_of_a_group_gets_the_seat_that_was_kept_for_it(choir, waiting):
    holding, together, _ = waiting
    choir.do(withdraw, holding[0])

    choir.do(withdraw, together.enrollment_id)

    assert choir.state(*choir.people[2:5]) == ["withdrawn", "offered", "waitlisted"]
    assert choir.counts() == (2, 0, 0)


def test_in_the_last_hours_a_kept_seat_is_for_whoever_comes(session, choir, waiting, clock):
    holding, _, _ = waiting
    choir.program.enroll_closes_at = None
    choir.do(withdraw, holding[0])
    clock.set(begins_at(session, choir.pool) - timedelta(hours=2, minutes=1))
    assert free_seats_kept_for_groups(session, now=clock.now()) == 0
    clock.advance(timedelta(minutes=1))

    assert free_seats_kept_for_groups(session, now=clock.now()) == 1

    assert choir.counts() == (1, 0, 0)
    assert isinstance(choir.enroll(choir.people[5]), Enrolled)


def test_both_give_up_what_a_seat_of_the_term_excludes(session, choir, waiting):
    holding, together, _ = waiting
    pair = choir.people[2:4]
    facts = {"term": choir.town.term, "limit_group": "夜校"}
    for name, value in facts.items():
        setattr(choir.program, name, value)
    day = make.FIRST_LESSON + timedelta(days=1)
    other = make.course(session, choir.town.wutongli, "摄影", capacity=1, first_on=day, **facts)
    taken = make.enrollment(session, make.pool_of(session, other), choir.people[5])
    claim = make.enrollment(
        session, make.pool_of(session, other), pair[1], make.EnrollmentStatus.WAITLISTED
    )
    for one in session.scalars(select(Enrollment).where(Enrollment.program == choir.program)):
        one.term_id, one.limit_group = choir.town.term.id, "夜校"
    session.flush()
    for one in holding:
        choir.do(withdraw, one)

    choir.do(accept_offer, together.enrollment_id)

    session.refresh(claim)
    assert (claim.status.value, taken.status.value) == ("withdrawn", "confirmed")


def test_where_pairs_come_nobody_is_seated_or_stays_without_the_other(choir):
    grown, other, *_ = choir.people
    child = choir.town.xiao_he
    choir.program.by_pair = True

    assert choir.step(grown).step == choir.step(child).step == "enroll"
    assert choir.enroll(grown).reasons == (NotAPair(),)
    assert choir.enroll(grown, other, channel=Channel.COUNTER).reasons == (NotAPair(),)
    assert choir.wait(grown).reasons == (NotAPair(),)
    seats = choir.enroll(child, grown, channel=Channel.TELEPHONE)
    assert choir.counts() == (2, 2, 0)
    choir.do(withdraw, seats.enrollment_id)
    assert choir.state(grown, child) == ["withdrawn", "withdrawn"]
    assert choir.counts() == (0, 0, 0)
