"""Leaving a seat or the line, and answering an offer; what is freed goes to the next at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import SYSTEM, Actor
from venue.notifications.rules import MessageKind
from venue.seats.claiming import (
    Claim,
    answer_offer,
    leave,
    load_claims,
    record_claim,
    tell_about,
)
from venue.seats.grouping import Together, in_the_way, party_of, together_with
from venue.seats.line import LAST_MOMENT
from venue.seats.locking import lock_lines
from venue.seats.models import Enrollment, SeatPool, WaitlistOffer
from venue.seats.offering import move_line
from venue.seats.outcomes import Enrolled, NotActive, Refused, Withdrawn
from venue.seats.rules import ACTIVE, EnrollmentStatus, OfferAnswer
from venue.seats.seating import BEGINS_AT


def withdraw(
    session: Session, enrollment_id: int, *, actor: Actor, now: datetime
) -> Withdrawn | NotActive:
    """Give up a seat, an offer, an application or a place in line, for one person.

    A freed seat is offered on in the same breath; who came along keeps what they have, but of a
    pair nobody stays without the other. Raises NoResultFound for an unknown enrollment.
    """
    return _withdraw(session, together_with(session, enrollment_id, alone=True), actor, now)


def withdraw_group(
    session: Session, enrollment_id: int, *, actor: Actor, now: datetime
) -> Withdrawn | NotActive:
    """Do the same for all who came together; raises as `withdraw`."""
    return _withdraw(session, together_with(session, enrollment_id), actor, now)


def _withdraw(
    session: Session, group: Together, actor: Actor, now: datetime
) -> Withdrawn | NotActive:
    active = group.being(*ACTIVE)
    if not active:
        asked = group.asked
        gone = asked.status is EnrollmentStatus.WITHDRAWN
        return Withdrawn(asked.id) if gone else NotActive(asked.status)
    for enrollment in active:
        record(
            session,
            actor,
            "enrollment.withdrawn",
            ("enrollment", enrollment.id),
            at=now,
            facts={
                "pool_id": enrollment.pool_id,
                "person_id": enrollment.person_id,
                "status": enrollment.status,
            },
        )
        leave(
            session,
            enrollment.pool,
            enrollment,
            EnrollmentStatus.WITHDRAWN,
            OfferAnswer.WITHDRAWN,
            now=now,
        )
        tell_about(session, Claim.of(enrollment), MessageKind.WITHDRAWN, {}, now=now)
    move_line(session, group.line, actor=actor, now=now)
    return Withdrawn(group.asked.id)


def accept_offer(
    session: Session, enrollment_id: int, *, actor: Actor, now: datetime
) -> Enrolled | Refused | NotActive:
    """Turn offered seats into one's own, for all who wait together; asked twice, the same again.

    Refused when the program was cancelled, or when one of them has taken another seat of the term
    or a clashing one since; the offer then stays open until it expires. Raises as `withdraw`.
    """
    group = together_with(session, enrollment_id, others=True)
    offered = group.being(EnrollmentStatus.OFFERED)
    if group.asked.status is EnrollmentStatus.CONFIRMED:
        return group.enrolled()
    if group.asked not in offered:
        return NotActive(group.asked.status)
    if _expiry(session, group.asked) <= now:
        for enrollment in offered:
            _expire(session, enrollment, now=now)
        move_line(session, group.line, actor=SYSTEM, now=now)
        return NotActive(group.asked.status)
    refused = in_the_way(party_of(session, group, offered, actor=actor, now=now))
    if refused is not None:
        return refused
    for enrollment in offered:
        answer_offer(session, enrollment, OfferAnswer.ACCEPTED, now=now)
        enrollment.status = EnrollmentStatus.CONFIRMED
        enrollment.changed_at = now
    session.flush()
    for claim in map(Claim.of, offered):
        record_claim(session, actor, "enrollment.accepted", claim, now=now)
        tell_about(session, claim, MessageKind.ENROLLED, {}, now=now)
    group.end_other_claims(session, actor=actor, now=now)
    return group.enrolled()


def decline_offer(
    session: Session, enrollment_id: int, *, actor: Actor, now: datetime
) -> Withdrawn | NotActive:
    """Let offered seats go to the next in line, all of a group; asked twice, the same again."""
    group = together_with(session, enrollment_id)
    offered = group.being(EnrollmentStatus.OFFERED)
    if group.asked.status is EnrollmentStatus.WITHDRAWN:
        return Withdrawn(group.asked.id)
    if group.asked not in offered:
        return NotActive(group.asked.status)
    for enrollment in offered:
        pool, ended = enrollment.pool, EnrollmentStatus.WITHDRAWN
        leave(session, pool, enrollment, ended, OfferAnswer.DECLINED, now=now)
        record_claim(session, actor, "enrollment.declined", Claim.of(enrollment), now=now)
        tell_about(session, Claim.of(enrollment), MessageKind.OFFER_DECLINED, {}, now=now)
    move_line(session, group.line, actor=actor, now=now)
    return Withdrawn(group.asked.id)


def expire_offers(session: Session, *, now: datetime) -> int:
    """End every offer whose time is up and pass its seat on; return how many there were."""
    due = session.execute(
        select(WaitlistOffer.enrollment_id, Enrollment.pool_id)
        .join(WaitlistOffer.enrollment)
        .where(WaitlistOffer.answered_at.is_(None), WaitlistOffer.expires_at <= now)
        .order_by(WaitlistOffer.id)
    ).all()
    lines = lock_lines(session, (pool_id for _, pool_id in due))
    claims = load_claims(session, [enrollment_id for enrollment_id, _ in due])
    expired = [claim for claim in claims if claim.status is EnrollmentStatus.OFFERED]
    for claim in expired:
        _expire(session, claim, now=now)
    for line in lines.each():
        move_line(session, line, actor=SYSTEM, now=now)
    return len(expired)


def free_seats_kept_for_groups(session: Session, *, now: datetime) -> int:
    """Free the seats that wait for a group to which they can no longer be offered in time.

    In the last hours they are for whoever comes. Return in how many pools there were some.
    """
    late = session.scalars(
        select(SeatPool.id).where(SeatPool.kept_for_group > 0, now + LAST_MOMENT >= BEGINS_AT)
    ).all()
    for line in lock_lines(session, late).each():
        move_line(session, line, actor=SYSTEM, now=now)
    return len(late)


def _expiry(session: Session, enrollment: Enrollment) -> datetime:
    return session.execute(
        select(WaitlistOffer.expires_at).where(
            WaitlistOffer.enrollment_id == enrollment.id, WaitlistOffer.answered_at.is_(None)
        )
    ).scalar_one()


def _expire(session: Session, enrollment: Enrollment, *, now: datetime) -> None:
    pool = enrollment.pool
    leave(session, pool, enrollment, EnrollmentStatus.EXPIRED, OfferAnswer.EXPIRED, now=now)
    record_claim(session, SYSTEM, "enrollment.expired", Claim.of(enrollment), now=now)
    tell_about(session, Claim.of(enrollment), MessageKind.OFFER_EXPIRED, {}, now=now)
