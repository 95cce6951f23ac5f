"""Merging two records of one person: everything goes to one of them, and the other leads there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from venue.audit.changing import change
from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.childcare.models import CareDay
from venue.people.locking import lock_people
from venue.people.models import Person
from venue.privacy.moving import drop_repeated, move_rows
from venue.privacy.obstacles import obstacles
from venue.privacy.outcomes import AlreadyMerged, BothInCare, Merged, Obstacle
from venue.privacy.repeated import end_repeated
from venue.privacy.rules import ClaimFact, Settled, settle
from venue.seats.locking import lock_lines
from venue.seats.models import Enrollment
from venue.seats.rules import ACTIVE
from venue.seats.waitlist import withdraw

FILLED = ("phone", "neighborhood_id", "building")
"""What a record may lack, and of which the desk chooses where both have it and differ."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which values stay of the record that goes: names of `full_name`, `birth`, and of `FILLED`."""

    of_gone: frozenset[str] = frozenset()


def merge(
    session: Session, kept_id: int, gone_id: int, chosen: Chosen, *, actor: Actor, now: datetime
) -> Merged | AlreadyMerged | tuple[Obstacle, ...]:
    """Move everything of one record to another of the same person, or say what stands in the way.

    Of two claims on one seat the better stays; the other is withdrawn as if the person had said
    so, and its seat goes to the line. Who did what under the old record stays as it was written.
    Sent twice, it answers `AlreadyMerged`. Raises KeyError for unknown people, ValueError for a
    record with itself.
    """
    if kept_id == gone_id:
        raise ValueError(f"{kept_id} is one record")
    people = lock_people(session, _all_concerned(session, [kept_id, gone_id]))
    kept, gone = people[kept_id], people[gone_id]
    for one in (gone, kept):
        if one.merged_into_id is not None:
            return AlreadyMerged(one.merged_into_id)
    claims = claims_on_seats(session, [kept_id, gone_id])
    settled = settle(claims)
    found = what_stands_in_the_way(session, (kept, gone), claims, settled, now=now)
    if found:
        return found
    _give_up(session, settled, actor=actor, now=now)
    end_repeated(session, kept_id, gone_id, actor=actor, now=now)
    fields = change(kept, _values(kept, gone, chosen))
    kept.has_account = kept.has_account or gone.has_account
    rows = move_rows(session, gone_id, kept_id)
    drop_repeated(session, gone_id)
    session.execute(
        update(Person)
        .where(Person.id == gone_id)
        .values(merged_into_id=kept_id, merged_at=now, has_account=False)
    )
    facts = {
        "kept_id": kept_id,
        "rows": rows,
        "given_up": len(settled.given_up),
        "fields": fields,
    }
    record(session, actor, "person.merged", ("person", gone_id), at=now, facts=facts)
    return Merged(kept_id, len(settled.given_up))


def claims_on_seats(session: Session, person_ids: Iterable[int]) -> list[ClaimFact]:
    """Return the live claims of people as the rules see them."""
    rows = session.execute(
        select(
            Enrollment.id,
            Enrollment.person_id,
            Enrollment.program_id,
            Enrollment.session_id,
            Enrollment.term_id,
            Enrollment.limit_group,
            Enrollment.status,
            Enrollment.charge_id.is_not(None),
        )
        .where(Enrollment.person_id.in_(person_ids), Enrollment.status.in_(ACTIVE))
        .order_by(Enrollment.id)
    )
    return [ClaimFact(*row) for row in rows]


def what_stands_in_the_way(
    session: Session,
    pair: Sequence[Person],
    claims: Sequence[ClaimFact],
    settled: Settled,
    *,
    now: datetime,
) -> tuple[Obstacle, ...]:
    """Return why two people cannot be merged now; nothing when they can."""
    found = obstacles(session, pair, claims, settled, now=now)
    if BothInCare() not in found and _is_care(session, settled.given_up):
        # A day of care is given back by its own rules: a meal may be ordered for it.
        return (*found, BothInCare())
    return found


def _is_care(session: Session, enrollment_ids: Sequence[int]) -> bool:
    care = select(CareDay.enrollment_id).where(CareDay.enrollment_id.in_(enrollment_ids))
    return session.scalar(care.limit(1)) is not None


def _all_concerned(session: Session, ids: Sequence[int]) -> list[int]:
    """Return two people and all who came along with them: withdrawing locks people by id."""
    mine, group = aliased(Enrollment), aliased(Enrollment)
    companions = session.scalars(
        select(group.person_id)
        .join(mine, mine.group_id == group.group_id)
        .where(mine.person_id.in_(ids), mine.status.in_(ACTIVE))
    )
    return [*ids, *companions]


def _give_up(session: Session, settled: Settled, *, actor: Actor, now: datetime) -> None:
    """Withdraw the lesser claims, with all their lines locked before: in the order of their ids."""
    if not settled.given_up:
        return
    pools = select(Enrollment.pool_id).where(Enrollment.id.in_(settled.given_up))
    lock_lines(session, session.scalars(pools))
    for enrollment_id in settled.given_up:
        withdraw(session, enrollment_id, actor=actor, now=now)


def _values(kept: Person, gone: Person, chosen: Chosen) -> dict[str, Any]:
    """Return what the kept record says from now on: what it lacks, it gets from the other."""
    values: dict[str, Any] = {}
    if "full_name" in chosen.of_gone:
        values["full_name"] = gone.full_name
    if "birth" in chosen.of_gone:
        values |= {"birth_year": gone.birth_year, "birth_on": gone.birth_on}
    elif kept.birth_on is None and kept.birth_year == gone.birth_year:
        values["birth_on"] = gone.birth_on
    for name in FILLED:
        if getattr(kept, name) is None or name in chosen.of_gone:
            values[name] = getattr(gone, name) or getattr(kept, name)
    in_need = [day for day in (kept.in_need_until, gone.in_need_until) if day is not None]
    values["in_need_until"] = max(in_need, default=None)
    if kept.grade is None:
        values |= {"grade": gone.grade, "grade_year": gone.grade_year}
    return values
