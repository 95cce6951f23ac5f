"""Permits to collect a child: given with a code of their own, taken back, codes unlocked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.childcare.child_files import lock_file
from venue.childcare.codes import code_hash
from venue.childcare.file_models import CollectionPermit
from venue.childcare.rules import PERMITS, PermitFact, PermitFault, PermitPlan, permit_faults
from venue.timeline.local_time import local_date


@dataclass(frozen=True, slots=True)
class Permitted:
    """The adult may collect the child with the code."""

    permit_id: int


@dataclass(frozen=True, slots=True)
class NotPermitted:
    """Something stands against it; nothing was written."""

    faults: tuple[PermitFault, ...]


@dataclass(frozen=True, slots=True)
class PermitRevoked:
    """The code and the name open no door from now on."""

    full_name: str


@dataclass(frozen=True, slots=True)
class CodesCount:
    """The codes of the child count, and wrong ones are counted anew."""


def permits_of(session: Session, child_id: int) -> Sequence[CollectionPermit]:
    """Return all permits that were ever given for a child, in their order, fresh."""
    return session.scalars(
        select(CollectionPermit)
        .where(CollectionPermit.child_id == child_id)
        .order_by(CollectionPermit.slot, CollectionPermit.valid_on, CollectionPermit.id)
        .execution_options(populate_existing=True)
    ).all()


def permit_fact(one: CollectionPermit) -> PermitFact:
    """Return what the rules need to know of a permit."""
    return PermitFact(one.id, one.code_hash, one.valid_on, one.revoked_at is not None)


def give_permit(
    session: Session, child_id: int, plan: PermitPlan, *, key: bytes, actor: Actor, now: datetime
) -> Permitted | NotPermitted:
    """Let an adult collect a child with a code, on every day or on one.

    `key` is that of `codes.code_key`; the code itself is kept nowhere.
    """
    child, _ = lock_file(session, child_id)
    given = permits_of(session, child_id)
    hashed = code_hash(key, child_id, plan.code)
    faults = permit_faults(
        plan,
        child_birth_year=child.birth_year,
        code_hash=hashed,
        permits=[permit_fact(one) for one in given],
        today=local_date(now),
    )
    if faults:
        return NotPermitted(tuple(faults))
    taken = {one.slot for one in given if one.revoked_at is None}
    free = [number for number in range(1, PERMITS + 1) if number not in taken]
    permit = CollectionPermit(
        child_id=child_id,
        full_name=plan.full_name,
        relation=plan.relation,
        phone=plan.phone,
        birth_year=plan.birth_year,
        slot=free[0] if plan.valid_on is None else None,
        valid_on=plan.valid_on,
        code_hash=hashed,
        given_at=now,
        given_by_id=actor.person_id,
    )
    session.add(permit)
    session.flush()
    valid_on = None if plan.valid_on is None else plan.valid_on.isoformat()
    facts = {"permit_id": permit.id, "valid_on": valid_on}
    record(session, actor, "permit.given", ("person", child_id), at=now, facts=facts)
    return Permitted(permit.id)


def revoke_permit(
    session: Session, child_id: int, permit_id: int, *, actor: Actor, now: datetime
) -> PermitRevoked:
    """Take a permit of a child back; twice is once. Raises NoResultFound when it has none such."""
    lock_file(session, child_id)
    permit = session.scalars(
        select(CollectionPermit)
        .where(CollectionPermit.id == permit_id, CollectionPermit.child_id == child_id)
        .execution_options(populate_existing=True)
    ).one()
    if permit.revoked_at is None:
        permit.revoked_at, permit.revoked_by_id = now, actor.person_id
        session.flush()
        facts = {"permit_id": permit_id}
        record(session, actor, "permit.revoked", ("person", child_id), at=now, facts=facts)
    return PermitRevoked(permit.full_name)


def let_codes_count(session: Session, child_id: int, *, actor: Actor, now: datetime) -> CodesCount:
    """Let the codes of a child count again after too many wrong ones: a guardian says so."""
    _, file = lock_file(session, child_id)
    file.wrong_codes = 0
    if file.codes_locked_at is not None:
        file.codes_locked_at = None
        session.flush()
        record(session, actor, "codes.unlocked", ("person", child_id), at=now)
    return CodesCount()
