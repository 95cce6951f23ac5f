"""The roll of a care day on paper: who stands on it, and who opened it."""

from __future__ import annotations

from sqlalchemy import select

from venue import clock
from venue.audit.models import AuditEntry
from venue.childcare.booking_days import WhenFull
from venue.childcare.papers import ExpectedChild, expected_children, open_day_roll


def test_who_has_a_place_stands_on_it_and_who_waits_does_not(after, town):
    town.xiao_he.grade, town.xiao_he.grade_year = 1, 2025
    after.book(town.xiao_he, 0, meal=True)
    after.leave(0, 0)
    after.book(town.xiao_mai, 0, when_full=WhenFull.WAIT)
    found = expected_children(after.session, after.days[0])
    assert found == [ExpectedChild(town.xiao_he.id, "陈小禾", 2, meal=True, nap=False)]


def test_grades_come_in_their_order_and_the_unknown_last(after, town):
    after.book([town.xiao_he, town.xiao_mai], 0)
    town.xiao_he.grade, town.xiao_he.grade_year = None, None
    after.session.commit()
    found = expected_children(after.session, after.days[0])
    assert [(one.full_name, one.grade) for one in found] == [("陈小麦", 1), ("陈小禾", None)]


def test_opening_it_is_written_down_with_how_many_names_it_has(after, town):
    after.book([town.xiao_he, town.xiao_mai], 0)
    found = open_day_roll(after.session, after.days[0].id, actor=after.by(), now=clock.now())
    after.session.commit()
    assert len(found) == 2
    entry = after.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "care.roll_opened")
    ).one()
    assert entry.subject_id == after.days[0].id
    assert entry.facts == {"children": 2}
