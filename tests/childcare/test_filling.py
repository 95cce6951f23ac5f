"""How full days of care are, and how many carers a center needs by date and time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests import town as make
from venue import clock as venue_clock
from venue.childcare.booking_days import WhenFull
from venue.childcare.changing_days import Absent, tell_absence
from venue.childcare.filling import (
    Figures,
    by_week,
    days_of_center,
    days_of_program,
    staff_needed_by_day,
    total,
)
from venue.seats.models import Enrollment
from venue.seats.rules import EnrollmentStatus


@pytest.fixture
def first_on(after):
    return days_of_program(after.session, after.program.id)[0].on


def test_each_day_says_its_places_children_meals_and_naps(after, town):
    after.care.nap_fen = 500
    after.session.commit()
    after.book([town.xiao_he, town.xiao_mai], 0, 1, meal=True)
    after.book(town.xiao_mai, 2)
    days = days_of_program(after.session, after.program.id)
    assert len(days) == 10
    assert days[0].figures == Figures(places=25, booked=2, meals=2, carers=2)
    assert days[2].figures == Figures(places=25, booked=1, carers=2)
    assert days[3].figures == Figures(places=25)


def test_whoever_waits_needs_no_carer_and_whoever_has_an_offer_does(after, town):
    pool = after.leave(0, 0)
    after.book(town.xiao_he, 0, when_full=WhenFull.WAIT, meal=True)
    [day, *_] = days_of_program(after.session, after.program.id)
    assert day.figures == Figures(places=0, waiting=1)
    [child] = make.crowd(after.session, 1)
    pool.capacity = 1
    make.enrollment(after.session, pool, child, EnrollmentStatus.OFFERED)
    after.session.commit()
    [day, *_] = days_of_program(after.session, after.program.id)
    assert day.figures == Figures(places=1, waiting=1, offered=1, carers=2)


def test_an_absence_is_counted_and_neither_cooked_for_nor_looked_after(after, town, clock):
    after.book(town.xiao_he, 0, meal=True)
    [enrollment] = after.session.query(Enrollment).filter_by(person_id=town.xiao_he.id)
    clock.set(after.days[0].starts_at - timedelta(hours=2))
    actor, now = after.by(), venue_clock.now()
    told = tell_absence(after.session, town.xiao_he.id, enrollment.id, "发烧", actor=actor, now=now)
    assert isinstance(told, Absent)
    [day, *_] = days_of_program(after.session, after.program.id)
    assert day.figures == Figures(places=25, absent=1)


def test_weeks_add_up_and_leave_out_what_is_called_off(after, town):
    after.book(town.xiao_he, 0, 1, 2, meal=True)
    after.days[1].cancelled_at = venue_clock.now()
    after.session.commit()
    weeks = by_week(days_of_program(after.session, after.program.id))
    assert [len(days) for days in weeks.values()] == [4, 5, 1]
    first, *_ = weeks.values()
    assert total(first) == Figures(places=75, booked=2, meals=2, carers=4)


def test_a_center_counts_its_own_published_programs_within_the_dates(after, town, first_on):
    make.care(after.session, town.elsewhere, "河湾托管")
    draft = make.care(after.session, town.wutongli, "草稿")
    draft.published_at = None
    after.session.commit()
    days = days_of_center(after.session, town.wutongli.id, first_on, first_on + timedelta(days=1))
    assert [(one.title, one.on) for one in days] == [
        ("放学托管", first_on),
        ("放学托管", first_on + timedelta(days=1)),
    ]


def test_carers_of_two_programs_at_one_time_add_up(after, town, first_on):
    other = make.care(after.session, town.wutongli, "高年级托管")
    other.sessions[0].starts_at += timedelta(minutes=30)
    after.session.commit()
    after.pool(0).capacity = 40
    after.fill(0, 26, left=0)
    make.enrollment(after.session, make.pool_of(after.session, other.sessions[0]), town.xiao_he)
    after.session.commit()
    needed = staff_needed_by_day(after.session, town.wutongli.id, first_on, date(2027, 1, 1))
    assert list(needed) == [first_on]
    starts, ends = after.days[0].starts_at, after.days[0].ends_at
    later = starts + timedelta(minutes=30)
    found = [(one.starts_at, one.ends_at, one.children, one.carers) for one in needed[first_on]]
    assert found == [(starts, later, 26, 3), (later, ends, 27, 5)]


def test_a_day_called_off_needs_nobody(after, town, first_on):
    after.book(town.xiao_he, 0)
    after.days[0].cancelled_at = venue_clock.now()
    after.session.commit()
    assert staff_needed_by_day(after.session, town.wutongli.id, first_on, first_on) == {}


def test_all_days_are_one_query_however_many(after, town, count_queries):
    after.book([town.xiao_he, town.xiao_mai], *range(10), meal=True)
    with count_queries() as sent:
        days_of_program(after.session, after.program.id)
    assert len(sent) == 1
