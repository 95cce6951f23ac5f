"""Between instants (aware, UTC) and the wall clock of the centers, which is Asia/Shanghai."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from venue.timeline.interval import Interval

SHANGHAI = ZoneInfo("Asia/Shanghai")


def instant(on: date, wall_time: time) -> datetime:
    """Return the UTC instant at which a Shanghai clock shows `wall_time` on the day `on`."""
    return datetime.combine(on, wall_time, SHANGHAI).astimezone(UTC)


def local(at: datetime) -> datetime:
    """Return an aware instant as Shanghai wall-clock time."""
    return at.astimezone(SHANGHAI)


def local_date(at: datetime) -> date:
    """Return the Shanghai calendar day on which an instant falls."""
    return local(at).date()


def day_start(on: date) -> datetime:
    """Return the UTC instant of Shanghai midnight at which the day `on` begins."""
    return instant(on, time.min)


def whole_days(first_on: date, last_on: date) -> Interval:
    """Return the time from the midnight that begins a day to the one that ends another."""
    return Interval(day_start(first_on), day_start(last_on + timedelta(days=1)))


def week_start(on: date) -> date:
    """Return the Monday of the week (ISO 8601) that holds the day `on`."""
    return on - timedelta(days=on.weekday())
