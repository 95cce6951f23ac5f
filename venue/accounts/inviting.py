"""Staff: invited by a link that works once, joined by accepting it, removed by ending the role."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from venue.accounts.models import Invitation, StaffRole
from venue.accounts.rules import Role, grantable, token_hash
from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.people.models import Person

TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Invited:
    """A new invitation; `token` goes into the link, is readable here and never again."""

    invitation_id: int
    token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Joined:
    """The person holds the role from now on."""

    role_id: int


@dataclass(frozen=True, slots=True)
class AlreadyHeld:
    """The person holds this role here already; the invitation stays for whom it is meant."""


@dataclass(frozen=True, slots=True)
class NotInForce:
    """The invitation was used, taken back or has expired; or the role has ended."""


@dataclass(frozen=True, slots=True)
class OwnRole:
    """Nobody removes themselves: a center would be left without anybody who can invite."""


@dataclass(frozen=True, slots=True)
class Removed:
    """The invitation or the role has ended."""


def invite(
    session: Session,
    role: Role,
    note: str,
    *,
    center_id: int | None = None,
    district_id: int | None = None,
    lifetime: timedelta,
    actor: Actor,
    now: datetime,
) -> Invited | NotInForce:
    """Make a link that gives one person the role: at a center, or over a district for its officers.

    `note` says for whom it is meant, for the list of open invitations. Refused when the actor has
    no role, or none any more, by which `rules.grantable` lets them grant this one.
    """
    if not _may_grant(session, actor, role, center_id):
        return NotInForce()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation = Invitation(
        token_hash=token_hash(token),
        role=role,
        center_id=center_id,
        district_id=district_id,
        note=note,
        invited_at=now,
        invited_by_id=actor.person_id,
        expires_at=now + lifetime,
    )
    session.add(invitation)
    session.flush()
    facts = {"role": role, "center_id": center_id}
    subject = ("invitation", invitation.id)
    record(session, actor, "staff.invited", subject, at=now, facts=facts)
    return Invited(invitation.id, token, invitation.expires_at)


def _may_grant(session: Session, actor: Actor, role: Role, center_id: int | None) -> bool:
    """Tell whether one of the actor's roles allows it, and keep these roles until the commit.

    `remove_role` waits for that, and then sees the invitation that it is to end.
    """
    held = session.scalars(
        select(StaffRole)
        .where(StaffRole.person_id == actor.person_id, StaffRole.ended_at.is_(None))
        .with_for_update(read=True)
    ).all()
    return any(role in grantable(one.role) and one.center_id in {None, center_id} for one in held)


def invitation_of(session: Session, token: str) -> Invitation | None:
    """Return the invitation that a link stands for, in force or not; None for an unknown link."""
    return session.scalar(select(Invitation).where(Invitation.token_hash == token_hash(token)))


def in_force(invitation: Invitation, now: datetime) -> bool:
    """Tell whether an invitation can still be accepted."""
    open_ = invitation.accepted_at is None and invitation.revoked_at is None
    return open_ and now < invitation.expires_at


def accept(
    session: Session, token: str, person_id: int, *, actor: Actor, now: datetime
) -> Joined | AlreadyHeld | NotInForce:
    """Give the person the role of an invitation; the link is used up by it."""
    invitation = session.scalar(
        select(Invitation).where(Invitation.token_hash == token_hash(token)).with_for_update()
    )
    if invitation is None or not in_force(invitation, now):
        return NotInForce()
    joined = _grant(
        session,
        person_id,
        invitation.role,
        center_id=invitation.center_id,
        district_id=invitation.district_id,
        granted_by_id=invitation.invited_by_id,
        actor=actor,
        now=now,
    )
    if isinstance(joined, Joined):
        invitation.accepted_at = now
        invitation.accepted_by_id = person_id
        session.flush()
    return joined


def appoint_administrator(
    session: Session, person_id: int, *, actor: Actor, now: datetime
) -> Joined | AlreadyHeld:
    """Make a person administrator of the installation, which no invitation can do."""
    return _grant(session, person_id, Role.ADMINISTRATOR, actor=actor, now=now)


def revoke_invitation(
    session: Session, invitation_id: int, *, actor: Actor, now: datetime
) -> Removed | NotInForce:
    """Take back an invitation that nobody has accepted; its link ends at once."""
    invitation = session.scalar(
        select(Invitation).where(Invitation.id == invitation_id).with_for_update()
    )
    if invitation is None or not in_force(invitation, now):
        return NotInForce()
    invitation.revoked_at = now
    session.flush()
    record(session, actor, "staff.invitation_revoked", ("invitation", invitation_id), at=now)
    return Removed()


def remove_role(
    session: Session, role_id: int, *, actor: Actor, now: datetime
) -> Removed | OwnRole | NotInForce:
    """End a role; it counts from the next request of whoever held it.

    Invitations that they sent there and nobody has accepted end with it.
    """
    role = session.scalar(
        select(StaffRole)
        .where(StaffRole.id == role_id, StaffRole.ended_at.is_(None))
        .with_for_update()
    )
    if role is None:
        return NotInForce()
    if role.person_id == actor.person_id:
        return OwnRole()
    role.ended_at = now
    session.execute(
        update(Invitation)
        .where(
            Invitation.invited_by_id == role.person_id,
            Invitation.center_id.is_not_distinct_from(role.center_id),
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
        )
        .values(revoked_at=now)
        .execution_options(synchronize_session=False)
    )
    session.flush()
    facts = {"role": role.role, "center_id": role.center_id}
    record(session, actor, "staff.removed", ("staff_role", role.id), at=now, facts=facts)
    return Removed()


def _grant(
    session: Session,
    person_id: int,
    role: Role,
    *,
    center_id: int | None = None,
    district_id: int | None = None,
    granted_by_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> Joined | AlreadyHeld:
    # Locked: two links for one role, accepted by one person at once, must not give it twice.
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))
    held = session.scalar(
        select(StaffRole.id).where(
            StaffRole.person_id == person_id,
            StaffRole.role == role,
            StaffRole.center_id.is_not_distinct_from(center_id),
            StaffRole.ended_at.is_(None),
        )
    )
    if held is not None:
        return AlreadyHeld()
    given = StaffRole(
        person_id=person_id,
        role=role,
        center_id=center_id,
        district_id=district_id,
        granted_at=now,
        granted_by_id=granted_by_id,
    )
    session.add(given)
    session.flush()
    facts = {"role": role, "center_id": center_id}
    record(session, actor, "staff.joined", ("staff_role", given.id), at=now, facts=facts)
    return Joined(given.id)
