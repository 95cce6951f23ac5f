"""The enums of reservations, and the pure rules of who may have a room, when and how often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from venue.places.rules import BookingMode, NotInUse
from venue.timeline.interval import Interval
from venue.timeline.local_time import local_date, whole_days


class ReservationEnding(StrEnum):
    """How a reservation came to its end before or instead of its time."""

    REFUSED = "refused"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    CALLED_OFF = "called_off"
    """By the center: a closure, a repair."""
    NO_SHOW = "no_show"


COUNTED = (ReservationEnding.NO_SHOW,)
"""Endings that count in their month all the same: the room stood empty, and nobody else had it."""


class Standing(StrEnum):
    """What a reservation is at an instant, as its owner and the house are told."""

    PENDING = "pending"
    HELD = "held"
    OVER = "over"
    """Its time is past."""
    REFUSED = "refused"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    CALLED_OFF = "called_off"
    NO_SHOW = "no_show"


LIVE = (Standing.PENDING, Standing.HELD)


@dataclass(frozen=True, slots=True)
class RoomTerms:
    """On what terms a room is to be had; limits are those of the room, the center or the house."""

    mode: BookingMode
    private: bool
    retired: bool
    advance: timedelta
    longest: timedelta
    bookings_a_month: int
    residents_only: bool
    neighborhoods: frozenset[int]
    """Whose people count as residents: of its center, and of those it is shared with."""
    centers: frozenset[int]
    """These centers; their partner organizations count as residents too."""


@dataclass(frozen=True, slots=True)
class BookerFact:
    """Who wants the room: a person, or an organization when `partner_of` is its center.

    `in_month` are the bookings that count already in the month of use.
    """

    neighborhood_id: int | None
    in_month: int
    partner_of: int | None = None
    own_limit: int | None = None
    """The limit of the organization, when it has one of its own."""


@dataclass(frozen=True, slots=True)
class StaffOnly:
    """The center decides who uses the room; of a private one it is about confidential matters."""

    private: bool


@dataclass(frozen=True, slots=True)
class InThePast:
    """It would have begun already."""


@dataclass(frozen=True, slots=True)
class TooFarAhead:
    """Nobody may book it yet; `last_on` is the last day that is open by now."""

    last_on: date
    days: int


@dataclass(frozen=True, slots=True)
class TooLongAtATime:
    """Residents may have it for less."""

    longest: timedelta


@dataclass(frozen=True, slots=True)
class AcrossMidnight:
    """A reservation lies on one day."""


@dataclass(frozen=True, slots=True)
class MonthIsFull:
    """As many bookings as one may have in the month of use are taken."""

    limit: int
    month_on: date


@dataclass(frozen=True, slots=True)
class NotNeighbor:
    """For people of the neighborhoods around; the desk records where somebody lives."""


@dataclass(frozen=True, slots=True)
class NotMember:
    """The person does not book for the organization, or no longer, or it is no partner any more."""


Refusal = (
    StaffOnly
    | NotInUse
    | InThePast
    | TooFarAhead
    | TooLongAtATime
    | AcrossMidnight
    | MonthIsFull
    | NotNeighbor
    | NotMember
)


def refusals(
    room: RoomTerms, booker: BookerFact | None, use: Interval, now: datetime
) -> list[Refusal]:
    """Return every reason why the room is not to be had so; empty means it may be asked for.

    Without a booker these are the reasons that hold for everybody.
    Whether it is free, open and large enough is `places.rules.conflicts`; that an end comes after
    its start is what makes `use` an interval.
    """
    found = [*not_bookable(room), *wrong_time(room, use, now)]
    if booker is not None:
        found += [*not_neighbor(room, booker), *month_full(room, booker, use)]
    return found


def not_bookable(room: RoomTerms) -> list[Refusal]:
    """Return why nobody may book the room by themselves."""
    found: list[Refusal] = []
    if room.private or room.mode is BookingMode.STAFF_ONLY:
        found.append(StaffOnly(room.private))
    if room.retired:
        found.append(NotInUse())
    return found


def wrong_time(room: RoomTerms, use: Interval, now: datetime) -> list[Refusal]:
    """Return what is wrong with the time: past, too far ahead, too long, on two days."""
    found: list[Refusal] = []
    last_on = local_date(now + room.advance)
    if use.start <= now:
        found.append(InThePast())
    if local_date(use.start) > last_on:
        found.append(TooFarAhead(last_on, room.advance.days))
    if use.length > room.longest:
        found.append(TooLongAtATime(room.longest))
    if not on_one_day(use):
        found.append(AcrossMidnight())
    return found


def as_long_as_allowed(room: RoomTerms, rest: Interval) -> Interval:
    """Return as much of a free stretch, from its start, as one may have at a time."""
    return Interval(rest.start, min(rest.end, rest.start + room.longest))


def on_one_day(use: Interval) -> bool:
    """Tell whether a time lies on one day of the Shanghai calendar; it may end at midnight."""
    on = local_date(use.start)
    return whole_days(on, on).encloses(use)


def not_neighbor(room: RoomTerms, booker: BookerFact) -> list[Refusal]:
    """Return that the room is for residents, when it is, and the booker counts as none."""
    if not room.residents_only:
        return []
    if booker.partner_of is not None:
        return [] if booker.partner_of in room.centers else [NotNeighbor()]
    return [] if booker.neighborhood_id in room.neighborhoods else [NotNeighbor()]


def month_full(room: RoomTerms, booker: BookerFact, use: Interval) -> list[Refusal]:
    """Return that the month of use has all the bookings that it may have, when it has."""
    limit = room.bookings_a_month if booker.own_limit is None else booker.own_limit
    if booker.in_month < limit:
        return []
    return [MonthIsFull(limit, local_date(use.start).replace(day=1))]


def expires_at(now: datetime, patience: timedelta, starts_at: datetime) -> datetime:
    """Return until when a request waits for its answer: never beyond the start of what it asks."""
    return min(now + patience, starts_at)


def standing_of(
    ending: ReservationEnding | None,
    waits_until: datetime | None,
    use: Interval,
    now: datetime,
) -> Standing:
    """Return what a reservation is at an instant.

    A request whose time is up has expired, even in the minute before the job ends it.
    """
    if ending is not None:
        return Standing(ending.value)
    if waits_until is not None:
        return Standing.PENDING if now < waits_until else Standing.EXPIRED
    return Standing.HELD if now < use.end else Standing.OVER


def no_show_from(use: Interval, patience: timedelta) -> datetime:
    """Return from when on the desk may give the room away to which nobody came."""
    return use.start + patience
