"""Groups, kept seats and applications as others act at the same moment."""

from __future__ import annotations

from collections import Counter
from unittest.mock import patch

import pytest
from sqlalchemy import func, select

from tests import town as make
from tests.races.acts import count_and_take_two, take_seat, take_two
from tests.races.facts import by, by_us
from tests.races.meeting import act, meeting
from venue import clock as venue_clock
from venue.audit.rules import Channel
from venue.seats import enrolling
from venue.seats.approving import approve
from venue.seats.enrolling import enroll
from venue.seats.models import Enrollment, SeatPool
from venue.seats.opening import BelowTaken, release_kept, resize_pool
from venue.seats.outcomes import Enrolled, Refused, Waitlisted, Withdrawn
from venue.seats.rules import SEATED, EnrollmentStatus, Full, OnlyAtCounter
from venue.seats.waitlist import accept_offer, decline_offer, withdraw

pytestmark = pytest.mark.race

PAIRS, SINGLES = 8, 8


class Choir:
    """A course for two who come together, and who claims its seats."""

    def __init__(self, session, town):
        self.session = session
        self.program = make.course(session, town.wutongli, "合唱", capacity=2, group_limit=2)
        self.pool = make.pool_of(session, self.program)
        session.commit()

    def give(self, person, status=EnrollmentStatus.CONFIRMED, group=None):
        """Write a claim and commit it."""
        claim = make.enrollment(self.session, self.pool, person, status)
        claim.group_id = group
        self.session.commit()
        return claim.id

    def statuses(self):
        """Return the statuses of all claims in their order, once every seat is counted once."""
        self.session.rollback()
        self.session.expire_all()
        claims = self.session.scalars(
            select(Enrollment).where(Enrollment.pool_id == self.pool.id).order_by(Enrollment.id)
        ).all()
        seated = [claim for claim in claims if claim.status in SEATED]
        assert self.pool.taken == len(seated) <= self.pool.capacity
        at_counter = sum(claim.channel is not Channel.ONLINE for claim in seated)
        assert self.pool.counter_taken == at_counter
        return [claim.status.value for claim in claims]


@pytest.fixture
def choir(db_session, town):
    return Choir(db_session, town)


# ---- Two against one ---------------------------------------------------------------------------


def the_rush(choir, take_both, take_one):
    people = make.crowd(choir.session, 2 * PAIRS + SINGLES)
    choir.session.commit()
    ids = [one.id for one in people]
    pairs = [(take_both, choir.pool.id, *ids[n : n + 2]) for n in range(0, 2 * PAIRS, 2)]
    return [*pairs, *((take_one, choir.pool.id, one) for one in ids[2 * PAIRS :])]


@pytest.mark.xdist_group("races")
def test_two_seats_go_to_a_pair_or_to_two_alone_and_never_to_half_a_pair(choir, settings, crew):
    answers = crew.rush(settings, the_rush(choir, take_two, take_seat))

    assert set(map(type, answers)) == {Enrolled, Refused}
    pairs = Counter(map(type, answers[:PAIRS]))[Enrolled]
    assert 2 * pairs + Counter(map(type, answers[PAIRS:]))[Enrolled] == 2
    assert choir.statuses() == ["confirmed", "confirmed"]


@pytest.mark.xdist_group("races")
def test_counting_before_taking_two_sells_more_than_there_are(choir, settings, crew):
    """The control."""
    answers = crew.rush(settings, the_rush(choir, count_and_take_two, count_and_take_two))

    assert set(answers) <= {True, False}
    choir.session.rollback()
    assert choir.session.scalar(select(func.count()).select_from(Enrollment)) > 2


@meeting
def test_a_pair_that_comes_as_one_seat_is_taken_gets_none(choir, town, meet):
    pair = [town.chen_min.id, town.lin_xiao.id]

    one, two = meet(
        act(enroll, choir.pool.id, [town.zhou_wen.id, town.shen_lan.id], **by(town.zhou_wen)),
        act(enroll, choir.pool.id, pair, **by(town.chen_min)),
    )

    assert isinstance(one, Enrolled)
    assert two == Refused((Full(2, 0),), tuple((id_, ()) for id_ in pair))
    assert choir.statuses() == ["confirmed", "confirmed"]


@meeting
def test_two_seats_freed_at_once_are_offered_to_the_pair_at_the_head(choir, town, meet):
    holding = [choir.give(town.zhou_wen), choir.give(town.shen_lan)]
    first = choir.give(town.chen_min, EnrollmentStatus.WAITLISTED)
    choir.session.get_one(Enrollment, first).group_id = first
    choir.give(town.lin_xiao, EnrollmentStatus.WAITLISTED, group=first)
    choir.give(town.he_jing, EnrollmentStatus.WAITLISTED)

    meet(*(act(withdraw, one, **by_us()) for one in holding))

    assert choir.statuses() == ["withdrawn", "withdrawn", "offered", "offered", "waitlisted"]
    assert choir.pool.kept_for_group == 0


# ---- Kept for the counter ----------------------------------------------------------------------


@pytest.fixture
def kept(choir, town):
    """One seat is taken online, the other is kept until now, and somebody waits for it."""
    choir.pool.kept, choir.pool.kept_until = 1, venue_clock.now()
    choir.give(town.zhou_wen)
    choir.give(town.lin_xiao, EnrollmentStatus.WAITLISTED)
    return choir


