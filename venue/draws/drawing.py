"""Typing in the public number, and the draw itself: all of it, or nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from sqlalchemy import bindparam, exists, select, update
from sqlalchemy.orm import Session, aliased

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.db import execute_core, table
from venue.draws.listing import ROWS_AT_A_TIME
from venue.draws.lottery import GENERAL, Entry, Pool, allot, drawn_order, list_digest, seed_of
from venue.draws.models import (
    Applicant,
    Application,
    Draw,
    DrawNumber,
    DrawProgram,
    DrawRecord,
    Wish,
)
from venue.draws.numbers import (
    DrawRefusal,
    ListAltered,
    NotANumber,
    NumberRefusal,
    NumbersDiffer,
    SeatsMissing,
    agreed_number,
    clean_number,
    number_refusals,
)
from venue.draws.preparing import lock_draw
from venue.draws.reading import Disagrees, FrozenList, read_list
from venue.draws.record import result_text
from venue.notifications.rules import MessageKind
from venue.notifications.telling import tell, tell_selected
from venue.seats.locking import lock_lines
from venue.seats.models import Enrollment, SeatPool
from venue.seats.offering import move_line
from venue.seats.rules import EnrollmentStatus
from venue.seats.seating_drawn import Drawn, keep_together, know_everybody, line_up, offer_drawn


@dataclass(frozen=True, slots=True)
class Entered:
    """The number was written down; with `agreed` two of the staff have typed the same."""

    agreed: bool


@dataclass(frozen=True, slots=True)
class CannotEnter:
    """The number was not written down."""

    reason: NumberRefusal | NotANumber


@dataclass(frozen=True, slots=True)
class CannotDraw:
    """Nothing was drawn."""

    reason: DrawRefusal


@dataclass(frozen=True, slots=True)
class HasDrawn:
    """Everybody has a place; so many applications were offered seats, the others wait."""

    draw_id: int
    applications: int
    offered: int


def enter_number(
    session: Session, draw_id: int, typed: str, *, actor: Actor, now: datetime
) -> Entered | NumbersDiffer | CannotEnter:
    """Write down the public number as one of the staff typed it; typed again, the last counts.

    NumbersDiffer says that it was written down, and that somebody typed another one: nothing is
    drawn before two have typed the same. Raises ValueError for an actor who is nobody.
    """
    if actor.person_id is None:
        raise ValueError("the number is typed in by somebody")
    draw = lock_draw(session, draw_id)
    refused = number_refusals(draw.fact(), now)
    if refused:
        return CannotEnter(refused[0])
    number = clean_number(typed)
    if isinstance(number, NotANumber):
        return CannotEnter(number)
    session.merge(
        DrawNumber(draw_id=draw_id, entered_by_id=actor.person_id, number=number, entered_at=now)
    )
    session.flush()
    facts = {"number": number}
    record(session, actor, "draw.number_entered", ("draw", draw_id), at=now, facts=facts)
    agreed = agreed_number(_typed(session, draw_id))
    if isinstance(agreed, NumbersDiffer):
        return agreed
    return Entered(agreed=isinstance(agreed, str))


def draw(session: Session, draw_id: int, *, actor: Actor, now: datetime) -> HasDrawn | CannotDraw:
    """Draw lots from the frozen list, offer seats to those who win and put the others in line.

    Programs that were cancelled since give out nothing.
    """
    of = lock_draw(session, draw_id)
    refused = number_refusals(of.fact(), now)
    if refused:
        return CannotDraw(refused[0])
    number = agreed_number(_typed(session, draw_id))
    if not isinstance(number, str):
        return CannotDraw(number)
    kept = session.get_one(DrawRecord, draw_id)
    frozen = _read(kept.list_text, of.list_digest)
    if isinstance(frozen, ListAltered):
        return CannotDraw(frozen)
    digest = list_digest(kept.list_text)
    seed = seed_of(digest, number)
    pools = _lock_pools(session, frozen.pools)
    cancelled = {id_ for (id_, _), pool in pools.items() if pool.closed_at is not None}
    order = drawn_order(seed, frozen.entries)
    places: _Places = [
        (entry, None if won is None else frozen.pools[won])
        for entry, won in zip(order, allot(frozen.pools, order, cancelled), strict=True)
    ]
    missing = _missing(places, pools)
    if missing:
        return CannotDraw(SeatsMissing(tuple(missing)))
    of.seed, of.drawn_at = seed, now
    kept.result_text = result_text(digest, number, seed, cancelled, places)
    session.flush()
    _write_places(session, places)
    offered = _offer(session, of, places, pools, now=now)
    _line_up(session, of, now=now)
    know_everybody(session, [pool.program_id for pool in frozen.pools], now=now)
    for line in lock_lines(session, [pool.id for pool in pools.values()]).each():
        if line[0].closed_at is None:
            move_line(session, line, actor=actor, now=now)
    facts = {"applications": len(places), "offered": offered, "seed": seed}
    record(session, actor, "draw.drawn", ("draw", draw_id), at=now, facts=facts)
    return HasDrawn(draw_id, len(places), offered)


def _typed(session: Session, draw_id: int) -> Sequence[str]:
    """Return what each of the staff typed last."""
    return session.scalars(select(DrawNumber.number).where(DrawNumber.draw_id == draw_id)).all()


def _read(text: str, digest: str | None) -> FrozenList | ListAltered:
    """Read the list from the very text that was published."""
    if list_digest(text) != digest:
        return ListAltered(None)
    try:
        return read_list(line.encode() for line in text.splitlines(keepends=True))
    except Disagrees as found:
        return ListAltered(found.disagreement.line)


_Places = Sequence[tuple[Entry, Pool | None]]
_Pools = Mapping[tuple[int, str], SeatPool]


def _lock_pools(session: Session, pools: Iterable[Pool]) -> _Pools:
    """Lock the lines of programs, and return their pools by program and name."""
    ids = session.scalars(
        select(SeatPool.id).where(SeatPool.program_id.in_({pool.program_id for pool in pools}))
    )
    return {
        (pool.program_id, pool.quota or GENERAL): pool
        for pool in lock_lines(session, ids).pools.values()
        if pool.program_id is not None
    }


def _missing(places: _Places, pools: _Pools) -> list[str]:
    """Return the titles of programs that have fewer seats left than were won."""
    needed: Counter[Pool] = Counter()
    for entry, won in places:
        if won is not None:
            needed[won] += entry.people
    return sorted(
        {
            won.title
            for won, people in needed.items()
            if people > _left(pools.get((won.program_id, won.name)))
        }
    )


def _left(pool: SeatPool | None) -> int:
    return 0 if pool is None else pool.capacity - pool.taken - pool.kept_for_group


_PLACE = (
    update(table(Application))
    .where(Application.pseudonym == bindparam("of"))
    .values(place=bindparam("at"), won_program_id=bindparam("won"))
)


def _write_places(session: Session, places: _Places) -> None:
    rows = [
        {
            "of": entry.pseudonym,
            "at": place,
            "won": None if pool is None else pool.program_id,
        }
        for place, (entry, pool) in enumerate(places, 1)
    ]
    for first in range(0, len(rows), ROWS_AT_A_TIME):
        execute_core(session, _PLACE, rows[first : first + ROWS_AT_A_TIME])


def _offer(session: Session, draw: Draw, places: _Places, pools: _Pools, *, now: datetime) -> int:
    """Offer seats to those who won and tell them; return how many applications those are."""
    won = {entry.pseudonym: pool for entry, pool in places if pool is not None}
    rows = session.execute(
        select(Application.pseudonym, Application.channel, Applicant.person_id)
        .join(Application.people)
        .where(Application.draw_id == draw.id, Application.won_program_id.is_not(None))
        .order_by(Application.place, Applicant.person_id)
    )
    drawn = [
        Drawn(
            pools[won[pseudonym].program_id, won[pseudonym].name].id,
            won[pseudonym].program_id,
            channel,
            tuple(person_id for _, _, person_id in people),
        )
        for (pseudonym, channel), people in groupby(rows, itemgetter(0, 1))
    ]
    for offered in offer_drawn(session, drawn, hours=draw.confirm_hours, now=now):
        told = {
            "draw_id": draw.id,
            "draw": draw.name,
            "program_id": offered.program_id,
            "title": offered.title,
            "expires_at": offered.expires_at.isoformat(),
        }
        tell(
            session,
            offered.person_ids,
            MessageKind.DRAW_WON,
            told,
            center_id=draw.center_id,
            now=now,
        )
    return len(won)


def _line_up(session: Session, draw: Draw, *, now: datetime) -> None:
    """Put all who did not win in line for each of their wishes, in the drawn order; tell them."""
    waits = (Application.draw_id == draw.id, Application.won_program_id.is_(None))
    waiting = (
        select(
            Applicant.person_id,
            Wish.program_id,
            Application.channel,
            Application.place,
            Wish.rank,
        )
        .select_from(Application)
        .join(Application.people)
        .join(Application.wish_rows)
        .where(*waits)
    )
    line_up(session, waiting, now=now)
    keep_together(session, _groups(session, draw.id))
    told = {"draw_id": draw.id, "draw": draw.name}
    losers = select(Applicant.person_id).join(Applicant.application).where(*waits)
    center_id = draw.center_id
    tell_selected(session, losers, MessageKind.DRAW_WAITING, told, center_id=center_id, now=now)


def _groups(session: Session, draw_id: int) -> Iterable[list[int]]:
    """Return the claims that people of one application have in one line, by their ids.

    Put together here: to PostgreSQL, which has no figures yet of rows that this very transaction
    added, a join of all four tables would look small, and take minutes.
    """
    one = aliased(Applicant)
    others = exists().where(
        one.application_id == Applicant.application_id, one.person_id != Applicant.person_id
    )
    rows = session.execute(
        select(Applicant.person_id, Applicant.application_id).where(
            Applicant.draw_id == draw_id, others
        )
    )
    together = {row.person_id: row.application_id for row in rows}
    claims: dict[tuple[int, int], list[int]] = defaultdict(list)
    people = sorted(together)
    for first in range(0, len(people), ROWS_AT_A_TIME):
        waiting = session.execute(
            select(Enrollment.person_id, Enrollment.program_id, Enrollment.id).where(
                Enrollment.person_id.in_(people[first : first + ROWS_AT_A_TIME]),
                Enrollment.program_id.in_(
                    select(DrawProgram.program_id).where(DrawProgram.draw_id == draw_id)
                ),
                Enrollment.status == EnrollmentStatus.WAITLISTED,
                Enrollment.group_id.is_(None),
            )
        )
        for row in waiting:
            claims[together[row.person_id], row.program_id].append(row.id)
    return [sorted(ids) for ids in claims.values()]
