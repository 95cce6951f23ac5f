"""Who takes the seats of the demo town, each at a time when it could really have happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from venue.audit.rules import Actor, Channel
from venue.demo.town import Facts, Town
from venue.people.models import Person
from venue.programs.models import Program, ScheduledSession
from venue.seats.approving import approve, refuse
from venue.seats.enrolling import enroll, join_waitlist
from venue.seats.models import Enrollment, SeatPool
from venue.seats.outcomes import Applied, Enrolled, Waitlisted, Withdrawn
from venue.seats.rules import EnrollmentStatus
from venue.seats.waitlist import withdraw
from venue.timeline.local_time import day_start

A_WHILE = timedelta(minutes=23)
"""Between one enrollment and the next."""
A_DAY = timedelta(days=1)
FILLED_DAYS = 9
"""So many days ahead people have booked single sessions."""


def fill_program(town: Town, program: Program, pool: SeatPool, one: Facts) -> None:
    """Let people enroll in a series in the order of the data, wait, and give seats back."""
    if program.enroll_opens_at is None:
        raise ValueError(f"{program.title} is booked as a series and needs a window")
    seats, times = one["seats"], _times(program.enroll_opens_at + A_WHILE)
    for name in seats.get("named", []):
        _must_enroll(town, pool, town.people[name], next(times))
    for _ in range(seats["taken"]):
        _enroll_somebody(town, pool, seats["crowd"], next(times))
    for _ in range(seats.get("pairs", 0)):
        _enroll_pair(town, pool, next(times))
    for application in one.get("applied", []):
        _apply(town, pool, seats["crowd"], application, next(times))
    waiting = one.get("waiting", {"taken": 0, "named": {}})
    named = {place: town.people[name] for name, place in waiting["named"].items()}
    for place in range(1, waiting["taken"] + len(named) + 1):
        if place in named:
            outcome = join_waitlist(
                town.session,
                pool.id,
                [named[place].id],
                actor=town.actor_for(named[place]),
                now=next(times),
                agreed=True,
            )
            if not isinstance(outcome, Waitlisted):
                raise TypeError(f"{named[place].full_name} cannot wait: {outcome}")
        else:
            _wait_somebody(town, pool, seats["crowd"], next(times))
    for _ in range(one.get("withdrawn", 0)):
        _give_back(town, pool)


def fill_sessions(
    town: Town, sessions: list[tuple[ScheduledSession, SeatPool]], seats: Facts
) -> None:
    """Let people book single sessions of this week and the next days."""
    fewest, most = seats["taken"]
    near = [
        (one, pool)
        for one, pool in sessions
        if day_start(town.monday) <= one.starts_at < day_start(town.in_days(FILLED_DAYS))
    ]
    coming = [(one, pool) for one, pool in sessions if one.starts_at > town.now]
    for name, how_many in seats.get("named", {}).items():
        for one, pool in coming[:how_many]:
            times = _times(_before(town, one))
            _must_enroll(town, pool, town.people[name], next(times))
    for number, (one, pool) in enumerate(near):
        times = _times(_before(town, one) - timedelta(days=2))
        for _ in range(fewest + number * 5 % (most - fewest + 1)):
            if one.program.by_pair:
                _enroll_pair(town, pool, next(times))
            else:
                _enroll_somebody(town, pool, seats["crowd"], next(times))


def _before(town: Town, one: ScheduledSession) -> datetime:
    """Return a time before now and before the session, when somebody may have booked it."""
    return min(town.now - timedelta(hours=1), one.starts_at - timedelta(hours=20))


def _times(first: datetime) -> Iterator[datetime]:
    return (first + n * A_WHILE for n in count())


def _enroll(town: Town, pool: SeatPool, person: Person, now: datetime) -> object:
    """Enroll somebody who agrees to whatever the program asks."""
    actor = town.actor_for(person)
    return enroll(town.session, pool.id, [person.id], actor=actor, now=now, agreed=True)


def _must_enroll(town: Town, pool: SeatPool, person: Person, now: datetime) -> None:
    outcome = _enroll(town, pool, person, now)
    if not isinstance(outcome, Enrolled):
        raise TypeError(f"{person.full_name} cannot enroll: {outcome}")


def _enroll_somebody(town: Town, pool: SeatPool, crowd: str, now: datetime) -> None:
    """Enroll the next of the crowd who may; whoever may not is passed over."""
    for person in _in_turn(town, crowd):
        outcome = _enroll(town, pool, person, now)
        if isinstance(outcome, Enrolled):
            return
    raise LookupError(f"nobody of the {crowd} may enroll in pool {pool.id}")


def _enroll_pair(town: Town, pool: SeatPool, now: datetime) -> None:
    """Enroll the next child who may with the parent who acts for it."""
    for child in _in_turn(town, "children"):
        actor = town.actor_for(child)
        if actor.person_id is None:
            continue
        pair = [actor.person_id, child.id]
        outcome = enroll(town.session, pool.id, pair, actor=actor, now=now, agreed=True)
        if isinstance(outcome, Enrolled):
            return
    raise LookupError(f"no parent and child may enroll in pool {pool.id}")


def _apply(town: Town, pool: SeatPool, crowd: str, application: Facts, now: datetime) -> None:
    """Let the next of the crowd apply who may; the manager answers the day after."""
    manager = Actor(town.people["沈岚"].id, Channel.ONLINE)
    for person in _in_turn(town, crowd):
        outcome = enroll(
            town.session,
            pool.id,
            [person.id],
            actor=town.actor_for(person),
            now=now,
            statement=application["statement"],
        )
        if isinstance(outcome, Applied):
            answer = application.get("answer")
            acts: dict[str, Any] = {"actor": manager, "now": now + A_DAY}
            if answer == "approved":
                approve(town.session, outcome.enrollment_id, **acts)
            elif answer is not None:
                refuse(town.session, outcome.enrollment_id, answer, **acts)
            return
    raise LookupError(f"nobody of the {crowd} may apply for pool {pool.id}")


def _wait_somebody(town: Town, pool: SeatPool, crowd: str, now: datetime) -> None:
    for person in _in_turn(town, crowd):
        outcome = join_waitlist(
            town.session,
            pool.id,
            [person.id],
            actor=town.actor_for(person),
            now=now,
            agreed=True,
        )
        if isinstance(outcome, Waitlisted):
            return
    raise LookupError(f"nobody of the {crowd} may wait for pool {pool.id}")


def _in_turn(town: Town, crowd: str) -> Iterator[Person]:
    """Go once around the crowd; who was asked goes to its end."""
    people = town.crowds[crowd]
    for _ in range(len(people)):
        person = people.pop(0)
        people.append(person)
        yield person


def _give_back(town: Town, pool: SeatPool) -> None:
    """Let the first who has a seat withdraw, some hours ago."""
    enrollment = town.session.scalars(
        select(Enrollment)
        .where(Enrollment.pool_id == pool.id, Enrollment.status == EnrollmentStatus.CONFIRMED)
        .order_by(Enrollment.id)
        .limit(1)
    ).one()
    outcome = withdraw(
        town.session,
        enrollment.id,
        actor=town.actor_for(enrollment.person),
        now=town.now - timedelta(hours=3),
    )
    if not isinstance(outcome, Withdrawn):
        raise TypeError(f"the seat cannot be given back: {outcome}")
