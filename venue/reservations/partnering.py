"""Partner organizations of a center: taking on, changing and ending one, and who books for it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from venue.audit.changing import change
from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.people.locking import lock_people
from venue.places.models import Center
from venue.reservations.models import Organization, OrganizationMember


@dataclass(frozen=True, slots=True)
class Partner:
    """What is said of an organization; `phone` is in E.164."""

    name: str
    phone: str | None
    bookings_a_month: int | None


@dataclass(frozen=True, slots=True)
class NameTaken:
    """The center has, or had, an organization of this name."""

    name: str


def take_on(
    session: Session, center_id: int, partner: Partner, *, actor: Actor, now: datetime
) -> Organization | NameTaken:
    """Make an organization a partner of a center."""
    session.get_one(Center, center_id, with_for_update=True)
    if _name_taken(session, center_id, partner.name, None):
        return NameTaken(partner.name)
    made = Organization(center_id=center_id, since_at=now, **asdict(partner))
    session.add(made)
    session.flush()
    _record(session, made, sorted(asdict(partner)), actor=actor, now=now)
    return made


def change_partner(
    session: Session, organization_id: int, partner: Partner, *, actor: Actor, now: datetime
) -> Organization | NameTaken:
    """Change what is said of an organization; what it has booked stays."""
    one = session.get_one(Organization, organization_id)
    session.get_one(Center, one.center_id, with_for_update=True)
    if _name_taken(session, one.center_id, partner.name, one.id):
        return NameTaken(partner.name)
    fields = change(one, asdict(partner))
    if fields:
        session.flush()
        _record(session, one, fields, actor=actor, now=now)
    return one


def end_partner(session: Session, organization_id: int, *, actor: Actor, now: datetime) -> None:
    """Let nobody book for an organization any more; what it has booked stays."""
    one = _locked(session, organization_id)
    if one.ended_at is None:
        one.ended_at = now
        session.flush()
        facts = {"center_id": one.center_id}
        subject = ("organization", one.id)
        record(session, actor, "organization.ended", subject, at=now, facts=facts)


def add_member(
    session: Session, organization_id: int, person_id: int, *, actor: Actor, now: datetime
) -> None:
    """Let a person book for an organization; who does already goes on doing so."""
    lock_people(session, [person_id])
    _locked(session, organization_id)
    if session.get(OrganizationMember, (organization_id, person_id)) is not None:
        return
    session.add(
        OrganizationMember(organization_id=organization_id, person_id=person_id, since_at=now)
    )
    session.flush()
    facts = {"person_id": person_id}
    subject = ("organization", organization_id)
    record(session, actor, "organization.joined", subject, at=now, facts=facts)


def remove_member(
    session: Session, organization_id: int, person_id: int, *, actor: Actor, now: datetime
) -> None:
    """Let a person no longer book for an organization; what they have booked for it stays."""
    lock_people(session, [person_id])
    _locked(session, organization_id)
    gone = session.execute(
        delete(OrganizationMember).where(
            OrganizationMember.organization_id == organization_id,
            OrganizationMember.person_id == person_id,
        )
    )
    if gone.rowcount:  # type: ignore[attr-defined]
        facts = {"person_id": person_id}
        subject = ("organization", organization_id)
        record(session, actor, "organization.left", subject, at=now, facts=facts)


def _locked(session: Session, organization_id: int) -> Organization:
    return session.get_one(
        Organization, organization_id, with_for_update={"key_share": True}, populate_existing=True
    )


def _name_taken(session: Session, center_id: int, name: str, but_id: int | None) -> bool:
    same = (
        Organization.center_id == center_id,
        Organization.name == name,
        Organization.id.is_distinct_from(but_id),
    )
    return session.scalar(select(Organization.id).where(*same)) is not None


def _record(
    session: Session, one: Organization, fields: list[str], *, actor: Actor, now: datetime
) -> None:
    facts = {"center_id": one.center_id, "fields": fields}
    record(session, actor, "organization.changed", ("organization", one.id), at=now, facts=facts)
