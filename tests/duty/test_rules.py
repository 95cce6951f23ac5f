"""What stands against entering a shift by hand."""

from __future__ import annotations

from datetime import UTC, datetime

from venue.duty.rules import (
    Duty,
    NobodyNamed,
    NotStaffHere,
    OnDutyAlready,
    ShiftPlan,
    shift_refusals,
)
from venue.timeline.interval import Interval

HE_JING, SHEN_LAN = 1, 2
STAFF = frozenset({HE_JING, SHEN_LAN})


def hours(start: int, end: int) -> Interval:
    return Interval(
        datetime(2026, 9, 17, start, tzinfo=UTC), datetime(2026, 9, 17, end, tzinfo=UTC)
    )


def plan(*person_ids: int) -> ShiftPlan:
    return ShiftPlan("前台", hours(1, 5), frozenset(person_ids))


def duty(interval: Interval, person_id: int = HE_JING) -> Duty:
    return Duty(7, "巡查", interval, person_id, "何静")


def test_staff_who_are_free_may_take_a_shift() -> None:
    assert shift_refusals(plan(HE_JING, SHEN_LAN), STAFF, []) == []


def test_a_shift_names_somebody() -> None:
    assert shift_refusals(plan(), STAFF, []) == [NobodyNamed()]


def test_only_staff_of_the_center_take_its_shifts() -> None:
    assert shift_refusals(plan(HE_JING, 9), STAFF, []) == [NotStaffHere(9)]


def test_nobody_is_on_duty_twice_at_once() -> None:
    other = duty(hours(4, 8))
    assert shift_refusals(plan(HE_JING), STAFF, [other]) == [OnDutyAlready(other)]


def test_shifts_may_follow_each_other_without_a_gap() -> None:
    assert shift_refusals(plan(HE_JING), STAFF, [duty(hours(0, 1)), duty(hours(5, 9))]) == []


def test_the_shift_of_a_colleague_is_no_obstacle() -> None:
    assert shift_refusals(plan(HE_JING), STAFF, [duty(hours(1, 5), SHEN_LAN)]) == []
