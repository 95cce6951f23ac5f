"""Leaving a seat or the line, and answering an offer; what is freed goes to the next at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from venue.audit.recording import record
from venue.audit.rules import SYSTEM, Actor
from venue.notifications.rules import MessageKind
from venue.seats.eligibility import refusals
from venue.seats.enrolling import end_claims, facts_of, lock_person, other_claims
from venue.seats.models import Enrollment, WaitlistOffer
from venue.seats.offering import (
    Claim,
    answer_offer,
    leave,
    lock_pools,
    offer_free_seats,
    record_claim,
    tell_about,
)
from venue.seats.outcomes import Enrolled, NotActive, Refused, Withdrawn
from venue.seats.reading import load_seating
from venue.seats.rules import (
    ACTIVE,
    Cancelled,
    Clash,
    EnrollmentStatus,
    OfferAnswer,
    OneATerm,
    Refusal,
)


def withdraw(
    session: Session, enrollment_id: int, *, actor: Actor, now: datetime
) -> Withdrawn | NotActive:
    """Give up a seat, an offer or a place in line; a freed seat is offered on in the same breath.

    Raises NoResultFound for an unknown enrollment.
    """
    enrollment = _locked(session, enrollment_id)
    if enrollment.status is EnrollmentStatus.WITHDRAWN:
        return Withdrawn(enrollment.id)
    if enrollment.status not in ACTIVE:
        return NotActive(enrollment.status)
    pool = enrollment.pool
    record(
        session,
        actor,
        "enrollment.withdrawn",
        ("enrollment", enrollment.id),
        at=now,
        facts={
            "pool_id": pool.id,
            "person_id": enrollment.person_id,
            "status": enrollment.status,
        },
    )
    leave(session, pool, enrollment, EnrollmentStatus.WITHDRAWN, OfferAnswer.WITHDRAWN, now=now)
    tell_about(session, Claim.of(enrollment), MessageKind.WITHDRAWN, {}, now=now)
    offer_free_seats(session, pool, actor=actor, now=now)
    return Withdrawn(enrollment.id)


def accept_offer(
    session: Session, enrollment_id: int, *, actor: Actor, now: datetime
) -> Enrolled | Refused | NotActive:
    """Turn an offered seat into one's own; asked twice, it answers the same.

    Refused when the program was cancelled, or when the person has taken another seat of the term
    or a clashing one since; the offer then stays open until it expires. Raises as `withdraw`.
    """
    enrollment = _locked_with_others(session, enrollment_id)
    if enrollment.status is EnrollmentStatus.CONFIRMED:
        return Enrolled(enrollment.id)
    if enrollment.status is not EnrollmentStatus.OFFERED:
        return NotActive(enrollment.status)
    if _expiry(session, enrollment) <= now:
        _expire(session, enrollment, now=now)
        return NotActive(enrollment.status)
    reasons = _in_the_way(session, enrollment, now=now)
    if reasons:
        return Refused(tuple(reasons))
    answer_offer(session, enrollment, OfferAnswer.ACCEPTED, now=now)
    enrollment.status = EnrollmentStatus.CONFIRMED
    enrollment.changed_at = now
    session.flush()
    record_claim(session, actor, "enrollment.accepted", Claim.of(enrollment), now=now)
    tell_about(session, Claim.of(enrollment), MessageKind.ENROLLED, {}, now=now)
    others = _other_claims(session, enrollment)
    end_claims(session, others, because=enrollment.program.title, actor=actor, now=now)
    return Enrolled(enrollment.id)


def decline_offer(
    session: Session, enrollment_id: int, *, actor: Actor, now: datetime
) -> Withdrawn | NotActive:
    """Let an offered seat go to the next in line; asked twice, it answers the same."""
    enrollment = _locked(session, enrollment_id)
    if enrollment.status is EnrollmentStatus.WITHDRAWN:
        return Withdrawn(enrollment.id)
    if enrollment.status is not EnrollmentStatus.OFFERED:
        return NotActive(enrollment.status)
    pool = enrollment.pool
    leave(session, pool, enrollment, EnrollmentStatus.WITHDRAWN, OfferAnswer.DECLINED, now=now)
    record_claim(session, actor, "enrollment.declined", Claim.of(enrollment), now=now)
    tell_about(session, Claim.of(enrollment), MessageKind.OFFER_DECLINED, {}, now=now)
    offer_free_seats(session, pool, actor=actor, now=now)
    return Withdrawn(enrollment.id)


def expire_offers(session: Session, *, now: datetime) -> int:
    """End every offer whose time is up and pass its seat on; return how many there were."""
    due = session.execute(
        select(WaitlistOffer.enrollment_id, Enrollment.pool_id)
        .join(WaitlistOffer.enrollment)
        .where(WaitlistOffer.answered_at.is_(None), WaitlistOffer.expires_at <= now)
        .order_by(Enrollment.pool_id, WaitlistOffer.id)
    ).all()
    lock_pools(session, (pool_id for _, pool_id in due))
    claims = [_claim(session, enrollment_id) for enrollment_id, _ in due]
    expired = [claim for claim in claims if claim.status is EnrollmentStatus.OFFERED]
    for claim in expired:
        _expire(session, claim, now=now)
    return len(expired)


def _locked(session: Session, enrollment_id: int) -> Enrollment:
    """Lock the person of an enrollment, then its pool, and return it fresh."""
    claim = _claim(session, enrollment_id)
    lock_person(session, claim.person_id)
    lock_pools(session, [claim.pool_id])
    return _claim(session, enrollment_id)


def _locked_with_others(session: Session, enrollment_id: int) -> Enrollment:
    """The same, with the pools of the person's other claims in the limit group, in id order."""
    claim = _claim(session, enrollment_id)
    lock_person(session, claim.person_id)
    others = _other_claims(session, claim)
    lock_pools(session, [claim.pool_id, *(one.pool_id for one in others)])
    return _claim(session, enrollment_id)


def _other_claims(session: Session, claim: Enrollment) -> Sequence[Enrollment]:
    program = claim.program
    return other_claims(session, claim.person_id, program.id, program.term_id, program.limit_group)


def _claim(session: Session, enrollment_id: int) -> Enrollment:
    return session.execute(
        select(Enrollment)
        .where(Enrollment.id == enrollment_id)
        .options(
            joinedload(Enrollment.pool),
            joinedload(Enrollment.program),
            joinedload(Enrollment.person),
            joinedload(Enrollment.session),
        )
        .execution_options(populate_existing=True)
    ).scalar_one()


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
    offer_free_seats(session, pool, actor=SYSTEM, now=now)


def _in_the_way(session: Session, enrollment: Enrollment, *, now: datetime) -> list[Refusal]:
    """Return what has come between the offer and its acceptance; age and window do not count."""
    seating = load_seating(session, enrollment.pool_id)
    return [
        reason
        for reason in refusals(*facts_of(session, seating, enrollment.person, now=now), now)
        if isinstance(reason, OneATerm | Clash | Cancelled)
    ]
