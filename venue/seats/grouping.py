"""Locking claims with those of all who came along, and what has come between them and seats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue.audit.rules import Actor
from venue.people.locking import lock_people
from venue.programs.models import Program
from venue.seats.applicants import applicant_facts
from venue.seats.claiming import load_claims
from venue.seats.ending import end_claims, other_claims
from venue.seats.gathering import Party
from venue.seats.locking import Lines, lock_lines
from venue.seats.models import Enrollment, SeatPool
from venue.seats.outcomes import Enrolled, Refused
from venue.seats.reading import pool_facts
from venue.seats.rules import Cancelled, Clash, EnrollmentStatus, OneATerm
from venue.seats.seating import load_seating


@dataclass(frozen=True)
class Together:
    """Somebody's enrollment and those of all who came along, in locked lines."""

    asked: Enrollment
    group: Sequence[Enrollment]
    lines: Lines
    others: Sequence[Enrollment]
    """Their claims elsewhere in the limit group, where these were asked for."""

    @property
    def line(self) -> list[SeatPool]:
        """The pools of the line in which they stand."""
        return self.lines.of(self.asked.pool_id)

    def being(self, *statuses: EnrollmentStatus) -> list[Enrollment]:
        """Return those in one of some states."""
        return [one for one in self.group if one.status in statuses]

    def enrolled(self) -> Enrolled:
        """Say that the one asked about has a seat, and who of the others has."""
        seated = self.being(EnrollmentStatus.CONFIRMED)
        return Enrolled(self.asked.id, tuple(one.id for one in seated if one is not self.asked))

    def end_other_claims(self, session: Session, *, actor: Actor, now: datetime) -> None:
        """End the claims that their new seats exclude."""
        title = self.asked.program.title
        end_claims(session, self.others, self.lines, because=title, actor=actor, now=now)


def together_with(
    session: Session, enrollment_id: int, *, alone: bool = False, others: bool = False
) -> Together:
    """Lock the people of an enrollment, then their lines, and return them fresh.

    `alone` leaves those who came along as they are, unless pairs come; `others` locks and returns
    the people's other claims in the limit group. Raises NoResultFound for an unknown enrollment.
    """
    asked = session.execute(
        select(Enrollment.id, Enrollment.group_id, Program.by_pair)
        .join(Enrollment.program)
        .where(Enrollment.id == enrollment_id)
    ).one()
    ids = [enrollment_id]
    if asked.group_id is not None and (asked.by_pair or not alone):
        ids = list(
            session.scalars(
                select(Enrollment.id)
                .where(Enrollment.group_id == asked.group_id)
                .order_by(Enrollment.id)
            )
        )
    claims = load_claims(session, ids)
    people = [one.person_id for one in claims]
    lock_people(session, people)
    program = claims[0].program
    elsewhere: Sequence[Enrollment] = ()
    if others:
        elsewhere = other_claims(session, people, program.id, program.term_id, program.limit_group)
    lines = lock_lines(session, [one.pool_id for one in (*claims, *elsewhere)])
    group = load_claims(session, ids)
    return Together(next(one for one in group if one.id == enrollment_id), group, lines, elsewhere)


def party_of(
    session: Session, group: Together, claims: Sequence[Enrollment], *, actor: Actor, now: datetime
) -> Party:
    """Return the people of some claims of a locked group as the rules see them now."""
    seating = load_seating(session, group.line[0].id)
    people = [one.person for one in claims]
    applicants = [
        applicant_facts(session, person, [seating], now=now)[seating.pool_id] for person in people
    ]
    fact = pool_facts(session, [seating], applicants)[seating.pool_id]
    return Party(people, applicants, seating, fact, actor, now, agreed=True)


def in_the_way(party: Party) -> Refused | None:
    """Say what has come between claims and seats; ages and windows do not count any more."""
    counted = OneATerm | Clash | Cancelled
    reasons = tuple(reason for reason in party.verdict.reasons if isinstance(reason, counted))
    if not reasons:
        return None
    each = (
        (person.id, tuple(reason for reason in theirs if isinstance(reason, counted)))
        for person, theirs in zip(party.people, party.verdict.each, strict=True)
    )
    return Refused(reasons, tuple(each) if len(party.people) > 1 else ())