def releasing():
    return act(release_kept, now=venue_clock.now())


def at_the_desk(kept, town):
    return act(enroll, kept.pool.id, [town.zhou_jianguo.id], **by_us())


@meeting
def test_a_seat_that_the_desk_takes_as_it_is_released_is_the_desks(kept, town, meet):
    enrolled, _ = meet(at_the_desk(kept, town), releasing())

    assert isinstance(enrolled, Enrolled)
    assert kept.statuses() == ["confirmed", "waitlisted", "confirmed"]


def two_online(choir, town):
    """Return how two people want the one seat that is not kept."""
    choir.pool.kept, choir.pool.kept_until = 1, venue_clock.now()
    choir.session.commit()
    people = (town.lin_xiao, town.chen_min)
    return [act(enroll, choir.pool.id, [one.id], **by(one)) for one in people]


def test_a_kept_seat_is_not_taken_online_by_who_comes_a_moment_late(choir, town, meet):
    first, second = meet(*two_online(choir, town))

    assert isinstance(first, Enrolled)
    assert second == Refused((OnlyAtCounter(1, venue_clock.now()),))
    assert choir.statuses() == ["confirmed"]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_without_its_condition_in_the_update_it_is(choir, town, meet):
    """The control."""
    with patch.object(enrolling, "_ONE_SEAT", enrolling._ONE_SEAT_AT_THE_DESK):
        _, second = meet(*two_online(choir, town))

    assert isinstance(second, Enrolled)


def test_a_seat_that_is_released_as_the_desk_wants_it_goes_to_the_line(kept, town, meet):
    """The condition of the UPDATE alone keeps this one, without any row lock before it."""
    _, enrolled = meet(releasing(), at_the_desk(kept, town))

    assert enrolled == Refused((Full(2, 0),))
    assert kept.statuses() == ["confirmed", "offered"]


@meeting
def test_a_seat_promised_to_the_first_in_line_is_not_taken_away_at_once(kept, meet):
    _, resized = meet(releasing(), act(resize_pool, kept.pool.id, 1, **by_us()))

    assert resized == BelowTaken(2)
    assert kept.statuses() == ["confirmed", "offered"]


# ---- Applications and offers -------------------------------------------------------------------


@meeting
def test_an_application_approved_as_the_last_seat_is_taken_waits(choir, town, meet):
    choir.give(town.zhou_wen)
    applied = choir.give(town.chen_min, EnrollmentStatus.APPLIED)

    _, waiting = meet(
        act(enroll, choir.pool.id, [town.lin_xiao.id], **by(town.lin_xiao)),
        act(approve, applied, **by_us()),
    )

    assert isinstance(waiting, Waitlisted)
    assert choir.statuses() == ["confirmed", "approved", "confirmed", "waitlisted"]


def test_an_application_that_two_approve_at_once_gets_one_seat(choir, town, meet):
    applied = choir.give(town.chen_min, EnrollmentStatus.APPLIED)
    approving = act(approve, applied, **by_us())

    assert meet(approving, approving) == (Enrolled(applied), Enrolled(applied))
    assert choir.statuses() == ["confirmed"]


def test_a_seat_declined_as_seats_are_added_leaves_none_lost(choir, town, meet):
    choir.give(town.zhou_wen)
    offered = choir.give(town.lin_xiao, EnrollmentStatus.OFFERED)
    for one in (town.chen_min, town.shen_lan, town.he_jing):
        choir.give(one, EnrollmentStatus.WAITLISTED)

    declined, _ = meet(
        act(decline_offer, offered, **by_us()), act(resize_pool, choir.pool.id, 3, **by_us())
    )

    assert declined == Withdrawn(offered)
    assert choir.statuses() == ["confirmed", "withdrawn", "offered", "offered", "waitlisted"]


@pytest.mark.parametrize("accepted_first", [True, False])
def test_an_offer_accepted_as_seats_are_taken_away_stays(choir, town, meet, accepted_first):
    offered = choir.give(town.lin_xiao, EnrollmentStatus.OFFERED)
    accepting = act(accept_offer, offered, **by_us())
    fewer = act(resize_pool, choir.pool.id, 0, **by_us())

    answers = meet(*((accepting, fewer) if accepted_first else (fewer, accepting)))

    assert set(answers) == {Enrolled(offered), BelowTaken(1)}
    assert choir.statuses() == ["confirmed"]


def test_withdrawal_promotion_and_a_change_of_capacity_meet(choir, town, meet):
    """One leaves, the next in line is promoted, and a seat is taken away, all at one moment."""
    leaving = choir.give(town.zhou_wen)
    choir.give(town.shen_lan)
    choir.give(town.lin_xiao, EnrollmentStatus.WAITLISTED)

    _, resized = meet(
        act(withdraw, leaving, **by_us()), act(resize_pool, choir.pool.id, 1, **by_us())
    )

    assert resized == BelowTaken(2)
    assert choir.statuses() == ["withdrawn", "confirmed", "offered"]
    assert choir.session.get_one(SeatPool, choir.pool.id).capacity == 2
