"""Which week, day and category an address asks for, and the links to the weeks beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flask import url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from venue.places.rules import Category
from venue.timeline.interval import Interval
from venue.timeline.local_time import day_start, week_start

WEEK = timedelta(weeks=1)
PAST_WEEKS = 53
COMING_WEEKS = 105
"""A year back and two ahead (own): who asks for more has mistyped, or is a robot without end."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address asks for. When it was not `understood` it is today's week."""

    monday: date
    day: date
    category: Category | None
    understood: bool = True

    @property
    def sunday(self) -> date:
        """The last day of the week."""
        return self.monday + WEEK - timedelta(days=1)

    @property
    def whole(self) -> Interval:
        """The whole week."""
        return Interval(day_start(self.monday), day_start(self.monday + WEEK))


def choose(asked: MultiDict[str, str], today: date) -> Chosen:
    """Read `?week=` (any of its dates), `?day=` and `?category=`.

    Without a day it is today, or the Monday of another week; a category that there is not is none.
    """
    category = next((one for one in Category if one == asked.get("category")), None)
    week, day = asked.get("week"), asked.get("day")
    try:
        picked = date.fromisoformat(day) if day else None
        monday = week_start(date.fromisoformat(week) if week else picked or today)
    except (ValueError, OverflowError):
        return Chosen(week_start(today), today, category, understood=False)
    if not within_reach(monday, today):
        return Chosen(week_start(today), today, category, understood=False)
    for one in (picked, today):
        if one is not None and week_start(one) == monday:
            return Chosen(monday, one, category)
    return Chosen(monday, monday, category)


def within_reach(monday: date, today: date) -> bool:
    """Tell whether a week can be looked at."""
    return -PAST_WEEKS <= (monday - week_start(today)) // WEEK <= COMING_WEEKS


def week_links(
    chosen: Chosen, today: date, endpoint: str, **values: object
) -> list[dict[str, object]]:
    """Return the links to the week before, this week and the week after, as far as they go."""

    def address(monday: date | None) -> str:
        return url_for(endpoint, week=monday, category=chosen.category, **values)  # type: ignore[arg-type]

    links: list[dict[str, object]] = [
        {
            "label": gettext("本周"),
            "url": address(None),
            "current": chosen.monday == week_start(today),
        }
    ]
    before, after = chosen.monday - WEEK, chosen.monday + WEEK
    if within_reach(before, today):
        links.insert(0, {"label": "‹", "name": gettext("上一周"), "url": address(before)})
    if within_reach(after, today):
        links.append({"label": "›", "name": gettext("下一周"), "url": address(after)})
    return links
