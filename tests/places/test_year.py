"""Layers and closures over the year 2026 agree with a model that asks about every minute by itself.

The model keeps a set of minutes as the bits of a whole number, minute 0 being the year's first.
It knows no interval, no union and no subtraction.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from chinese_calendar import constants as announced
from hypothesis import given, settings
from hypothesis import strategies as st

from venue.places.days import DayState, day_hours, days_of_year
from venue.places.opening import Hours
from venue.places.rules import ClosureFact, DayKind, Layer, OpeningFact
from venue.timeline.interval import Interval
from venue.timeline.local_time import day_start

YEAR = 2026
NEW_YEAR = date(YEAR, 1, 1)
DAYS = [NEW_YEAR + timedelta(days=number) for number in range(365)]
MINUTES_A_DAY = 24 * 60
MINUTE = timedelta(minutes=1)
ZERO = day_start(NEW_YEAR)
CALENDAR = {
    on: (kind, "节日")
    for kind, dates in (
        (DayKind.HOLIDAY, announced.holidays),
        (DayKind.MAKEUP_WORKDAY, announced.workdays),
    )
    for on in sorted(dates)
    if on.year == YEAR
}
"""As the State Council announced it: 33 days off, six make-up workdays."""
CENTER, STUDIO, HALL = None, 1, 2
PLACES = (CENTER, STUDIO, HALL)

times = st.integers(0, 95).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))
dates = st.sampled_from(DAYS)
weekday_sets = st.sets(st.sampled_from("1234567"), min_size=1).map(
    lambda days: "".join(sorted(days))
)


@st.composite
def rules(draw: st.DrawFn) -> OpeningFact:
    opens = draw(times)
    closes = draw(times.filter(lambda at: at == time.min or at > opens))
    first, last = sorted(draw(st.tuples(dates, dates)))
    return OpeningFact(
        draw(st.sampled_from(Layer)),
        draw(weekday_sets),
        opens,
        closes,
        draw(st.sampled_from([None, first])),
        draw(st.sampled_from([None, last])),
        draw(st.sampled_from(PLACES)),
    )


@st.composite
def closures(draw: st.DrawFn) -> ClosureFact:
    start = draw(st.integers(0, 365 * 96 - 1))
    length = draw(st.one_of(st.integers(1, 40), st.integers(1, 96 * 30)))
    starts_at = ZERO + start * 15 * MINUTE
    interval = Interval(starts_at, starts_at + length * 15 * MINUTE)
    return ClosureFact(interval, "检修", draw(st.sampled_from(PLACES)))


plans = st.tuples(st.lists(rules(), max_size=8), st.lists(closures(), max_size=4))


# ---- The model -------------------------------------------------------------------------------


def minutes(first: int, last: int) -> int:
    """Return the minutes from the first up to, but not including, the last."""
    return (1 << last) - (1 << first)


def minute_of(at: datetime) -> int:
    return max(0, (at - ZERO) // MINUTE)


def holds(rule: OpeningFact, on: date) -> bool:
    kind, _ = CALENDAR.get(on, (DayKind.ORDINARY, ""))
    if rule.valid_from_on and on < rule.valid_from_on:
        return False
    if rule.valid_until_on and on > rule.valid_until_on:
        return False
    named = str(on.isoweekday()) in rule.weekdays
    return {
        Layer.REGULAR: named and kind is not DayKind.HOLIDAY,
        Layer.EXTENDED: named and kind is not DayKind.HOLIDAY,
        Layer.HOLIDAY_DUTY: kind is DayKind.HOLIDAY,
        Layer.UNATTENDED: named,
    }[rule.layer]


def modeled(
    on: date, place: int | None, rules: Iterable[OpeningFact], closed: dict[int | None, int]
) -> dict[Layer, int]:
    """Return the open minutes of a day for each layer."""
    today = [rule for rule in rules if holds(rule, on)]
    of_place = [rule for rule in today if rule.room_id == place]
    of_center = [rule for rule in today if rule.room_id is None]
    midnight = (on - NEW_YEAR).days * MINUTES_A_DAY
    found: dict[Layer, int] = {}
    for rule in of_place or of_center:
        opens = rule.opens.hour * 60 + rule.opens.minute
        closes = rule.closes.hour * 60 + rule.closes.minute or MINUTES_A_DAY
        open_ = minutes(midnight + opens, midnight + closes)
        open_ &= ~closed[CENTER] & ~closed[place]
        found[rule.layer] = found.get(rule.layer, 0) | open_
    return {layer: open_ for layer, open_ in found.items() if open_}


def closed_minutes(given: Iterable[ClosureFact]) -> dict[int | None, int]:
    found: dict[int | None, int] = dict.fromkeys(PLACES, 0)
    for one in given:
        found[one.room_id] |= minutes(minute_of(one.interval.start), minute_of(one.interval.end))
    return found


# ---- What the house says ---------------------------------------------------------------------


def as_minutes(intervals: Iterable[Interval]) -> int:
    found = 0
    for one in intervals:
        found |= minutes(minute_of(one.start), minute_of(one.end))
    return found


def agree(hours: Hours, on: date, closed: dict[int | None, int]) -> None:
    for place in PLACES:
        told = day_hours(hours, on, place)
        by_layer = {
            layer: as_minutes(one.interval for one in told.stretches if one.layer is layer)
            for layer in {one.layer for one in told.stretches}
        }
        model = modeled(on, place, hours.rules, closed)
        assert by_layer == model, f"{on} in {place}"
        everything = 0
        for open_ in model.values():
            everything |= open_
        assert as_minutes(told.hours) == everything
        staffed = 0
        for layer, open_ in model.items():
            staffed |= open_ if layer is not Layer.UNATTENDED else 0
        assert as_minutes(told.staffed) == staffed
        assert (told.state in (DayState.CLOSED, DayState.REST)) is not bool(everything)


@settings(max_examples=60)
@given(plans, st.integers(0, 51))
def test_a_week_and_every_special_date_of_2026_agree_minute_by_minute(plan, week):
    given_rules, given_closures = plan
    hours = Hours(given_rules, given_closures, CALENDAR)
    closed = closed_minutes(given_closures)
    for on in [*DAYS[week * 7 : week * 7 + 7], *CALENDAR]:
        agree(hours, on, closed)


@settings(max_examples=8)
@given(plans)
def test_every_day_of_the_year_agrees_minute_by_minute(plan):
    given_rules, given_closures = plan
    hours = Hours(given_rules, given_closures, CALENDAR)
    closed = closed_minutes(given_closures)
    for on in DAYS:
        agree(hours, on, closed)


@settings(max_examples=40)
@given(plans, rules(), dates)
def test_a_rule_more_opens_no_less_of_the_center_and_taking_it_back_leaves_all_as_it_was(
    plan, rule, on
):
    given_rules, given_closures = plan
    before = Hours(given_rules, given_closures, CALENDAR)
    after = before.revised(None, rule)
    was, is_ = (as_minutes(day_hours(hours, on).hours) for hours in (before, after))
    assert was & ~is_ == 0
    assert after.revised(rule, None).of(on, rule.room_id) == before.of(on, rule.room_id)


def test_the_calendar_of_2026_has_six_makeup_workdays():
    kinds = [kind for kind, _ in CALENDAR.values()]
    assert kinds.count(DayKind.MAKEUP_WORKDAY) == 6
    assert kinds.count(DayKind.HOLIDAY) == 33


def test_a_leap_year_has_its_day_more():
    assert [day.on for day in days_of_year(Hours([], [], {}), 2028)][59] == date(2028, 2, 29)
    assert len(days_of_year(Hours([], [], {}), 2028)) == 366
