"""The centers of the demo town: rooms, hours, closures, bookings and duty."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import cycle
from typing import Any

from sqlalchemy import select

from venue.accounts.rules import phone_number
from venue.audit.rules import SYSTEM, Actor, Channel
from venue.demo.pictures import draw
from venue.demo.town import Facts, Town, read, wall_time
from venue.duty.clearing import enter_clearance
from venue.duty.entering import Entered, enter_shift
from venue.duty.rules import ShiftPlan
from venue.people.models import Neighborhood
from venue.places.booking import Label, RoomWish, find_conflicts, hold
from venue.places.holidays import import_year
from venue.places.models import (
    CalendarDay,
    Center,
    Closure,
    Equipment,
    OpeningRule,
    Room,
    SchoolTerm,
)
from venue.places.photos import put_up
from venue.places.rules import BookingMode, Category, DayKind, Layer
from venue.places.sharing import share_room
from venue.programs.models import Term
from venue.timeline.interval import Interval
from venue.timeline.local_time import day_start, instant

BOOKED_WEEKS = range(-1, 3)
"""Weekly bookings of rooms reach from last week to the week after next."""


def build_places(town: Town) -> None:
    """Write everything that stands in the house before people come."""
    facts = read("district")
    for year in (town.today.year - 1, town.today.year, town.today.year + 1):
        import_year(town.session, year, actor=SYSTEM, now=town.now)
    _neighborhoods_and_centers(town, facts)
    _rooms(town, facts["equipment"])
    for slug, rules in facts["hours"].items():
        town.session.add_all(_rule(town, slug, one) for one in rules)
    for slug, closures in facts["closures"].items():
        town.session.add_all(_closure(town, slug, one) for one in closures)
    town.session.add_all(_school_term(town, one) for one in facts["school_terms"])
    town.term = _term(town, facts["term"])
    town.next_term = _term(town, facts["next_term"])
    town.session.add_all([town.term, town.next_term])
    town.session.flush()


def _school_term(town: Town, one: Facts) -> SchoolTerm:
    return SchoolTerm(
        district_id=town.district.id,
        name=one["name"],
        starts_on=town.in_weeks(one["from_week"]),
        ends_on=town.in_weeks(one["to_week"]) + timedelta(days=4),
    )


def hold_rooms(town: Town) -> None:
    """Write the bookings that no session owns; one that meets a closure or holiday is left out."""
    for slug, bookings in read("bookings").items():
        actor = _desk_of(town, slug)
        for one in bookings:
            wishes = [
                RoomWish(town.rooms[slug, one["room"]].id, _interval(on, one))
                for week in BOOKED_WEEKS
                for on in _dates(town.in_weeks(week), one["weekdays"])
            ]
            found = find_conflicts(town.session, wishes)
            hold(
                town.session,
                [wish for wish, reasons in zip(wishes, found, strict=True) if not reasons],
                label=Label(Category(one["category"]), one["purpose"]),
                override=None,
                actor=actor,
                now=day_start(town.in_weeks(BOOKED_WEEKS[0] - 1)),
            )


def enter_duty(town: Town) -> None:
    """Write the shifts; the staff take turns, and who is on another shift is passed over."""
    facts = read("duty")
    reach = timedelta(weeks=facts.pop("weeks"))
    first_on, last_on = town.monday - reach, town.monday + reach + timedelta(days=6)
    holidays = set(
        town.session.scalars(
            select(CalendarDay.day_on).where(
                CalendarDay.kind == DayKind.HOLIDAY, CalendarDay.day_on.between(first_on, last_on)
            )
        )
    )
    days = [first_on + timedelta(days=n) for n in range((last_on - first_on).days + 1)]
    for name in facts.pop("cleared"):
        checked_on = town.monday - timedelta(days=60)
        enter_clearance(town.session, town.people[name].id, checked_on, actor=SYSTEM, now=town.now)
    for slug, shifts in facts.items():
        for one in shifts:
            turns = cycle(one["staff"])
            for on in days:
                on_holiday = on in holidays
                wanted = one.get("holidays", False) == on_holiday
                if wanted and str(on.isoweekday()) in one.get("weekdays", "1234567"):
                    _enter(town, slug, one, on, [next(turns) for _ in one["staff"]])
                    next(turns)


def _enter(town: Town, slug: str, one: Facts, on: date, in_turn: list[str]) -> None:
    """Enter one shift with the first staff in turn who are free."""
    free = [town.people[name].id for name in in_turn]
    for start in range(len(free) - one["count"] + 1):
        plan = ShiftPlan(
            one["label"], _interval(on, one), frozenset(free[start : start + one["count"]])
        )
        actor = Actor(town.people["沈岚"].id, Channel.ONLINE)
        outcome = enter_shift(town.session, town.centers[slug].id, plan, actor=actor, now=town.now)
        if isinstance(outcome, Entered):
            return


def _neighborhoods_and_centers(town: Town, facts: Facts) -> None:
    for name in facts["neighborhoods"]:
        town.neighborhoods[name] = Neighborhood(name=name)
    for one in facts["centers"]:
        phone = phone_number(one["phone"])
        if phone is None:
            raise ValueError(f"{one['name']} has no number to call: {one['phone']}")
        town.centers[one["slug"]] = Center(
            district=town.district,
            slug=one["slug"],
            name=one["name"],
            address=one["address"],
            phone=phone,
            about=one["about"],
            neighborhoods=[town.neighborhoods[name] for name in one["neighborhoods"]],
        )
    town.session.add_all([*town.neighborhoods.values(), *town.centers.values()])
    town.session.flush()


def _rooms(town: Town, equipment: list[str]) -> None:
    kinds = {name: Equipment(name=name) for name in equipment}
    town.session.add_all(kinds.values())
    for slug, rooms in read("rooms").items():
        for position, one in enumerate(rooms, start=1):
            town.rooms[slug, one["name"]] = Room(
                center=town.centers[slug],
                name=one["name"],
                floor=one["floor"],
                area_m2=one["area"],
                capacity=one["capacity"],
                booking_mode=BookingMode(one["mode"]),
                private=one.get("private", False),
                position=position,
                about=one["about"],
                setup_minutes=one.get("setup", 0),
                cleanup_minutes=one.get("cleanup", 0),
                residents_only=one.get("residents_only", False),
                equipment=[kinds[name] for name in one.get("equipment", [])],
            )
    town.session.add_all(town.rooms.values())
    town.session.flush()


def furnish_rooms(town: Town) -> None:
    """Share what the data say, and put up pictures drawn for the demo; the staff do it."""
    for slug, rooms in read("rooms").items():
        acts: dict[str, Any] = {"actor": _desk_of(town, slug), "now": town.now}
        for one in rooms:
            room = town.rooms[slug, one["name"]]
            if "shared_with" in one:
                sharing = [town.centers[other].id for other in one["shared_with"]]
                share_room(town.session, room.id, sharing, **acts)
            if "shows" in one:
                put_up(town.session, room.id, draw(one["drawn"]), one["shows"], **acts)


def _rule(town: Town, slug: str, one: Facts) -> OpeningRule:
    return OpeningRule(
        center_id=town.centers[slug].id,
        room=town.rooms[slug, one["room"]] if "room" in one else None,
        layer=Layer(one["layer"]),
        weekdays=one["weekdays"],
        opens_time=wall_time(one["opens"]),
        closes_time=wall_time(one["closes"]),
        phone=phone_number(one["phone"]) if "phone" in one else None,
    )


def _closure(town: Town, slug: str, one: Facts) -> Closure:
    on = town.in_days(one["day"])
    return Closure(
        center_id=town.centers[slug].id,
        room=town.rooms[slug, one["room"]] if "room" in one else None,
        starts_at=town.at(one["day"], one["opens"]) if "opens" in one else day_start(on),
        ends_at=town.at(one["day"], one["closes"])
        if "closes" in one
        else day_start(on + timedelta(days=1)),
        reason=one["reason"],
    )


def _term(town: Town, facts: Facts) -> Term:
    starts_on = town.in_weeks(facts["from_week"])
    season = "春季" if 2 <= starts_on.month <= 7 else "秋季"
    return Term(
        district_id=town.district.id,
        name=f"{starts_on.year} 年{season}夜校",
        starts_on=starts_on,
        ends_on=town.in_weeks(facts["to_week"]) + timedelta(days=6),
    )


def _dates(monday: date, weekdays: str) -> list[date]:
    return [monday + timedelta(days=int(digit) - 1) for digit in weekdays]


def _interval(on: date, one: Facts) -> Interval:
    return Interval(instant(on, wall_time(one["at"])), instant(on, wall_time(one["until"])))


def _desk_of(town: Town, slug: str) -> Actor:
    names = {"wutongli": "何静", "hewan": "叶舒", "shiqiao": "丁一宁"}
    return Actor(town.people[names[slug]].id, Channel.COUNTER)
