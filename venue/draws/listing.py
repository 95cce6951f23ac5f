"""Loading what a draw gives out and who asks for it, as the list has them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue.draws.lottery import GENERAL, Entry, Pool
from venue.draws.models import Applicant, Application, DrawProgram, Wish
from venue.people.models import Person
from venue.programs.models import Program
from venue.seats.eligibility import quotas_of
from venue.seats.models import Enrollment, SeatPool
from venue.seats.reading import FREE_ONLINE, neighborhoods
from venue.seats.rules import EnrollmentStatus, Quota
from venue.timeline.local_time import local_date

TRIED = (*Quota, None)
"""The pools of a program in the order in which they are tried."""
ROWS_AT_A_TIME = 10_000
"""So many are fetched at once, where a draw may have hundreds of thousands."""


def pools_of(session: Session, draw_id: int) -> list[Pool]:
    """Return the pools of a draw as they are tried, with the seats that it gives out.

    Those kept for counter and telephone are not drawn.
    """
    rows = session.execute(
        select(Program.id, SeatPool.quota, FREE_ONLINE, SeatPool.closed_at, Program.title)
        .join(DrawProgram, DrawProgram.program_id == SeatPool.program_id)
        .join(SeatPool.program)
        .where(DrawProgram.draw_id == draw_id)
    )
    return [
        Pool(program_id, quota or GENERAL, 0 if closed_at else max(0, free), title)
        for program_id, quota, free, closed_at, title in sorted(
            rows, key=lambda row: (row[0], TRIED.index(row[1]))
        )
    ]


def entries_of(
    session: Session, draw_id: int, pools: Sequence[Pool], *, now: datetime
) -> list[Entry]:
    """Return the applications of a draw, ordered by pseudonym, with the pools that they try."""
    tried: dict[int, dict[str, int]] = defaultdict(dict)
    for at, pool in enumerate(pools):
        tried[pool.program_id][pool.name] = at
    groups = _groups(session, draw_id, [one for one, of_it in tried.items() if len(of_it) > 1], now)
    people = _people(session, draw_id)
    wishes = session.execute(
        select(Application.id, Application.pseudonym, Wish.program_id)
        .join(Application.wish_rows)
        .where(Application.draw_id == draw_id, Application.withdrawn_at.is_(None))
        .order_by(Application.id, Wish.rank)
        .execution_options(yield_per=ROWS_AT_A_TIME)
    )
    entries = [
        Entry(
            pseudonym,
            len(people[application_id]),
            tuple(
                at
                for _, _, program_id in wished
                for at in groups.choices(tried[program_id], program_id, people[application_id])
            ),
        )
        for (application_id, pseudonym), wished in groupby(wishes, itemgetter(0, 1))
    ]
    return sorted(entries, key=lambda entry: entry.pseudonym)


@dataclass(frozen=True, slots=True)
class _Applicant:
    person_id: int
    neighborhood_id: int | None
    in_need_until: date | None


@dataclass(frozen=True, slots=True)
class _Groups:
    """What is needed to tell to which priority groups of programs with quotas people belong."""

    resident_of: Mapping[int, frozenset[int]]
    limit_groups: Mapping[int, str | None]
    seated: frozenset[tuple[int, str]]
    """Who had a seat in which limit group."""
    on: date

    def choices(
        self, tried: Mapping[str, int], program_id: int, people: Iterable[_Applicant]
    ) -> Iterator[int]:
        """Yield the pools of a program that people who want to be together may use.

        A quota is for them when it is for each of them.
        """
        if program_id in self.resident_of:
            quotas = frozenset[Quota].intersection(
                *(self._quotas(program_id, person) for person in people)
            )
            yield from (tried[quota] for quota in Quota if quota in quotas and quota in tried)
        yield tried[GENERAL]

    def _quotas(self, program_id: int, person: _Applicant) -> frozenset[Quota]:
        group = self.limit_groups[program_id]
        return quotas_of(
            neighborhood_id=person.neighborhood_id,
            resident_of=self.resident_of[program_id],
            had_seat=group is not None and (person.person_id, group) in self.seated,
            in_need_until=person.in_need_until,
            on=self.on,
        )


def _groups(session: Session, draw_id: int, program_ids: Sequence[int], now: datetime) -> _Groups:
    of_programs = select(Program.id, Program.limit_group).where(Program.id.in_(program_ids))
    limit_groups = dict(session.execute(of_programs).all())
    residents = neighborhoods(session, set(program_ids))
    return _Groups(
        {one: residents.get(one, frozenset()) for one in program_ids},
        limit_groups,
        _seated(session, draw_id, {one for one in limit_groups.values() if one is not None}),
        local_date(now),
    )


def _seated(
    session: Session, draw_id: int, limit_groups: Iterable[str]
) -> frozenset[tuple[int, str]]:
    """Return who of a draw has, or had, a seat in a limit group in whatever term."""
    rows = session.execute(
        select(Enrollment.person_id, Enrollment.limit_group)
        .where(
            Enrollment.limit_group.in_(limit_groups),
            Enrollment.status == EnrollmentStatus.CONFIRMED,
            Enrollment.person_id.in_(
                select(Applicant.person_id).where(Applicant.draw_id == draw_id)
            ),
        )
        .distinct()
    )
    return frozenset((person_id, group) for person_id, group in rows if group is not None)


def _people(session: Session, draw_id: int) -> Mapping[int, list[_Applicant]]:
    """Return by application who is in it."""
    rows = session.execute(
        select(
            Applicant.application_id,
            Person.id,
            Person.neighborhood_id,
            Person.in_need_until,
        )
        .join(Applicant.person)
        .where(Applicant.draw_id == draw_id)
        .execution_options(yield_per=ROWS_AT_A_TIME)
    )
    found: dict[int, list[_Applicant]] = defaultdict(list)
    for application_id, person_id, neighborhood_id, in_need_until in rows:
        found[application_id].append(_Applicant(person_id, neighborhood_id, in_need_until))
    return found
