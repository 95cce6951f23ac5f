"""Answering applications where stated criteria decide: a seat, a place in line, or why not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from venue.audit.rules import Actor, Channel
from venue.notifications.rules import MessageKind
from venue.seats.claiming import Claim, NewClaims, add_claims, record_claim, seat, tell_about
from venue.seats.gathering import Party
from venue.seats.grouping import Together, in_the_way, party_of, together_with
from venue.seats.matching import match
from venue.seats.models import Enrollment
from venue.seats.offering import move_line
from venue.seats.outcomes import (
    Enrolled,
    NoSuchCriterion,
    NotActive,
    Refused,
    Rejected,
    Waitlisted,
)
from venue.seats.reading import positions
from venue.seats.rules import EnrollmentStatus


def approve(
    session: Session, enrollment_id: int, *, actor: Actor, now: datetime
) -> Enrolled | Waitlisted | Refused | NotActive:
    """Give seats to all who applied together, or else the end of the line: nobody overtakes.

    A place in line is an enrollment of its own, because its id is the order of the line; the
    application ends as approved. Refused when one of them has taken another seat of the term or a
    clashing one since. Raises NoResultFound for an unknown enrollment.
    """
    group = together_with(session, enrollment_id, others=True)
    applied = group.being(EnrollmentStatus.APPLIED)
    if group.asked.status is EnrollmentStatus.CONFIRMED:
        return group.enrolled()
    if group.asked not in applied:
        return NotActive(group.asked.status)
    party = party_of(session, group, applied, actor=actor, now=now)
    refused = in_the_way(party)
    if refused is not None:
        return refused
    for enrollment in applied:
        record_claim(session, actor, "enrollment.approved", Claim.of(enrollment), now=now)
    desk = applied[0].channel is not Channel.ONLINE
    found = match(party.quotas, [pool.seats() for pool in group.line], desk=desk)
    places = [place for place in found if place is not None]
    if len(places) < len(applied):
        return _line_up(session, group, applied, party)
    for enrollment, pool_id in zip(applied, places, strict=True):
        enrollment.status = EnrollmentStatus.CONFIRMED
        enrollment.pool = group.lines.pools[pool_id]
        enrollment.changed_at = now
        seat(enrollment.pool, enrollment.channel)
    session.flush()
    for enrollment in applied:
        kind = MessageKind.APPLICATION_APPROVED
        tell_about(session, Claim.of(enrollment), kind, {}, now=now)
    group.end_other_claims(session, actor=actor, now=now)
    return group.enrolled()


def _line_up(
    session: Session, group: Together, applied: Sequence[Enrollment], party: Party
) -> Waitlisted:
    """Put people whose application is approved behind everybody who waits by now."""
    now, first = party.now, applied[0]
    for enrollment in applied:
        enrollment.status = EnrollmentStatus.APPROVED
        enrollment.changed_at = now
    session.flush()
    line = group.line
    claims = add_claims(
        session,
        party.seating,
        NewClaims(
            party.people,
            [line[0].id] * len(applied),
            EnrollmentStatus.WAITLISTED,
            first.statement,
            first.price_fen,
        ),
        actor=Actor(party.actor.person_id, first.channel),
        now=now,
    )
    if claims is None:
        raise RuntimeError(f"somebody of enrollment {first.id} has another claim on its program")
    ids = [claim.enrollment_id for claim in claims]
    position = positions(session, ids)[ids[0]]
    for claim in claims:
        record_claim(session, party.actor, "enrollment.waitlisted", claim, now=now)
        kind = MessageKind.APPLICATION_APPROVED
        tell_about(session, claim, kind, {"position": position}, now=now)
    move_line(session, line, actor=party.actor, now=now, since=ids[0])
    return Waitlisted(ids[0], position, tuple(ids[1:]))


def refuse(
    session: Session, enrollment_id: int, criterion: str, *, actor: Actor, now: datetime
) -> Rejected | NoSuchCriterion | NotActive:
    """Tell all who applied together which of the stated criteria is not met.

    It has to be part of what the program states, word for word, as long as it still states
    anything: who applied before the admission was changed gets an answer too. Raises as `approve`.
    """
    group = together_with(session, enrollment_id)
    applied = group.being(EnrollmentStatus.APPLIED)
    if group.asked.status is EnrollmentStatus.REFUSED:
        return Rejected(group.asked.id)
    if group.asked not in applied:
        return NotActive(group.asked.status)
    stated = group.asked.program.criteria
    if not criterion or (stated and criterion not in stated):
        return NoSuchCriterion()
    for enrollment in applied:
        enrollment.status = EnrollmentStatus.REFUSED
        enrollment.decision = criterion
        enrollment.changed_at = now
    session.flush()
    for claim in map(Claim.of, applied):
        record_claim(session, actor, "enrollment.refused", claim, now=now)
        kind = MessageKind.APPLICATION_REFUSED
        tell_about(session, claim, kind, {"criterion": criterion}, now=now)
    return Rejected(group.asked.id)
