"""Pure rules on records: which two may be one person, and which of two claims on a seat stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from venue.seats.rules import EnrollmentStatus

NEAR_YEARS = 1
"""Years by which a year of birth is said wrongly: counted in 虚岁, or by the lunar year (own)."""


class Likeness(StrEnum):
    """Why two records may be one person, the surest first."""

    NAME_AND_YEAR = "name_and_year"
    NAME_AND_PHONE = "name_and_phone"
    PHONE_AND_SIMILAR_NAME = "phone_and_similar_name"
    NAME_AND_NEAR_YEAR = "name_and_near_year"


@dataclass(frozen=True, slots=True)
class Identity:
    """By what people know a person; `phone` is in E.164."""

    full_name: str
    birth_year: int
    phone: str | None


def likeness(one: Identity, other: Identity) -> Likeness | None:
    """Tell why two records may be one person, or None.

    A number alone says nothing: a household shares it, and the names of two of its children may
    differ by one character; so a similar name counts only with a year of birth that is near.
    """
    same_name = one.full_name == other.full_name
    same_phone = one.phone is not None and one.phone == other.phone
    years = abs(one.birth_year - other.birth_year)
    if same_name and years == 0:
        return Likeness.NAME_AND_YEAR
    if same_name and same_phone:
        return Likeness.NAME_AND_PHONE
    if same_phone and years <= NEAR_YEARS and _similar(one.full_name, other.full_name):
        return Likeness.PHONE_AND_SIMILAR_NAME
    if same_name and years <= NEAR_YEARS:
        return Likeness.NAME_AND_NEAR_YEAR
    return None


def _similar(one: str, other: str) -> bool:
    """Tell whether two names differ by one character: written wrongly, too many or too few."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1 or len(long) < 2:
        return False
    if len(long) == len(short):
        return sum(a != b for a, b in zip(short, long, strict=True)) <= 1
    return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


@dataclass(frozen=True, slots=True)
class ClaimFact:
    """A live claim of one of the two records on a seat."""

    enrollment_id: int
    person_id: int
    program_id: int
    session_id: int | None
    term_id: int | None
    limit_group: str | None
    status: EnrollmentStatus
    paid: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """What becomes of the claims of two records that are one person.

    `given_up` are ids of claims beside a better one; of `contested`, the ids of confirmed seats
    of which one a term is allowed, people choose.
    """

    given_up: tuple[int, ...]
    contested: tuple[int, ...]


_WORTH = (
    EnrollmentStatus.CONFIRMED,
    EnrollmentStatus.OFFERED,
    EnrollmentStatus.WAITLISTED,
    EnrollmentStatus.APPLIED,
)


def settle(claims: Sequence[ClaimFact]) -> Settled:
    """Say which claims of one person stay, as if one record had made them all.

    Of two on the same seat stays the better one: a seat before an offer, an offer before a place
    in line; what was paid for before what was not; then the earlier. A confirmed seat ends the
    other claims of its term and limit group, as it does when it is taken.
    """
    given_up: list[ClaimFact] = []
    for same in _grouped(claims, lambda one: (one.program_id, one.session_id)):
        given_up += sorted(same, key=_rank)[1:]
    left = [one for one in claims if one not in given_up and one.limit_group is not None]
    contested: list[ClaimFact] = []
    for limited in _grouped(left, lambda one: (one.term_id, one.limit_group)):
        seats = [one for one in limited if one.status is EnrollmentStatus.CONFIRMED]
        if len(seats) > 1:
            contested += seats
        elif seats:
            given_up += [one for one in limited if one not in seats]
    return Settled(_ids(given_up), _ids(contested))


def _rank(claim: ClaimFact) -> tuple[int, bool, int]:
    return _WORTH.index(claim.status), not claim.paid, claim.enrollment_id


def _grouped(
    claims: Iterable[ClaimFact], key: Callable[[ClaimFact], Hashable]
) -> Iterable[list[ClaimFact]]:
    found: dict[Hashable, list[ClaimFact]] = defaultdict(list)
    for one in claims:
        found[key(one)].append(one)
    return found.values()


def _ids(claims: Iterable[ClaimFact]) -> tuple[int, ...]:
    return tuple(sorted(one.enrollment_id for one in claims))
