"""Pure rules of room time: the hours of a day, and what stands against a wish for a room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from venue.timeline.interval import Interval, encloses, subtract, union
from venue.timeline.local_time import day_start, instant
from venue.timeline.rhythm import Rhythm

LONGEST_BOOKING = timedelta(days=7)
"""A room that is out of use for longer is closed, not booked (own). It bounds how far back one
must look for a booking that is still on."""

SATURDAY = 6


class Category(StrEnum):
    """What an event is, for the eye: its seal and color. Nothing is decided by it."""

    COURSE = "course"
    CARE = "care"
    SENIOR = "senior"
    HIRE = "hire"
    MEETING = "meeting"


class BookingMode(StrEnum):
    """How residents may book a room."""

    OPEN = "open"
    APPROVAL = "approval"
    STAFF_ONLY = "staff_only"


class BookingStatus(StrEnum):
    """A pending booking holds its room like a held one."""

    HELD = "held"
    PENDING = "pending"
    RELEASED = "released"


class CalendarSource(StrEnum):
    """Where the holidays of a year were taken from."""

    PACKAGE = "package"
    NOTICE = "notice"
    """The yearly notice of the General Office of the State Council, as pasted by staff."""


class Layer(StrEnum):
    """The layers of opening hours; the first two rest on statutory holidays."""

    REGULAR = "regular"
    EXTENDED = "extended"
    HOLIDAY_DUTY = "holiday_duty"
    UNATTENDED = "unattended"


class DayKind(StrEnum):
    """What the State Council's yearly notice makes of a date."""

    ORDINARY = "ordinary"
    HOLIDAY = "holiday"
    MAKEUP_WORKDAY = "makeup_workday"


@dataclass(frozen=True, slots=True)
class OpeningFact:
    """One opening rule: on these weekdays (ISO digits, "12345") from `opens` to `closes`.

    `room_id` None speaks of the whole center. A closing time of 00:00 is the end of the day.
    `phone` (E.164) is answered while nobody of the staff is there.
    """

    layer: Layer
    weekdays: str
    opens: time
    closes: time
    valid_from_on: date | None = None
    valid_until_on: date | None = None
    room_id: int | None = None
    phone: str | None = None

    @property
    def rhythm(self) -> Rhythm:
        """The rule as people say it."""
        return Rhythm(tuple(map(int, self.weekdays)), True, self.opens, self.closes)


@dataclass(frozen=True, slots=True)
class ClosureFact:
    """A time in which the center, or one room of it, is closed, and the reason given."""

    interval: Interval
    reason: str
    room_id: int | None = None


@dataclass(frozen=True, slots=True)
class OpenInterval:
    """A stretch of one day in which people are let in, by which layer, and whom they can call."""

    interval: Interval
    layer: Layer
    phone: str | None = field(default=None, compare=False)


def open_intervals(
    on: date,
    kind: DayKind,
    rules: Iterable[OpeningFact],
    closures: Iterable[ClosureFact],
    room_id: int | None = None,
) -> list[OpenInterval]:
    """Return when the center, or the room, is open on a day, in order.

    On a statutory holiday only the layers holiday duty and unattended hold, on any other day only
    the rest. A room with a rule of its own for the day follows its own rules, else the center's.
    Layers may overlap; closures of the center and of the room are cut out of all of them.
    """
    in_force = [rule for rule in rules if _in_force(rule, on, kind)]
    own = [rule for rule in in_force if room_id is not None and rule.room_id == room_id]
    chosen = own or [rule for rule in in_force if rule.room_id is None]
    holes = [closure.interval for closure in closures if closure.room_id in (None, room_id)]
    return sorted(
        (
            OpenInterval(rest, rule.layer, rule.phone)
            for rule in chosen
            for rest in subtract([_hours(rule, on)], holes)
        ),
        key=lambda stretch: (stretch.interval, stretch.layer),
    )


def _in_force(rule: OpeningFact, on: date, kind: DayKind) -> bool:
    if rule.valid_from_on is not None and on < rule.valid_from_on:
        return False
    if rule.valid_until_on is not None and on > rule.valid_until_on:
        return False
    if rule.layer is Layer.HOLIDAY_DUTY:
        return kind is DayKind.HOLIDAY
    if rule.layer is not Layer.UNATTENDED and kind is DayKind.HOLIDAY:
        return False
    return str(on.isoweekday()) in rule.weekdays


def _hours(rule: OpeningFact, on: date) -> Interval:
    if rule.closes > rule.opens:
        return Interval(instant(on, rule.opens), instant(on, rule.closes))
    return Interval(instant(on, rule.opens), day_start(on + timedelta(days=1)))


def is_school_day(
    on: date,
    kind: DayKind,
    terms: Iterable[tuple[date, date]],
    exceptions: Mapping[date, bool],
) -> bool:
    """Tell whether the schools of a district teach on a day.

    `terms` are first and last days; an exception says so for its date, whatever the rest says.
    Within a term they teach from Monday to Friday but for statutory holidays, and on make-up
    workdays, as the yearly notice has it for everybody; what a school does otherwise is an
    exception (own).
    """
    if on in exceptions:
        return exceptions[on]
    if not any(first_on <= on <= last_on for first_on, last_on in terms):
        return False
    if kind is DayKind.ORDINARY:
        return on.isoweekday() < SATURDAY
    return kind is DayKind.MAKEUP_WORKDAY


