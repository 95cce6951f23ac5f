"""What merging two records answers: done, or what stands in the way."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Merged:
    """All that the one record had, the other has now."""

    kept_id: int
    given_up: int
    """Claims that were given up because the person had a better one on the same seat."""


@dataclass(frozen=True, slots=True)
class AlreadyMerged:
    """One of the two was merged before; `kept_id` is the record that has all of it."""

    kept_id: int


@dataclass(frozen=True, slots=True)
class BothHaveAccounts:
    """Two accounts cannot become one: each has its password and its number."""


@dataclass(frozen=True, slots=True)
class WorksHere:
    """One of them has a role or a clearance: rights are granted to people, not merged."""


@dataclass(frozen=True, slots=True)
class ActForEachOther:
    """One may act for the other: they were two people when that was confirmed."""


@dataclass(frozen=True, slots=True)
class ChildAndAdult:
    """One is a minor by the year that is written down, and the other is not."""


@dataclass(frozen=True, slots=True)
class BothInCare:
    """Both have days or a file of care, and nobody may guess which allergies are the child's."""


@dataclass(frozen=True, slots=True)
class BothInDraw:
    """Both take part in a draw that is not drawn yet."""

    draws: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TwoSeatsATerm:
    """Both have a seat where one a term is allowed: the person says which one stays."""

    program_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FarAway:
    """A center of another district knows one of them, and would learn of the other."""


Obstacle = (
    BothHaveAccounts
    | WorksHere
    | ActForEachOther
    | ChildAndAdult
    | BothInCare
    | BothInDraw
    | TwoSeatsATerm
    | FarAway
)
