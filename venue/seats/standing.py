"""How people stand towards pools of seats: what each of them has there, or could do, or why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue.people.models import Person
from venue.programs.rules import Admission
from venue.seats.applicants import applicant_facts
from venue.seats.eligibility import refusals, seat_refusals, window_refusals
from venue.seats.models import WaitlistOffer
from venue.seats.reading import pool_facts, positions
from venue.seats.rules import (
    AlreadyEnrolled,
    ByLottery,
    ConsentMissing,
    EnrollmentStatus,
    NoSeat,
    PoolFact,
    Refusal,
)
from venue.seats.seating import load_seatings


class Step(StrEnum):
    """What comes next for somebody at a pool."""

    ENROLL = "enroll"
    """A seat may be taken."""
    APPLY = "apply"
    """One may apply; somebody looks whether the stated criteria are met."""
    LOTTERY = "lottery"
    """The seats are drawn, and wishes may be stated."""
    WAIT = "wait"
    """Nothing is in the way but that no seat is free."""
    APPLIED = "applied"
    ENROLLED = "enrolled"
    WAITING = "waiting"
    ANSWER = "answer"
    """A seat is held and waits for an answer."""
    REFUSED = "refused"


CLAIMABLE = (Step.ENROLL, Step.APPLY, Step.WAIT)
"""Steps at which a form makes a claim."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one person, or anybody who is not known yet (`person` None), stands towards a pool.

    That a consent is missing stands in `reasons` and hinders no step: the form asks for it.
    """

    person: Person | None
    step: Step
    reasons: tuple[Refusal, ...] = ()
    enrollment_id: int | None = None
    group_id: int | None = None
    position: int | None = None
    expires_at: datetime | None = None

    @property
    def consent(self) -> ConsentMissing | None:
        """To what the person has still to agree."""
        return next((one for one in self.reasons if isinstance(one, ConsentMissing)), None)

    @property
    def lack(self) -> NoSeat | None:
        """What there is to say of the seats, when none is free."""
        return next((one for one in self.reasons if isinstance(one, NoSeat)), None)


@dataclass(frozen=True, slots=True)
class PoolStanding:
    """A pool and how everybody asked about stands towards it, in the order asked."""

    pool_id: int
    fact: PoolFact
    anybody: Standing
    people: tuple[Standing, ...]
    desk: bool = False
    """Whether the desk asks, which may take seats that are kept."""

    @property
    def left(self) -> int:
        """How many seats are left for those who ask."""
        return self.fact.left(desk=self.desk)


STEP_OF = {
    EnrollmentStatus.CONFIRMED: Step.ENROLLED,
    EnrollmentStatus.OFFERED: Step.ANSWER,
    EnrollmentStatus.WAITLISTED: Step.WAITING,
    EnrollmentStatus.APPLIED: Step.APPLIED,
}


def standings(
    session: Session,
    people: Sequence[Person],
    pool_ids: Sequence[int],
    *,
    now: datetime,
    desk: bool = False,
) -> dict[int, PoolStanding]:
    """Return the pools by id with the standing of each person, online or at the desk.

    The number of queries grows with the people asked about and not with the pools. Pools that do
    not exist are left out.
    """
    seatings = load_seatings(session, pool_ids)
    applicants = {
        person.id: applicant_facts(session, person, seatings, now=now)
        for person in people
        if seatings
    }
    everybody = [one for of_person in applicants.values() for one in of_person.values()]
    facts = pool_facts(session, seatings, everybody)
    found = {
        person_id: {
            pool_id: refusals(facts[pool_id], applicant, now, desk=desk)
            for pool_id, applicant in of_person.items()
        }
        for person_id, of_person in applicants.items()
    }
    claims = [
        reason.enrollment_id
        for of_person in found.values()
        for reasons in of_person.values()
        for reason in reasons
        if isinstance(reason, AlreadyEnrolled)
    ]
    lines = positions(session, claims)
    expiries = open_offers(session, claims)
    return {
        pool_id: PoolStanding(
            pool_id,
            fact,
            _standing(
                None, fact, [*window_refusals(fact, now), *seat_refusals(fact, desk=desk)], {}, {}
            ),
            tuple(
                _standing(person, fact, found[person.id][pool_id], lines, expiries)
                for person in people
            ),
            desk,
        )
        for pool_id, fact in facts.items()
    }


def _standing(
    person: Person | None,
    fact: PoolFact,
    reasons: Sequence[Refusal],
    lines: dict[int, int],
    expiries: dict[int, datetime],
) -> Standing:
    claim = next((reason for reason in reasons if isinstance(reason, AlreadyEnrolled)), None)
    if claim is not None:
        return Standing(
            person,
            STEP_OF[claim.status],
            enrollment_id=claim.enrollment_id,
            group_id=claim.group_id,
            position=lines.get(claim.enrollment_id),
            expires_at=expiries.get(claim.enrollment_id),
        )
    return Standing(person, _step(fact, reasons), tuple(reasons))


def _step(fact: PoolFact, reasons: Sequence[Refusal]) -> Step:
    hindrances = [reason for reason in reasons if not isinstance(reason, ConsentMissing)]
    if not hindrances:
        return Step.APPLY if fact.admission is Admission.APPROVAL else Step.ENROLL
    for step, kind in ((Step.LOTTERY, ByLottery), (Step.WAIT, NoSeat)):
        if all(isinstance(reason, kind) for reason in hindrances):
            return step
    return Step.REFUSED


def open_offers(session: Session, enrollment_ids: Sequence[int]) -> dict[int, datetime]:
    """Return until when each of the enrollments to which a seat is offered may answer."""
    if not enrollment_ids:
        return {}
    rows = session.execute(
        select(WaitlistOffer.enrollment_id, WaitlistOffer.expires_at).where(
            WaitlistOffer.enrollment_id.in_(enrollment_ids), WaitlistOffer.answered_at.is_(None)
        )
    )
    return {row[0]: row[1] for row in rows}
