"""The figures of a program: counted by hand, as functions and on both databases."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from tests import town as make
from tests.blueprints.wishing import wishes
from venue.attendance.models import Attendance, Roll
from venue.attendance.rules import Way
from venue.audit.rules import Channel
from venue.blueprints.office.program_figures import (
    Ask,
    Share,
    Stretch,
    by_age,
    by_channel,
    figures,
    over_time,
)
from venue.people.models import Person
from venue.programs.rules import Books
from venue.seats.rules import EnrollmentStatus as S
from venue.timeline.local_time import instant

FIRST = date(2026, 9, 22)


def ask(birth_year=1990, *, on=None, status=S.CONFIRMED, channel=Channel.ONLINE) -> Ask:
    at = instant(date(2026, 9, 10), time(9))
    return Ask(status, channel, at, on.year if on else birth_year, on)


def test_ages_are_those_of_the_first_day_and_bands_stand_without_gaps():
    asks = [
        ask(on=date(2015, 9, 22)),  # eleven on the day itself
        ask(on=date(2014, 9, 23)),  # eleven until tomorrow
        ask(on=date(2014, 9, 22), status=S.WAITLISTED),  # twelve
        ask(1991, status=S.OFFERED),  # 35: of the year alone the birthday counts as past
        ask(1940, status=S.WITHDRAWN),
    ]
    found = [(band.youngest, band.oldest, band.share) for band in by_age(asks, FIRST)]
    assert found == [
        (6, 11, Share(2, 2)),
        (12, 17, Share(1, 0)),
        (18, 25, Share(0, 0)),
        (26, 35, Share(1, 1)),
        (36, 45, Share(0, 0)),
        (46, 59, Share(0, 0)),
        (60, 69, Share(0, 0)),
        (70, 79, Share(0, 0)),
        (80, None, Share(1, 0)),
    ]
    assert by_age([], FIRST) == []


def test_the_most_frequent_way_stands_first():
    asks = [ask(), ask(channel=Channel.TELEPHONE, status=None), ask(channel=Channel.TELEPHONE)]
    assert list(by_channel(asks).items()) == [
        (Channel.TELEPHONE, Share(2, 1)),
        (Channel.ONLINE, Share(1, 1)),
    ]


TEN, ELEVEN, TWELVE = (date(2026, 9, day) for day in (10, 11, 12))


@pytest.mark.parametrize(
    ("days", "first_on", "last_on", "expected"),
    [
        ([], TEN, TWELVE, []),
        ([TEN, TEN, TWELVE], TEN, TWELVE, [2, 0, 1]),
        ([ELEVEN], TEN, TWELVE, [0, 1, 0]),
        ([TEN, TWELVE], ELEVEN, ELEVEN, [1, 0, 1]),  # the desk is not bound by the window
        ([ELEVEN], None, TWELVE, [1, 0]),
    ],
)
def test_the_picture_spans_the_window_and_everybody(days, first_on, last_on, expected):
    assert [one.asked for one in over_time(days, first_on, last_on)] == expected


def test_many_days_are_drawn_as_weeks():
    days = [TEN + timedelta(days=number) for number in (0, 3, 4, 35)]
    assert len(over_time(days[:-1], TEN, TEN + timedelta(days=34))) == 35
    found = over_time(days, TEN, TWELVE)
    assert found[0] == Stretch(date(2026, 9, 7), date(2026, 9, 13), 2)
    assert [one.asked for one in found] == [2, 1, 0, 0, 0, 1]


def test_everybody_who_ever_asked_is_counted_once_with_what_became_of_them(session, town, clock):
    """Ten people, counted by hand."""
    pool = make.pool_of(session, town.painting)
    people = make.crowd(session, 10)
    statuses = [S.CONFIRMED, S.CONFIRMED, S.OFFERED, S.WAITLISTED, S.WITHDRAWN, S.EXPIRED]
    for who, status in zip(people, statuses, strict=False):
        make.enrollment(session, pool, who, status)
    # One gave a seat back and has one again: one person, seen first on the earlier day.
    clock.advance(timedelta(days=1))
    again = make.enrollment(session, pool, people[4])
    again.channel = Channel.COUNTER
    wishes(session, town, people[6:9])
    wishes(session, town, people[:1])  # has a seat by now: asked once
    withdrawn(session, town, people[9])
    session.commit()
    found = figures(
        session, town.painting.id, begins_on=FIRST, window=(date(2026, 9, 10), date(2026, 9, 17))
    )
    assert found.asked == 9
    assert found.by_status == {
        S.CONFIRMED: 3, S.OFFERED: 1, S.WAITLISTED: 1, S.EXPIRED: 1, None: 3,
    }  # fmt: skip
    assert found.by_channel == {
        Channel.ONLINE: Share(5, 3),
        Channel.TELEPHONE: Share(3, 0),
        Channel.COUNTER: Share(1, 1),
    }
    assert [one.asked for one in found.over_time] == [0, 0, 0, 0, 0, 0, 6, 3]
    assert found.wishes == {1: 3, 2: 1}
    assert (found.came, found.rate) == ({}, None)


def test_single_sessions_count_each_person_once_a_session(session, town):
    tea = make.course(session, town.wutongli, "茶艺", lessons=2, books=Books.SESSION)
    for one in tea.sessions:
        make.enrollment(session, make.pool_of(session, one), town.lin_xiao)
    session.commit()
    assert figures(session, tea.id, begins_on=FIRST, window=(None, FIRST)).asked == 2


def test_attendance_counts_seats_in_rolls_that_are_closed(session, town):
    pool = make.pool_of(session, town.painting)
    seats = [make.enrollment(session, pool, who) for who in make.crowd(session, 4)]
    first, second, third, *_ = town.painting.sessions
    roll(session, first, closed=True, walk_ins=2)
    for seat in seats[:3]:
        came(session, first, seat.person, seat)
    missed(session, first, seats[3])
    came(session, first, town.lin_xiao)
    roll(session, second, closed=True)
    missed(session, second, seats[0])
    roll(session, third, closed=False)
    came(session, third, seats[0].person, seats[0])
    session.commit()
    found = figures(session, town.painting.id, begins_on=FIRST, window=(None, FIRST))
    assert {
        number: (one.came, one.missed, one.others, one.rate)
        for number, one in enumerate(found.came[one.id] for one in (first, second, third))
    } == {0: (3, 1, 3, 0.75), 1: (0, 1, 0, 0.0), 2: (1, 0, 0, None)}
    assert found.rate == pytest.approx(3 / 5)


def withdrawn(session, town, who: Person) -> None:
    wishes(session, town, [who], withdrawn_at=make.clock.now())


def roll(session, of, *, closed: bool, walk_ins: int = 0) -> None:
    at = of.ends_at if closed else None
    session.add(Roll(session_id=of.id, walk_ins=walk_ins, opened_at=of.starts_at, closed_at=at))
    session.flush()


def came(session, of, who, seat=None) -> None:
    mark(session, of, who, seat, arrived_at=of.starts_at)


def missed(session, of, seat) -> None:
    mark(session, of, seat.person, seat, missed_at=of.ends_at)


def mark(session, of, who, seat, **when) -> None:
    session.add(
        Attendance(session_id=of.id, person_id=who.id, enrollment_id=seat.id if seat else None,
                   way=Way.ROLL, marked_at=of.ends_at, **when)
    )  # fmt: skip
    session.flush()