@dataclass(frozen=True, slots=True)
class RoomFact:
    """What the rules need to know of a room."""

    id: int
    capacity: int
    retired: bool = False
    setup: timedelta = timedelta()
    cleanup: timedelta = timedelta()
    center_id: int | None = None
    shared_with: frozenset[int] = frozenset()
    """Other centers that use it like one of their own."""

    def held_for(self, use: Interval) -> Interval:
        """Return the time for which the room is held so that it can be used for `use`."""
        return Interval(use.start - self.setup, use.end + self.cleanup)


@dataclass(frozen=True, slots=True)
class Claim:
    """Room time that is held already, and by what, in words that staff may read."""

    booking_id: int
    room_id: int
    interval: Interval
    title: str


@dataclass(frozen=True, slots=True)
class Overlap:
    """Somebody else has the room."""

    with_: Claim


@dataclass(frozen=True, slots=True)
class OutsideHours:
    """The room is not open for the whole of the time; `hours` is when it is, over all layers."""

    hours: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class ClosedFor:
    """A closure lies in the time."""

    reason: str


@dataclass(frozen=True, slots=True)
class TooManyPeople:
    """The room holds fewer."""

    capacity: int


@dataclass(frozen=True, slots=True)
class TooLong:
    """Nothing is booked for so long."""

    longest: timedelta


@dataclass(frozen=True, slots=True)
class NotInUse:
    """The room is closed for good."""


@dataclass(frozen=True, slots=True)
class NotShared:
    """The room is another center's, which does not share it with the one that wants it."""


Conflict = Overlap | OutsideHours | ClosedFor | TooManyPeople | TooLong | NotInUse | NotShared
FINAL = Overlap | TooLong | NotInUse | NotShared
"""What no reason of the staff overrides: the database itself refuses the first two."""


def conflicts(
    wanted: Interval,
    room: RoomFact,
    people: int | None,
    claims: Iterable[Claim],
    hours: Sequence[OpenInterval],
    closures: Iterable[ClosureFact],
    wanted_by: int | None = None,
) -> list[Conflict]:
    """Return everything that stands against a wish for a room; empty means that it is free.

    `wanted` includes the time for setting up and cleaning up, `hours` are the room's open
    intervals of the day, `people` is the head count when it is known, `wanted_by` the center whose
    session or booking it is for, when it is for one.
    """
    return [
        *overlaps(wanted, room, claims),
        *closed(wanted, room, hours, closures),
        *too_many(room, people),
        *too_long(wanted),
        *out_of_use(room),
        *of_another(room, wanted_by),
    ]


def overridable(found: Iterable[Conflict]) -> bool:
    """Tell whether there are conflicts, and staff may go beyond all of them for a reason."""
    reasons = list(found)
    return bool(reasons) and not any(isinstance(reason, FINAL) for reason in reasons)


def overlaps(wanted: Interval, room: RoomFact, claims: Iterable[Claim]) -> list[Conflict]:
    """Return the claims on the same room that share an instant with the wish."""
    return [
        Overlap(claim)
        for claim in claims
        if claim.room_id == room.id and claim.interval.overlaps(wanted)
    ]


def closed(
    wanted: Interval,
    room: RoomFact,
    hours: Sequence[OpenInterval],
    closures: Iterable[ClosureFact],
) -> list[Conflict]:
    """Return the closures inside the wish, or else that it leaves the open hours."""
    shut: list[Conflict] = [
        ClosedFor(closure.reason)
        for closure in closures
        if closure.room_id in (None, room.id) and closure.interval.overlaps(wanted)
    ]
    stretches = [stretch.interval for stretch in hours]
    if shut or encloses(stretches, wanted):
        return shut
    return [OutsideHours(tuple(union(stretches)))]


def too_many(room: RoomFact, people: int | None) -> list[Conflict]:
    """Return that the room is too small, when it is."""
    return [TooManyPeople(room.capacity)] if people is not None and people > room.capacity else []


def too_long(wanted: Interval) -> list[Conflict]:
    """Return that the time is too long to be a booking, when it is."""
    return [TooLong(LONGEST_BOOKING)] if wanted.length > LONGEST_BOOKING else []


def out_of_use(room: RoomFact) -> list[Conflict]:
    """Return that the room is closed for good, when it is."""
    return [NotInUse()] if room.retired else []


def of_another(room: RoomFact, wanted_by: int | None) -> list[Conflict]:
    """Return that the room is another center's and not shared, when it is."""
    theirs = wanted_by in (None, room.center_id) or wanted_by in room.shared_with
    return [] if theirs else [NotShared()]


def opening_now(
    hours: Iterable[OpenInterval], now: datetime
) -> tuple[OpenInterval, datetime] | None:
    """Return the open stretch that holds `now` and until when doors stay open without a gap."""
    stretches = list(hours)
    current = next((one for one in stretches if one.interval.holds(now)), None)
    if current is None:
        return None
    until = current.interval.end
    for stretch in stretches:
        if stretch.interval.start <= until < stretch.interval.end:
            until = stretch.interval.end
    return current, until
