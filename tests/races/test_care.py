"""Families book the same days at once: no day too full, no half week, no deadlock."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import func, select

from tests import town as make
from tests.races.care_acts import book, book_out_of_order, count_and_book
from tests.races.crew import Crashed
from venue.childcare.booking_days import Booked, DaysRefused
from venue.childcare.models import CareBooking, CareDay
from venue.seats.models import Enrollment, SeatPool
from venue.seats.rules import SEATED

pytestmark = [pytest.mark.race, pytest.mark.xdist_group("races")]

FAMILIES = 16
WEEK = 5


class Summer:
    """Three weeks of care with four places a day, and families of two children."""

    def __init__(self, session, town, capacity):
        self.session = session
        self.program = make.care(session, town.wutongli, "暑托班", days=3 * WEEK, capacity=capacity)
        self.families = [
            [make.person(session, f"孩子{n}-{m}", 2017, grade=3).id for m in range(2)]
            for n in range(FAMILIES)
        ]
        session.commit()
        self.id = self.program.id
        self.days = [one.id for one in self.program.sessions]
        self.pools = [make.pool_of(session, one).id for one in self.program.sessions]
        session.rollback()

    def weeks(self, first: int, count: int) -> list[int]:
        return self.days[first * WEEK : (first + count) * WEEK]

    def each_day(self):
        """Return places, those counted as taken, and those that somebody has, by day."""
        self.session.rollback()
        seated = (
            select(func.count())
            .where(Enrollment.pool_id == SeatPool.id, Enrollment.status.in_(SEATED))
            .scalar_subquery()
        )
        rows = select(SeatPool.capacity, SeatPool.taken, seated).where(SeatPool.id.in_(self.pools))
        return self.session.execute(rows.order_by(SeatPool.id)).all()

    def days_by_booking(self):
        self.session.rollback()
        counted = select(func.count()).select_from(CareDay).group_by(CareDay.booking_id)
        return self.session.scalars(counted).all()


@pytest.fixture
def summer(db_session, town):
    return Summer(db_session, town, 4)


def test_the_last_place_of_a_week_goes_to_one_of_two_families(db_session, settings, crew, town):
    summer = Summer(db_session, town, 2)

    answers = crew.rush(
        settings, [(book, summer.id, family, summer.weeks(0, 1)) for family in summer.families[:2]]
    )

    assert Counter(map(type, answers)) == {Booked: 1, DaysRefused: 1}
    assert [tuple(day) for day in summer.each_day()[:WEEK]] == [(2, 2, 2)] * WEEK
    assert summer.days_by_booking() == [WEEK, WEEK]


def test_overlapping_weeks_leave_no_day_too_full_and_no_week_half_booked(settings, crew, summer):
    wanted = [summer.weeks(n % 2, 2)[:: 1 if n % 3 else -1] for n in range(FAMILIES)]
    jobs = [
        (book, summer.id, family, days)
        for family, days in zip(summer.families, wanted, strict=True)
    ]

    answers = crew.rush(settings, jobs)

    assert not [answer for answer in answers if isinstance(answer, Crashed)]
    for capacity, taken, seated in summer.each_day():
        assert taken == seated <= capacity
    assert set(summer.days_by_booking()) == {2 * WEEK}
    booked = Counter(map(type, answers))[Booked]
    assert booked == 2, "two families fill the week in the middle"
    assert summer.session.scalar(select(func.count()).select_from(CareBooking)) == 2 * booked


def test_what_is_free_is_taken_by_somebody_and_the_rest_waits(settings, crew, summer):
    jobs = [
        (book, summer.id, family, summer.weeks(n % 2, 2), "wait")
        for n, family in enumerate(summer.families)
    ]

    answers = crew.rush(settings, jobs)

    assert {type(answer) for answer in answers} == {Booked}
    assert [tuple(day) for day in summer.each_day()] == [(4, 4, 4)] * 3 * WEEK
    assert summer.days_by_booking() == [2 * WEEK] * 2 * FAMILIES


def test_counting_before_taking_overbooks_days(settings, crew, summer):
    """The control."""
    jobs = [(count_and_book, summer.pools[:WEEK], family) for family in summer.families]

    crew.rush(settings, jobs)

    assert any(seated > capacity for capacity, _, seated in summer.each_day())


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_days_locked_in_the_order_of_the_form_lock_two_families_up(settings, crew, summer):
    """The control."""
    week = summer.weeks(0, 1)
    first, second = summer.families[:2]

    answers = crew.rush(
        settings,
        [
            (book_out_of_order, summer.id, first, week),
            (book_out_of_order, summer.id, second, week[::-1]),
        ],
    )

    assert any("deadlock detected" in str(answer) for answer in answers)
