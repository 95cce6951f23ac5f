"""The lotteries of the demo town: one that takes applications, one that is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import cycle

from sqlalchemy import select

from venue.audit.rules import Actor, Channel
from venue.demo.town import Facts, Town, read
from venue.draws.applying import Applied, apply
from venue.draws.drawing import Entered, HasDrawn, draw, enter_number
from venue.draws.freezing import freeze_due
from venue.draws.models import Draw
from venue.draws.preparing import DrawDescription, add_program, prepare, publish
from venue.people.models import Person
from venue.programs.models import Program
from venue.seats.models import Enrollment, WaitlistOffer
from venue.seats.rules import EnrollmentStatus
from venue.seats.waitlist import accept_offer, decline_offer

HOME = "wutongli"
ANNOUNCED_BEFORE = timedelta(days=2)
A_WHILE = timedelta(minutes=37)
"""Between one application and the next."""


def hold_draws(town: Town) -> None:
    """Write every draw as far as it has come."""
    for one in read("draws")["draws"]:
        made = _announce(town, one)
        _state_wishes(town, made, one)
        if "number" in one:
            _draw(town, made, one)


def _announce(town: Town, one: Facts) -> Draw:
    term = town.next_term if one.get("next_term", False) else town.term
    if term is None:
        raise ValueError("a draw needs a term")
    opens_at = town.at(one["opens"], "09:00")
    actor, now = _staff(town, "沈岚"), opens_at - ANNOUNCED_BEFORE
    made = prepare(
        town.session,
        town.centers[HOME].id,
        term.id,
        DrawDescription(
            one["name"], opens_at, town.at(one["closes"], "20:00"), one["number_source"], 3, 72
        ),
        actor=actor,
        now=now,
    )
    for title in one["programs"]:
        program = _program(town, title)
        joined = add_program(town.session, made.id, program.id, actor=actor, now=now)
        if not isinstance(joined, Draw):
            raise TypeError(f"{title} cannot be drawn: {joined}")
    published = publish(town.session, made.id, actor=actor, now=now)
    if not isinstance(published, Draw):
        raise TypeError(f"{one['name']} cannot be published: {published}")
    return made


def _state_wishes(town: Town, made: Draw, one: Facts) -> None:
    """Let the named people and then a crowd state their wishes, one after the other."""
    times = _times(made.opens_at)
    for named in one["named"]:
        people = [town.people[name] for name in named["who"]]
        if not _apply(town, made, people, named["wishes"], next(times)):
            raise TypeError(f"{named['who']} cannot apply")
    wishes = cycle(one["each"])
    left = one["crowd"]
    for person in town.crowds["adults"]:
        if left and _apply(town, made, [person], next(wishes), next(times)):
            left -= 1


def _times(opens_at: datetime) -> Iterator[datetime]:
    at = opens_at
    while True:
        at += A_WHILE
        yield at


def _apply(town: Town, made: Draw, people: list[Person], titles: list[str], now: datetime) -> bool:
    outcome = apply(
        town.session,
        made.id,
        [person.id for person in people],
        [_program(town, title).id for title in titles],
        agreed=True,
        actor=town.actor_for(people[0]),
        now=now,
    )
    return isinstance(outcome, Applied)


def _draw(town: Town, made: Draw, one: Facts) -> None:
    """Freeze the list, let two of the staff type in the number, draw, and let winners answer."""
    freeze_due(town.session, now=made.closes_at)
    drawn_at = town.at(one["closes"] + 1, "10:00")
    for name in ("沈岚", "陆远"):
        typed = enter_number(
            town.session, made.id, one["number"], actor=_staff(town, name), now=drawn_at
        )
        if not isinstance(typed, Entered):
            raise TypeError(f"the number of {made.name} is not taken: {typed}")
    outcome = draw(town.session, made.id, actor=_staff(town, "沈岚"), now=drawn_at)
    if not isinstance(outcome, HasDrawn):
        raise TypeError(f"{made.name} cannot be drawn: {outcome}")
    won = town.session.scalars(
        select(Enrollment)
        .join(WaitlistOffer, WaitlistOffer.enrollment_id == Enrollment.id)
        .where(
            Enrollment.program_id.in_([_program(town, title).id for title in one["programs"]]),
            Enrollment.status == EnrollmentStatus.OFFERED,
            Enrollment.group_id.is_(None),
            Enrollment.person_id.in_([person.id for person in town.crowds["adults"]]),
        )
        .order_by(Enrollment.id)
    ).all()
    times = _times(drawn_at)
    for enrollment in won[: one["confirmed"]]:
        actor = town.actor_for(enrollment.person)
        accept_offer(town.session, enrollment.id, actor=actor, now=next(times))
    for enrollment in won[one["confirmed"] :][: one["declined"]]:
        actor = town.actor_for(enrollment.person)
        decline_offer(town.session, enrollment.id, actor=actor, now=next(times))


def _program(town: Town, title: str) -> Program:
    return town.session.scalars(select(Program).where(Program.title == title)).one()


def _staff(town: Town, name: str) -> Actor:
    return Actor(town.people[name].id, Channel.ONLINE)
