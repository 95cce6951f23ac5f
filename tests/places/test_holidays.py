"""Entering the holidays of a year, from the package or from the notice, and the school days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests import town as make
from tests.places.notices import run_of
from venue import clock as venue_clock
from venue.audit.models import AuditEntry
from venue.audit.rules import SYSTEM
from venue.places.editing_school import (
    SchoolTermDescription,
    add_school_term,
    change_school_term,
    remove_school_exception,
    remove_school_term,
    set_school_exception,
)
from venue.places.holidays import NotAnnounced, enter_notice, import_year
from venue.places.models import AnnouncedYear, CalendarDay
from venue.places.opening import announced_years
from venue.places.rules import CalendarSource, DayKind, is_school_day
from venue.places.school import school_days

NATIONAL_DAY = date(2027, 10, 1)


def facts():
    return {"actor": SYSTEM, "now": venue_clock.now()}


def test_a_year_of_the_package_is_entered_once_and_known(db_session):
    assert announced_years(db_session) == set()
    assert import_year(db_session, 2026, **facts()) == 39
    assert import_year(db_session, 2026, **facts()) == 39
    assert announced_years(db_session) == {2026}
    assert len(db_session.scalars(select(CalendarDay)).all()) == 39
    assert (
        db_session.scalars(select(AuditEntry.facts)).all()
        == [{"source": "package", "days": 39}] * 2
    )


def test_a_year_not_announced_changes_nothing(db_session):
    assert import_year(db_session, 2027, **facts()) == NotAnnounced(2027, 2026)
    assert announced_years(db_session) == set()


def test_a_notice_replaces_its_year_and_the_days_before_it(db_session):
    import_year(db_session, 2026, **facts())
    days = [*run_of(date(2026, 12, 31), 3, "元旦"), *run_of(NATIONAL_DAY, 7, "国庆节")]

    assert enter_notice(db_session, 2027, run_of(NATIONAL_DAY, 5, "国庆节"), **facts()) == 5
    assert enter_notice(db_session, 2027, days, **facts()) == 10

    assert announced_years(db_session) == {2026, 2027}
    assert db_session.get(AnnouncedYear, 2027).source is CalendarSource.NOTICE
    found = {day.day_on: day.name for day in db_session.scalars(select(CalendarDay))}
    assert found[date(2026, 12, 31)] == "元旦"
    assert sum(on.year == 2027 for on in found) == 9
    assert sum(on.year == 2026 for on in found) == 40


# ---- School days -----------------------------------------------------------------------------

TERM = (date(2026, 9, 1), date(2027, 1, 22))
SCHOOL = [
    ("a weekday", date(2026, 9, 2), DayKind.ORDINARY, {}, True),
    ("a Saturday", date(2026, 9, 5), DayKind.ORDINARY, {}, False),
    ("a make-up Saturday", date(2026, 10, 10), DayKind.MAKEUP_WORKDAY, {}, True),
    ("a make-up Sunday", date(2026, 9, 20), DayKind.MAKEUP_WORKDAY, {}, True),
    ("a holiday", date(2026, 10, 1), DayKind.HOLIDAY, {}, False),
    ("the first day", date(2026, 9, 1), DayKind.ORDINARY, {}, True),
    ("the last day", date(2027, 1, 22), DayKind.ORDINARY, {}, True),
    ("before the term", date(2026, 8, 31), DayKind.ORDINARY, {}, False),
    ("after the term", date(2027, 1, 25), DayKind.ORDINARY, {}, False),
    ("a day off", date(2026, 9, 2), DayKind.ORDINARY, {date(2026, 9, 2): False}, False),
    ("a day made up", date(2026, 9, 5), DayKind.ORDINARY, {date(2026, 9, 5): True}, True),
]


@pytest.mark.parametrize(
    ("on", "kind", "exceptions", "teaches"),
    [case[1:] for case in SCHOOL],
    ids=[case[0] for case in SCHOOL],
)
def test_schools_teach_on(on, kind, exceptions, teaches):
    assert is_school_day(on, kind, [TERM], exceptions) is teaches


@pytest.fixture
def district(db_session):
    return make.district(db_session)


def test_the_school_days_of_a_district_follow_terms_holidays_and_exceptions(db_session, district):
    import_year(db_session, 2026, **facts())
    other = make.district(db_session, "远山区")
    autumn = SchoolTermDescription("2026 学年第一学期", *TERM)
    add_school_term(db_session, district.id, autumn, **facts())
    add_school_term(db_session, other.id, autumn, **facts())
    set_school_exception(
        db_session, district.id, date(2026, 10, 9), teaches=True, reason="补课", **facts()
    )
    set_school_exception(
        db_session, district.id, date(2026, 10, 9), teaches=False, reason="运动会", **facts()
    )
    first, last = date(2026, 9, 28), date(2026, 10, 12)

    days = school_days(db_session, district.id, first, last)

    assert sorted(on.day for on in days) == [8, 10, 12, 28, 29, 30]
    remove_school_exception(db_session, district.id, date(2026, 10, 9), **facts())
    assert school_days(db_session, district.id, first, last) - days == {date(2026, 10, 9)}


def test_a_term_is_changed_and_removed(db_session, district):
    term = add_school_term(db_session, district.id, SchoolTermDescription("秋", *TERM), **facts())
    shorter = SchoolTermDescription("秋", TERM[0], TERM[0] + timedelta(days=1))
    change_school_term(db_session, term.id, shorter, **facts())
    assert len(school_days(db_session, district.id, *TERM)) == 2
    remove_school_term(db_session, term.id, **facts())
    remove_school_term(db_session, term.id, **facts())
    assert school_days(db_session, district.id, *TERM) == set()
    said = [one.facts["what"] for one in db_session.scalars(select(AuditEntry))]
    assert said == ["term_added", "term_changed", "term_removed"]
