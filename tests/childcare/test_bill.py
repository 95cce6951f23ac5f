"""The bill of care by month: days, meals, absences that are owed, what was called off."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import town as make
from venue import clock as venue_clock
from venue.childcare.bill import BillLine, bill_by_month
from venue.childcare.booking_days import WhenFull
from venue.childcare.changing_days import Absent, tell_absence
from venue.childcare.reading import booked_days


@pytest.fixture
def bill(after, town):
    def bill():
        ids = [town.xiao_he.id, town.xiao_mai.id]
        return bill_by_month(booked_days(after.session, ids))

    return bill


def test_each_month_has_a_line_for_each_child(after, town, bill):
    after.book([town.xiao_he, town.xiao_mai], 0, 1, meal=True)
    after.book(town.xiao_mai, 8, 9)
    september, october = bill()
    assert (september.month, october.month) == ("2026-09", "2026-10")
    assert [(one.child_id, one.days, one.meals, one.owed_fen) for one in september.lines] == [
        (town.xiao_he.id, 2, 2, 9000),
        (town.xiao_mai.id, 2, 2, 9000),
    ]
    assert (september.days, september.meals, september.naps, september.owed_fen) == (4, 4, 0, 18000)
    assert [(one.child_id, one.days, one.owed_fen) for one in october.lines] == [
        (town.xiao_mai.id, 2, 6000)
    ]


def test_what_waits_or_was_called_off_is_not_on_it(after, town, bill):
    after.fill(1, 1, left=0)
    after.book(town.xiao_he, 0, 1, when_full=WhenFull.WAIT)
    after.days[0].cancelled_at = venue_clock.now()
    after.session.commit()
    assert bill() == ()


def test_an_absence_told_too_late_is_owed_and_said(after, town, bill, clock):
    after.book(town.xiao_he, 0, meal=True)
    [day] = booked_days(after.session, [town.xiao_he.id])
    clock.set(after.days[0].starts_at - timedelta(hours=2))
    told = tell_absence(
        after.session,
        town.xiao_he.id,
        day.enrollment_id,
        "发烧",
        actor=after.by(),
        now=venue_clock.now(),
    )
    assert isinstance(told, Absent)
    [month] = bill()
    program = after.program
    line = BillLine(town.xiao_he.id, program.id, program.title, 1, 1, 1, 0, 4500)
    assert month.lines == (line,)


def test_a_free_day_is_on_it_for_nothing(after, town, bill):
    free = make.care(after.session, town.wutongli, "免费托管", price_fen=0)
    after.session.commit()
    after.program = free
    after.book(town.xiao_he, 0)
    [month] = bill()
    assert (month.days, month.owed_fen) == (1, 0)
