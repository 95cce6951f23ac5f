"""The figures of care, and its pure rules of the door: who leaves how, and who is kept.

Sources: the Law on the Protection of Minors for who leaves alone, the design of this house where it
says own. The ratio of carers to children is in `ratio`, the calendar of days in `care_days`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from venue.people.rules import ADULT, age_on

FIRST_GRADE, LAST_GRADE = 1, 6
"""After-school care is for primary school; pre-school children stay with their kindergarten."""
PERMITS = 3
"""Adults who may collect a child on any day, besides one-day passes (own)."""
LEAVES_ALONE_FROM = 8
"""Years: under eight nobody leaves alone (Law on the Protection of Minors, art. 21)."""


class Seen(StrEnum):
    """What of a child's file somebody of the staff has seen."""

    CARD = "card"
    """The card at the door: health, permits, contacts."""
    PHONES = "phones"
    """The guardians' numbers, of a child that is looked for or waits."""
    MONTH = "month"
    """That it was collected late, or missing without an excuse."""
    INCIDENT = "incident"
    DESK = "desk"
    """The whole file, at the counter, with a guardian there or on the telephone."""


class ReleaseWay(StrEnum):
    """How a child left, or was to leave."""

    CODE = "code"
    """A permitted adult said their own code."""
    IDENTIFIED = "identified"
    """The carer identified a guardian or a permitted adult, by face or by document."""
    ALONE = "alone"
    """The child went home by itself, as a guardian has allowed."""


class ReleaseRefusal(StrEnum):
    """Why a child was not released."""

    NOT_LISTED = "not_listed"
    """Whoever came is none of the permitted adults."""
    REVOKED = "revoked"
    """The permit was taken back."""
    OTHER_DAY = "other_day"
    """The pass is for another day."""
    WRONG_CODE = "wrong_code"
    LOCKED = "locked"
    """Too many wrong codes: only identifying helps until a guardian lets codes count again."""
    TOO_YOUNG = "too_young"
    """Under eight nobody leaves alone."""
    NOT_ALLOWED_ALONE = "not_allowed_alone"
    NOT_ARRIVED = "not_arrived"
    GONE = "gone"
    """The child was released before."""


@dataclass(frozen=True, slots=True)
class PermitFact:
    """A permit as the door needs it: for one day, or, without `valid_on`, for all."""

    permit_id: int
    code_hash: str
    valid_on: date | None = None
    revoked: bool = False

    def refusal(self, today: date) -> ReleaseRefusal | None:
        """Return why it opens no door today, None when it does."""
        if self.revoked:
            return ReleaseRefusal.REVOKED
        if self.valid_on not in {None, today}:
            return ReleaseRefusal.OTHER_DAY
        return None


@dataclass(frozen=True, slots=True)
class DoorFact:
    """How a child and its file stand at the moment when somebody wants to collect it."""

    arrived: bool
    gone: bool
    codes_locked: bool
    may_leave_alone: bool
    """A guardian has allowed it."""
    birth_year: int
    birth_on: date | None
    permits: Sequence[PermitFact]
    """All that were ever given for it, those taken back among them."""
    guardian_ids: frozenset[int]

    def kept(self) -> ReleaseRefusal | None:
        """Return why nobody at all can take the child now, None when somebody can."""
        if not self.arrived:
            return ReleaseRefusal.NOT_ARRIVED
        return ReleaseRefusal.GONE if self.gone else None


def by_code(door: DoorFact, code_hash: str, today: date) -> PermitFact | ReleaseRefusal:
    """Return the permit whose code was said, or why the child stays.

    `code_hash` is of the child and the code, so another child's code is a wrong one. A code that
    opens today counts, even where an older permit had the same.
    """
    refused = door.kept() or (ReleaseRefusal.LOCKED if door.codes_locked else None)
    if refused is not None:
        return refused
    said = [one for one in door.permits if one.code_hash == code_hash]
    for one in said:
        if one.refusal(today) is None:
            return one
    reasons = [one.refusal(today) for one in said]
    return next(iter(reasons), None) or ReleaseRefusal.WRONG_CODE


