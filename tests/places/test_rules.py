"""The hours of a day and what stands against a wish for a room: cases, and a plain model."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venue.places.rules import (
    Claim,
    ClosedFor,
    ClosureFact,
    DayKind,
    Layer,
    OpeningFact,
    OpenInterval,
    OutsideHours,
    Overlap,
    RoomFact,
    TooManyPeople,
    closed,
    conflicts,
    open_intervals,
    opening_now,
)
from venue.timeline.interval import Interval, union
from venue.timeline.local_time import SHANGHAI, instant

WEDNESDAY = date(2026, 9, 16)
SATURDAY = date(2026, 9, 19)
STUDIO, HALL = 1, 2
ORDINARY, HOLIDAY, MAKEUP = DayKind.ORDINARY, DayKind.HOLIDAY, DayKind.MAKEUP_WORKDAY


def clock(text: str) -> time:
    """Read 8:30; 24:00 is the midnight at which the day ends."""
    hour, minute = text.split(":")
    return time(int(hour) % 24, int(minute))


def span(text: str, on: date = WEDNESDAY) -> Interval:
    """Read 8:30-17:00."""
    start, end = text.split("-")
    ends_on = on + timedelta(days=1) if end == "24:00" else on
    return Interval(instant(on, clock(start)), instant(ends_on, clock(end)))


def rule(layer: Layer, hours: str, weekdays: str = "1234567", **facts: object) -> OpeningFact:
    opens, closes = hours.split("-")
    return OpeningFact(layer, weekdays, clock(opens), clock(closes), **facts)


def closure(hours: str, reason: str = "消杀", room_id: int | None = None) -> ClosureFact:
    return ClosureFact(span(hours), reason, room_id)


def written(stretches: list[OpenInterval]) -> list[str]:
    """Write what came out as short as what went in."""
    found = []
    for stretch in stretches:
        start, end = (
            at.astimezone(SHANGHAI) for at in (stretch.interval.start, stretch.interval.end)
        )
        ends = "24:00" if end.date() > start.date() else f"{end.hour}:{end.minute:02}"
        found.append(f"{stretch.layer} {start.hour}:{start.minute:02}-{ends}")
    return found


WORKDAYS = rule(Layer.REGULAR, "8:30-17:00", "12345")
EVENINGS = rule(Layer.EXTENDED, "16:30-21:00", "12345")
HOLIDAYS = rule(Layer.HOLIDAY_DUTY, "8:30-16:30")
STUDY = rule(Layer.UNATTENDED, "0:00-24:00")
EVERY_LAYER = [WORKDAYS, EVENINGS, HOLIDAYS, STUDY]

HOURS = {
    # each: a day, its kind, the rules, the closures, the room, and the hours that follow
    "no rule, no hours": (WEDNESDAY, ORDINARY, [], [], None, []),
    "a workday": (WEDNESDAY, ORDINARY, [WORKDAYS], [], None, ["regular 8:30-17:00"]),
    "a Saturday that the rule does not name": (SATURDAY, ORDINARY, [WORKDAYS], [], None, []),
    "layers overlap and stay apart": (
        WEDNESDAY,
        ORDINARY,
        [EVENINGS, WORKDAYS],
        [],
        None,
        ["regular 8:30-17:00", "extended 16:30-21:00"],
    ),
    "on a holiday only duty and unattended hours": (
        WEDNESDAY,
        HOLIDAY,
        EVERY_LAYER,
        [],
        None,
        ["unattended 0:00-24:00", "holiday_duty 8:30-16:30"],
    ),
    "on an ordinary day no holiday duty": (
        WEDNESDAY,
        ORDINARY,
        EVERY_LAYER,
        [],
        None,
        ["unattended 0:00-24:00", "regular 8:30-17:00", "extended 16:30-21:00"],
    ),
    "holiday duty is there on every holiday, whatever its weekday": (
        SATURDAY,
        HOLIDAY,
        [replace(HOLIDAYS, weekdays="12345")],
        [],
        None,
        ["holiday_duty 8:30-16:30"],
    ),
    "a make-up workday keeps the hours of its weekday": (
        SATURDAY,
        MAKEUP,
        [WORKDAYS, rule(Layer.REGULAR, "9:00-12:00", "6"), HOLIDAYS],
        [],
        None,
        ["regular 9:00-12:00"],
    ),
    "the first day of a rule": (
        WEDNESDAY,
        ORDINARY,
        [replace(WORKDAYS, valid_from_on=WEDNESDAY)],
        [],
        None,
        ["regular 8:30-17:00"],
    ),
    "the day before a rule begins": (
        WEDNESDAY,
        ORDINARY,
        [replace(WORKDAYS, valid_from_on=WEDNESDAY + timedelta(days=1))],
        [],
        None,
        [],
    ),
    "the last day of a rule": (
        WEDNESDAY,
        ORDINARY,
        [replace(WORKDAYS, valid_until_on=WEDNESDAY)],
        [],
        None,
        ["regular 8:30-17:00"],
    ),
    "the day after a rule ends": (
        WEDNESDAY,
        ORDINARY,
        [replace(WORKDAYS, valid_until_on=WEDNESDAY - timedelta(days=1))],
        [],
        None,
        [],
    ),
    "a room without rules follows the center": (
        WEDNESDAY,
        ORDINARY,
        [WORKDAYS],
        [],
        STUDIO,
        ["regular 8:30-17:00"],
    ),
    "a room with rules follows its own": (
        WEDNESDAY,
        ORDINARY,
        [WORKDAYS, rule(Layer.REGULAR, "13:00-20:00", room_id=STUDIO)],
        [],
        STUDIO,
        ["regular 13:00-20:00"],
    ),
    "the rules of a room are not the center's": (
        WEDNESDAY,
        ORDINARY,
        [WORKDAYS, rule(Layer.REGULAR, "13:00-20:00", room_id=STUDIO)],
        [],
        None,
        ["regular 8:30-17:00"],
    ),
    "the rules of a room are not another room's": (
        WEDNESDAY,
        ORDINARY,
        [WORKDAYS, rule(Layer.REGULAR, "13:00-20:00", room_id=STUDIO)],
        [],
        HALL,
        ["regular 8:30-17:00"],
    ),
    "on a day of which a room's rules say nothing it follows the center": (
        WEDNESDAY,
        ORDINARY,
        [WORKDAYS, rule(Layer.REGULAR, "13:00-20:00", "67", room_id=STUDIO)],
        [],
        STUDIO,
        ["regular 8:30-17:00"],
    ),
    "a closure of the whole day": (
        WEDNESDAY,
        ORDINARY,
        [WORKDAYS],
        [closure("0:00-24:00")],
        None,
        [],
    ),
    "a closure at noon": (
        WEDNESDAY,
        ORDINARY,
        [WORKDAYS],
        [closure("12:00-13:00")],
        None,
        ["regular 8:30-12:00", "regular 13:00-17:00"],
    ),
    "a closure cuts every layer": (
        WEDNESDAY,
        ORDINARY,
        [WORKDAYS, EVENINGS],
        [closure("16:00-18:00")],
        None,
        ["regular 8:30-16:00", "extended 18:00-21:00"],
    ),
    "a closure of the center closes its rooms": (
        WEDNESDAY,
        ORDINARY,
        [WORKDAYS],
        [closure("15:00-24:00")],
        STUDIO,
        ["regular 8:30-15:00"],
    ),
    "a closure of a room leaves the center open": (
        WEDNESDAY,
        ORDINARY,
        [WORKDAYS],
        [closure("15:00-24:00", room_id=STUDIO)],
        None,
        ["regular 8:30-17:00"],
    ),
    "a closure of a room leaves other rooms open": (
        WEDNESDAY,
        ORDINARY,
        [WORKDAYS],
        [closure("15:00-24:00", room_id=STUDIO)],
        HALL,
        ["regular 8:30-17:00"],
    ),
    "a closure of a room closes it": (
        WEDNESDAY,
        ORDINARY,
        [WORKDAYS],
        [closure("15:00-24:00", room_id=STUDIO)],
        STUDIO,
        ["regular 8:30-15:00"],
    ),
    "a rule until midnight": (
        WEDNESDAY,
        ORDINARY,
        [rule(Layer.UNATTENDED, "21:00-24:00")],
        [],
        None,
        ["unattended 21:00-24:00"],
    ),
}


@pytest.mark.parametrize(
    ("on", "kind", "rules", "closures", "room_id", "hours"), HOURS.values(), ids=HOURS
)
def test_the_hours_of_a_day(
    on: date,
    kind: DayKind,
    rules: list[OpeningFact],
    closures: list[ClosureFact],
    room_id: int | None,
    hours: list[str],
) -> None:
    assert written(open_intervals(on, kind, rules, closures, room_id)) == hours


# A day in the plainest way: ask of every half hour whether a rule lets people in.

SLOTS = 48
layers = st.sampled_from(list(Layer))
slots = st.tuples(st.integers(0, SLOTS - 1), st.integers(1, SLOTS)).filter(
    lambda pair: pair[0] < pair[1]
)


def slot_time(slot: int) -> time:
    return time(slot // 2 % 24, slot % 2 * 30)


def slot_interval(pair: tuple[int, int]) -> Interval:
    midnight = instant(WEDNESDAY, time.min)
    start, end = (midnight + timedelta(minutes=30 * slot) for slot in pair)
    return Interval(start, end)


@st.composite
def opening_facts(draw: st.DrawFn) -> tuple[OpeningFact, tuple[int, int]]:
    """Make a rule, and the half hours of the day that it speaks of."""
    opens, closes = draw(slots)
    days = draw(st.frozensets(st.sampled_from("1234567"), min_size=1))
    from_on, until_on = (
        draw(st.none() | st.integers(-1, 1).map(lambda n: WEDNESDAY + timedelta(days=n)))
        for _ in range(2)
    )
    fact = OpeningFact(
        draw(layers),
        "".join(sorted(days)),
        slot_time(opens),
        slot_time(closes),
        from_on,
        until_on,
        draw(st.sampled_from([None, STUDIO, HALL])),
    )
    return fact, (opens, closes)


def speaks_of(fact: OpeningFact, kind: DayKind) -> bool:
    in_time = (fact.valid_from_on or WEDNESDAY) <= WEDNESDAY <= (fact.valid_until_on or WEDNESDAY)
    of_weekday = "3" in fact.weekdays
    return (
        in_time
        and {
            Layer.REGULAR: of_weekday and kind != HOLIDAY,
            Layer.EXTENDED: of_weekday and kind != HOLIDAY,
            Layer.HOLIDAY_DUTY: kind == HOLIDAY,
            Layer.UNATTENDED: of_weekday,
        }[fact.layer]
    )


@given(
    rules=st.lists(opening_facts(), max_size=6),
    shut=st.lists(
        st.tuples(
            st.tuples(st.integers(-10, 50), st.integers(1, 20)),
            st.sampled_from([None, STUDIO, HALL]),
        ),
        max_size=4,
    ),
    kind=st.sampled_from(list(DayKind)),
    room_id=st.sampled_from([None, STUDIO]),
)
def test_every_half_hour_of_a_day_is_open_when_a_rule_in_force_says_so_and_no_closure_does(
    rules: list[tuple[OpeningFact, tuple[int, int]]],
    shut: list[tuple[tuple[int, int], int | None]],
    kind: DayKind,
    room_id: int | None,
) -> None:
    closures = [
        ClosureFact(slot_interval((start, start + length)), "维修", of)
        for (start, length), of in shut
    ]
    speaking = [(fact, pair) for fact, pair in rules if speaks_of(fact, kind)]
    own = [(fact, pair) for fact, pair in speaking if room_id and fact.room_id == room_id]
    heard = own or [(fact, pair) for fact, pair in speaking if fact.room_id is None]
    closed_slots = {
        slot
        for (start, length), of in shut
        if of is None or of == room_id
        for slot in range(start, start + length)
    }
    expected = {
        (slot, fact.layer)
        for fact, (opens, closes) in heard
        for slot in range(opens, closes)
        if slot not in closed_slots
    }

    found = open_intervals(WEDNESDAY, kind, [fact for fact, _ in rules], closures, room_id)

    assert {
        (slot, stretch.layer)
        for stretch in found
        for slot in range(SLOTS)
        if stretch.interval.encloses(slot_interval((slot, slot + 1)))
    } == expected
    assert found == sorted(found, key=lambda stretch: stretch.interval)


# What stands against a wish.

ROOM = RoomFact(STUDIO, capacity=24)
OPEN = [
    OpenInterval(span("8:30-17:00"), Layer.REGULAR),
    OpenInterval(span("17:00-21:00"), Layer.EXTENDED),
]
LESSON = Claim(5, STUDIO, span("18:30-20:00"), "零基础国画")

WISHES = {
    # name: (hours, people, claims, closures, what stands against it)
    "free": ("14:00-16:00", 10, [LESSON], [], []),
    "right before a claim": ("17:00-18:30", 10, [LESSON], [], []),
    "right after a claim": ("20:00-21:00", 10, [LESSON], [], []),
    "the end of a claim": ("19:30-20:30", 10, [LESSON], [], [Overlap(LESSON)]),
    "the same time as a claim": ("18:30-20:00", 10, [LESSON], [], [Overlap(LESSON)]),
    "around a claim": ("18:00-20:30", 10, [LESSON], [], [Overlap(LESSON)]),
    "the same time in another room": (
        "18:30-20:00",
        10,
        [Claim(6, HALL, span("18:30-20:00"), "合唱")],
        [],
        [],
    ),
    "two claims": (
        "9:00-12:00",
        10,
        [
            Claim(7, STUDIO, span("9:30-10:00"), "茶会"),
            Claim(8, STUDIO, span("11:00-11:30"), "议事"),
        ],
        [],
        [
            Overlap(Claim(7, STUDIO, span("9:30-10:00"), "茶会")),
            Overlap(Claim(8, STUDIO, span("11:00-11:30"), "议事")),
        ],
    ),
    "across the seam of two layers": ("16:00-18:00", 10, [], [], []),
    "from opening to closing": ("8:30-21:00", 10, [], [], []),
    "before opening": (
        "8:00-9:00",
        10,
        [],
        [],
        [OutsideHours((span("8:30-21:00"),))],
    ),
    "past closing": (
        "20:00-21:30",
        10,
        [],
        [],
        [OutsideHours((span("8:30-21:00"),))],
    ),
    "during a closure of the center": (
        "14:00-16:00",
        10,
        [],
        [closure("15:00-17:00", "管道维修")],
        [ClosedFor("管道维修")],
    ),
    "during a closure of the room": (
        "14:00-16:00",
        10,
        [],
        [closure("15:00-17:00", "换地板", STUDIO)],
        [ClosedFor("换地板")],
    ),
    "during a closure of another room": (
        "14:00-16:00",
        10,
        [],
        [closure("15:00-17:00", "换地板", HALL)],
        [],
    ),
    "right after a closure": ("17:00-18:00", 10, [], [closure("15:00-17:00")], []),
    "as many as the room holds": ("14:00-16:00", 24, [], [], []),
    "one too many": ("14:00-16:00", 25, [], [], [TooManyPeople(24)]),
    "nobody knows how many": ("14:00-16:00", None, [], [], []),
    "everything at once": (
        "19:00-22:00",
        30,
        [LESSON],
        [closure("19:00-24:00")],
        [Overlap(LESSON), ClosedFor("消杀"), TooManyPeople(24)],
    ),
}


@pytest.mark.parametrize(
    ("hours", "people", "claims", "closures", "against"), WISHES.values(), ids=WISHES
)
def test_what_stands_against_a_wish(hours, people, claims, closures, against) -> None:
    assert conflicts(span(hours), ROOM, people, claims, OPEN, closures) == against


def test_on_a_day_without_hours_a_wish_lies_outside_them() -> None:
    assert closed(span("14:00-15:00"), ROOM, [], []) == [OutsideHours(())]


@given(wanted=slots, hours=st.lists(slots, max_size=5), shut=st.lists(slots, max_size=3))
def test_a_room_is_open_for_a_wish_when_every_half_hour_of_it_is(
    wanted: tuple[int, int], hours: list[tuple[int, int]], shut: list[tuple[int, int]]
) -> None:
    stretches = [OpenInterval(slot_interval(pair), Layer.REGULAR) for pair in hours]
    closures = [ClosureFact(slot_interval(pair), "维修") for pair in shut]
    against = closed(slot_interval(wanted), ROOM, stretches, closures)
    wanted_slots = set(range(*wanted))
    if any(wanted_slots & set(range(*pair)) for pair in shut):
        assert set(against) == {ClosedFor("维修")}
    elif wanted_slots <= {slot for pair in hours for slot in range(*pair)}:
        assert against == []
    else:
        assert against == [OutsideHours(tuple(union(stretch.interval for stretch in stretches)))]


# Open at the moment, and until when.

MOMENTS = {
    "before the doors open": ("8:00", None),
    "when they open": ("8:30", "17:00"),
    "in the morning": ("10:00", "17:00"),
    "when they close": ("17:00", None),
}


@pytest.mark.parametrize(("at", "until"), MOMENTS.values(), ids=MOMENTS)
def test_open_now_or_not(at: str, until: str | None) -> None:
    found = opening_now(
        [OpenInterval(span("8:30-17:00"), Layer.REGULAR)], instant(WEDNESDAY, clock(at))
    )
    assert (found and found[1]) == (until and instant(WEDNESDAY, clock(until)))


def test_doors_stay_open_from_layer_to_layer() -> None:
    late = OpenInterval(span("21:00-24:00"), Layer.UNATTENDED)
    found = opening_now([*OPEN, late], instant(WEDNESDAY, time(10)))
    assert found == (OPEN[0], late.interval.end)


def test_doors_close_at_a_gap_between_layers() -> None:
    late = OpenInterval(span("21:30-24:00"), Layer.UNATTENDED)
    found = opening_now([*OPEN, late], instant(WEDNESDAY, time(10)))
    assert found == (OPEN[0], OPEN[1].interval.end)


def test_doors_stay_open_over_midnight() -> None:
    night = [
        OpenInterval(span("0:00-24:00", on), Layer.UNATTENDED)
        for on in (WEDNESDAY, WEDNESDAY + timedelta(days=1))
    ]
    found = opening_now(night, instant(WEDNESDAY, time(23, 59)))
    assert found == (night[0], instant(WEDNESDAY + timedelta(days=2), time.min))
