"""Weekly patterns: which days a series that repeats every n weeks falls on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from venue.timeline.local_time import week_start

LONGEST_SERIES = 400
"""Dates in one series: a daily program of a whole year (366) and some; longer is a typing error."""


@dataclass(frozen=True, slots=True)
class WeeklyPattern:
    """Every `every_weeks` weeks on `weekdays` (ISO, 1 Monday to 7 Sunday) from `starts_on`.

    It ends after `count` dates, or with the day `until_on` included; exactly one of the two is set.
    Raises ValueError for a pattern that no series can have.
    """

    starts_on: date
    weekdays: frozenset[int]
    every_weeks: int = 1
    count: int | None = None
    until_on: date | None = None

    def __post_init__(self) -> None:
        if not self.weekdays or not self.weekdays <= set(range(1, 8)):
            raise ValueError("a weekly pattern has weekdays from 1 to 7")
        if self.every_weeks < 1:
            raise ValueError("a weekly pattern repeats every one or more weeks")
        if (self.count is None) == (self.until_on is None):
            raise ValueError("a weekly pattern ends by count or by date")
        if self.count is not None and not 1 <= self.count <= LONGEST_SERIES:
            raise ValueError(f"a series has 1 to {LONGEST_SERIES} dates")

    @property
    def most(self) -> int:
        """How many dates it has at most."""
        return self.count or LONGEST_SERIES

    def falls_on(self, on: date) -> bool:
        """Tell whether a day of its weeks is one of its weekdays."""
        return on.isoweekday() in self.weekdays

    def days_until(self, last_on: date) -> Iterator[date]:
        """Yield every day of the weeks in which it comes, from `starts_on` to the end of it.

        The end is `until_on` or `last_on`, whichever is earlier; counting is the caller's.
        """
        last = last_on if self.until_on is None else min(self.until_on, last_on)
        monday = week_start(self.starts_on)
        while monday <= last:
            for days in range(7):
                on = monday + timedelta(days=days)
                if self.starts_on <= on <= last:
                    yield on
            monday += timedelta(weeks=self.every_weeks)