def by_permit(door: DoorFact, permit_id: int, today: date) -> PermitFact | ReleaseRefusal:
    """Return the permit of the adult whom the carer has identified, or why the child stays."""
    refused = door.kept()
    if refused is not None:
        return refused
    for one in door.permits:
        if one.permit_id == permit_id:
            return one.refusal(today) or one
    return ReleaseRefusal.NOT_LISTED


def by_guardian(door: DoorFact, person_id: int) -> ReleaseRefusal | None:
    """Return why a child stays though the carer has identified a guardian; None: it goes.

    A guardian needs no permit (Civil Code of the PRC, art. 34).
    """
    refused = door.kept()
    if refused is None and person_id not in door.guardian_ids:
        return ReleaseRefusal.NOT_LISTED
    return refused


def alone(door: DoorFact, today: date) -> ReleaseRefusal | None:
    """Return why a child does not go home by itself, None when it may."""
    refused = door.kept()
    if refused is not None:
        return refused
    if not old_enough_to_leave_alone(today, door.birth_year, door.birth_on):
        return ReleaseRefusal.TOO_YOUNG
    return None if door.may_leave_alone else ReleaseRefusal.NOT_ALLOWED_ALONE


def old_enough_to_leave_alone(on: date, birth_year: int, birth_on: date | None) -> bool:
    """Tell whether a child is eight for certain: without a birth date the year must be over."""
    if birth_on is None:
        return on.year - birth_year > LEAVES_ALONE_FROM
    return age_on(on, birth_year, birth_on) >= LEAVES_ALONE_FROM


class PermitFault(StrEnum):
    """Why somebody gets no permit."""

    MINOR = "minor"
    """Nobody is left in the care of a minor (Law on the Protection of Minors, art. 21)."""
    NO_PLACE = "no_place"
    """Three have one already; a pass for one day is possible still."""
    PAST = "past"
    """A pass is for today or later."""
    CODE_TAKEN = "code_taken"
    """Another adult of this child has the code: the record would not say who came."""
    CODE_EASY = "code_easy"
    """Anybody guesses it first: 1234, 1111, a year of birth."""
    CODE_SHAPE = "code_shape"
    """It is not made of four digits."""


@dataclass(frozen=True, slots=True)
class PermitPlan:
    """A permit before it is given; without `valid_on` it is for every day."""

    full_name: str
    relation: str
    phone: str | None
    birth_year: int
    code: str
    valid_on: date | None = None


CODE_LENGTH = 4
"""Digits of a collector's code: short enough to be said at a door (own)."""


def code_fault(code: str, years: Sequence[int] = ()) -> PermitFault | None:
    """Return what is wrong with a code, None when it will do; `years` are those of births.

    Refused are one digit four times, steps of one up or down, a pair twice, and years of birth.
    """
    if len(code) != CODE_LENGTH or not (code.isascii() and code.isdigit()):
        return PermitFault.CODE_SHAPE
    digits = [int(one) for one in code]
    steps = {(after - before) % 10 for before, after in pairwise(digits)}
    easy = steps in ({0}, {1}, {9}) or code[:2] == code[2:] or code in {str(year) for year in years}
    return PermitFault.CODE_EASY if easy else None


def permit_faults(
    plan: PermitPlan,
    *,
    child_birth_year: int,
    code_hash: str,
    permits: Sequence[PermitFact],
    today: date,
) -> list[PermitFault]:
    """Return everything that stands against giving a permit; `permits` are those of the child.

    Of the collector only the year of birth is asked; whoever turns eighteen in a year counts as an
    adult in it.
    """
    live = [one for one in permits if not one.revoked and (one.valid_on or today) >= today]
    found: list[PermitFault | None] = []
    if age_on(today, plan.birth_year, None) < ADULT:
        found.append(PermitFault.MINOR)
    if plan.valid_on is not None and plan.valid_on < today:
        found.append(PermitFault.PAST)
    if plan.valid_on is None and sum(one.valid_on is None for one in live) >= PERMITS:
        found.append(PermitFault.NO_PLACE)
    fault = code_fault(plan.code, [plan.birth_year, child_birth_year])
    if fault is None and any(one.code_hash == code_hash for one in live):
        fault = PermitFault.CODE_TAKEN
    found.append(fault)
    return [one for one in found if one is not None]
