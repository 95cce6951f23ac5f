"""Finding a free room: those that fit a wish, and what comes nearest to it when none does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from venue.places.free_time import nearest_start
from venue.places.judging import RoomTime, load_room_time
from venue.places.models import Center, Equipment, Room
from venue.places.rules import BookingMode, ClosedFor, Conflict, OutsideHours
from venue.timeline.interval import Interval
from venue.timeline.local_time import local_date, whole_days

DAYS_AROUND = (1, -1, 2, -2, 3, -3)
"""Another day is near when it is within three days (own)."""
MOST_NEAR = 3
"""Alternatives of one kind; more would be a list to search again (own)."""
MOST_ELSEWHERE = 60
"""Rooms of other centers that are asked, the smallest that fit (own)."""
SHUT = OutsideHours | ClosedFor


@dataclass(frozen=True, slots=True)
class Wanted:
    """When a room is wanted, for how many people, and with what in it."""

    interval: Interval
    people: int | None = None
    equipment_ids: frozenset[int] = frozenset()

    def seats(self, room: Room) -> bool:
        """Tell whether the room holds the people."""
        return self.people is None or room.capacity >= self.people

    def fits(self, room: Room) -> bool:
        """Tell whether the room holds the people and has everything."""
        return self.seats(room) and self.equipment_ids <= {one.id for one in room.equipment}


@dataclass(frozen=True, slots=True)
class Offer:
    """A room that is free at a time; `lacking` is what it does not have of what is wanted."""

    room: Room
    interval: Interval
    lacking: tuple[Equipment, ...] = ()


@dataclass(frozen=True, slots=True)
class Offers:
    """The rooms that are free as wanted; when there are none, what comes nearest, best first."""

    free: tuple[Offer, ...]
    other_times: tuple[Offer, ...] = ()
    """The same day, earlier or later."""
    other_days: tuple[Offer, ...] = ()
    """The same time, within some days."""
    other_rooms: tuple[Offer, ...] = ()
    """The same time, without all of the equipment."""
    elsewhere: tuple[Offer, ...] = ()
    """The same time, in other centers of the district."""
    shut: tuple[Conflict, ...] = ()
    """Why no room can be used at that time at all: the house is not open."""

    @property
    def all(self) -> tuple[Offer, ...]:
        """Everything that is offered, the best first."""
        near = (*self.other_times, *self.other_days, *self.other_rooms, *self.elsewhere)
        return (*self.free, *near)

    @property
    def near(self) -> bool:
        """Whether there is any alternative."""
        return len(self.all) > len(self.free)


def for_residents(room: Room) -> bool:
    """Tell whether residents may ask for a room at all."""
    return room.booking_mode is not BookingMode.STAFF_ONLY and not room.private


def find_free_rooms(
    session: Session, center: Center, rooms: Sequence[Room], wanted: Wanted, *, now: datetime
) -> Offers:
    """Return which of these rooms are free as wanted, the smallest first, or what comes nearest.

    The rooms are the center's or shared with it, and loaded with their equipment. Five queries, and
    nine more when none is free.
    """
    search = _Search(center, rooms, wanted, load_room_time(session, _ids(rooms), [wanted.interval]))
    free = tuple(search.free(search.fitting(), wanted.interval))
    if free:
        return Offers(free)
    days = [
        Interval(wanted.interval.start + shift, wanted.interval.end + shift)
        for shift in (timedelta(days=days) for days in DAYS_AROUND)
        if wanted.interval.start + shift > now
    ]
    wide = _Search(
        center, rooms, wanted, load_room_time(session, _ids(rooms), _whole_days(wanted, days))
    )
    return Offers(
        (),
        other_times=wide.other_times(now),
        other_days=wide.other_days(days),
        other_rooms=search.other_rooms(),
        elsewhere=_elsewhere(session, center, rooms, wanted),
        shut=search.shut(),
    )


@dataclass(frozen=True, slots=True)
class _Search:
    """A wish among some rooms, whose time was loaded."""

    center: Center
    rooms: Sequence[Room]
    wanted: Wanted
    time: RoomTime

    def fitting(self) -> list[Room]:
        """Return the rooms that hold the people and have everything: own ones and small ones first.

        A large hall is left to those who need it.
        """
        return sorted(
            (one for one in self.rooms if self.wanted.fits(one)),
            key=lambda one: (one.center_id != self.center.id, one.capacity),
        )

    def free(self, rooms: Iterable[Room], use: Interval) -> Iterator[Offer]:
        """Yield the rooms that can be used at a time."""
        kinds = {one.id: one for room in self.rooms for one in room.equipment}
        for room in rooms:
            if not self.against(room, use):
                lacking = self.wanted.equipment_ids - {one.id for one in room.equipment}
                yield Offer(room, use, tuple(kinds[id_] for id_ in sorted(lacking & kinds.keys())))

    def against(self, room: Room, use: Interval) -> tuple[Conflict, ...]:
        """Return what stands against a use of a room by the center."""
        return self.time.conflicts(room.id, use, self.wanted.people, self.center.id)

    def other_times(self, now: datetime) -> tuple[Offer, ...]:
        """Return for each room that fits the nearest time of the day, the nearest of all first."""
        use = self.wanted.interval
        found: list[Offer] = []
        for room in self.fitting():
            stretches = self.time.free(room.id, local_date(use.start))
            nearest = nearest_start(use, stretches, now)
            if nearest is not None:
                found += self.free([room], nearest)
        found.sort(key=lambda one: abs(one.interval.start - use.start))
        return tuple(found[:MOST_NEAR])

    def other_days(self, days: Iterable[Interval]) -> tuple[Offer, ...]:
        """Return for each of the next days the first room that is free then."""
        offers = (next(self.free(self.fitting(), use), None) for use in days)
        return tuple(islice((one for one in offers if one is not None), MOST_NEAR))

    def other_rooms(self) -> tuple[Offer, ...]:
        """Return the rooms that are free but lack something, those with the most first."""
        large = [one for one in self.rooms if self.wanted.seats(one) and not self.wanted.fits(one)]
        found = sorted(self.free(large, self.wanted.interval), key=lambda one: len(one.lacking))
        return tuple(found[:MOST_NEAR])

    def shut(self) -> tuple[Conflict, ...]:
        """Return why no room that holds the people is open at the time; nothing when one is."""
        large = [one for one in self.rooms if self.wanted.seats(one)]
        reasons = [
            [why for why in self.against(one, self.wanted.interval) if isinstance(why, SHUT)]
            for one in large or self.rooms
        ]
        return tuple(reasons[0]) if reasons and all(reasons) else ()


def _elsewhere(
    session: Session, center: Center, rooms: Sequence[Room], wanted: Wanted
) -> tuple[Offer, ...]:
    """Return the smallest room that is free in each of some other centers, the smallest first.

    What only residents of that center may book is left out.
    """
    others = session.scalars(
        select(Room)
        .join(Room.center)
        .where(
            Center.district_id == center.district_id,
            Center.id != center.id,
            Room.id.not_in(_ids(rooms)),
            Room.retired_at.is_(None),
            Room.private.is_(False),
            Room.residents_only.is_(False),
            Room.booking_mode != BookingMode.STAFF_ONLY,
            Room.capacity >= (wanted.people or 1),
        )
        .options(contains_eager(Room.center), joinedload(Room.photo), selectinload(Room.equipment))
        .order_by(Room.capacity, Room.id)
        .limit(MOST_ELSEWHERE)
    ).all()
    if not others:
        return ()
    time = load_room_time(session, _ids(others), [wanted.interval])
    found: dict[int, Offer] = {}
    for room in others:
        if wanted.fits(room) and not time.conflicts(room.id, wanted.interval, wanted.people, None):
            found.setdefault(room.center_id, Offer(room, wanted.interval))
        if len(found) == MOST_NEAR:
            break
    return tuple(found.values())


def _whole_days(wanted: Wanted, days: Sequence[Interval]) -> list[Interval]:
    """Return from the first to the last day on which something may be offered."""
    uses = [wanted.interval, *days]
    first_on = local_date(min(use.start for use in uses))
    last_on = local_date(max(use.start for use in uses))
    return [whole_days(first_on, last_on)]


def _ids(rooms: Iterable[Room]) -> list[int]:
    return [room.id for room in rooms]
