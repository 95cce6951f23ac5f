"""What is free on a day, as links that fill in the form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from venue import clock
from venue.blueprints.formats import clock_time, end_time, weekday
from venue.db import db
from venue.places.days import DayHours
from venue.places.free import free_day
from venue.places.free_time import from_now_on
from venue.places.models import Room
from venue.places.opening import years_not_announced
from venue.reservations.rules import RoomTerms, as_long_as_allowed
from venue.timeline.interval import Interval
from venue.timeline.local_time import week_start

WEEK = timedelta(weeks=1)
Address = Callable[[dict[str, Any]], str]
"""Returns the address of the page for a day (`on`), with `from` and `to` for a time of it."""


@dataclass(frozen=True, slots=True)
class FreePanel:
    """One day of a room: its hours, what is free (with where it leads), and the days around."""

    on: date
    provisional: Sequence[int]
    """The year of the day, when its holidays are not known yet."""
    day: DayHours
    stretches: Sequence[tuple[Interval, str]]
    strip: Sequence[dict[str, object]]
    before: str | None
    after: str | None


def free_panel(room: Room, terms: RoomTerms, on: date | None, address: Address) -> FreePanel:
    """Return the day `on`, or today; a stretch leads to as much of it as one may have at a time."""
    today = clock.today()
    last_on = today + terms.advance
    shown = on or today
    found = free_day(db.session(), room, shown)
    monday = week_start(shown)
    days = [monday + timedelta(days=number) for number in range(7)]
    return FreePanel(
        on=shown,
        provisional=years_not_announced(db.session(), [shown]),
        day=found.day,
        stretches=[
            (stretch, address({"on": shown, **_times(stretch, terms)}))
            for stretch in from_now_on(found.stretches, clock.now())
        ],
        strip=[
            {
                "weekday": weekday(one),
                "day": one.day,
                "url": address({"on": one}),
                "current": one == shown,
            }
            for one in days
        ],
        before=address({"on": shown - WEEK}) if monday > today else None,
        after=address({"on": shown + WEEK}) if monday + WEEK <= last_on else None,
    )


def _times(stretch: Interval, terms: RoomTerms) -> dict[str, str]:
    use = as_long_as_allowed(terms, stretch)
    return {"from": clock_time(use.start), "to": end_time(use.end)}
