"""A year as twelve grids of days: what each date's cell says, to the public and in the office."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from flask import url_for
from flask_babel import format_date, gettext
from werkzeug.datastructures import MultiDict

from venue.blueprints.formats import clock_time, end_time, span
from venue.blueprints.formats import day as day_words
from venue.places.days import DayHours, DayState
from venue.timeline.interval import Interval, subtract

PAST_YEARS, COMING_YEARS = 1, 2
"""Years that can be looked at (own): who asks for more has mistyped, or is a robot without end."""

KINDS = {
    DayState.OPEN: "good",
    DayState.DUTY: "duty",
    DayState.UNATTENDED: "some",
    DayState.PARTLY: "low",
    DayState.CLOSED: "none",
    DayState.REST: "off",
}
"""How `month_grid.html` colors each state."""


@dataclass(frozen=True, slots=True)
class ChosenMonth:
    """The year to look at, and the month that is shown where there is room for only one."""

    year: int
    month: int
    understood: bool = True

    def moved(self, by: int) -> ChosenMonth:
        """Return the month that lies so many months after this one."""
        years, month = divmod(self.month - 1 + by, 12)
        return ChosenMonth(self.year + years, month + 1)

    @property
    def first_on(self) -> date:
        """The first day of the year."""
        return date(self.year, 1, 1)

    @property
    def last_on(self) -> date:
        """The last day of the year."""
        return date(self.year, 12, 31)

    @property
    def name(self) -> str:
        """9月."""
        return str(format_date(date(self.year, self.month, 1), "LLL"))


@dataclass(frozen=True, slots=True)
class Month:
    """One grid; `shown` is the one for narrow screens."""

    number: int
    title: str
    weeks: list[list[dict[str, Any] | None]]
    shown: bool


@dataclass(frozen=True, slots=True)
class YearSheet:
    """The year as it is drawn: its months, how many days of each state it has, how many change.

    `provisional` holds the year while its holidays are not known.
    """

    chosen: ChosenMonth
    months: list[Month]
    counts: Counter[DayState]
    changes: int
    provisional: list[int]


def choose_month(asked: MultiDict[str, str], today: date) -> ChosenMonth:
    """Read `?year=` and `?month=`; without them it is this month, or the first of another year."""
    try:
        year = int(asked.get("year") or today.year)
        month = int(asked.get("month") or (today.month if year == today.year else 1))
    except ValueError:
        return ChosenMonth(today.year, today.month, understood=False)
    if not within_reach(year, today) or not 1 <= month <= 12:
        return ChosenMonth(today.year, today.month, understood=False)
    return ChosenMonth(year, month)


def within_reach(year: int, today: date) -> bool:
    """Tell whether a year can be looked at."""
    return today.year - PAST_YEARS <= year <= today.year + COMING_YEARS


def year_links(
    chosen: ChosenMonth, today: date, endpoint: str, **values: object
) -> list[dict[str, object]]:
    """Return the links to the year before, this one and the next, as far as they go."""
    return [
        {
            "label": str(year),
            "url": url_for(endpoint, year=year, **values),  # type: ignore[arg-type]
            "current": year == chosen.year,
        }
        for year in range(chosen.year - 1, chosen.year + 2)
        if within_reach(year, today)
    ]


def month_links(
    chosen: ChosenMonth, today: date, endpoint: str, **values: object
) -> list[dict[str, object]]:
    """Return the links to the month before, this one and the next, for narrow screens."""
    before, after = chosen.moved(-1), chosen.moved(1)
    signs = ((before, f"‹ {before.name}"), (chosen, chosen.name), (after, f"{after.name} ›"))
    return [
        {
            "label": label,
            "url": url_for(endpoint, year=one.year, month=one.month, **values),  # type: ignore[arg-type]
            "current": one is chosen,
        }
        for one, label in signs
        if within_reach(one.year, today)
    ]


def year_sheet(
    days: Sequence[DayHours],
    chosen: ChosenMonth,
    today: date,
    announced: set[int],
    address: Callable[[date], str],
    *,
    before: Sequence[DayHours] | None = None,
    on_duty: Mapping[date, Sequence[str]] | None = None,
) -> YearSheet:
    """Return the year of these days; those whose hours differ from `before` are marked.

    `announced` are the years whose holidays are known, `on_duty` names people by date, and
    `address` is where a day leads.
    """
    changed = {
        day.on
        for day, was in zip(days, before or days, strict=True)
        if day.stretches != was.stretches
    }
    named = on_duty or {}
    cells = {}
    for day in days:
        news = [_duty_words(named.get(day.on)), gettext("有变化") if day.on in changed else None]
        cells[day.on] = {
            **_cell(day, address(day.on), news),
            "changed": day.on in changed,
            "today": day.on == today,
        }
    return YearSheet(
        chosen=chosen,
        months=[
            Month(
                number,
                ChosenMonth(chosen.year, number).name,
                _weeks([cells[day.on] for day in month], month[0].on.weekday()),
                number == chosen.month,
            )
            for number, month in _by_month(days)
        ],
        counts=Counter(day.state for day in days),
        changes=len(changed),
        provisional=sorted({chosen.year} - announced),
    )


def hours_words(day: DayHours) -> str:
    """08:30–11:30、13:00–21:00, with unattended hours named, or why the day is closed."""
    if not day.hours:
        reason = day.gaps[0].reason
        return gettext("休息：%(reason)s", reason=reason) if reason else gettext("休息")
    staffed = day.staffed
    alone = subtract(day.hours, staffed)
    said = [_joined(staffed)] if staffed else []
    if alone:
        said.append(gettext("%(hours)s 无人值守", hours=_joined(alone)))
    said += [
        f"{span(gap.interval.start, gap.interval.end)} {gap.reason}"
        for gap in day.gaps
        if gap.interval
    ]
    return gettext("，").join(said)


def day_name(day: DayHours) -> str | None:
    """Return 国庆节, 调休上班, or nothing of an ordinary day."""
    return gettext("调休上班") if day.is_makeup_workday else day.holiday


def _duty_words(names: Sequence[str] | None) -> str | None:
    return gettext("值班：%(names)s", names=gettext("、").join(names)) if names else None


def _joined(intervals: Sequence[Interval]) -> str:
    return gettext("、").join(span(one.start, one.end) for one in intervals)


def _by_month(days: Sequence[DayHours]) -> list[tuple[int, list[DayHours]]]:
    return [(number, list(month)) for number, month in groupby(days, lambda day: day.on.month)]


def _weeks(cells: list[dict[str, Any]], before: int) -> list[list[dict[str, Any] | None]]:
    """Return the cells of a month seven to the week, after so many days of the month before."""
    filled: list[dict[str, Any] | None] = [*[None] * before, *cells]
    filled += [None] * (-len(filled) % 7)
    return [filled[start : start + 7] for start in range(0, len(filled), 7)]


def _cell(day: DayHours, url: str, news: Sequence[str | None]) -> dict[str, Any]:
    words = [day_words(day.on), day_name(day), hours_words(day), *news]
    return {
        "day": day.on.day,
        "kind": KINDS[day.state],
        "name": gettext("，").join(one for one in words if one),
        "sign": _sign(day),
        "lines": _lines(day),
        "url": url,
    }


def _sign(day: DayHours) -> str | None:
    if day.is_makeup_workday:
        return gettext("班")
    return gettext("休") if day.holiday else None


def _lines(day: DayHours) -> list[str]:
    """Return from when to when, in as few signs as a cell has room for."""
    hours = day.staffed or day.hours
    if not hours:
        return [gettext("关闭")] if day.state is DayState.CLOSED else []
    first, last = hours[0].start, hours[-1].end
    if last - first == timedelta(days=1):
        return [gettext("全天")]
    return [clock_time(first), end_time(last)]
