"""Whether a center lets people in at the moment, until when, and when next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from venue.places.opening import Hours
from venue.places.rules import ClosureFact, Layer, OpenInterval, opening_now
from venue.timeline.local_time import local_date

LOOK_AHEAD = timedelta(days=60)
"""How far the next opening is looked for (own): longer than any holiday or repair."""


@dataclass(frozen=True, slots=True)
class Open:
    """People are let in without a gap up to `until`.

    `unattended`: nobody of the staff is there before `staffed_at`, which is None when it is not
    known; `phone` is who can be called, None for the center itself.
    """

    until: datetime
    unattended: bool
    staffed_at: datetime | None
    phone: str | None = None

    @property
    def last_on(self) -> date:
        """The day on which they close; closing at midnight ends the day before."""
        return local_date(self.until - timedelta(microseconds=1))


@dataclass(frozen=True, slots=True)
class Shut:
    """People are let in again at `opens_at`, None when that is not known yet.

    `closure` is the one in force at the moment, if it is not just out of hours.
    """

    opens_at: datetime | None
    closure: ClosureFact | None


Doors = Open | Shut


def doors(hours: Hours, now: datetime) -> Doors:
    """Return the state of a center's doors; `hours` are those of LOOK_AHEAD from today.

    While there is staff it counts as open with staff, whatever unattended hours lie around it.
    """
    today = local_date(now)
    stretches = [
        stretch
        for number in range(LOOK_AHEAD.days)
        for stretch in hours.of(today + timedelta(days=number))
    ]
    staffed = [stretch for stretch in stretches if stretch.layer is not Layer.UNATTENDED]
    with_staff = opening_now(staffed, now)
    if with_staff is not None:
        return Open(with_staff[1], unattended=False, staffed_at=None)
    alone = opening_now(stretches, now)
    if alone is not None:
        return Open(alone[1], unattended=True, staffed_at=_next(staffed, now), phone=alone[0].phone)
    closure = next(
        (one for one in hours.closures if one.room_id is None and one.interval.holds(now)), None
    )
    return Shut(_next(stretches, now), closure)


def _next(stretches: Iterable[OpenInterval], now: datetime) -> datetime | None:
    return next((one.interval.start for one in stretches if one.interval.start > now), None)
