"""Taking a seat, or a place in line, under one short lock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session, contains_eager, joinedload

from venue.audit.rules import Actor
from venue.db import execute_core, insert_new
from venue.notifications.rules import MessageKind
from venue.people.models import Person
from venue.places.membership import know
from venue.seats.applicants import applicant_facts
from venue.seats.eligibility import judge, refusals
from venue.seats.models import Enrollment, SeatPool
from venue.seats.offering import (
    Claim,
    leave,
    lock_pools,
    offer_free_seats,
    record_claim,
    tell_about,
)
from venue.seats.outcomes import Enrolled, Refused, Waitlisted
from venue.seats.reading import (
    Seating,
    load_seating,
    pool_facts,
    positions,
)
from venue.seats.rules import (
    ACTIVE,
    ApplicantFact,
    EnrollmentStatus,
    Full,
    OfferAnswer,
    PoolFact,
)


def facts_of(
    session: Session, seating: Seating, person: Person, *, now: datetime
) -> tuple[PoolFact, ApplicantFact]:
    """Return what the rules need to know of one pool and one person, fresh."""
    applicant = applicant_facts(session, person, [seating], now=now)[seating.pool_id]
    return pool_facts(session, [seating], [applicant])[seating.pool_id], applicant


def enroll(
    session: Session, pool_id: int, person_id: int, *, actor: Actor, now: datetime
) -> Enrolled | Refused:
    """Give a person a seat, first come, first served.

    Taking a seat in a limit group ends the person's other claims in it, so that they neither
    wait nor hold an offer where they may no longer have a seat. Raises KeyError for an unknown
    pool and NoResultFound for an unknown person.
    """
    person = lock_person(session, person_id)
    seating = load_seating(session, pool_id)
    pool, applicant = facts_of(session, seating, person, now=now)
    reasons = refusals(pool, applicant, now)
    if reasons:
        return Refused(reasons)
    others: Sequence[Enrollment] = ()
    if applicant.waits_elsewhere:
        others = other_claims(
            session, person_id, seating.program_id, seating.term_id, seating.limit_group
        )
        lock_pools(session, [pool_id, *(one.pool_id for one in others)])
    if not _take_seat(session, pool_id):
        return _refused(session, pool_id, person, now=now)
    claim = _add(session, seating, person, EnrollmentStatus.CONFIRMED, actor=actor, now=now)
    if claim is None:
        _give_seat_back(session, pool_id)
        return _refused(session, pool_id, person, now=now)
    record_claim(session, actor, "enrollment.confirmed", claim, now=now)
    tell_about(session, claim, MessageKind.ENROLLED, {}, now=now)
    end_claims(session, others, because=seating.title, actor=actor, now=now)
    return Enrolled(claim.enrollment_id)


def join_waitlist(
    session: Session, pool_id: int, person_id: int, *, actor: Actor, now: datetime
) -> Waitlisted | Refused:
    """Put a person at the end of the line of a pool, whether or not it is full at this moment.

    A seat that is free is offered at once to the head of the line. Raises as `enroll` does.
    """
    person = lock_person(session, person_id)
    pool = lock_pools(session, [pool_id])[pool_id]
    seating = load_seating(session, pool_id)
    fact, applicant = facts_of(session, seating, person, now=now)
    reasons = judge(fact, [applicant], now).against_waiting
    if reasons:
        return Refused(reasons)
    claim = _add(session, seating, person, EnrollmentStatus.WAITLISTED, actor=actor, now=now)
    if claim is None:
        return _refused(session, pool_id, person, now=now)
    position = positions(session, [claim.enrollment_id])[claim.enrollment_id]
    record_claim(session, actor, "enrollment.waitlisted", claim, now=now)
    tell_about(session, claim, MessageKind.WAITLISTED, {"position": position}, now=now)
    offer_free_seats(session, pool, actor=actor, now=now)
    return Waitlisted(claim.enrollment_id, position)


def _refused(session: Session, pool_id: int, person: Person, *, now: datetime) -> Refused:
    """Say why it did not come to a seat that was free a moment ago, by what is so now.

    When one is free once more, it is on its way to somebody who waits.
    """
    seating = load_seating(session, pool_id)
    pool, applicant = facts_of(session, seating, person, now=now)
    return Refused(refusals(pool, applicant, now) or (Full(pool.capacity, 0),))


_PERSON = (
    select(Person)
    .where(Person.id == bindparam("person_id"))
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)


def lock_person(session: Session, person_id: int) -> Person:
    """Lock a person: all claims of one person are made one after the other."""
    return session.execute(_PERSON, {"person_id": person_id}).scalar_one()


_OTHER_CLAIMS = (
    select(Enrollment)
    .join(Enrollment.program)
    .join(Enrollment.person)
    .where(
        Enrollment.person_id == bindparam("person_id"),
        Enrollment.status.in_(ACTIVE),
        Enrollment.term_id.is_not_distinct_from(bindparam("term_id")),
        Enrollment.limit_group == bindparam("limit_group"),
        Enrollment.program_id != bindparam("program_id"),
    )
    .options(
        contains_eager(Enrollment.program),
        contains_eager(Enrollment.person),
        joinedload(Enrollment.pool),
    )
    .execution_options(populate_existing=True)
)


def other_claims(
    session: Session,
    person_id: int,
    program_id: int,
    term_id: int | None,
    limit_group: str | None,
) -> Sequence[Enrollment]:
    """Return where else in the term and limit group of a program a person waits or has an offer."""
    if limit_group is None:
        return ()
    return session.scalars(
        _OTHER_CLAIMS,
        {
            "person_id": person_id,
            "term_id": term_id,
            "limit_group": limit_group,
            "program_id": program_id,
        },
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
        record_claim(session, actor, "enrollment.ended", Claim.of(claim), now=now)
        tell_about(
            session, Claim.of(claim), MessageKind.WAITLIST_ENDED, {"because": because}, now=now
        )
        offer_free_seats(session, pool, actor=actor, now=now)


_ONE_SEAT = (
    update(SeatPool)
    .where(
        SeatPool.id == bindparam("pool_id"),
        SeatPool.taken + 1 <= SeatPool.capacity,
        SeatPool.closed_at.is_(None),
    )
    .values(taken=SeatPool.taken + 1)
)


def _take_seat(session: Session, pool_id: int) -> bool:
    """Take one seat if there is one.

    The CHECK of the pool would refuse one seat too many, too. The condition makes a full pool no
    error and, which no CHECK can, refuses a seat of a pool that was closed while this one waited.
    """
    return execute_core(session, _ONE_SEAT, {"pool_id": pool_id}).rowcount == 1


_SEAT_BACK = (
    update(SeatPool).where(SeatPool.id == bindparam("pool_id")).values(taken=SeatPool.taken - 1)
)


def _give_seat_back(session: Session, pool_id: int) -> None:
    execute_core(session, _SEAT_BACK, {"pool_id": pool_id})


_ENROLLMENT = {
    dialect: insert.returning(Enrollment.id) for dialect, insert in insert_new(Enrollment).items()
}


def _add(
    session: Session,
    seating: Seating,
    person: Person,
    status: EnrollmentStatus,
    *,
    actor: Actor,
    now: datetime,
) -> Claim | None:
    """Add a claim; None when the person has one already.

    That is known before, under the lock of the person. The unique indexes are the backstop for a
    writer that did not lock them.
    """
    enrollment_id = execute_core(
        session,
        _ENROLLMENT[session.get_bind().dialect.name],
        {
            "pool_id": seating.pool_id,
            "person_id": person.id,
            "program_id": seating.program_id,
            "session_id": seating.session_id,
            "term_id": seating.term_id,
            # One seat a term is a rule of series; single sessions may be booked side by side.
            "limit_group": seating.limit_group if seating.session_id is None else None,
            "status": status,
            "channel": actor.channel,
            "created_at": now,
            "changed_at": now,
        },
    ).scalar()
    if enrollment_id is None:
        return None
    know(session, seating.center_id, person.id, now=now)
    return Claim(
        enrollment_id=enrollment_id,
        pool_id=seating.pool_id,
        person_id=person.id,
        full_name=person.full_name,
        program_id=seating.program_id,
        title=seating.title,
        session_at=seating.session_starts_at,
    )
