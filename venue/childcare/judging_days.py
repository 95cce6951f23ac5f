"""What stands against booking care days: the one answer for calendar, summary and verb."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from venue.childcare.care_days import (
    CareDayFact,
    ChildFact,
    ChildRefusal,
    DayRefusal,
    child_refusals,
    incomplete_weeks,
    late_refusals,
)
from venue.childcare.reading import Care
from venue.people.models import Person
from venue.seats.applicants import applicant_facts
from venue.seats.eligibility import personal_refusals, quotas_in, seat_refusals, window_refusals
from venue.seats.reading import pool_facts
from venue.seats.rules import (
    AlreadyEnrolled,
    ApplicantFact,
    Clash,
    NoSeat,
    PoolFact,
    Quota,
    Refusal,
)
from venue.seats.seating import load_seatings
from venue.timeline.local_time import local_date

Reason = Refusal | ChildRefusal | DayRefusal
ONE_DAY = (AlreadyEnrolled, Clash)
"""What lies with a person and one day, and not with the child as such."""


@dataclass(frozen=True, slots=True)
class DayVerdict:
    """One day for some children: what it holds, and what stands against it."""

    day: CareDayFact
    pool: PoolFact
    quotas: Mapping[int, frozenset[Quota]]
    """To which priority groups each child belongs, by id."""
    reasons: tuple[Reason, ...]
    """What holds for everybody: closed, too late, cancelled."""
    children: Mapping[int, tuple[Reason, ...]]
    """What lies with one child on this day, by id: it has the day already, or is elsewhere."""

    def against(self, child_id: int) -> tuple[Reason, ...]:
        """Return what stands against this day for a child, apart from its being full."""
        return (*self.reasons, *self.children[child_id])

    def seats(self, child_ids: Collection[int], *, desk: bool = False) -> list[NoSeat]:
        """Return that there are not enough places for these children, when that is so."""
        return seat_refusals(self.pool, [self.quotas[id_] for id_ in child_ids], desk=desk)

    def enrollment(self, child_id: int) -> AlreadyEnrolled | None:
        """Return what a child has of this day already."""
        found = (one for one in self.children[child_id] if isinstance(one, AlreadyEnrolled))
        return next(found, None)


@dataclass(frozen=True, slots=True)
class CareVerdict:
    """What stands against days of care for some children."""

    children: Mapping[int, tuple[Reason, ...]]
    """What lies with each child as such, by id: its grade, age, a consent that is missing."""
    days: Mapping[int, DayVerdict]
    """By session."""


def judge_days(
    session: Session,
    care: Care,
    children: Sequence[Person],
    *,
    now: datetime,
    agreed: bool = False,
    only: Collection[int] | None = None,
) -> CareVerdict:
    """Return what stands against the days of a program of care, in a constant number of queries.

    `only` some sessions are asked about. Whoever has locked the pools before gets what holds.
    """
    days = [one for one in care.days if only is None or one.session_id in only]
    seatings = load_seatings(session, [care.pools[one.session_id] for one in days])
    applicants = {
        child.id: applicant_facts(session, child, seatings, now=now) for child in children
    }
    everybody = [fact for facts in applicants.values() for fact in facts.values()]
    facts = pool_facts(session, seatings, everybody)
    of_child: dict[int, dict[Reason, None]] = {child.id: {} for child in children}
    first_on = next((day.on for day in days if day.starts_at > now), local_date(now))
    for child in children:
        grade = ChildFact(child.grade, child.grade_year)
        of_child[child.id].update(dict.fromkeys(child_refusals(care.fact, grade, first_on)))
    found = {}
    for day in days:
        pool_id = care.pools[day.session_id]
        pool = replace(facts[pool_id], by_days=False)
        mine = {child.id: applicants[child.id][pool_id] for child in children}
        personal = {
            id_: personal_refusals(pool, fact, now, agreed=agreed) for id_, fact in mine.items()
        }
        for id_, reasons in personal.items():
            of_child[id_].update(
                dict.fromkeys(one for one in reasons if not isinstance(one, ONE_DAY))
            )
        found[day.session_id] = DayVerdict(
            day=day,
            pool=pool,
            quotas=_quotas(pool, mine, local_date(now)),
            reasons=(*window_refusals(pool, now), *late_refusals(care.fact, day, now)),
            children={
                id_: tuple(one for one in reasons if isinstance(one, ONE_DAY))
                for id_, reasons in personal.items()
            },
        )
    return CareVerdict({id_: tuple(reasons) for id_, reasons in of_child.items()}, found)


def whole_weeks_only(
    care: Care, verdict: CareVerdict, child_id: int, chosen: Collection[int]
) -> dict[int, tuple[Reason, ...]]:
    """Return by session which chosen days stand in a week that is not chosen as a whole."""
    if not care.fact.whole_weeks:
        return {}
    open_ = {id_: not one.against(child_id) for id_, one in verdict.days.items()}
    held = [id_ for id_, one in verdict.days.items() if one.enrollment(child_id) is not None]
    broken = incomplete_weeks(chosen, held, care.days, open_)
    return {id_: (why,) for id_, why in broken.items()}


def _quotas(
    pool: PoolFact, mine: Mapping[int, ApplicantFact], on: date
) -> dict[int, frozenset[Quota]]:
    return {id_: quotas_in(pool, fact, on) for id_, fact in mine.items()}
