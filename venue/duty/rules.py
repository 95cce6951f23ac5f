"""Pure rules of duty: what stands against entering a shift by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from venue.timeline.interval import Interval


@dataclass(frozen=True, slots=True)
class Duty:
    """That a person takes a shift."""

    shift_id: int
    label: str
    interval: Interval
    person_id: int
    full_name: str


@dataclass(frozen=True, slots=True)
class ShiftPlan:
    """A shift before it is entered: what it is called, when, and who takes it."""

    label: str
    interval: Interval
    person_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class NobodyNamed:
    """A shift entered by hand names who takes it; what is still to be filled is the rota's."""


@dataclass(frozen=True, slots=True)
class NotStaffHere:
    """Only the staff of the center take its shifts; `person_id` holds no role there."""

    person_id: int


@dataclass(frozen=True, slots=True)
class OnDutyAlready:
    """Somebody has a shift at that time, here or at another center."""

    duty: Duty


ShiftRefusal = NobodyNamed | NotStaffHere | OnDutyAlready


def shift_refusals(
    plan: ShiftPlan, staff_ids: frozenset[int], duties: Iterable[Duty]
) -> list[ShiftRefusal]:
    """Return everything that stands against the plan, in the order of people, then of times.

    `staff_ids` hold a role at the center; `duties` are those of the named people, anywhere.
    """
    if not plan.person_ids:
        return [NobodyNamed()]
    strangers = sorted(plan.person_ids - staff_ids)
    clashing = (
        duty
        for duty in sorted(duties, key=lambda one: (one.person_id, one.interval))
        if duty.person_id in plan.person_ids and duty.interval.overlaps(plan.interval)
    )
    return [*map(NotStaffHere, strangers), *map(OnDutyAlready, clashing)]
