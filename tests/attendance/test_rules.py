"""The pure rules of attendance as tables: when, who missed, what pauses, who completed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from venue.attendance.rules import (
    AlreadyClosed,
    CalledOff,
    Completed,
    Count,
    CourseRecord,
    LessonFact,
    NoShow,
    NotOver,
    NotYet,
    NoWalkInSeat,
    RollFact,
    RollsMissing,
    RollTimes,
    SeatFact,
    StillOn,
    TooFew,
    TooLate,
    closes_at,
    closing_refusal,
    completion,
    heads_by_hour,
    marking_refusal,
    may_make_up,
    missing_since,
    needed_lessons,
    no_shows_that_pause,
    reopening_refusal,
    walk_in_refusal,
    who_missed,
)

START = datetime(2026, 9, 22, 10, 30, tzinfo=UTC)
END = START + timedelta(minutes=90)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TIMES = RollTimes(before=30 * MINUTE, closes_after=DAY, reopens_within=DAY)
WINDOW = 120 * DAY


def roll(*, cancelled=False, opened_at=None, closed_at=None):
    return RollFact(START, END, cancelled, opened_at, closed_at)


@pytest.mark.parametrize(
    ("fact", "now", "expected"),
    [
        pytest.param(
            roll(), START - 31 * MINUTE, NotYet(START - 30 * MINUTE), id="a minute too early"
        ),
        pytest.param(roll(), START - 30 * MINUTE, None, id="when the doors open"),
        pytest.param(roll(), END + 9 * DAY, None, id="written up from paper a week later"),
        pytest.param(roll(cancelled=True), START, CalledOff(), id="it does not take place"),
        pytest.param(
            roll(opened_at=START, closed_at=END),
            END,
            AlreadyClosed(END, END + DAY),
            id="it is closed",
        ),
    ],
)
def test_when_people_are_marked(fact, now, expected):
    assert marking_refusal(fact, TIMES, now) == expected


@pytest.mark.parametrize(
    ("fact", "now", "expected"),
    [
        pytest.param(roll(), END - MINUTE, StillOn(END), id="somebody may still come late"),
        pytest.param(roll(), END, None, id="it is over"),
        pytest.param(roll(cancelled=True), END, CalledOff(), id="it does not take place"),
    ],
)
def test_when_a_roll_can_be_closed(fact, now, expected):
    assert closing_refusal(fact, now) == expected


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        pytest.param(roll(), None, id="never opened"),
        pytest.param(roll(opened_at=START), END + DAY, id="a day after the end"),
        pytest.param(roll(opened_at=END + 3 * DAY), END + 4 * DAY, id="written up late"),
        pytest.param(roll(opened_at=START, closed_at=END), None, id="closed"),
    ],
)
def test_when_a_roll_closes_by_itself(fact, expected):
    assert closes_at(fact, TIMES) == expected


@pytest.mark.parametrize(
    ("closed_at", "now", "expected"),
    [
        pytest.param(END, END + DAY, None, id="a day later to the second"),
        pytest.param(END, END + DAY + MINUTE, TooLate(END + DAY), id="a minute too late"),
        pytest.param(None, END + 9 * DAY, None, id="it is open"),
    ],
)
def test_how_long_a_closed_roll_can_be_opened_again(closed_at, now, expected):
    assert reopening_refusal(roll(opened_at=START, closed_at=closed_at), TIMES, now) == expected


@pytest.mark.parametrize(
    ("seat", "missed"),
    [
        pytest.param(SeatFact(1, 1, START - DAY), True, id="a seat that stayed empty"),
        pytest.param(SeatFact(2, 1, START - DAY), False, id="somebody who was there"),
        pytest.param(SeatFact(1, 1, START + MINUTE), False, id="somebody who joined later"),
        pytest.param(SeatFact(1, 1, START), False, id="somebody who joined as it started"),
        pytest.param(
            SeatFact(1, 1, START - DAY, START - MINUTE), False, id="withdrawn before the start"
        ),
        pytest.param(SeatFact(1, 1, START - DAY, START), True, id="withdrawn when it had started"),
    ],
)
def test_who_missed_a_session(seat, missed):
    assert (who_missed([seat], {2}, START) == [seat]) is missed


def no_show(day, number=None):
    return NoShow(START + day * DAY, number or int(day) + 1000, "国画")


@pytest.mark.parametrize(
    ("latest", "earlier", "spent", "expected"),
    [
        pytest.param(0, [], [], [], id="the first"),
        pytest.param(7, [0], [], [], id="the second"),
        pytest.param(14, [0, 7], [], [0, 7, 14], id="the third"),
        pytest.param(119, [0, 7], [], [0, 7, 119], id="on the last day of the window"),
        pytest.param(120, [0, 7], [], [], id="the first is 120 days ago"),
        pytest.param(121, [0, 7, 14], [], [7, 14, 121], id="the window moves on"),
        pytest.param(21, [0, 7, 14], [0, 7, 14], [], id="the others led to a pause already"),
        pytest.param(35, [0, 7, 14, 21, 28], [0, 7, 14], [21, 28, 35], id="three more"),
        pytest.param(7, [0, 14], [], [0, 7, 14], id="an older roll is closed last"),
        pytest.param(7, [0, 14], [7], [], id="a roll that was closed before"),
    ],
)
def test_what_pauses(latest, earlier, spent, expected):
    found = no_shows_that_pause(
        no_show(latest),
        [no_show(day) for day in earlier],
        [no_show(day).session_id for day in spent],
        limit=3,
        within=WINDOW,
    )
    assert found == tuple(no_show(day) for day in expected)


@pytest.mark.parametrize(
    ("missed", "other", "may"),
    [
        pytest.param((1, 10, 5), (2, 10, 5), True, id="another session of the program"),
        pytest.param((1, 10, None), (2, 10, None), True, id="of a program without a teacher"),
        pytest.param((1, 10, 5), (2, 11, 5), True, id="another program of the teacher"),
        pytest.param((1, 10, 5), (2, 11, 6), False, id="somebody else's"),
        pytest.param((1, 10, None), (2, 11, None), False, id="two programs without a teacher"),
        pytest.param((1, 10, 5), (1, 10, 5), False, id="the lesson itself"),
    ],
)
def test_what_may_make_up_for_what(missed, other, may):
    assert may_make_up(LessonFact(*missed), LessonFact(*other)) is may


@pytest.mark.parametrize(
    ("lessons", "needed"), [(12, 10), (10, 8), (5, 4), (4, 4), (1, 1), (0, 0), (11, 9)]
)
def test_eighty_percent_is_rounded_up(lessons, needed):
    assert needed_lessons(lessons, 80) == needed


def record(lessons, rolled, attended, *, open_rolls=0, ends_at=END):
    starts_at = START if ends_at else None
    return CourseRecord(lessons, rolled, attended, 0, starts_at, ends_at, open_rolls)


@pytest.mark.parametrize(
    ("known", "now", "expected"),
    [
        pytest.param(record(12, 12, 10), END, Completed(START, END), id="ten of twelve"),
        pytest.param(record(12, 12, 9), END, TooFew(9, 10), id="nine of twelve"),
        pytest.param(record(12, 10, 8), END, Completed(START, END), id="eight of ten rolls"),
        pytest.param(record(12, 10, 7), END, TooFew(7, 8), id="seven of ten rolls"),
        pytest.param(record(12, 9, 9), END, RollsMissing(1), id="a roll too few"),
        pytest.param(record(12, 0, 0), END, RollsMissing(10), id="no roll at all"),
        pytest.param(record(1, 1, 1), END, Completed(START, END), id="the only one"),
        pytest.param(record(12, 12, 12), END - MINUTE, NotOver(), id="not before the end"),
        pytest.param(record(12, 11, 11, open_rolls=1), END, NotOver(), id="the last roll is open"),
        pytest.param(record(0, 0, 0, ends_at=None), END, NotOver(), id="nothing took place"),
    ],
)
def test_who_has_completed(known, now, expected):
    assert completion(known, now, percent=80) == expected


@pytest.mark.parametrize(
    ("seats", "given", "refused"),
    [(None, 90, None), (2, 1, None), (2, 2, NoWalkInSeat(2)), (1, 2, NoWalkInSeat(1))],
)
def test_at_the_door_there_are_as_many_seats_as_were_promised(seats, given, refused):
    assert walk_in_refusal(seats, given) == refused


def test_heads_are_added_up_by_the_hour_of_each_press():
    presses = [
        Count(1, START, 1),
        Count(2, START, 1),
        Count(1, START + HOUR, 2),
        Count(1, START + HOUR, 3),
        Count(1, START + HOUR, 2),
        Count(2, START + 2 * HOUR, 2),
        Count(2, START + 2 * HOUR, 1),
    ]
    assert heads_by_hour(presses) == {18: 2, 19: 1}


@pytest.mark.parametrize(
    ("seat_since", "arrived_at", "now", "since"),
    [
        (START - DAY, None, START + 29 * MINUTE, None),
        (START - DAY, None, START + 30 * MINUTE, START),
        (START - DAY, None, END + HOUR, START),
        (START - DAY, START + MINUTE, END, None),
        (START, None, END, None),
    ],
)
def test_who_was_expected_is_missing_after_half_an_hour_until_they_come(
    seat_since, arrived_at, now, since
):
    assert missing_since(START, seat_since, arrived_at, now, after=30 * MINUTE) == since
