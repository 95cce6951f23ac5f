"""What is known of rooms over some days: by it wishes are judged, and free time is found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from venue.places.free_time import free_stretches
from venue.places.models import Room, RoomBooking, RoomSharing
from venue.places.opening import Hours, load_hours_of_centers
from venue.places.rules import (
    LONGEST_BOOKING,
    BookingStatus,
    Claim,
    Conflict,
    OpenInterval,
    RoomFact,
    conflicts,
)
from venue.timeline.interval import Interval
from venue.timeline.local_time import local_date


@dataclass(frozen=True, slots=True)
class RoomTime:
    """What decides whether rooms can be used, for the days that it was loaded for."""

    facts: dict[int, RoomFact]
    """The rooms by id."""
    hours: dict[int, Hours]
    """By room; rooms of one center have the same."""
    claims: dict[int, list[Claim]]
    """By room."""
    _days: dict[tuple[int, date], list[OpenInterval]] = field(default_factory=dict)

    def held_for(self, room_id: int, use: Interval) -> Interval:
        """Return the time for which a room is held so that it can be used for `use`."""
        return self.facts[room_id].held_for(use)

    def conflicts(
        self,
        room_id: int,
        use: Interval,
        people: int | None,
        wanted_by: int | None,
        beside: Iterable[Claim] = (),
    ) -> tuple[Conflict, ...]:
        """Return everything that stands against the use of a room; empty means free.

        `wanted_by` is the center that wants it, if one does; `beside` is what else claims the room.
        """
        return tuple(
            conflicts(
                self.held_for(room_id, use),
                self.facts[room_id],
                people,
                [*self.claims[room_id], *beside],
                self._open(room_id, local_date(use.start)),
                self.hours[room_id].closures,
                wanted_by,
            )
        )

    def free(self, room_id: int, on: date) -> list[Interval]:
        """Return the stretches of a day within which a room can be used."""
        claims = [claim.interval for claim in self.claims[room_id]]
        return free_stretches(self.facts[room_id], claims, self._open(room_id, on))

    def _open(self, room_id: int, on: date) -> list[OpenInterval]:
        if (room_id, on) not in self._days:
            self._days[room_id, on] = self.hours[room_id].of(on, room_id)
        return self._days[room_id, on]


# Built once: to build a statement takes longer than to have it answered.
_of_rooms: BindParameter[int] = bindparam("room_ids", expanding=True)
_ROOMS = (
    select(Room, RoomSharing.center_id)
    .outerjoin(RoomSharing, RoomSharing.room_id == Room.id)
    .where(Room.id.in_(_of_rooms))
)
_CLAIMS = select(
    RoomBooking.id,
    RoomBooking.room_id,
    RoomBooking.starts_at,
    RoomBooking.ends_at,
    RoomBooking.purpose,
).where(
    RoomBooking.room_id.in_(_of_rooms),
    RoomBooking.status != BookingStatus.RELEASED,
    RoomBooking.starts_at > bindparam("since"),
    RoomBooking.starts_at < bindparam("end"),
    RoomBooking.ends_at > bindparam("start"),
    RoomBooking.id.not_in(bindparam("ignored_ids", expanding=True)),
)


def load_room_time(
    session: Session,
    room_ids: Iterable[int],
    uses: Sequence[Interval],
    *,
    ignoring: Iterable[int] = (),
) -> RoomTime:
    """Return what decides whether these rooms can be used at these times; there is at least one.

    Five queries, however many rooms and times. `ignoring` names bookings that are about to move
    away. A room that does not exist is left out.
    """
    shared_with: dict[Room, set[int]] = defaultdict(set)
    rows: Iterable[tuple[Room, int | None]] = session.execute(
        _ROOMS, {"room_ids": sorted(set(room_ids))}
    )
    for room, center_id in rows:
        shared_with[room].update([] if center_id is None else [center_id])
    rooms = list(shared_with)
    first_on = min(local_date(use.start) for use in uses)
    last_on = max(local_date(use.end) for use in uses)
    hours = load_hours_of_centers(
        session, sorted({room.center_id for room in rooms}), first_on, last_on
    )
    facts = {
        room.id: replace(room.fact(), shared_with=frozenset(centers))
        for room, centers in shared_with.items()
    }
    most = max((max(fact.setup, fact.cleanup) for fact in facts.values()), default=timedelta())
    within = Interval(min(use.start for use in uses) - most, max(use.end for use in uses) + most)
    return RoomTime(
        facts,
        {room.id: hours[room.center_id] for room in rooms},
        _claims(session, list(facts), within, ignoring),
    )


def _claims(
    session: Session, room_ids: Sequence[int], within: Interval, ignoring: Iterable[int]
) -> dict[int, list[Claim]]:
    rows = session.execute(
        _CLAIMS,
        {
            "room_ids": list(room_ids),
            "since": within.start - LONGEST_BOOKING,
            "start": within.start,
            "end": within.end,
            "ignored_ids": list(ignoring),
        },
    )
    found: dict[int, list[Claim]] = {room_id: [] for room_id in room_ids}
    for row in rows:
        interval = Interval(row.starts_at, row.ends_at)
        found[row.room_id].append(Claim(row.id, row.room_id, interval, row.purpose or ""))
    return found
