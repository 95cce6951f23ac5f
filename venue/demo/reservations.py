"""Who has booked a room of the demo town, or waits for one, and what became of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from venue.accounts.rules import phone_number
from venue.audit.rules import Actor, Channel
from venue.demo.town import Facts, Town, read, wall_time
from venue.people.models import Person
from venue.places.booking import RoomWish, find_conflicts
from venue.places.models import Room
from venue.reservations.answering import approve, refuse
from venue.reservations.ending import cancel, release_no_show
from venue.reservations.models import Organization
from venue.reservations.moving import move_reservation
from venue.reservations.outcomes import Approved, Ended, Moved, Refused
from venue.reservations.partnering import NameTaken, Partner, add_member, take_on
from venue.reservations.requesting import Request, reserve
from venue.timeline.interval import Interval
from venue.timeline.local_time import instant

DAYS_TRIED = 21
"""Over the longest holiday and a closure, a room is free on some morning."""
ASKED_BEFORE = timedelta(hours=3)
BEFORE_THE_PAST = timedelta(days=5)
CENTER_PHONE = "+862155500118"
"""Where somebody without a number is called: the desk knows how to reach them."""


def reserve_rooms(town: Town) -> None:
    """Write the partner organizations and every reservation with what became of it."""
    for slug, facts in read("reservations").items():
        partners = {one["name"]: _take_on(town, slug, one) for one in facts["organizations"]}
        for one in facts["reservations"]:
            _reserve(town, slug, one, partners.get(one.get("organization", "")))


def _take_on(town: Town, slug: str, one: Facts) -> Organization:
    acts: dict[str, Any] = {"actor": _manager(town), "now": town.now - BEFORE_THE_PAST}
    partner = Partner(one["name"], phone_number(one["phone"]), one.get("bookings_a_month"))
    made = take_on(town.session, town.centers[slug].id, partner, **acts)
    if isinstance(made, NameTaken):
        raise TypeError(f"{one['name']} stands twice in the data")
    for name in one["members"]:
        add_member(town.session, made.id, town.people[name].id, **acts)
    return made


def _reserve(town: Town, slug: str, one: Facts, organization: Organization | None) -> None:
    who, room = town.people[one["who"]], town.rooms[slug, one["room"]]
    use = _first_free(town, room, one)
    request = Request(
        room_id=room.id,
        use=use,
        people=one["people"],
        purpose=one["purpose"],
        contact_phone=who.phone or CENTER_PHONE,
        note=one.get("note", ""),
        organization_id=organization.id if organization else None,
    )
    asked_at = min(town.now, use.start) - ASKED_BEFORE
    outcome = reserve(town.session, who.id, request, actor=_asker(town, one, who), now=asked_at)
    if isinstance(outcome, Refused):
        raise TypeError(f"{one['purpose']} cannot be reserved: {outcome.reasons}")
    _follow(town, one, outcome.booking_id, use, room)


def _follow(town: Town, one: Facts, booking_id: int, use: Interval, room: Room) -> None:
    """Let happen what the data say happened next."""
    session, then = town.session, one.get("then")
    manager: dict[str, Any] = {"actor": _manager(town), "now": town.now}
    outcome: object
    if then == "approved":
        outcome = approve(session, booking_id, **manager)
    elif then == "refused":
        outcome = refuse(session, booking_id, reason=one["reason"], **manager)
    elif then == "cancelled":
        own = Actor(town.people[one["who"]].id, Channel.ONLINE)
        outcome = cancel(session, booking_id, actor=own, now=town.now)
    elif then == "no_show":
        desk = Actor(town.people["何静"].id, Channel.COUNTER)
        at = use.start + timedelta(minutes=20)
        outcome = release_no_show(session, booking_id, actor=desk, now=at)
    elif then == "moved":
        later = {**one, **one["to"], "day": _day(town, use.start) + one["to"]["days_later"]}
        interval = _first_free(town, room, later)
        outcome = move_reservation(
            session, booking_id, interval=interval, room_id=room.id, override=None, **manager
        )
    else:
        return
    if not isinstance(outcome, Approved | Ended | Moved):
        raise TypeError(f"{one['purpose']} is not {then}: {outcome}")


def _first_free(town: Town, room: Room, one: Facts) -> Interval:
    """Return the time on the first day on which the room is free, from `day` away from today."""
    step = 1 if one["day"] >= 0 else -1
    for number in range(DAYS_TRIED):
        on: date = town.in_days(one["day"] + step * number)
        use = Interval(instant(on, wall_time(one["at"])), instant(on, wall_time(one["until"])))
        (found,) = find_conflicts(town.session, [RoomWish(room.id, use, one["people"])])
        if not found:
            return use
    raise ValueError(f"{room.name} is not free for {one['purpose']} within {DAYS_TRIED} days")


def _day(town: Town, at: datetime) -> int:
    return (at - town.at(0, "00:00")) // timedelta(days=1)


def _asker(town: Town, one: Facts, who: Person) -> Actor:
    if "by" in one:
        return Actor(town.people[one["by"]].id, Channel.COUNTER)
    return Actor(who.id, Channel.ONLINE)


def _manager(town: Town) -> Actor:
    return Actor(town.people["沈岚"].id, Channel.ONLINE)
