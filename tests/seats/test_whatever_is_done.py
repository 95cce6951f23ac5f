"""Whatever people, the desk, the office and the jobs do with seats, all promises hold.

Random acts of everybody, on both databases; after each of them the rows are counted, and every
answer is held against a second way of finding it: trying everything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.orm import Session

from tests import town as make
from tests.frozen_clock import START, FrozenClock
from tests.seats import plainly
from venue.audit.rules import SYSTEM, Actor, Channel
from venue.programs.models import Program
from venue.programs.rules import Admission
from venue.seats.approving import approve, refuse
from venue.seats.enrolling import enroll, join_waitlist
from venue.seats.models import SeatPool
from venue.seats.opening import (
    BelowTaken,
    TooManyKept,
    close_quota_pool,
    keep_seats,
    open_quota_pool,
    release_kept,
    resize_pool,
)
from venue.seats.outcomes import (
    Applied,
    Enrolled,
    NotActive,
    Refused,
    Rejected,
    Waitlisted,
    Withdrawn,
)
from venue.seats.rules import EnrollmentStatus, NoSeat, Quota
from venue.seats.waitlist import (
    accept_offer,
    decline_offer,
    expire_offers,
    free_seats_kept_for_groups,
    withdraw,
    withdraw_group,
)

CRITERION = "住在本社区"
PARTIES = [[0], [1], [2], [3], [4], [5], [6], [0, 3], [1, 2], [4, 5], [3, 6]]


@dataclass(frozen=True)
class Dice:
    """What is left to chance in a deed: who, where, how, and which of the things there are."""

    party: list[int]
    channel: Channel
    course: int
    pick: int
    yes: bool
    seats: int
    kept: int

    def of(self, things: list[Any]) -> Any:
        """Pick one of the things there are."""
        return things[self.pick % len(things)]


DICE = st.builds(
    Dice,
    party=st.sampled_from(PARTIES),
    channel=st.sampled_from([Channel.ONLINE, Channel.ONLINE, Channel.COUNTER]),
    course=st.sampled_from([0, 0, 0, 1]),
    pick=st.integers(0, 19),
    yes=st.sampled_from([True, True, False]),
    seats=st.sampled_from([3, 4, 2, 1, 0]),
    kept=st.sampled_from([0, 1, 2]),
)
DEEDS = [
    *["people_enroll", "people_wait", "a_seat_is_given_back", "an_offer_is_answered"] * 3,
    *["somebody_withdraws", "an_application_is_answered", "a_pool_is_resized", "time_passes"] * 2,
    "seats_are_kept_for_the_counter",
    "a_quota_is_opened_or_closed",
    "the_admission_is_changed",
]
"""One rule for all of them: of many, Hypothesis leaves most out in each run, and few runs are
affordable."""
DONE = (Enrolled, Applied, Waitlisted, Withdrawn, Rejected, SeatPool, int, type(None))
"""What verbs answer that may have done something; anything else must have left no trace."""


class SeatsOfTwoCourses(RuleBasedStateMachine):
    """Two courses of one limit group under everything; each run ends as if it never was."""

    def __init__(self, session: Session, courses: list[Program], clock: FrozenClock) -> None:
        super().__init__()
        self.session, self.clock, self.courses = session, clock, courses
        self.people, self.belongs = _people(session)
        self.now = plainly.read(session, self.belongs)
        clock.set(START)

    def teardown(self) -> None:
        self.session.rollback()

    @initialize(dice=DICE)
    def the_course_is_full_and_people_wait(self, dice: Dice) -> None:
        for party, channel in (([4, 5], Channel.ONLINE), ([0], dice.channel)):
            self.people_enroll(replace(dice, course=0, party=party, channel=channel))
        for party in ([3, 6], [1]):
            self.people_wait(replace(dice, course=0, party=party))
        if not dice.yes:
            self.the_admission_is_changed(dice)

    @rule(deed=st.sampled_from(DEEDS), dice=DICE)
    def something_happens(self, deed: str, dice: Dice) -> None:
        getattr(self, deed)(dice)

    # What people do, at home and at the desk.

    def people_enroll(self, dice: Dice) -> None:
        course, who = self.courses[dice.course], [self.people[number] for number in dice.party]
        free = self.now.free_for_new(course.id, desk=dice.channel is not Channel.ONLINE)
        room = self.now.seatable(who, free) == len(who)
        outcome = self._watch(enroll, self._pool(course), who, actor=Actor(who[0], dice.channel))
        first_come = course.admission is Admission.FIRST_COME
        if isinstance(outcome, Enrolled):
            assert room
            assert first_come
        elif isinstance(outcome, Refused):
            full = any(isinstance(reason, NoSeat) for reason in outcome.reasons)
            assert full == (not room and first_come)

    def people_wait(self, dice: Dice) -> None:
        course, who = self.courses[dice.course], [self.people[number] for number in dice.party]
        by = Actor(who[0], dice.channel)
        outcome = self._watch(join_waitlist, self._pool(course), who, actor=by)
        if isinstance(outcome, Waitlisted):
            places = [entry[0].place for entry in self.now.lines().get(course.id, [])]
            if outcome.enrollment_id in places:
                assert places.index(outcome.enrollment_id) < outcome.position

    def a_seat_is_given_back(self, dice: Dice) -> None:
        self._withdraw(dice, EnrollmentStatus.CONFIRMED)

    def somebody_withdraws(self, dice: Dice) -> None:
        self._withdraw(dice, *plainly.ACTIVE)

    def _withdraw(self, dice: Dice, *statuses: EnrollmentStatus) -> None:
        if claims := self._claims(*statuses):
            self._watch(withdraw if dice.yes else withdraw_group, dice.of(claims), actor=SYSTEM)

    def an_offer_is_answered(self, dice: Dice) -> None:
        if offers := self._claims(EnrollmentStatus.OFFERED):
            verb = accept_offer if dice.yes else decline_offer
            self._watch(verb, dice.of(offers), actor=SYSTEM)

    def an_application_is_answered(self, dice: Dice) -> None:
        applied = self._claims(EnrollmentStatus.APPLIED)
        if applied and dice.yes:
            self._watch(approve, dice.of(applied), actor=SYSTEM)
        elif applied:
            self._watch(refuse, dice.of(applied), CRITERION, actor=SYSTEM)

    # What the office decides.

    def a_pool_is_resized(self, dice: Dice) -> None:
        pool = dice.of(list(self.now.pools.values()))
        outcome = self._watch(resize_pool, pool.id, dice.seats, actor=SYSTEM)
        assert isinstance(outcome, BelowTaken) == (dice.seats < pool.taken)

    def seats_are_kept_for_the_counter(self, dice: Dice) -> None:
        pool = dice.of(list(self.now.pools.values()))
        until = self.clock.now() + timedelta(hours=20)
        outcome = self._watch(keep_seats, pool.id, dice.kept, until, actor=SYSTEM)
        online = pool.taken - pool.counter_taken
        too_many = online + dice.kept + pool.kept_for_group > pool.capacity
        assert isinstance(outcome, TooManyKept) == too_many

    def a_quota_is_opened_or_closed(self, dice: Dice) -> None:
        course, quota = self.courses[0], Quota.RESIDENTS if dice.yes else Quota.IN_NEED
        pools = self.now.pools.values()
        found = [one for one in pools if (one.program_id, one.quota) == (course.id, quota)]
        if found:
            outcome = self._watch(close_quota_pool, found[0].id, actor=SYSTEM)
            assert isinstance(outcome, BelowTaken) == bool(found[0].taken)
        else:
            self._watch(open_quota_pool, course.id, quota, 1, actor=SYSTEM)

    def the_admission_is_changed(self, _dice: Dice) -> None:
        course = self.courses[0]
        approval = course.admission is Admission.FIRST_COME
        course.admission = Admission.APPROVAL if approval else Admission.FIRST_COME
        self.session.flush()

    # What time does.

    def time_passes(self, dice: Dice) -> None:
        self.clock.advance(timedelta(hours=9 if dice.yes else 26))
        for job in (expire_offers, release_kept, free_seats_kept_for_groups):
            self._watch(job)

    # What must always be true.

    @invariant()
    def every_seat_is_counted_once_and_none_is_sold_twice(self) -> None:
        now = self.now
        for pool in now.pools.values():
            seated = now.seated(pool)
            assert pool.taken == len(seated) <= pool.capacity
            assert pool.counter_taken == sum(one.desk for one in seated)
            assert 0 <= pool.kept_for_group <= pool.capacity - pool.taken
            for one in seated:
                assert pool.quota is None or pool.quota in self.belongs[one.person_id]

    @invariant()
    def nobody_has_two_claims_and_offers_are_those_of_the_offered(self) -> None:
        now = self.now
        active = [one for one in now.rows.values() if one.status in plainly.ACTIVE]
        claims = [(one.person_id, one.program_id) for one in active]
        assert len(claims) == len(set(claims))
        assert plainly.open_offers(self.session) == self._claims(EnrollmentStatus.OFFERED)
        seats = [one.person_id for one in active if one.status is EnrollmentStatus.CONFIRMED]
        assert len(seats) == len(set(seats)), "one seat a term"

    @invariant()
    def who_came_together_is_offered_seats_together(self) -> None:
        states: dict[int, set[EnrollmentStatus]] = {}
        for one in self.now.rows.values():
            if one.status in plainly.ACTIVE:
                states.setdefault(one.place, set()).add(one.status)
        assert all(len(found) == 1 for found in states.values())

    @invariant()
    def a_free_seat_is_offered_or_waits_for_the_group_at_the_head(self) -> None:
        now = self.now
        lines = now.lines()
        for program_id, line in lines.items():
            for entry in line:
                who, desk = plainly.people(entry), entry[0].desk
                assert now.seatable(who, now.free_for_new(program_id, desk=desk)) < len(who)
            who, desk = plainly.people(line[0]), line[0][0].desk
            most = now.seatable(who, now.free(program_id, desk=desk))
            assert most < len(who), "they could sit together"
            kept = {
                one.id: one.kept_for_group
                for one in now.pools.values()
                if one.program_id == program_id
            }
            if now.fit(who, program_id):
                assert now.seatable(who, kept) == most
        for pool in now.pools.values():
            groups = [entry for entry in lines.get(pool.program_id, []) if len(entry) > 1]
            assert pool.kept_for_group <= sum(len(entry) - 1 for entry in groups)

    # How it is asked and watched.

    def _watch(self, verb: Callable[..., Any], *asked: Any, **by: Any) -> Any:
        """Carry out a verb: the audit tells of every change, and nobody passes anybody."""
        before, entry = self.now, plainly.last_entry(self.session)
        outcome = verb(self.session, *asked, now=self.clock.now(), **by)
        self.session.flush()
        self.session.expire_all()
        self.now = after = plainly.read(self.session, self.belongs)
        told = plainly.told_since(self.session, entry)
        if not isinstance(outcome, DONE):
            ended = isinstance(outcome, NotActive) and outcome.status is EnrollmentStatus.EXPIRED
            assert ended or (after, told) == (before, {})
        self._told_all(before, after, told)
        self._in_order(before, after)
        return outcome

    def _told_all(
        self, before: plainly.Seats, after: plainly.Seats, told: dict[int, list[str]]
    ) -> None:
        changed = {
            one.id: one.status
            for one in after.rows.values()
            if one.id not in before.rows or before.rows[one.id].status is not one.status
        }
        assert told.keys() == changed.keys()
        for id_, status in changed.items():
            assert told[id_][-1] in plainly.TOLD_BY[status]

    def _in_order(self, before: plainly.Seats, after: plainly.Seats) -> None:
        """See that who waited, and still does, was passed by nobody."""
        now = after.lines()
        for program_id, line in before.lines().items():
            was = [entry[0].place for entry in line]
            is_ = [entry[0].place for entry in now.get(program_id, [])]
            stayed = [place for place in was if place in is_]
            assert is_[: len(stayed)] == stayed
            for entry in now.get(program_id, []):
                if entry[0].place not in was:
                    continue
                who, desk = plainly.people(entry), entry[0].desk
                if not after.fit(who, program_id):
                    continue
                for gainer in _gainers(before, after, program_id, behind=entry[0].place):
                    assert after.seatable(who, self._of_entry(after, entry, desk)) == (
                        after.seatable(who, self._of_entry(after, entry, desk, gainer))
                    ), f"{gainer} passed {entry}"

    def _of_entry(
        self,
        now: plainly.Seats,
        entry: list[plainly.Row],
        desk: bool,  # noqa: FBT001
        without: plainly.Row | None = None,
    ) -> plainly.Free:
        """Return what is free for an entry; somebody alone gets nothing that a group waits for."""
        free = now.free(entry[0].program_id, desk=desk, without=without)
        kept = 1 if len(entry) == 1 else 0
        return {id_: seats - kept * now.pools[id_].kept_for_group for id_, seats in free.items()}

    def _claims(self, *statuses: EnrollmentStatus) -> list[int]:
        wanted = statuses or plainly.ACTIVE
        return sorted(one.id for one in self.now.rows.values() if one.status in wanted)

    def _pool(self, course: Program) -> int:
        pools = self.now.pools.values()
        return next(one.id for one in pools if (one.program_id, one.quota) == (course.id, None))


def _gainers(
    before: plainly.Seats, after: plainly.Seats, program_id: int, *, behind: int
) -> list[plainly.Row]:
    """Return who has got a seat and was not waiting, or waited behind a place."""
    found = []
    for one in after.rows.values():
        was = before.rows.get(one.id)
        if one.program_id != program_id or one.status not in plainly.SEATED:
            continue
        if (
            was is None
            or was.status is EnrollmentStatus.APPLIED
            or (was.status is EnrollmentStatus.WAITLISTED and was.place > behind)
        ):
            found.append(one)
    return found


def _people(session: Session) -> tuple[list[int], dict[int, frozenset[Quota]]]:
    """Make seven people: three live nearby, two are in need, one of these both."""
    home = session.query(make.Neighborhood).where(make.Neighborhood.name == "梧桐里社区").one()
    people = [
        make.person(session, f"居民{number}", lives_in=home if number < 3 else None)
        for number in range(7)
    ]
    for one in people[2:4]:
        one.in_need_until = date(2027, 1, 1)
    session.flush()
    belongs = {
        one.id: frozenset(
            quota
            for quota, holds in (
                (Quota.RESIDENTS, number < 3),
                (Quota.IN_NEED, number in (2, 3)),
            )
            if holds
        )
        for number, one in enumerate(people)
    }
    return [one.id for one in people], belongs


@pytest.fixture
def courses(db_session):
    """Two courses of one limit group, months ahead: two seats and one for residents; one seat."""
    nearby = make.neighborhood(db_session)
    center = make.center(db_session, make.district(db_session), neighborhoods=[nearby])
    facts = {
        "term": make.term(db_session, center.district),
        "limit_group": "夜校",
        "lessons": 1,
        "enroll_closes_at": None,
        "group_limit": 2,
        "criteria": CRITERION,
    }
    made = [
        make.course(db_session, center, title, capacity=seats, first_on=on, **facts)
        for title, seats, on in (("国画", 2, date(2026, 12, 8)), ("摄影", 1, date(2026, 12, 9)))
    ]
    db_session.add(SeatPool(program=made[0], quota=Quota.RESIDENTS, capacity=1))
    db_session.commit()
    return made


def test_whatever_is_done_no_seat_is_sold_twice_and_nobody_is_passed(db_session, courses, clock):
    run_state_machine_as_test(
        lambda: SeatsOfTwoCourses(db_session(), courses, clock),
        # Without shrinking, which takes minutes: the steps that failed are printed as they were.
        settings=settings(
            max_examples=14, stateful_step_count=16, phases=(Phase.explicit, Phase.generate)
        ),
    )
