"""Shifts entered by hand, and who they say is here."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from tests import town as make
from venue import clock
from venue.accounts.rules import Role
from venue.audit.models import AuditEntry
from venue.audit.rules import Actor, Channel
from venue.duty.entering import (
    Entered,
    NoSuchShift,
    NotEntered,
    Removed,
    enter_shift,
    remove_shift,
)
from venue.duty.models import Assignment, Shift
from venue.duty.reading import duties, on_duty
from venue.duty.rules import Duty, NotStaffHere, OnDutyAlready, ShiftPlan
from venue.people.models import Person
from venue.timeline.interval import Interval


def morning() -> Interval:
    """From two hours before the present to two hours after it."""
    return Interval(clock.now() - timedelta(hours=2), clock.now() + timedelta(hours=2))


def enter(session, town: make.Town, *people: Person, interval: Interval | None = None):
    plan = ShiftPlan("前台", interval or morning(), frozenset(person.id for person in people))
    outcome = enter_shift(session, town.wutongli.id, plan, actor=manager(town), now=clock.now())
    session.commit()
    return outcome


def manager(town: make.Town) -> Actor:
    return Actor(town.shen_lan.id, Channel.ONLINE)


def test_a_shift_puts_its_people_on_duty(db_session) -> None:
    town = make.build(db_session)
    entered = enter(db_session, town, town.he_jing, town.shen_lan)
    assert isinstance(entered, Entered)
    assert [duty.full_name for duty in on_duty(db_session, town.wutongli.id, clock.now())] == [
        "何静",
        "沈岚",
    ]
    assert on_duty(db_session, town.elsewhere.id, clock.now()) == []


def test_a_shift_begins_with_its_first_instant_and_ends_before_its_last(db_session) -> None:
    town = make.build(db_session)
    enter(db_session, town, town.he_jing)
    start, end = morning().start, morning().end
    assert on_duty(db_session, town.wutongli.id, start - timedelta(seconds=1)) == []
    assert on_duty(db_session, town.wutongli.id, start) != []
    assert on_duty(db_session, town.wutongli.id, end - timedelta(seconds=1)) != []
    assert on_duty(db_session, town.wutongli.id, end) == []


def test_the_shifts_of_a_day_are_listed_in_order_in_one_query(db_session, count_queries) -> None:
    town = make.build(db_session)
    late = Interval(clock.now() + timedelta(hours=2), clock.now() + timedelta(hours=9))
    enter(db_session, town, town.shen_lan, interval=late)
    enter(db_session, town, town.he_jing)
    with count_queries() as sent:
        found = duties(db_session, town.wutongli.id, Interval(morning().start, late.end))
    assert len(sent) == 1
    assert [(duty.full_name, duty.interval) for duty in found] == [
        ("何静", morning()),
        ("沈岚", late),
    ]


def test_a_resident_cannot_be_put_on_duty_and_nothing_is_written(db_session) -> None:
    town = make.build(db_session)
    refused = enter(db_session, town, town.he_jing, town.lin_xiao)
    assert refused == NotEntered((NotStaffHere(town.lin_xiao.id),))
    assert db_session.scalars(select(Shift)).all() == []


def test_the_staff_of_another_center_are_not_staff_here(db_session) -> None:
    town = make.build(db_session)
    make.staff_role(db_session, town.lin_xiao, Role.DESK, town.elsewhere)
    refused = enter(db_session, town, town.lin_xiao)
    assert refused == NotEntered((NotStaffHere(town.lin_xiao.id),))


def test_somebody_whose_role_has_ended_is_no_longer_staff(db_session) -> None:
    town = make.build(db_session)
    role = make.staff_role(db_session, town.lin_xiao, Role.DESK, town.wutongli)
    role.ended_at = clock.now()
    refused = enter(db_session, town, town.lin_xiao)
    assert refused == NotEntered((NotStaffHere(town.lin_xiao.id),))


def test_staff_of_two_centers_are_not_in_both_at_once(db_session) -> None:
    town = make.build(db_session)
    make.staff_role(db_session, town.he_jing, Role.DESK, town.elsewhere)
    plan = ShiftPlan("前台", morning(), frozenset({town.he_jing.id}))
    first = enter_shift(db_session, town.elsewhere.id, plan, actor=manager(town), now=clock.now())
    assert isinstance(first, Entered)
    duty = Duty(first.shift_id, "前台", morning(), town.he_jing.id, "何静")
    assert enter(db_session, town, town.he_jing) == NotEntered((OnDutyAlready(duty),))


def test_a_removed_shift_leaves_nobody_on_duty_and_is_remembered(db_session) -> None:
    town = make.build(db_session)
    entered = enter(db_session, town, town.he_jing)
    removed = remove_shift(
        db_session, town.wutongli.id, entered.shift_id, actor=manager(town), now=clock.now()
    )
    db_session.commit()
    assert removed == Removed()
    assert on_duty(db_session, town.wutongli.id, clock.now()) == []
    assert db_session.scalars(select(Assignment)).all() == []
    entries = db_session.scalars(select(AuditEntry)).all()
    assert [(entry.action, entry.subject_id, entry.actor_id) for entry in entries] == [
        ("duty.changed", entered.shift_id, town.shen_lan.id)
    ] * 2


def test_the_shift_of_another_center_cannot_be_removed(db_session) -> None:
    town = make.build(db_session)
    entered = enter(db_session, town, town.he_jing)
    refused = remove_shift(
        db_session, town.elsewhere.id, entered.shift_id, actor=manager(town), now=clock.now()
    )
    assert refused == NoSuchShift()
    assert len(on_duty(db_session, town.wutongli.id, clock.now())) == 1
