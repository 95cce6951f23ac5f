"""Taking a seat, or a place in line, under one short lock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, contains_eager, joinedload

from venue.audit.rules import Actor
from venue.notifications.rules import MessageKind
from venue.people.models import Person
from venue.places.membership import know
from venue.programs.models import Program, ScheduledSession
from venue.seats.models import Enrollment, SeatPool
from venue.seats.offering import (
    leave,
    lock_pools,
    offer_free_seats,
    record_claim,
    tell_about,
)
from venue.seats.outcomes import Enrolled, Refused, Waitlisted
from venue.seats.reading import applicant_facts, pool_facts, positions
from venue.seats.rules import (
    ACTIVE,
    EnrollmentStatus,
    Full,
    OfferAnswer,
    Refusal,
    refusals,
    waitlist_refusals,
)


def why_not(session: Session, pool_id: int, person: Person, *, now: datetime) -> list[Refusal]:
    """Return every reason why a person cannot take a seat now: the rule on fresh facts.

    Raises KeyError for an unknown pool.
    """
    pool = pool_facts(session, [pool_id])[pool_id]
    applicant = applicant_facts(session, person, [pool_id], now=now)[pool_id]
    return refusals(pool, applicant, now)


def enroll(
    session: Session, pool_id: int, person_id: int, *, actor: Actor, now: datetime
) -> Enrolled | Refused:
    """Give a person a seat, first come, first served.

    Taking a seat in a limit group ends the person's other claims in it, so that they neither
    wait nor hold an offer where they may no longer have a seat. Raises KeyError for an unknown
    pool and NoResultFound for an unknown person.
    """
    person = lock_person(session, person_id)
    reasons = why_not(session, pool_id, person, now=now)
    if reasons:
        return Refused(tuple(reasons))
    pool, program = _pool_and_program(session, pool_id)
    others = other_claims(session, person_id, program)
    if others:
        lock_pools(session, [pool_id, *(one.pool_id for one in others)])
    enrollment = None
    try:
        with session.begin_nested():
            if _take_seat(session, pool_id):
                enrollment = _add(
                    session, pool, program, person, EnrollmentStatus.CONFIRMED, actor=actor, now=now
                )
    except IntegrityError:
        # The unique indexes are the backstop for a writer that did not lock the person.
        return Refused(tuple(why_not(session, pool_id, person, now=now)))
    if enrollment is None:
        # Freed again since: then it is on its way to somebody who waits.
        reasons = why_not(session, pool_id, person, now=now) or [Full(pool.capacity, 0)]
        return Refused(tuple(reasons))
    record_claim(session, actor, "enrollment.confirmed", enrollment, now=now)
    tell_about(session, enrollment, MessageKind.ENROLLED, {}, now=now)
    end_claims(session, others, because=program.title, actor=actor, now=now)
    return Enrolled(enrollment.id)


def join_waitlist(
    session: Session, pool_id: int, person_id: int, *, actor: Actor, now: datetime
) -> Waitlisted | Refused:
    """Put a person at the end of the line of a pool, whether or not it is full at this moment.

    A seat that is free is offered at once to the head of the line. Raises as `enroll` does.
    """
    person = lock_person(session, person_id)
    pool = lock_pools(session, [pool_id])[pool_id]
    fact = pool_facts(session, [pool_id])[pool_id]
    applicant = applicant_facts(session, person, [pool_id], now=now)[pool_id]
    reasons = waitlist_refusals(fact, applicant, now)
    if reasons:
        return Refused(tuple(reasons))
    _, program = _pool_and_program(session, pool_id)
    try:
        with session.begin_nested():
            enrollment = _add(
                session, pool, program, person, EnrollmentStatus.WAITLISTED, actor=actor, now=now
            )
    except IntegrityError:
        return Refused(tuple(why_not(session, pool_id, person, now=now)))
    position = positions(session, [enrollment.id])[enrollment.id]
    record_claim(session, actor, "enrollment.waitlisted", enrollment, now=now)
    tell_about(session, enrollment, MessageKind.WAITLISTED, {"position": position}, now=now)
    offer_free_seats(session, pool, actor=actor, now=now)
    return Waitlisted(enrollment.id, position)


def lock_person(session: Session, person_id: int) -> Person:
    """Lock a person: all claims of one person are made one after the other."""
    return session.execute(
        select(Person)
        .where(Person.id == person_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one()


def other_claims(session: Session, person_id: int, program: Program) -> Sequence[Enrollment]:
    """Return where else in the term and limit group of a program a person waits or has an offer."""
    if program.limit_group is None:
        return ()
    return session.scalars(
        select(Enrollment)
        .join(Enrollment.program)
        .join(Enrollment.person)
        .where(
            Enrollment.person_id == person_id,
            Enrollment.status.in_(ACTIVE),
            Enrollment.term_id == program.term_id,
            Enrollment.limit_group == program.limit_group,
            Enrollment.program_id != program.id,
        )
        .options(
            contains_eager(Enrollment.program),
            contains_eager(Enrollment.person),
            joinedload(Enrollment.pool),
        )
        .execution_options(populate_existing=True)
    ).all()


def end_claims(
    session: Session,
    claims: Sequence[Enrollment],
    *,
    because: str,
    actor: Actor,
    now: datetime,
) -> None:
    """End claims in locked pools because their person now has a seat elsewhere, and tell them."""
    for claim in claims:
        session.refresh(claim, ["status"])
        if claim.status not in ACTIVE:
            continue
        pool = claim.pool
        leave(session, pool, claim, EnrollmentStatus.WITHDRAWN, OfferAnswer.WITHDRAWN, now=now)
        record_claim(session, actor, "enrollment.ended", claim, now=now)
        tell_about(session, claim, MessageKind.WAITLIST_ENDED, {"because": because}, now=now)
        offer_free_seats(session, pool, actor=actor, now=now)


def _take_seat(session: Session, pool_id: int) -> bool:
    result = session.execute(
        update(SeatPool)
        .where(
            SeatPool.id == pool_id,
            SeatPool.taken + 1 <= SeatPool.capacity,
            SeatPool.closed_at.is_(None),
        )
        .values(taken=SeatPool.taken + 1)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult)  # noqa: S101  (for the types: an UPDATE has a count)
    return result.rowcount == 1


def _pool_and_program(session: Session, pool_id: int) -> tuple[SeatPool, Program]:
    row = session.execute(
        select(SeatPool, Program)
        .outerjoin(ScheduledSession, ScheduledSession.id == SeatPool.session_id)
        .join(
            Program, Program.id == func.coalesce(SeatPool.program_id, ScheduledSession.program_id)
        )
        .where(SeatPool.id == pool_id)
    ).one()
    return row[0], row[1]


def _add(
    session: Session,
    pool: SeatPool,
    program: Program,
    person: Person,
    status: EnrollmentStatus,
    *,
    actor: Actor,
    now: datetime,
) -> Enrollment:
    enrollment = Enrollment(
        pool=pool,
        person=person,
        program=program,
        session_id=pool.session_id,
        term_id=program.term_id,
        # One seat a term is a rule of series; single sessions may be booked side by side.
        limit_group=program.limit_group if pool.session_id is None else None,
        status=status,
        channel=actor.channel,
        created_at=now,
        changed_at=now,
    )
    session.add(enrollment)
    session.flush()
    know(session, program.center_id, person.id, now=now)
    return enrollment
