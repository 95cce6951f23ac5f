"""What stands in the way of merging two records: what the database, or a person, must decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from venue.accounts.delegating import is_minor
from venue.accounts.models import StaffRole, User
from venue.childcare.door_models import Collection
from venue.childcare.file_models import ChildFile, CollectionPermit, EmergencyContact, HealthNote
from venue.childcare.models import CareBooking
from venue.draws.models import Applicant, Draw
from venue.duty.models import Clearance
from venue.people.models import Delegation, Person
from venue.places.models import Center, Patron
from venue.privacy.outcomes import (
    ActForEachOther,
    BothHaveAccounts,
    BothInCare,
    BothInDraw,
    ChildAndAdult,
    FarAway,
    Obstacle,
    TwoSeatsATerm,
    WorksHere,
)
from venue.privacy.rules import ClaimFact, Settled
from venue.timeline.local_time import local_date

_CARE = (
    CareBooking.child_id,
    Collection.child_id,
    ChildFile.person_id,
    HealthNote.person_id,
    EmergencyContact.child_id,
    CollectionPermit.child_id,
)


def obstacles(
    session: Session,
    pair: Sequence[Person],
    claims: Sequence[ClaimFact],
    settled: Settled,
    *,
    now: datetime,
) -> tuple[Obstacle, ...]:
    """Return all that stands in the way of merging two people, in a constant number of queries."""
    return tuple(_found(session, pair, claims, settled, now))


def _found(
    session: Session,
    pair: Sequence[Person],
    claims: Sequence[ClaimFact],
    settled: Settled,
    now: datetime,
) -> Iterator[Obstacle]:
    ids = [one.id for one in pair]
    if len(_with(session, User.person_id, ids)) > 1:
        yield BothHaveAccounts()
    if _works(session, ids):
        yield WorksHere()
    if _act_for_each_other(session, ids):
        yield ActForEachOther()
    if _of_two_ages(pair, local_date(now)):
        yield ChildAndAdult()
    if len(set().union(*(_with(session, column, ids) for column in _CARE)) & set(ids)) > 1:
        yield BothInCare()
    if draws := _open_draws(session, ids):
        yield BothInDraw(tuple(draws))
    if settled.contested:
        contested = [one for one in claims if one.enrollment_id in settled.contested]
        yield TwoSeatsATerm(tuple(one.program_id for one in contested))
    if _districts(session, ids) > 1:
        yield FarAway()


def _with(session: Session, column: InstrumentedAttribute[int], ids: Sequence[int]) -> set[int]:
    """Return which of two people have something."""
    return set(session.scalars(select(column).where(column.in_(ids)).distinct()))


def _works(session: Session, ids: Sequence[int]) -> bool:
    role = select(StaffRole.id).where(StaffRole.person_id.in_(ids), StaffRole.ended_at.is_(None))
    return session.scalar(role.limit(1)) is not None or bool(
        _with(session, Clearance.person_id, ids)
    )


def _act_for_each_other(session: Session, ids: Sequence[int]) -> bool:
    between = select(Delegation.id).where(
        Delegation.delegate_id.in_(ids),
        Delegation.principal_id.in_(ids),
        Delegation.ended_at.is_(None),
    )
    return session.scalar(between.limit(1)) is not None


def _of_two_ages(pair: Sequence[Person], today: date) -> bool:
    return len({is_minor(one, today) for one in pair}) > 1


def _open_draws(session: Session, ids: Sequence[int]) -> Sequence[str]:
    return session.scalars(
        select(Draw.name)
        .join(Applicant, Applicant.draw_id == Draw.id)
        .where(Applicant.person_id.in_(ids), Draw.drawn_at.is_(None), Draw.cancelled_at.is_(None))
        .group_by(Draw.id, Draw.name)
        .having(func.count() > 1)
        .order_by(Draw.id)
    ).all()


def _districts(session: Session, ids: Sequence[int]) -> int:
    """Count the districts whose centers know one of two people.

    Within a district a whole number finds somebody whom another center knows; the name, the
    number and the family of a person are no secret of one center there.
    """
    return session.execute(
        select(func.count(Center.district_id.distinct()))
        .join(Patron, Patron.center_id == Center.id)
        .where(Patron.person_id.in_(ids))
    ).scalar_one()
