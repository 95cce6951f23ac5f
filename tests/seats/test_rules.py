"""The rules of seats as tables of cases: who may enroll, why not, and how long an offer lasts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from venue.programs.rules import Admission
from venue.seats.eligibility import closing_time, judge, quotas_of, refusals
from venue.seats.line import offer_expires_at
from venue.seats.rules import (
    AlreadyEnrolled,
    ApplicantFact,
    Appointment,
    ByLottery,
    Cancelled,
    Clash,
    Closed,
    ConsentAsked,
    ConsentMissing,
    EnrollmentStatus,
    Full,
    GroupTooLarge,
    NoEnrollment,
    NotOpenYet,
    NotResident,
    OneATerm,
    OnlyAtCounter,
    Paused,
    PoolFact,
    PoolSeats,
    Quota,
    TooOld,
    TooYoung,
    Unpublished,
)
from venue.timeline.interval import Interval
from venue.timeline.local_time import instant


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return instant(date(2026, 9, day), time(hour, minute))


NOW = at(16, 10)
OPENS_AT, CLOSES_AT, BEGINS_AT = at(10, 9), at(21, 18), at(22, 18, 30)
LESSON = Interval(BEGINS_AT, BEGINS_AT + timedelta(minutes=90))
SEATS = PoolSeats(1, None, capacity=25, taken=3)
FULL = (replace(SEATS, taken=25),)
KEPT = (replace(SEATS, taken=20, kept=5, kept_until=CLOSES_AT - timedelta(days=1)),)
TEXT = ConsentAsked(9, "照片使用说明")
POOL = PoolFact(
    pools=(SEATS,),
    waiting=0,
    published=True,
    cancelled=False,
    admission=Admission.FIRST_COME,
    opens_at=OPENS_AT,
    closes_at=CLOSES_AT,
    begins_at=BEGINS_AT,
    min_age=18,
    max_age=55,
    residents_only=False,
    resident_of=frozenset(),
    times=(LESSON,),
)
RESIDENTS = {"residents_only": True, "resident_of": frozenset({2})}
PERSON = ApplicantFact(
    birth_year=1998,
    birth_on=date(1998, 5, 4),
    neighborhood_id=1,
    enrollment=None,
    seat_of_the_term=None,
    appointments=(),
)
OTHER = Appointment(
    "合唱", Interval(BEGINS_AT + timedelta(minutes=89), BEGINS_AT + timedelta(hours=3))
)


def test_nothing_stands_against_an_adult_inside_the_window():
    assert refusals(POOL, PERSON, NOW) == ()


@pytest.mark.parametrize(
    ("pool", "person", "now", "reason"),
    [
        ({"published": False}, {}, NOW, Unpublished()),
        ({"cancelled": True}, {}, NOW, Cancelled()),
        ({"admission": Admission.DROP_IN}, {}, NOW, NoEnrollment()),
        ({}, {}, OPENS_AT - timedelta(seconds=1), NotOpenYet(OPENS_AT)),
        ({}, {}, CLOSES_AT, Closed(CLOSES_AT)),
        ({"closes_at": None}, {}, BEGINS_AT, Closed(BEGINS_AT)),
        ({}, {"birth_year": 2008, "birth_on": date(2008, 9, 23)}, NOW, TooYoung(18, 17)),
        ({}, {"birth_year": 1970, "birth_on": date(1970, 9, 22)}, NOW, TooOld(55, 56)),
        ({"admission": Admission.LOTTERY}, {}, NOW, ByLottery(CLOSES_AT)),
        (RESIDENTS, {}, NOW, NotResident()),
        (RESIDENTS, {"neighborhood_id": None}, NOW, NotResident()),
        ({}, {"pause": (4, at(30, 9))}, NOW, Paused(4, at(30, 9))),
        ({"consent": TEXT}, {}, NOW, ConsentMissing(9, "照片使用说明")),
        (
            {},
            {"enrollment": (7, EnrollmentStatus.WAITLISTED)},
            NOW,
            AlreadyEnrolled(7, EnrollmentStatus.WAITLISTED),
        ),
        ({}, {"seat_of_the_term": "摄影"}, NOW, OneATerm("摄影")),
        ({}, {"appointments": (OTHER,)}, NOW, Clash("合唱", OTHER.interval.start)),
        ({"pools": FULL, "waiting": 4}, {}, NOW, Full(25, 4)),
        ({"pools": KEPT}, {}, NOW, OnlyAtCounter(5, at(20, 18))),
    ],
)
def test_each_refusal_is_named_with_its_figures(pool, person, now, reason):
    assert refusals(replace(POOL, **pool), replace(PERSON, **person), now) == (reason,)


@pytest.mark.parametrize(
    ("pool", "person", "now"),
    [
        ({}, {}, OPENS_AT),
        ({}, {}, CLOSES_AT - timedelta(seconds=1)),
        ({}, {"birth_year": 2008, "birth_on": date(2008, 9, 22)}, NOW),
        ({}, {"birth_year": 1970, "birth_on": date(1970, 9, 23)}, NOW),
        ({}, {"birth_year": 2008, "birth_on": None}, NOW),
        ({"residents_only": True, "resident_of": frozenset({1})}, {}, NOW),
        ({"pools": (replace(SEATS, taken=24),)}, {}, NOW),
        ({"pools": (replace(KEPT[0], counter_taken=1, taken=20),)}, {}, NOW),
        ({"pools": FULL, "admission": Admission.APPROVAL}, {}, NOW),
        ({}, {"pause": (4, NOW)}, NOW),
        ({"consent": TEXT}, {"consented": True}, NOW),
        ({"min_age": None, "max_age": None}, {"birth_year": 1940, "birth_on": None}, NOW),
        (
            {},
            {
                "appointments": (
                    Appointment("合唱", Interval(LESSON.end, LESSON.end + timedelta(hours=1))),
                )
            },
            NOW,
        ),
    ],
)
def test_the_edge_on_the_right_side_is_no_refusal(pool, person, now):
    assert refusals(replace(POOL, **pool), replace(PERSON, **person), now) == ()


def test_every_reason_is_given_at_once():
    pool = replace(POOL, pools=FULL, consent=TEXT, **RESIDENTS)
    person = replace(
        PERSON, birth_year=1940, birth_on=None, appointments=(OTHER,), pause=(4, at(30, 9))
    )

    kinds = [type(reason) for reason in refusals(pool, person, NOW)]

    assert kinds == [TooOld, NotResident, Clash, Paused, ConsentMissing, Full]


def test_a_full_course_stands_against_a_seat_but_not_against_waiting():
    assert judge(replace(POOL, pools=FULL), [PERSON], NOW).against_waiting == ()


def test_seats_kept_for_the_counter_are_free_there_and_can_be_waited_for_online():
    pool = replace(POOL, pools=KEPT)

    assert refusals(pool, PERSON, NOW, desk=True) == ()
    assert judge(pool, [PERSON], NOW).against_waiting == ()


def test_who_agrees_with_this_very_act_has_agreed():
    assert refusals(replace(POOL, consent=TEXT), PERSON, NOW, agreed=True) == ()


def test_seats_that_wait_for_a_group_are_nobodys_else():
    pool = replace(POOL, pools=(replace(SEATS, taken=24, kept_for_group=1),))

    assert refusals(pool, PERSON, NOW) == (Full(25, 0),)
    assert refusals(pool, PERSON, NOW, desk=True) == (Full(25, 0),)


# ---- Together ----------------------------------------------------------------------------------

CHILD = replace(PERSON, birth_year=2018, birth_on=date(2018, 3, 1))
PAIR = replace(POOL, group_limit=2)


@pytest.mark.parametrize(
    ("pool", "applicants", "reasons"),
    [
        (PAIR, [PERSON, PERSON], ()),
        (PAIR, [PERSON, CHILD], (TooYoung(18, 8),)),
        (PAIR, [CHILD, CHILD], (TooYoung(18, 8),)),
        (PAIR, [PERSON] * 3, (GroupTooLarge(2),)),
        (POOL, [PERSON] * 2, (GroupTooLarge(1),)),
        (replace(PAIR, pools=(replace(SEATS, taken=24),)), [PERSON] * 2, (Full(25, 0, 1),)),
        (
            replace(PAIR, pools=(replace(KEPT[0], taken=19),)),
            [PERSON] * 2,
            (OnlyAtCounter(6, at(20, 18)),),
        ),
    ],
)
def test_who_comes_together_gets_seats_together_or_learns_why_not(pool, applicants, reasons):
    assert judge(pool, applicants, NOW).reasons == reasons


def test_each_of_a_group_has_their_own_reasons():
    assert judge(PAIR, [PERSON, CHILD], NOW).each == ((), (TooYoung(18, 8),))


# ---- Quotas ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "quotas"),
    [
        ({}, {Quota.FIRST_TIMERS}),
        ({"had_seat": True}, set()),
        ({"neighborhood_id": 2}, {Quota.FIRST_TIMERS, Quota.RESIDENTS}),
        ({"neighborhood_id": 3}, {Quota.FIRST_TIMERS}),
        ({"in_need_until": date(2026, 9, 16)}, {Quota.FIRST_TIMERS, Quota.IN_NEED}),
        ({"in_need_until": date(2026, 9, 15)}, {Quota.FIRST_TIMERS}),
    ],
)
def test_a_person_belongs_to_priority_groups_by_plain_facts(facts, quotas):
    nobody = {
        "neighborhood_id": None,
        "resident_of": frozenset({2}),
        "had_seat": False,
        "in_need_until": None,
        "on": date(2026, 9, 16),
    }

    assert quotas_of(**nobody | facts) == quotas


@pytest.mark.parametrize(("neighborhood", "reasons"), [(2, ()), (1, (Full(25, 0),))])
def test_a_quota_has_seats_for_those_who_belong_to_it_alone(neighborhood, reasons):
    quota = PoolSeats(2, Quota.RESIDENTS, capacity=2, taken=0)
    pool = replace(POOL, pools=(*FULL, quota), resident_of=frozenset({2}))

    assert refusals(pool, replace(PERSON, neighborhood_id=neighborhood), NOW) == reasons


def test_enrollment_ends_when_the_course_begins_even_if_the_window_is_longer():
    assert closing_time(replace(POOL, closes_at=at(30, 12))) == BEGINS_AT


@pytest.mark.parametrize(
    ("offered_at", "expires_at"),
    [
        (at(16, 10), at(17, 10)),
        (at(16, 20, 59), at(17, 20, 59)),
        (at(16, 21), at(18, 9)),
        (at(16, 23, 30), at(18, 9)),
        (at(16, 2), at(17, 9)),
        (at(16, 7, 59), at(17, 9)),
        (at(16, 8), at(17, 8)),
        (at(22, 10), BEGINS_AT - timedelta(hours=2)),
        (at(21, 21), BEGINS_AT - timedelta(hours=2)),
    ],
)
def test_an_offer_never_runs_out_at_night_nor_in_the_last_two_hours(offered_at, expires_at):
    assert offer_expires_at(offered_at, BEGINS_AT, 24) == expires_at
