"""Taking seats, or a place in line, alone or together, under one short lock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from venue.audit.rules import Actor
from venue.consents.giving import give
from venue.db import execute_core
from venue.notifications.rules import MessageKind
from venue.programs.rules import Admission
from venue.seats.claiming import Claim, NewClaims, add_claims, record_claim, seat, tell_about
from venue.seats.ending import end_claims, other_claims
from venue.seats.gathering import Party, afresh, gather
from venue.seats.line import fits
from venue.seats.locking import Lines, lock_lines
from venue.seats.matching import match
from venue.seats.models import Enrollment, SeatPool
from venue.seats.offering import move_line
from venue.seats.outcomes import Applied, Enrolled, Refused, Waitlisted
from venue.seats.reading import FREE, FREE_ONLINE, positions
from venue.seats.rules import EnrollmentStatus, Full, GroupTooLarge


def enroll(
    session: Session,
    pool_id: int,
    person_ids: Sequence[int],
    *,
    actor: Actor,
    now: datetime,
    agreed: bool = False,
    statement: str = "",
) -> Enrolled | Applied | Refused:
    """Give people seats, first come, first served: all of them or none.

    `pool_id` is the general pool of a program, or a session's; seats of quotas are found here.
    Where somebody approves, it writes down their application with the `statement`. `agreed` says
    that they agree to the text of the program. Taking a seat in a limit group ends a person's
    other claims in it, so that they neither wait nor hold an offer where they may no longer have a
    seat. Raises KeyError for an unknown pool and NoResultFound for an unknown person.
    """
    party = gather(session, pool_id, person_ids, actor=actor, now=now, agreed=agreed)
    if party.verdict.reasons:
        return party.refused()
    if party.seating.admission is Admission.APPROVAL:
        return _apply(session, party, statement)
    return _take_one(session, party) if party.alone else _take_all(session, party)


def join_waitlist(
    session: Session,
    pool_id: int,
    person_ids: Sequence[int],
    *,
    actor: Actor,
    now: datetime,
    agreed: bool = False,
) -> Waitlisted | Applied | Refused:
    """Put people at the end of the line together, whether or not it is full at this moment.

    A seat that is free is offered at once to the head of the line. Where somebody approves, nobody
    waits who has not applied: it writes down their application. Raises as `enroll` does.
    """
    party = gather(session, pool_id, person_ids, actor=actor, now=now, agreed=agreed)
    if party.verdict.against_waiting:
        return party.refused(waiting=True)
    if party.seating.admission is Admission.APPROVAL:
        return _apply(session, party, "")
    lines = lock_lines(session, [pool_id])
    party = afresh(session, party, lines)
    if party.verdict.against_waiting:
        return party.refused(waiting=True)
    if len(party.people) > 1 and not fits(party.quotas, party.fact.pools):
        return Refused((GroupTooLarge(party.fact.capacity),))
    claims = _add(session, party, EnrollmentStatus.WAITLISTED)
    if claims is None:
        return _too_late(session, party)
    first, *others = (claim.enrollment_id for claim in claims)
    position = positions(session, [first])[first]
    for claim in claims:
        record_claim(session, actor, "enrollment.waitlisted", claim, now=now)
        tell_about(session, claim, MessageKind.WAITLISTED, {"position": position}, now=now)
    move_line(session, lines.of(pool_id), actor=actor, now=now, since=first)
    return Waitlisted(first, position, tuple(others))


def _apply(session: Session, party: Party, statement: str) -> Applied | Refused:
    """Write down an application, under the lock that a cancellation takes too."""
    lines = lock_lines(session, [party.seating.pool_id])
    party = afresh(session, party, lines)
    if party.verdict.reasons:
        return party.refused()
    claims = _add(session, party, EnrollmentStatus.APPLIED, statement=statement)
    if claims is None:
        return _too_late(session, party)
    for claim in claims:
        record_claim(session, party.actor, "enrollment.applied", claim, now=party.now)
        tell_about(session, claim, MessageKind.APPLIED, {}, now=party.now)
    first, *others = (claim.enrollment_id for claim in claims)
    return Applied(first, tuple(others))


def _take_one(session: Session, party: Party) -> Enrolled | Refused:
    """Take a seat of the only pool: in a rush one statement decides, and nobody waits for it."""
    pool_id = party.seating.pool_id
    others = _other_claims(session, party)
    lines = lock_lines(session, [pool_id, *(one.pool_id for one in others)]) if others else None
    if not _take_seat(session, pool_id, desk=party.desk):
        return _too_late(session, party)
    claims = _add(session, party, EnrollmentStatus.CONFIRMED)
    if claims is None:
        _give_seat_back(session, pool_id, desk=party.desk)
        return _too_late(session, party)
    return _seated(session, party, claims, others, lines)


def _take_all(session: Session, party: Party) -> Enrolled | Refused:
    """Take seats for all, each of a quota or of the general pool, with the whole line locked."""
    pool_id = party.seating.pool_id
    others = _other_claims(session, party)
    lines = lock_lines(session, [pool_id, *(one.pool_id for one in others)])
    party = afresh(session, party, lines)
    if party.verdict.reasons:
        return party.refused()
    found = match(party.quotas, party.fact.pools, desk=party.desk)
    places = [place for place in found if place is not None]
    with session.begin_nested() as savepoint:
        for place in places:
            seat(lines.pools[place], party.actor.channel)
        claims = _add(session, party, EnrollmentStatus.CONFIRMED, places)
        if claims is None:
            savepoint.rollback()
            return _too_late(session, party)
    return _seated(session, party, claims, others, lines)


def _seated(
    session: Session,
    party: Party,
    claims: Sequence[Claim],
    others: Sequence[Enrollment],
    lines: Lines | None,
) -> Enrolled:
    """Record and tell that people have their seats, and end what they no longer may have."""
    actor, now = party.actor, party.now
    for claim in claims:
        record_claim(session, actor, "enrollment.confirmed", claim, now=now)
        tell_about(session, claim, MessageKind.ENROLLED, {}, now=now)
    if lines is not None:
        end_claims(session, others, lines, because=party.seating.title, actor=actor, now=now)
    first, *along = (claim.enrollment_id for claim in claims)
    return Enrolled(first, tuple(along))


def _too_late(session: Session, party: Party) -> Refused:
    """Say why it did not come to a seat that was free a moment ago, by what is so now.

    When one is free once more, it is on its way to somebody who waits.
    """
    party = gather(
        session,
        party.seating.pool_id,
        [person.id for person in party.people],
        actor=party.actor,
        now=party.now,
        agreed=party.agreed,
    )
    if party.verdict.reasons:
        return party.refused()
    return Refused((Full(party.fact.capacity, party.fact.waiting),))


def _other_claims(session: Session, party: Party) -> Sequence[Enrollment]:
    people = zip(party.people, party.applicants, strict=True)
    ids = [person.id for person, applicant in people if applicant.waits_elsewhere]
    if not ids:
        return ()
    seating = party.seating
    return other_claims(session, ids, seating.program_id, seating.term_id, seating.limit_group)


def _add(
    session: Session,
    party: Party,
    status: EnrollmentStatus,
    places: Sequence[int] | None = None,
    *,
    statement: str = "",
) -> list[Claim] | None:
    """Add the claims of a party, in the general pool unless `places` says in which, and consents.

    None when one of them has a claim already.
    """
    general = [party.seating.pool_id] * len(party.people)
    claims = add_claims(
        session,
        party.seating,
        NewClaims(party.people, places or general, status, statement),
        actor=party.actor,
        now=party.now,
    )
    if claims is not None and party.agreed and party.fact.consent is not None:
        people = zip(party.people, party.applicants, strict=True)
        ids = [person.id for person, applicant in people if not applicant.consented]
        give(session, party.fact.consent.text_id, ids, actor=party.actor, now=party.now)
    return claims


_ONE_SEAT, _ONE_SEAT_AT_THE_DESK = (
    update(SeatPool)
    .where(SeatPool.id == bindparam("pool_id"), free >= 1, SeatPool.closed_at.is_(None))
    .values(taken=SeatPool.taken + 1, counter_taken=SeatPool.counter_taken + at_the_desk)
    for free, at_the_desk in ((FREE_ONLINE, 0), (FREE, 1))
)


def _take_seat(session: Session, pool_id: int, *, desk: bool) -> bool:
    """Take one seat if there is one.

    The CHECK of the pool would refuse one seat too many, too. The condition makes a full pool no
    error and, which no CHECK can, refuses a seat that is kept, and one of a pool that was closed
    while this one waited.
    """
    statement = _ONE_SEAT_AT_THE_DESK if desk else _ONE_SEAT
    return execute_core(session, statement, {"pool_id": pool_id}).rowcount == 1


_SEAT_BACK = (
    update(SeatPool)
    .where(SeatPool.id == bindparam("pool_id"))
    .values(taken=SeatPool.taken - 1, counter_taken=SeatPool.counter_taken - bindparam("desk"))
)


def _give_seat_back(session: Session, pool_id: int, *, desk: bool) -> None:
    execute_core(session, _SEAT_BACK, {"pool_id": pool_id, "desk": int(desk)})
