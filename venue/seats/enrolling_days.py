"""Taking seats in several sessions in one act, or places in their lines.

The caller has locked the people and then the lines of all pools, and has judged by these: here
stands only who gets which seat, and how it is written in statements that do not grow with the days.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from venue.audit.recording import record_all
from venue.audit.rules import Actor
from venue.db import execute_core, table
from venue.seats.claiming import seat_many
from venue.seats.locking import Lines
from venue.seats.models import Enrollment
from venue.seats.offering import move_line
from venue.seats.rules import ACTIVE, EnrollmentStatus


@dataclass(frozen=True, slots=True)
class DayClaim:
    """What one person shall have of one session: a seat of a pool, or a place in its line."""

    person_id: int
    session_id: int
    pool_id: int
    status: EnrollmentStatus
    """Confirmed or waitlisted."""


_enrollment = table(Enrollment)
_NEW = insert(_enrollment).inline()
_MADE = select(Enrollment.id, Enrollment.person_id, Enrollment.session_id).where(
    Enrollment.person_id.in_(bindparam("person_ids", expanding=True)),
    Enrollment.session_id.in_(bindparam("session_ids", expanding=True)),
    Enrollment.status.in_(ACTIVE),
)
_TOGETHER = (
    update(_enrollment)
    .where(_enrollment.c.id == bindparam("of"))
    .values(group_id=bindparam("first"))
)


def claim_days(
    session: Session,
    program_id: int,
    claims: Sequence[DayClaim],
    lines: Lines,
    *,
    price_fen: int = 0,
    actor: Actor,
    now: datetime,
) -> dict[tuple[int, int], int]:
    """Write the claims of people who come together, and return their ids by person and session.

    Who waits for one session with others waits as a group. `price_fen` is what settlements shall
    ask for each; an area that has its own bill leaves it at nothing. The CHECK of a pool refuses
    one seat too many, and the unique index a second claim.
    """
    if not claims:
        return {}
    ordered = sorted(claims, key=lambda one: (one.session_id, one.person_id))
    rows: list[dict[str, Any]] = [
        {
            "pool_id": one.pool_id,
            "person_id": one.person_id,
            "program_id": program_id,
            "session_id": one.session_id,
            "status": one.status,
            "channel": actor.channel,
            "price_fen": price_fen,
            "created_at": now,
            "changed_at": now,
        }
        for one in ordered
    ]
    execute_core(session, _NEW, rows)
    asked = {
        "person_ids": sorted({one.person_id for one in ordered}),
        "session_ids": sorted({one.session_id for one in ordered}),
    }
    # Not RETURNING: to keep their order, SQLite would be asked row by row.
    wanted = {(one.person_id, one.session_id) for one in ordered}
    made = {
        (row.person_id, row.session_id): row.id
        for row in execute_core(session, _MADE, asked)
        if (row.person_id, row.session_id) in wanted
    }
    seated = (one for one in ordered if one.status is EnrollmentStatus.CONFIRMED)
    seat_many(session, Counter((one.pool_id, actor.channel) for one in seated))
    _record(session, ordered, made, actor=actor, now=now)
    waiting = _together(session, ordered, made)
    for session_id, first in waiting.items():
        pool = next(one for one in ordered if one.session_id == session_id)
        line = lines.of(pool.pool_id)
        if any(one.taken < one.capacity for one in line):
            move_line(session, line, actor=actor, now=now, since=first)
    return made


def _record(
    session: Session,
    claims: Sequence[DayClaim],
    made: Mapping[tuple[int, int], int],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    for status in (EnrollmentStatus.CONFIRMED, EnrollmentStatus.WAITLISTED):
        record_all(
            session,
            actor,
            f"enrollment.{status}",
            [
                (
                    ("enrollment", made[one.person_id, one.session_id]),
                    {"pool_id": one.pool_id, "person_id": one.person_id},
                )
                for one in claims
                if one.status is status
            ],
            at=now,
        )


def _together(
    session: Session, claims: Sequence[DayClaim], made: Mapping[tuple[int, int], int]
) -> dict[int, int]:
    """Let those who wait for one session be a group; return the first of each by session."""
    by_session: dict[int, list[int]] = {}
    for one in claims:
        if one.status is EnrollmentStatus.WAITLISTED:
            by_session.setdefault(one.session_id, []).append(made[one.person_id, one.session_id])
    rows = [
        {"of": id_, "first": ids[0]} for ids in by_session.values() if len(ids) > 1 for id_ in ids
    ]
    if rows:
        execute_core(session, _TOGETHER, rows)
    return {session_id: ids[0] for session_id, ids in by_session.items()}
