"""Giving free seats to the people who wait: the one place where a waitlist moves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, contains_eager, joinedload

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.config import settings
from venue.notifications.rules import MessageKind
from venue.notifications.telling import tell
from venue.seats.line import offer_expires_at
from venue.seats.models import Enrollment, SeatPool, WaitlistOffer
from venue.seats.reading import begins_at
from venue.seats.rules import SEATED, EnrollmentStatus, OfferAnswer


def lock_pools(session: Session, pool_ids: Iterable[int]) -> dict[int, SeatPool]:
    """Lock pools in id order and return them fresh; their locks cover all their enrollments."""
    return {
        pool.id: pool
        for pool in session.scalars(
            select(SeatPool)
            .where(SeatPool.id.in_(sorted(set(pool_ids))))
            .order_by(SeatPool.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    }


def leave(
    session: Session,
    pool: SeatPool,
    enrollment: Enrollment,
    status: EnrollmentStatus,
    answer: OfferAnswer,
    *,
    now: datetime,
) -> None:
    """End a claim in a locked pool, free its seat, and close its open offer if it has one."""
    if enrollment.status in SEATED:
        pool.taken -= 1
    if enrollment.status is EnrollmentStatus.OFFERED:
        answer_offer(session, enrollment, answer, now=now)
    enrollment.status = status
    enrollment.changed_at = now
    session.flush()


def answer_offer(
    session: Session, enrollment: Enrollment, answer: OfferAnswer, *, now: datetime
) -> None:
    """Close the open offer of an enrollment."""
    session.execute(
        update(WaitlistOffer)
        .where(WaitlistOffer.enrollment_id == enrollment.id, WaitlistOffer.answered_at.is_(None))
        .values(answered_at=now, answer=answer)
        .execution_options(synchronize_session="fetch")
    )


def offer_free_seats(session: Session, pool: SeatPool, *, actor: Actor, now: datetime) -> None:
    """Offer every free seat of a locked pool to the first in line, who is told; nobody overtakes.

    In the last hours before the start no offer could be answered in time: then the seats stay
    free for whoever comes.
    """
    free = pool.capacity - pool.taken
    if free <= 0:
        return
    expires_at = offer_expires_at(now, begins_at(session, pool), settings().offer_hours)
    if expires_at <= now:
        return
    line = session.scalars(
        select(Enrollment)
        .join(Enrollment.program)
        .join(Enrollment.person)
        .where(Enrollment.pool_id == pool.id, Enrollment.status == EnrollmentStatus.WAITLISTED)
        .options(
            contains_eager(Enrollment.program),
            contains_eager(Enrollment.person),
            joinedload(Enrollment.session),
        )
        .order_by(Enrollment.id)
        .limit(free)
        .execution_options(populate_existing=True)
    ).all()
    for enrollment in line:
        enrollment.status = EnrollmentStatus.OFFERED
        enrollment.changed_at = now
        session.add(
            WaitlistOffer(enrollment_id=enrollment.id, offered_at=now, expires_at=expires_at)
        )
        claim = Claim.of(enrollment)
        record_claim(session, actor, "enrollment.offered", claim, now=now)
        tell_about(
            session,
            claim,
            MessageKind.SEAT_OFFERED,
            {"enrollment_id": enrollment.id, "expires_at": expires_at.isoformat()},
            now=now,
        )
    pool.taken += len(line)
    session.flush()


@dataclass(frozen=True, slots=True)
class Claim:
    """An enrollment as audit and messages speak of it."""

    enrollment_id: int
    pool_id: int
    person_id: int
    full_name: str
    program_id: int
    title: str
    session_at: datetime | None
    """When the session begins that was booked; None: it is a seat in the whole program."""

    @classmethod
    def of(cls, enrollment: Enrollment) -> Claim:
        """Return what is said of an enrollment whose person, program and session are loaded."""
        return cls(
            enrollment_id=enrollment.id,
            pool_id=enrollment.pool_id,
            person_id=enrollment.person_id,
            full_name=enrollment.person.full_name,
            program_id=enrollment.program_id,
            title=enrollment.program.title,
            session_at=enrollment.session.starts_at if enrollment.session else None,
        )


def record_claim(
    session: Session, actor: Actor, action: str, claim: Claim, *, now: datetime
) -> None:
    """Record an act on an enrollment."""
    record(
        session,
        actor,
        action,
        ("enrollment", claim.enrollment_id),
        at=now,
        facts={"pool_id": claim.pool_id, "person_id": claim.person_id},
    )


def tell_about(
    session: Session,
    claim: Claim,
    kind: MessageKind,
    more: dict[str, object],
    *,
    now: datetime,
) -> None:
    """Tell the person of an enrollment, and name course, session and person in the message."""
    tell(
        session,
        [claim.person_id],
        kind,
        {
            "title": claim.title,
            "program_id": claim.program_id,
            "person": claim.full_name,
            **({"session_at": claim.session_at.isoformat()} if claim.session_at else {}),
            **more,
        },
        now=now,
    )
