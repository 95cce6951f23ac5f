"""What a card of the course list shows of a program, loaded for a whole page of them at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from venue.people.models import Person
from venue.places.models import Center, Room, RoomBooking
from venue.programs.models import Program, ScheduledSession, SessionRoom
from venue.seats.models import Enrollment, SeatPool
from venue.seats.reading import FREE_ONLINE
from venue.seats.rules import ACTIVE
from venue.seats.standing import CLAIMABLE, PoolStanding, Standing, Step, standings
from venue.timeline.interval import Interval
from venue.timeline.rhythm import Rhythm, rhythm

NEWS_FIRST = (
    Step.ANSWER,
    Step.ENROLLED,
    Step.APPLIED,
    Step.WAITING,
    Step.ENROLL,
    Step.APPLY,
    Step.LOTTERY,
    Step.WAIT,
    Step.REFUSED,
)


@dataclass(frozen=True, slots=True)
class Card:
    """One program of the list.

    `pool` is that of a program booked as a whole; of one that is booked session by session, the
    card counts the sessions ahead, those with seats, and those taken by the visitor's family.
    """

    program: Program
    dates: tuple[Interval, ...]
    """Those that take place."""
    upcoming: tuple[Interval, ...]
    rooms: tuple[str, ...]
    """The most used first; another center's with its name."""
    run_with: tuple[str, ...]
    """The other centers that run it."""
    pool: PoolStanding | None
    sessions_with_seats: int
    claims: int

    @property
    def rhythm(self) -> Rhythm | None:
        """How the dates repeat."""
        return rhythm(self.upcoming or self.dates)

    @property
    def standing(self) -> Standing | None:
        """What concerns the visitor most: what one of the family has, or else may do."""
        if self.pool is None:
            return None
        return min(
            self.pool.people or (self.pool.anybody,), key=lambda one: NEWS_FIRST.index(one.step)
        )

    @property
    def somebody_else_may(self) -> bool:
        """Whether another of the family could still enroll or wait."""
        return self.pool is not None and any(
            one is not self.standing and one.step in CLAIMABLE for one in self.pool.people
        )


def cards(
    session: Session,
    center_id: int,
    program_ids: Sequence[int],
    people: Sequence[Person],
    *,
    now: datetime,
    desk: bool = False,
) -> list[Card]:
    """Return the cards of these programs, in this order, as one family sees them at a center.

    `desk`: they stand at its counter, or on the telephone.
    """
    if not program_ids:
        return []
    programs = {
        program.id: program
        for program in session.scalars(
            select(Program)
            .where(Program.id.in_(program_ids))
            .options(
                joinedload(Program.teacher),
                joinedload(Program.center),
                selectinload(Program.partners),
            )
        )
    }
    dates = _dates(session, program_ids)
    rooms = _rooms(session, center_id, program_ids)
    pools = _pools(session, program_ids, people, now, desk=desk)
    by_session = [one.id for one in programs.values() if one.books.by_session]
    with_seats = _sessions_with_seats(session, by_session, now)
    claims = _claims(session, by_session, people, now)
    return [
        Card(
            program=programs[id_],
            dates=tuple(dates[id_]),
            upcoming=tuple(one for one in dates[id_] if one.end > now),
            rooms=tuple(rooms[id_]),
            run_with=_run_with(programs[id_], center_id),
            pool=pools.get(id_),
            sessions_with_seats=with_seats.get(id_, 0),
            claims=claims.get(id_, 0),
        )
        for id_ in program_ids
    ]


def _dates(session: Session, program_ids: Sequence[int]) -> dict[int, list[Interval]]:
    found: dict[int, list[Interval]] = defaultdict(list)
    for program_id, starts_at, ends_at in session.execute(
        select(ScheduledSession.program_id, ScheduledSession.starts_at, ScheduledSession.ends_at)
        .where(
            ScheduledSession.program_id.in_(program_ids), ScheduledSession.cancelled_at.is_(None)
        )
        .order_by(ScheduledSession.starts_at)
    ):
        found[program_id].append(Interval(starts_at, ends_at))
    return found


def _run_with(program: Program, center_id: int) -> tuple[str, ...]:
    return tuple(one.name for one in (program.center, *program.partners) if one.id != center_id)


def _rooms(session: Session, center_id: int, program_ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for program_id, house_id, house, name, _times in session.execute(
        select(ScheduledSession.program_id, Center.id, Center.name, Room.name, func.count())
        .join(SessionRoom, SessionRoom.session_id == ScheduledSession.id)
        .join(RoomBooking, RoomBooking.id == SessionRoom.booking_id)
        .join(Room, Room.id == RoomBooking.room_id)
        .join(Center, Center.id == Room.center_id)
        .where(
            ScheduledSession.program_id.in_(program_ids), ScheduledSession.cancelled_at.is_(None)
        )
        .group_by(ScheduledSession.program_id, Room.id, Room.name, Center.id, Center.name)
        .order_by(func.count().desc(), Room.id)
    ):
        found[program_id].append(name if house_id == center_id else f"{house} {name}")
    return found


def _pools(
    session: Session,
    program_ids: Sequence[int],
    people: Sequence[Person],
    now: datetime,
    *,
    desk: bool,
) -> dict[int, PoolStanding]:
    pools = session.execute(
        select(SeatPool.id, SeatPool.program_id).where(
            SeatPool.program_id.in_(program_ids), SeatPool.quota.is_(None)
        )
    ).all()
    found = standings(session, people, [pool.id for pool in pools], now=now, desk=desk)
    return {pool.program_id: found[pool.id] for pool in pools if pool.program_id is not None}


def _sessions_with_seats(
    session: Session, program_ids: Sequence[int], now: datetime
) -> dict[int, int]:
    if not program_ids:
        return {}
    rows = session.execute(
        select(ScheduledSession.program_id, func.count())
        .join(SeatPool, SeatPool.session_id == ScheduledSession.id)
        .where(
            ScheduledSession.program_id.in_(program_ids),
            ScheduledSession.cancelled_at.is_(None),
            ScheduledSession.starts_at > now,
            FREE_ONLINE > 0,
        )
        .group_by(ScheduledSession.program_id)
    )
    return {row[0]: row[1] for row in rows}


def _claims(
    session: Session, program_ids: Sequence[int], people: Sequence[Person], now: datetime
) -> dict[int, int]:
    if not program_ids or not people:
        return {}
    rows = session.execute(
        select(Enrollment.program_id, func.count())
        .join(Enrollment.session)
        .where(
            Enrollment.program_id.in_(program_ids),
            Enrollment.person_id.in_([person.id for person in people]),
            Enrollment.status.in_(ACTIVE),
            ScheduledSession.ends_at > now,
        )
        .group_by(Enrollment.program_id)
    )
    return {row[0]: row[1] for row in rows}
