"""Acting for an adult: wished, confirmed by them or at the desk, and ended by either side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from venue.accounts.models import User
from venue.accounts.rules import PENDING_REQUESTS
from venue.audit.recording import record
from venue.audit.rules import SYSTEM, Actor
from venue.notifications.rules import MessageKind
from venue.notifications.telling import tell
from venue.people.acting import in_force
from venue.people.models import Delegation, DelegationRequest, Person
from venue.people.rules import ADULT, Basis, age_on, basis_of
from venue.timeline.local_time import local_date


@dataclass(frozen=True, slots=True)
class NotAnAdult:
    """Whoever wants to act for others must be `adult` years old."""

    adult: int = ADULT


@dataclass(frozen=True, slots=True)
class AlreadyActing:
    """The one acts for the other already."""


@dataclass(frozen=True, slots=True)
class Requested:
    """The wish is kept; nothing is said about whether anybody has this name and number."""

    request_id: int


@dataclass(frozen=True, slots=True)
class OwnNumber:
    """The wish names the asker's own number."""


@dataclass(frozen=True, slots=True)
class TooManyRequests:
    """`limit` wishes of this person wait for an answer."""

    limit: int


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The one acts for the other from now on."""

    delegation_id: int


@dataclass(frozen=True, slots=True)
class Closed:
    """The wish or the delegation has ended."""


@dataclass(frozen=True, slots=True)
class NotOpen:
    """The wish was answered before, or the delegation has ended; nothing was changed."""


def request_delegation(
    session: Session, asker: Person, full_name: str, phone: str, *, actor: Actor, now: datetime
) -> Requested | NotAnAdult | OwnNumber | TooManyRequests:
    """Keep the wish to act for an adult, named by name and mobile number (E.164).

    The answer is the same whether or not anybody has this number. A wish that waits already is
    kept once.
    """
    if is_minor(asker, local_date(now)):
        return NotAnAdult()
    own = select(User.phone).where(User.person_id == asker.id)
    if phone == session.scalar(own):
        return OwnNumber()
    lock_wishes_of(session, asker.id)
    waiting = session.scalars(
        select(DelegationRequest).where(
            DelegationRequest.delegate_id == asker.id, DelegationRequest.answered_at.is_(None)
        )
    ).all()
    for one in waiting:
        if (one.full_name, one.phone) == (full_name, phone):
            return Requested(one.id)
    if len(waiting) >= PENDING_REQUESTS:
        return TooManyRequests(limit=PENDING_REQUESTS)
    wish = DelegationRequest(
        delegate_id=asker.id, full_name=full_name, phone=phone, requested_at=now
    )
    session.add(wish)
    session.flush()
    record(session, actor, "delegation.requested", ("delegation_request", wish.id), at=now)
    return Requested(wish.id)


def requests_of(session: Session, asker_id: int) -> list[DelegationRequest]:
    """Return the wishes of a person that wait for an answer, oldest first."""
    return list(
        session.scalars(
            select(DelegationRequest)
            .where(
                DelegationRequest.delegate_id == asker_id, DelegationRequest.answered_at.is_(None)
            )
            .order_by(DelegationRequest.id)
        )
    )


def requests_to(session: Session, user: User) -> list[DelegationRequest]:
    """Return the wishes that name the number of an account and wait, oldest first, with askers.

    A household may share a number: only the person whose name was typed should confirm.
    """
    return list(
        session.scalars(
            select(DelegationRequest)
            .where(
                DelegationRequest.phone == user.phone,
                DelegationRequest.delegate_id != user.person_id,
                DelegationRequest.answered_at.is_(None),
            )
            .options(joinedload(DelegationRequest.delegate))
            .order_by(DelegationRequest.id)
        )
    )


def confirm_request(
    session: Session,
    request_id: int,
    principal_id: int,
    *,
    until_on: date | None = None,
    actor: Actor,
    now: datetime,
) -> Confirmed | AlreadyActing | NotAnAdult | NotOpen:
    """Let the asker act for this person; the person themselves or the desk says who is meant.

    Both are told. Whatever the answer, the wish has it. See `let_act`.
    """
    wish = _open_request(session, request_id)
    if wish is None or wish.delegate_id == principal_id:
        return NotOpen()
    wish.answered_at = now
    outcome = let_act(
        session, wish.delegate_id, principal_id, until_on=until_on, actor=actor, now=now
    )
    if isinstance(outcome, Confirmed):
        wish.delegation_id = outcome.delegation_id
    session.flush()
    return outcome


def let_act(
    session: Session,
    delegate_id: int,
    principal_id: int,
    *,
    until_on: date | None = None,
    actor: Actor,
    now: datetime,
) -> Confirmed | AlreadyActing | NotAnAdult:
    """Let one person act for another, as both have said at the desk; both are told.

    `until_on` is the last day; whoever acts already, does so until then from now on. Guardians act
    until it is ended. This is also the way for somebody without a phone, whom no wish can name.
    """
    lock_wishes_of(session, delegate_id)
    today = local_date(now)
    if is_minor(session.get_one(Person, delegate_id), today):
        return NotAnAdult()
    principal = session.get_one(Person, principal_id)
    basis = basis_of(age_on(today, principal.birth_year, principal.birth_on))
    until_on = None if basis is Basis.GUARDIAN else until_on
    acting = session.scalar(
        select(Delegation).where(
            Delegation.delegate_id == delegate_id,
            Delegation.principal_id == principal_id,
            Delegation.ended_at.is_(None),
        )
    )
    if acting is not None and acting.until_on == until_on:
        return AlreadyActing()
    if acting is not None:
        _end(session, acting, actor=actor, now=now)
    made = delegate(
        session, delegate_id, principal_id, basis, until_on=until_on, actor=actor, now=now
    )
    _tell_both(session, made, MessageKind.DELEGATION_CONFIRMED, now=now)
    return Confirmed(made.id)


def close_request(
    session: Session, request_id: int, *, actor: Actor, now: datetime
) -> Closed | NotOpen:
    """End a wish without a delegation: the person said no, or the asker takes it back."""
    wish = _open_request(session, request_id)
    if wish is None:
        return NotOpen()
    wish.answered_at = now
    session.flush()
    record(session, actor, "delegation.refused", ("delegation_request", wish.id), at=now)
    return Closed()


def end_delegation(
    session: Session, delegation_id: int, *, actor: Actor, now: datetime
) -> Closed | NotOpen:
    """End that one acts for the other, at the wish of either or of the desk; both are told."""
    delegation = session.scalar(
        select(Delegation)
        .where(Delegation.id == delegation_id, Delegation.ended_at.is_(None))
        .with_for_update()
    )
    if delegation is None:
        return NotOpen()
    _end(session, delegation, actor=actor, now=now)
    _tell_both(session, delegation, MessageKind.DELEGATION_ENDED, now=now)
    return Closed()


def end_expired(session: Session, *, now: datetime) -> int:
    """End the delegations whose last day is past, and tell both; return how many there were.

    They were not in force any more; this makes room for new ones and lets both know.
    """
    over = session.scalars(
        select(Delegation)
        .where(Delegation.ended_at.is_(None), Delegation.until_on < local_date(now))
        .order_by(Delegation.id)
        .with_for_update()
    ).all()
    for one in over:
        _end(session, one, actor=SYSTEM, now=now)
        _tell_both(session, one, MessageKind.DELEGATION_ENDED, now=now)
    return len(over)


def _end(session: Session, delegation: Delegation, *, actor: Actor, now: datetime) -> None:
    delegation.ended_at, delegation.ended_by_id = now, actor.person_id
    session.flush()
    subject = ("delegation", delegation.id)
    record(session, actor, "delegation.ended", subject, at=now, facts=_pair(delegation))


def delegate(
    session: Session,
    delegate_id: int,
    principal_id: int,
    basis: Basis,
    *,
    until_on: date | None = None,
    actor: Actor,
    now: datetime,
) -> Delegation:
    """Let one person act for another from now on; raises IntegrityError when they do already."""
    made = Delegation(
        delegate_id=delegate_id,
        principal_id=principal_id,
        basis=basis,
        confirmed_at=now,
        confirmed_by_id=actor.person_id,
        until_on=until_on,
    )
    session.add(made)
    session.flush()
    subject = ("delegation", made.id)
    record(session, actor, "delegation.confirmed", subject, at=now, facts=_pair(made))
    return made


def delegations_around(session: Session, person_id: int, *, now: datetime) -> list[Delegation]:
    """Return the delegations in force in which a person acts or is acted for, with both people."""
    return list(
        session.scalars(
            select(Delegation)
            .where(
                (Delegation.delegate_id == person_id) | (Delegation.principal_id == person_id),
                in_force(local_date(now)),
            )
            .options(joinedload(Delegation.delegate), joinedload(Delegation.principal))
            .order_by(Delegation.id)
        )
    )


def _pair(delegation: Delegation) -> dict[str, int]:
    return {"delegate_id": delegation.delegate_id, "principal_id": delegation.principal_id}


def _tell_both(
    session: Session, delegation: Delegation, kind: MessageKind, *, now: datetime
) -> None:
    """Tell each of the two about the other."""
    names = {
        person.id: person.full_name
        for person in session.scalars(
            select(Person).where(Person.id.in_([delegation.delegate_id, delegation.principal_id]))
        )
    }
    for told, other in (
        (delegation.delegate_id, delegation.principal_id),
        (delegation.principal_id, delegation.delegate_id),
    ):
        tell(session, [told], kind, {"person": names[other]}, center_id=None, now=now)


def _open_request(session: Session, request_id: int) -> DelegationRequest | None:
    return session.scalar(
        select(DelegationRequest)
        .where(DelegationRequest.id == request_id, DelegationRequest.answered_at.is_(None))
        .with_for_update()
    )


def lock_wishes_of(session: Session, person_id: int) -> None:
    """Let one wish of a person to act for others be looked at after the other."""
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))


def is_minor(person: Person, today: date) -> bool:
    """Tell whether a person is below the age from which one may act for others."""
    return age_on(today, person.birth_year, person.birth_on) < ADULT
