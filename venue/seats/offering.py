"""Giving free seats to the people who wait: the one place where a waitlist moves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, bindparam, exists, false, select
from sqlalchemy.orm import Session, aliased

from venue.audit.rules import Actor, Channel
from venue.config import settings
from venue.db import execute_core
from venue.notifications.rules import MessageKind
from venue.people.models import Person
from venue.programs.models import ScheduledSession
from venue.seats.claiming import Claim, load_claims, record_claim, seat, tell_about
from venue.seats.eligibility import quotas_of
from venue.seats.line import Moves, Waiting, move, offer_expires_at
from venue.seats.models import Enrollment, SeatPool, WaitlistOffer
from venue.seats.reading import begins_at, neighborhoods, place_in_line
from venue.seats.rules import EnrollmentStatus, PoolSeats, Quota
from venue.timeline.local_time import local_date

READ_FIRST = 50
"""So many of a line are read at once, then ten times as many: mostly the first take what is free
(own)."""


def move_line(
    session: Session,
    pools: Sequence[SeatPool],
    *,
    actor: Actor,
    now: datetime,
    since: int = 0,
) -> None:
    """Offer every free seat of the locked pools of one line to the first who may use it.

    Who gets one is told; nobody overtakes; a group keeps seats until there are enough. In the last
    hours before the start no offer could be answered in time: then the seats are free for whoever
    comes, and none is kept. `since` is the enrollment of those who have just joined the line: what
    nobody before them could use or keep, they alone are asked about.
    """
    if all(pool.taken == pool.capacity for pool in pools):
        return
    expires_at = offer_expires_at(now, begins_at(session, pools[0]), settings().offer_hours)
    seats = [pool.seats() for pool in pools]
    if not since:
        seats = [replace(one, kept_for_group=0) for one in seats]
    moves = Moves((), tuple(seats))
    if expires_at > now:
        moves = _moves(_Line(session, pools, now, since), moves.pools)
    _offer(session, pools, moves, expires_at, actor=actor, now=now)


def _moves(line: _Line, pools: Sequence[PoolSeats]) -> Moves:
    """Ask those who wait in order, and for seats kept for the counter those who came there."""
    first = move(line.entries(), pools)
    more = move(line.entries(desk=True), first.pools, desk=True)
    return Moves((*first.offers, *more.offers), more.pools)


def _offer(
    session: Session,
    pools: Sequence[SeatPool],
    moves: Moves,
    expires_at: datetime,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Write down offers, count their seats, and tell everybody who gets one."""
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
    for one in moves.pools:
        by_id[one.pool_id].kept_for_group = one.kept_for_group
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
        Enrollment.channel.in_(bindparam("channels", expanding=True)),
        place_in_line(Enrollment) > bindparam("after"),
    )
    .order_by("place", Enrollment.id)
    .limit(bindparam("most"))
    for had_seat in (false(), _HAD_SEAT)
)


class _Line:
    """The line of locked pools, read from its head as far as one goes on asking."""

    def __init__(
        self, session: Session, pools: Sequence[SeatPool], now: datetime, since: int
    ) -> None:
        quotas = {pool.quota for pool in pools}
        program_id = pools[0].program_id
        if program_id is None and quotas != {None}:
            program_id = session.get_one(ScheduledSession, pools[0].session_id).program_id
        self._session = session
        self._pool_ids = [pool.id for pool in pools]
        self._statement = _LINE_WITH_FIRST_TIMERS if Quota.FIRST_TIMERS in quotas else _LINE
        self._resident_of: frozenset[int] = frozenset()
        if program_id is not None and Quota.RESIDENTS in quotas:
            self._resident_of = neighborhoods(session, {program_id})[program_id]
        self._on = local_date(now)
        self._after = since - 1
        """The place of those who were asked last."""

    def entries(self, *, desk: bool = False) -> Iterator[list[Waiting]]:
        """Go on with the next place, with all who share it; `desk`: of those who came there."""
        most = READ_FIRST
        while True:
            rows = self._rows(most, desk=desk)
            places = [list(rows) for _, rows in groupby(rows, key=attrgetter("place"))]
            if len(rows) == most:
                places.pop()  # who shares the last place may be among the next
            for together in places:
                self._after = together[0].place
                yield [self._waiting(row) for row in together]
            if len(rows) < most:
                return
            most *= 10

    def _rows(self, most: int, *, desk: bool) -> Sequence[Row[Any]]:
        channels = [one for one in Channel if one is not Channel.ONLINE or not desk]
        asked = {
            "pool_ids": self._pool_ids,
            "channels": channels,
            "after": self._after,
            "most": most,
        }
        return execute_core(self._session, self._statement, asked).all()

    def _waiting(self, row: Row[Any]) -> Waiting:
        quotas = quotas_of(
            neighborhood_id=row.neighborhood_id,
            resident_of=self._resident_of,
            had_seat=row.had_seat,
            in_need_until=row.in_need_until,
            on=self._on,
        )
        return Waiting(row.id, quotas, desk=row.channel is not Channel.ONLINE)
