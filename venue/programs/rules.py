"""The enums of programs, and the pure rule that judges each date of a series before it is made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from venue.places.rules import Conflict, DayKind
from venue.timeline.interval import Interval


class Admission(StrEnum):
    """How seats are given out."""

    FIRST_COME = "first_come"
    DROP_IN = "drop_in"


class Books(StrEnum):
    """What one books: the whole series at once, or each session by itself."""

    SERIES = "series"
    SESSION = "session"


class DaysFollowed(StrEnum):
    """Which days a series keeps to, beside its weekdays."""

    ALL = "all"
    """Every date of the pattern; a holiday stands out in the preview."""
    ORDINARY = "ordinary"
    """Statutory holidays are left out; make-up workdays change nothing (night classes)."""
    WORKING = "working"
    """Days on which people work: holidays are left out, make-up workdays come in."""
    SCHOOL = "school"
    """Days on which the schools of the district teach, make-up Saturdays included (care)."""


@dataclass(frozen=True, slots=True)
class PlannedDate:
    """One date of a series before it is made; without conflicts it is fine."""

    on: date
    interval: Interval
    kind: DayKind
    holiday: str | None
    """The holiday's name, on a statutory holiday."""
    conflicts: tuple[Conflict, ...]

    @property
    def fine(self) -> bool:
        """Whether nothing stands against it; a holiday stands out but is no obstacle."""
        return not self.conflicts
