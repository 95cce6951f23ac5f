"""Giving free seats to the people who wait: the one place where a waitlist moves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from sqlalchemy import bindparam, exists, false, select
from sqlalchemy.orm import Session, aliased

from venue.audit.rules import Actor, Channel
from venue.config import settings
from venue.db import execute_core
from venue.notifications.rules import MessageKind
from venue.people.models import Person
from venue.seats.claiming import Claim, load_claims, record_claim, seat, tell_about
from venue.seats.eligibility import quotas_of
from venue.seats.line import Moves, Waiting, move, offer_expires_at
from venue.seats.models import Enrollment, SeatPool, WaitlistOffer
from venue.seats.reading import begins_at, neighborhoods, place_in_line
from venue.seats.rules import EnrollmentStatus, Quota
from venue.timeline.local_time import local_date

READ_AT_ONCE = 50
"""So many of a line are read at a time: mostly the first of them take what is free (own)."""


def move_line(session: Session, pools: Sequence[SeatPool], *, actor: Actor, now: datetime) -> None:
    """Offer every free seat of the locked pools of one line to the first who may use it.

    Who gets one is told; nobody overtakes; a group keeps seats until there are enough. In the last
    hours before the start no offer could be answered in time: then the seats are free for whoever
    comes, and none is kept.
    """
    if all(pool.taken == pool.capacity for pool in pools):
        return
    expires_at = offer_expires_at(now, begins_at(session, pools[0]), settings().offer_hours)
    moves = Moves((), {})
    if expires_at > now:
        moves = move(_waiting(session, pools, now), [pool.seats() for pool in pools])
    by_id = {pool.id: pool for pool in pools}
    offered = load_claims(session, [enrollment_id for enrollment_id, _ in moves.offers])
    for enrollment, (_, pool_id) in zip(offered, moves.offers, strict=True):
        enrollment.status = EnrollmentStatus.OFFERED
        enrollment.pool = by_id[pool_id]
        enrollment.changed_at = now
        seat(by_id[pool_id], enrollment.channel)
        session.add(
            WaitlistOffer(enrollment_id=enrollment.id, offered_at=now, expires_at=expires_at)
        )
    for pool in pools:
        pool.kept_for_group = moves.kept.get(pool.id, 0)
    session.flush()
    for claim in map(Claim.of, offered):
        record_claim(session, actor, "enrollment.offered", claim, now=now)
        tell_about(
            session,
            claim,
            MessageKind.SEAT_OFFERED,
            {"enrollment_id": claim.enrollment_id, "expires_at": expires_at.isoformat()},
            now=now,
        )


_earlier = aliased(Enrollment)
_HAD_SEAT = exists().where(
    _earlier.person_id == Enrollment.person_id,
    _earlier.status == EnrollmentStatus.CONFIRMED,
    _earlier.limit_group == Enrollment.limit_group,
    _earlier.program_id != Enrollment.program_id,
)
_LINE, _LINE_WITH_FIRST_TIMERS = (
    select(
        Enrollment.id,
        Enrollment.channel,
        Person.neighborhood_id,
        Person.in_need_until,
        place_in_line(Enrollment).label("place"),
        had_seat.label("had_seat"),
    )
    .join(Enrollment.person)
    .where(
        Enrollment.pool_id.in_(bindparam("pool_ids", expanding=True)),
        Enrollment.status == EnrollmentStatus.WAITLISTED,
        place_in_line(Enrollment) > bindparam("after"),
    )
    .order_by("place", Enrollment.id)
    .limit(READ_AT_ONCE)
    for had_seat in (false(), _HAD_SEAT)
)


def _waiting(session: Session, pools: Sequence[SeatPool], now: datetime) -> Iterator[list[Waiting]]:
    """Read a line from its head, as far as one goes on asking: each place with all who share it."""
    quotas = {pool.quota for pool in pools}
    statement = _LINE_WITH_FIRST_TIMERS if Quota.FIRST_TIMERS in quotas else _LINE
    program_id, resident_of = pools[0].program_id, frozenset[int]()
    if program_id is not None and Quota.RESIDENTS in quotas:
        resident_of = neighborhoods(session, {program_id})[program_id]
    asked = {"pool_ids": [pool.id for pool in pools], "after": 0}
    on = local_date(now)
    while True:
        rows = execute_core(session, statement, asked).all()
        places = [list(rows) for _, rows in groupby(rows, key=attrgetter("place"))]
        if len(rows) == READ_AT_ONCE:
            places.pop()  # who shares the last place may be among the next
        for together in places:
            yield [
                Waiting(
                    row.id,
                    quotas_of(
                        neighborhood_id=row.neighborhood_id,
                        resident_of=resident_of,
                        had_seat=row.had_seat,
                        in_need_until=row.in_need_until,
                        on=on,
                    ),
                    desk=row.channel is not Channel.ONLINE,
                )
                for row in together
            ]
        if len(rows) < READ_AT_ONCE:
            return
        asked["after"] = places[-1][0].place
