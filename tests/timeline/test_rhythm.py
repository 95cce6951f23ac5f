"""Tests of how the dates of a series are said in short."""

from datetime import date, time, timedelta

from venue.timeline.interval import Interval
from venue.timeline.local_time import instant
from venue.timeline.rhythm import Rhythm, rhythm

TUESDAY = date(2026, 9, 22)


def at(day: date, opens: time = time(18, 30), closes: time = time(20)) -> Interval:
    return Interval(instant(day, opens), instant(day, closes))


def weekly(count: int, start: date = TUESDAY) -> list[Interval]:
    return [at(start + timedelta(weeks=week)) for week in range(count)]


def test_twelve_tuesdays_come_every_tuesday():
    assert rhythm(weekly(12)) == Rhythm((2,), weekly=True, starts=time(18, 30), ends=time(20))


def test_one_date_or_none_has_no_rhythm():
    assert rhythm(weekly(1)) is None
    assert rhythm([]) is None


def test_a_week_left_out_for_a_holiday_is_weekly_all_the_same():
    dates = weekly(12)
    assert rhythm(dates[:2] + dates[3:]) == rhythm(dates)


def test_every_second_week_is_not_weekly():
    assert rhythm(weekly(12)[::2]) == Rhythm((2,), weekly=False, starts=time(18, 30), ends=time(20))


def test_two_dates_in_one_week_are_not_weekly():
    found = rhythm([at(TUESDAY), at(TUESDAY + timedelta(days=2))])
    assert found is not None
    assert (found.weekdays, found.weekly) == ((2, 4), False)


def test_times_that_differ_are_left_unsaid():
    later = at(TUESDAY + timedelta(weeks=1), time(19), time(20))
    assert rhythm([at(TUESDAY), later]) == Rhythm((2,), weekly=True, starts=None, ends=None)


def test_the_weekday_is_the_one_in_shanghai():
    early = [
        at(TUESDAY + timedelta(weeks=week), time(6), time(7)) for week in range(3)
    ]  # 22:00 on Monday in UTC
    assert rhythm(early).weekdays == (2,)
