"""A month of care: who came, who was excused, who was missing, who was collected late."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from venue import clock as venue_clock
from venue.audit.models import AuditEntry
from venue.childcare import releasing
from venue.childcare.changing_days import tell_absence
from venue.childcare.month import children_in, export_month, late_in, programs_in
from venue.timeline.local_time import whole_days

SEPTEMBER = whole_days(date(2026, 9, 1), date(2026, 9, 30))


@pytest.fixture
def month(door, town):
    """小禾 came on the first day and left 23 minutes late; her sister came to none of two days."""
    door.after.book(town.xiao_mai, 1)
    door.come()
    door.clock.set(door.day.ends_at + timedelta(minutes=23, seconds=30))
    door.out(releasing.release_to_guardian, town.chen_min.id)
    door.clock.set(door.after.days[1].ends_at)
    return door


def read(month, time=SEPTEMBER, center=None):
    now = venue_clock.now()
    center_id = (center or month.town.wutongli).id
    late = late_in(month.session, center_id, time)
    return (
        programs_in(month.session, center_id, time, late, now=now),
        children_in(month.session, center_id, time, late, now=now),
    )


def test_figures_of_a_program_count_a_child_once_a_day(month):
    ((one,), _) = read(month)
    assert (one.title, one.expected, one.came, one.excused, one.missing) == ("放学托管", 3, 1, 0, 2)
    assert (one.late, one.late_minutes) == (1, 23)


def test_children_are_named_of_whom_there_is_something_to_say(month, town):
    _, (he, mai) = read(month)
    assert (he.child.id, mai.child.id) == (town.xiao_he.id, town.xiao_mai.id)
    assert [one.minutes for one in he.late] == [23]
    assert he.late[0].collector == "陈敏"
    assert he.missed == []
    assert [one.id for one in mai.missed] == [one.id for one in month.after.days[:2]]


@pytest.mark.parametrize(("minutes", "late"), [(0, 0), (14, 0), (15, 1)])
def test_late_is_from_a_quarter_of_an_hour_on(door, town, minutes, late):
    door.come()
    door.clock.set(door.day.ends_at + timedelta(minutes=minutes))
    door.out(releasing.release_to_guardian, town.chen_min.id)
    ((one,), _) = read(door)
    assert one.late == late


def test_a_release_that_was_taken_back_is_no_late_one(month):
    month.clock.set(month.day.ends_at + timedelta(minutes=30))
    month.out(releasing.undo_release)
    ((one,), _) = read(month)
    assert one.late == 0


def test_who_was_excused_is_not_missing(door, town):
    seat = door.after.seat(town.xiao_mai, 0)
    door.run(tell_absence, town.xiao_mai.id, seat.id, "发烧")
    door.clock.set(door.day.ends_at)
    ((one,), children) = read(door)
    assert (one.excused, one.missing) == (1, 1)
    assert [each.child.id for each in children] == [town.xiao_he.id]


def test_what_is_not_over_another_month_and_another_center_count_for_nothing(month, town):
    ((one,), _) = read(month)
    month.after.book(town.xiao_he, 2)
    assert read(month)[0] == [one]
    assert read(month, whole_days(date(2026, 8, 1), date(2026, 8, 31))) == ([], [])
    assert read(month, center=town.elsewhere) == ([], [])


def test_it_takes_as_many_queries_for_many_children_as_for_two(month, count_queries):
    center_id = month.town.wutongli.id

    def count():
        month.session.expire_all()
        with count_queries() as sent:
            now = venue_clock.now()
            late = late_in(month.session, center_id, SEPTEMBER)
            programs_in(month.session, center_id, SEPTEMBER, late, now=now)
            children_in(month.session, center_id, SEPTEMBER, late, now=now)
        return len(sent)

    few = count()
    for number in (0, 1):
        pool = month.after.pool(number)
        month.after.fill(number, 12, left=pool.capacity - pool.taken - 12)
    assert count() == few == 3


def test_taking_the_names_along_is_recorded(month, town):
    rows = month.run(export_month, town.wutongli.id, SEPTEMBER)
    assert len(rows) == 2
    said = month.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "care_month.exported")
    ).one()
    assert (said.actor_id, said.subject_id, said.facts["children"]) == (
        town.chen_min.id,
        town.wutongli.id,
        2,
    )
