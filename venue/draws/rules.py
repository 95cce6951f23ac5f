"""Pure rules of draws: how far one has come, what it can give out, what stands against publishing.

Those of applications are in `wishes`, those of the public number and of drawing in `numbers`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from venue.programs.rules import Admission, Books
from venue.seats.rules import Cancelled, Unpublished


class Stage(StrEnum):
    """How far a draw has come."""

    PREPARED = "prepared"
    """Only staff see it; everything can still be changed."""
    ANNOUNCED = "announced"
    """Everybody can read what will be drawn and how; the window has not opened."""
    OPEN = "open"
    CLOSED = "closed"
    """The window is over; the list is frozen within the minute."""
    FROZEN = "frozen"
    """The list and its digest are published; the number is awaited."""
    DRAWN = "drawn"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class DrawFact:
    """What the rules need to know of a draw."""

    opens_at: datetime
    closes_at: datetime
    published_at: datetime | None
    frozen_at: datetime | None
    drawn_at: datetime | None
    cancelled_at: datetime | None


def stage_of(draw: DrawFact, now: datetime) -> Stage:
    """Return how far a draw has come."""
    if draw.cancelled_at is not None:
        return Stage.CANCELLED
    if draw.drawn_at is not None:
        return Stage.DRAWN
    if draw.frozen_at is not None:
        return Stage.FROZEN
    if draw.published_at is None:
        return Stage.PREPARED
    if now >= draw.closes_at:
        return Stage.CLOSED
    return Stage.OPEN if now >= draw.opens_at else Stage.ANNOUNCED


@dataclass(frozen=True, slots=True)
class WrongStage:
    """A draw that has come so far cannot be changed in this way."""

    stage: Stage


@dataclass(frozen=True, slots=True)
class NotByLottery:
    """The seats of the program are given out in another way."""


@dataclass(frozen=True, slots=True)
class BookedBySession:
    """Each session has seats of its own; a draw gives out whole series."""


@dataclass(frozen=True, slots=True)
class InOtherTerm:
    """The program is not of the term of the draw."""


@dataclass(frozen=True, slots=True)
class InOtherDistrict:
    """The program's center is not in the district of the draw's."""


@dataclass(frozen=True, slots=True)
class InOtherDraw:
    """Another draw gives out its seats already."""

    draw_id: int
    name: str


@dataclass(frozen=True, slots=True)
class WithoutSeats:
    """The program has no pool of seats, or an empty one."""


ProgramRefusal = (
    Cancelled
    | NotByLottery
    | BookedBySession
    | InOtherTerm
    | InOtherDistrict
    | InOtherDraw
    | WithoutSeats
)


@dataclass(frozen=True, slots=True)
class ProgramFact:
    """What the rules need to know of a program that a draw shall give out."""

    program_id: int
    title: str
    admission: Admission
    books: Books
    published: bool
    cancelled: bool
    same_term: bool
    same_district: bool
    other_draw: tuple[int, str] | None
    seats: int
    """How many seats its pools have that nobody holds."""
    begins_at: datetime | None


def program_refusals(program: ProgramFact) -> list[ProgramRefusal]:
    """Return every reason why a draw cannot give out the seats of a program."""
    found: list[ProgramRefusal] = []
    if program.cancelled:
        found.append(Cancelled())
    if program.admission is not Admission.LOTTERY:
        found.append(NotByLottery())
    if program.books is not Books.SERIES:
        found.append(BookedBySession())
    if not program.same_term:
        found.append(InOtherTerm())
    if not program.same_district:
        found.append(InOtherDistrict())
    if program.other_draw is not None:
        found.append(InOtherDraw(*program.other_draw))
    if program.seats <= 0:
        found.append(WithoutSeats())
    return found


@dataclass(frozen=True, slots=True)
class NoProgram:
    """The draw gives out nothing yet."""


@dataclass(frozen=True, slots=True)
class WindowOver:
    """Nobody could apply any more."""

    closes_at: datetime


@dataclass(frozen=True, slots=True)
class NumberUnnamed:
    """Which public number will decide must be named before anybody applies."""


@dataclass(frozen=True, slots=True)
class NotReady:
    """A program of the draw cannot be applied for, or given out: it says why."""

    program_id: int
    title: str
    reasons: tuple[ProgramRefusal | Unpublished | BeginsTooSoon, ...]


@dataclass(frozen=True, slots=True)
class BeginsTooSoon:
    """Who wins could not confirm in time before the program begins."""

    begins_at: datetime


PublishRefusal = NoProgram | WindowOver | NumberUnnamed | NotReady


def publish_refusals(
    draw: DrawFact,
    number_source: str,
    confirm_hours: int,
    programs: Sequence[ProgramFact],
    now: datetime,
) -> list[PublishRefusal]:
    """Return every reason why a draw cannot be published."""
    found: list[PublishRefusal] = []
    if not programs:
        found.append(NoProgram())
    if now >= draw.closes_at:
        found.append(WindowOver(draw.closes_at))
    if not number_source.strip():
        found.append(NumberUnnamed())
    answered_at = draw.closes_at + timedelta(hours=confirm_hours)
    for one in programs:
        reasons: list[ProgramRefusal | Unpublished | BeginsTooSoon] = [*program_refusals(one)]
        if not one.published:
            reasons.append(Unpublished())
        if one.begins_at is not None and one.begins_at < answered_at:
            reasons.append(BeginsTooSoon(one.begins_at))
        if reasons:
            found.append(NotReady(one.program_id, one.title, tuple(reasons)))
    return found
