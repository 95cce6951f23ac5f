"""Pure: who in line is next when seats are free, and how long an offer lasts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from venue.seats.matching import match
from venue.seats.rules import PoolSeats, Quota
from venue.timeline.local_time import instant, local

NIGHT_BEGINS = time(21)
NIGHT_ENDS = time(8)
MORNING = time(9)
LAST_MOMENT = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One of those who wait; `desk` when they came by counter or telephone."""

    enrollment_id: int
    quotas: frozenset[Quota]
    desk: bool = False


Entry = Sequence[Waiting]
"""A place in line: somebody alone, or all who wait together."""


@dataclass(frozen=True, slots=True)
class Moves:
    """What becomes of the free seats of one line."""

    offers: tuple[tuple[int, int], ...]
    """Enrollments to which a seat is offered, in order, each with the id of its pool."""
    pools: tuple[PoolSeats, ...]
    """The pools afterwards, with the free seats that wait for groups that need more."""


def move(line: Iterable[Entry], pools: Sequence[PoolSeats], *, desk: bool = False) -> Moves:
    """Give every free seat to the first in line who may use it; nobody overtakes.

    A group is offered seats together or not at all: as long as there are too few, it keeps those
    that it can use, and nobody behind it passes. It keeps none where there can never be enough,
    because the capacity was lowered since. `line` is read no further than seats reach that are
    free for everybody; with `desk`, as far as those that are kept for the counter, too.
    """
    now = {one.pool_id: one for one in pools}
    offers: list[tuple[int, int]] = []
    entries = iter(line)
    while any(one.left(desk=desk) for one in now.values()):
        entry = next(entries, None)
        if entry is None:
            break
        at_counter, quotas = entry[0].desk, [one.quotas for one in entry]
        places = match(quotas, list(now.values()), desk=at_counter)
        found = [pool_id for pool_id in places if pool_id is not None]
        if len(found) == len(entry):
            offers.extend((one.enrollment_id, at) for one, at in zip(entry, found, strict=True))
            for pool_id in found:
                now[pool_id] = _taken(now[pool_id], desk=at_counter)
        elif found and fits(quotas, pools):
            for pool_id in found:
                kept = now[pool_id].kept_for_group + 1
                now[pool_id] = replace(now[pool_id], kept_for_group=kept)
    return Moves(tuple(offers), tuple(now.values()))


def fits(people: Sequence[frozenset[Quota]], pools: Sequence[PoolSeats]) -> bool:
    """Tell whether people could have seats together if all seats were free."""
    empty = [PoolSeats(one.pool_id, one.quota, one.capacity, 0) for one in pools]
    return None not in match(people, empty)


def _taken(pool: PoolSeats, *, desk: bool) -> PoolSeats:
    return replace(pool, taken=pool.taken + 1, counter_taken=pool.counter_taken + desk)


def offer_expires_at(offered_at: datetime, begins_at: datetime | None, hours: int) -> datetime:
    """Return until when an offered seat waits for its answer.

    `hours` after the offer; an expiry from 21:00 to 08:00 moves to 09:00, so that nobody loses a
    seat asleep; never later than two hours before it begins (own figures, see the domain).
    """
    expires_at = offered_at + timedelta(hours=hours)
    clock = local(expires_at)
    if clock.time() >= NIGHT_BEGINS:
        expires_at = instant(clock.date() + timedelta(days=1), MORNING)
    elif clock.time() < NIGHT_ENDS:
        expires_at = instant(clock.date(), MORNING)
    if begins_at is not None:
        expires_at = min(expires_at, begins_at - LAST_MOMENT)
    return expires_at
