"""Ending the claims of somebody who has taken a seat elsewhere in the term and limit group."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from venue.audit.rules import Actor
from venue.notifications.rules import MessageKind
from venue.seats.claiming import Claim, leave, record_claim, tell_about
from venue.seats.locking import Lines
from venue.seats.models import Enrollment
from venue.seats.offering import move_line
from venue.seats.rules import ACTIVE, EnrollmentStatus, OfferAnswer

_OTHER_CLAIMS = (
    select(Enrollment)
    .join(Enrollment.program)
    .join(Enrollment.person)
    .where(
        Enrollment.person_id.in_(bindparam("person_ids", expanding=True)),
        Enrollment.status.in_(ACTIVE),
        Enrollment.term_id.is_not_distinct_from(bindparam("term_id")),
        Enrollment.limit_group == bindparam("limit_group"),
        Enrollment.program_id != bindparam("program_id"),
    )
    .order_by(Enrollment.id)
    .options(
        contains_eager(Enrollment.program),
        contains_eager(Enrollment.person),
        joinedload(Enrollment.pool),
    )
    .execution_options(populate_existing=True)
)


def other_claims(
    session: Session,
    person_ids: Sequence[int],
    program_id: int,
    term_id: int | None,
    limit_group: str | None,
) -> Sequence[Enrollment]:
    """Return where else in the term and limit group of a program people have a claim."""
    if limit_group is None:
        return ()
    return session.scalars(
        _OTHER_CLAIMS,
        {
            "person_ids": list(person_ids),
            "term_id": term_id,
            "limit_group": limit_group,
            "program_id": program_id,
        },
    ).all()


def end_claims(
    session: Session,
    claims: Sequence[Enrollment],
    lines: Lines,
    *,
    because: str,
    actor: Actor,
    now: datetime,
) -> None:
    """End claims in locked lines because their person now has a seat elsewhere, and tell them."""
    for claim in claims:
        session.refresh(claim, ["status", "pool_id"])
        if claim.status not in ACTIVE:
            continue
        pool = lines.pools[claim.pool_id]
        applied = claim.status is EnrollmentStatus.APPLIED
        leave(session, pool, claim, EnrollmentStatus.WITHDRAWN, OfferAnswer.WITHDRAWN, now=now)
        record_claim(session, actor, "enrollment.ended", Claim.of(claim), now=now)
        kind = MessageKind.APPLICATION_ENDED if applied else MessageKind.WAITLIST_ENDED
        tell_about(session, Claim.of(claim), kind, {"because": because}, now=now)
        move_line(session, lines.of(pool.id), actor=actor, now=now)
