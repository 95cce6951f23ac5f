"""Locking people who want seats together, and loading all that the rules ask about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from venue.audit.rules import Actor, Channel
from venue.people.locking import lock_people
from venue.people.models import Person
from venue.seats.applicants import applicant_facts
from venue.seats.eligibility import Verdict, judge, quotas_in
from venue.seats.locking import Lines
from venue.seats.outcomes import Refused
from venue.seats.reading import pool_facts
from venue.seats.rules import ApplicantFact, PoolFact, Quota
from venue.seats.seating import Seating, load_seating
from venue.timeline.local_time import local_date


@dataclass(frozen=True)
class Party:
    """People who want seats of a pool together, and who asks for them when, and how."""

    people: Sequence[Person]
    applicants: Sequence[ApplicantFact]
    seating: Seating
    fact: PoolFact
    actor: Actor
    now: datetime
    agreed: bool
    """Whether they agree to the text of the program with this very act."""

    @property
    def alone(self) -> bool:
        """Whether it is one person, and one pool is all there is."""
        return len(self.people) == 1 and not self.seating.has_quotas

    @property
    def desk(self) -> bool:
        """Whether they may take seats that are kept for counter and telephone."""
        return self.actor.channel is not Channel.ONLINE

    @cached_property
    def verdict(self) -> Verdict:
        """What stands against seats for them."""
        return judge(self.fact, self.applicants, self.now, desk=self.desk, agreed=self.agreed)

    @cached_property
    def quotas(self) -> Sequence[frozenset[Quota]]:
        """To which priority groups each of them belongs."""
        on = local_date(self.now)
        return [quotas_in(self.fact, one, on) for one in self.applicants]

    def refused(self, *, waiting: bool = False) -> Refused:
        """Say why not; of several, also which reason lies with whom."""
        reasons = self.verdict.against_waiting if waiting else self.verdict.reasons
        if len(self.people) == 1:
            return Refused(reasons)
        each = zip(self.people, self.verdict.each, strict=True)
        return Refused(reasons, tuple((person.id, theirs) for person, theirs in each))


def gather(
    session: Session,
    pool_id: int,
    person_ids: Sequence[int],
    *,
    actor: Actor,
    now: datetime,
    agreed: bool,
) -> Party:
    """Lock people, because all claims of one person are made in turn, and load what is asked.

    Raises KeyError for an unknown pool and NoResultFound for an unknown person, or for nobody.
    """
    ids = list(dict.fromkeys(person_ids))
    locked = lock_people(session, ids)
    if not ids or len(locked) < len(ids):
        raise NoResultFound("one of the people does not exist, or nobody was named")
    seating = load_seating(session, pool_id)
    people = [locked[id_] for id_ in ids]
    applicants = [
        applicant_facts(session, person, [seating], now=now)[pool_id] for person in people
    ]
    fact = pool_facts(session, [seating], applicants)[pool_id]
    return Party(people, applicants, seating, fact, actor, now, agreed)


def afresh(session: Session, party: Party, lines: Lines) -> Party:
    """Judge by the pools as they are locked by now.

    The people were locked all along: what they have is the same.
    """
    pool_id = party.seating.pool_id
    seating = load_seating(session, pool_id)
    fact = pool_facts(session, [seating], party.applicants)[pool_id]
    pools = tuple(pool.seats() for pool in lines.of(pool_id))
    return replace(party, seating=seating, fact=replace(fact, pools=pools))
