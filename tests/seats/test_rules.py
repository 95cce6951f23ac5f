"""The rules of seats as tables of cases: who may enroll, why not, and how long an offer lasts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from venue.seats.rules import (
    AlreadyEnrolled,
    ApplicantFact,
    Appointment,
    Cancelled,
    Clash,
    Closed,
    EnrollmentStatus,
    Full,
    NoEnrollment,
    NotOpenYet,
    NotResident,
    OneATerm,
    PoolFact,
    TooOld,
    TooYoung,
    Unpublished,
    closing_time,
    offer_expires_at,
    refusals,
    waitlist_refusals,
)
from venue.timeline.interval import Interval
from venue.timeline.local_time import instant


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return instant(date(2026, 9, day), time(hour, minute))


NOW = at(16, 10)
OPENS_AT, CLOSES_AT, BEGINS_AT = at(10, 9), at(21, 18), at(22, 18, 30)
LESSON = Interval(BEGINS_AT, BEGINS_AT + timedelta(minutes=90))
POOL = PoolFact(
    capacity=25,
    taken=3,
    waiting=0,
    published=True,
    cancelled=False,
    drop_in=False,
    opens_at=OPENS_AT,
    closes_at=CLOSES_AT,
    begins_at=BEGINS_AT,
    min_age=18,
    max_age=55,
    resident_of=None,
    times=(LESSON,),
)
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
    assert refusals(POOL, PERSON, NOW) == []


@pytest.mark.parametrize(
    ("pool", "person", "now", "reason"),
    [
        ({"published": False}, {}, NOW, Unpublished()),
        ({"cancelled": True}, {}, NOW, Cancelled()),
        ({"drop_in": True}, {}, NOW, NoEnrollment()),
        ({}, {}, OPENS_AT - timedelta(seconds=1), NotOpenYet(OPENS_AT)),
        ({}, {}, CLOSES_AT, Closed(CLOSES_AT)),
        ({"closes_at": None}, {}, BEGINS_AT, Closed(BEGINS_AT)),
        ({}, {"birth_year": 2008, "birth_on": date(2008, 9, 23)}, NOW, TooYoung(18, 17)),
        ({}, {"birth_year": 1970, "birth_on": date(1970, 9, 22)}, NOW, TooOld(55, 56)),
        ({"resident_of": frozenset({2})}, {}, NOW, NotResident()),
        ({"resident_of": frozenset({2})}, {"neighborhood_id": None}, NOW, NotResident()),
        (
            {},
            {"enrollment": (7, EnrollmentStatus.WAITLISTED)},
            NOW,
            AlreadyEnrolled(7, EnrollmentStatus.WAITLISTED),
        ),
        ({}, {"seat_of_the_term": "摄影"}, NOW, OneATerm("摄影")),
        ({}, {"appointments": (OTHER,)}, NOW, Clash("合唱", OTHER.interval.start)),
        ({"taken": 25, "waiting": 4}, {}, NOW, Full(25, 4)),
    ],
)
def test_each_refusal_is_named_with_its_figures(pool, person, now, reason):
    assert refusals(replace(POOL, **pool), replace(PERSON, **person), now) == [reason]


@pytest.mark.parametrize(
    ("pool", "person", "now"),
    [
        ({}, {}, OPENS_AT),
        ({}, {}, CLOSES_AT - timedelta(seconds=1)),
        ({}, {"birth_year": 2008, "birth_on": date(2008, 9, 22)}, NOW),
        ({}, {"birth_year": 1970, "birth_on": date(1970, 9, 23)}, NOW),
        ({}, {"birth_year": 2008, "birth_on": None}, NOW),
        ({"resident_of": frozenset({1})}, {}, NOW),
        ({"taken": 24}, {}, NOW),
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
    assert refusals(replace(POOL, **pool), replace(PERSON, **person), now) == []


def test_every_reason_is_given_at_once():
    pool = replace(POOL, taken=25, resident_of=frozenset({2}))
    person = replace(PERSON, birth_year=1940, birth_on=None, appointments=(OTHER,))

    kinds = [type(reason) for reason in refusals(pool, person, NOW)]

    assert kinds == [TooOld, NotResident, Clash, Full]


def test_a_full_course_stands_against_a_seat_but_not_against_waiting():
    assert waitlist_refusals(replace(POOL, taken=25), PERSON, NOW) == []


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
