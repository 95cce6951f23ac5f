"""One-time codes of the desk: the only way from a person it knows to an account, or back into it.

A code has eight digits, so its plain hash could be found by trying them all; it is hashed with a
key that does not lie in the database (`key`, from the secret of the installation).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from venue.accounts.changing import set_password
from venue.accounts.models import DeskCode, User
from venue.accounts.registering import PhoneTaken, open_account, phone_taken
from venue.accounts.rules import CODE_DIGITS, LockedOut, Throttle
from venue.accounts.signing_in import sign_out_everywhere
from venue.accounts.throttling import (
    Limit,
    address_subject,
    count_try,
    forget_tries_on,
    note_lockout,
    phone_subject,
    take_back,
)
from venue.audit.recording import record
from venue.audit.rules import Actor, Channel
from venue.people.models import Person


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A new code, eight digits, readable here and never again."""

    code: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class CodeUsed:
    """The person of the code signs in with the number and the new password."""

    user_id: int


@dataclass(frozen=True, slots=True)
class NoSuchCode:
    """No such code is in force: mistyped, used, replaced or expired; `left` more may be tried."""

    left: int


@dataclass(frozen=True, slots=True)
class OtherNumber:
    """The person of the code has an account, whose number is another one and ends in `tail`."""

    tail: str


def code_key(secret_key: str) -> bytes:
    """Return the key of code hashes; another purpose of the same secret gets another key."""
    return hashlib.sha256(b"desk codes\0" + secret_key.encode()).digest()


def issue_code(
    session: Session,
    person_id: int,
    *,
    key: bytes,
    lifetime: timedelta,
    actor: Actor,
    now: datetime,
) -> IssuedCode:
    """Give a person a code and take back the ones they had; the actor must be somebody."""
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    session.execute(
        update(DeskCode)
        .where(
            DeskCode.person_id == person_id,
            DeskCode.used_at.is_(None),
            DeskCode.revoked_at.is_(None),
        )
        .values(revoked_at=now)
        .execution_options(synchronize_session=False)
    )
    code = _unused_code(session, key)
    issued = DeskCode(
        person_id=person_id,
        code_hash=_code_hash(code, key),
        issued_at=now,
        issued_by_id=actor.person_id,
        expires_at=now + lifetime,
    )
    session.add(issued)
    session.flush()
    facts = {"person_id": person_id}
    record(session, actor, "desk_code.issued", ("desk_code", issued.id), at=now, facts=facts)
    return IssuedCode(code, issued.expires_at)


def use_code(
    session: Session,
    code: str,
    phone: str,
    password_hash: str,
    address: str,
    throttle: Throttle,
    *,
    key: bytes,
    now: datetime,
) -> CodeUsed | NoSuchCode | OtherNumber | PhoneTaken | LockedOut:
    """Attach an account to the person of a code, or set the password of the account they have.

    `code` is its digits, `phone` a mobile number in E.164. A refusal leaves the code in force, and
    a code that does not exist stays counted as a try.
    """
    limits = (
        Limit(f"code {phone_subject(phone)}", throttle.per_phone),
        Limit(address_subject(address), throttle.per_address),
        Limit("codes", throttle.codes),
    )
    counted = count_try(session, limits, throttle.window, now=now)
    if isinstance(counted, LockedOut):
        return counted
    # Locked: the desk may just be replacing it. Who use codes take turns already, in `count_try`.
    found = session.scalar(
        select(DeskCode)
        .where(
            DeskCode.code_hash == _code_hash(code, key),
            DeskCode.used_at.is_(None),
            DeskCode.revoked_at.is_(None),
            DeskCode.expires_at > now,
        )
        .with_for_update()
    )
    if found is None:
        note_lockout(session, counted, None, now=now)
        return LockedOut(counted.locks_until) if counted.locks_until else NoSuchCode(counted.left)
    take_back(session, counted)
    try:
        with session.begin_nested():
            outcome = _give_account(session, found, phone, password_hash, now=now)
    except IntegrityError:
        if phone_taken(session, phone):  # somebody else was a moment faster
            return PhoneTaken()
        raise
    if isinstance(outcome, CodeUsed):
        found.used_at = now
        forget_tries_on(session, phone_subject(phone))
        session.flush()
    return outcome


def _give_account(
    session: Session, code: DeskCode, phone: str, password_hash: str, *, now: datetime
) -> CodeUsed | OtherNumber | PhoneTaken:
    actor = Actor(code.person_id, Channel.ONLINE)
    user = session.scalar(select(User).where(User.person_id == code.person_id).with_for_update())
    if user is not None:
        if user.phone != phone:
            return OtherNumber(tail=user.phone[-4:])
        set_password(session, user, password_hash, how="desk_code", actor=actor, now=now)
        sign_out_everywhere(session, user.id, now=now)
        return CodeUsed(user.id)
    if phone_taken(session, phone):
        return PhoneTaken()
    person = code.person
    user = open_account(session, person, phone, password_hash, now=now)
    person.phone = person.phone or phone
    facts = {"code_id": code.id}
    record(session, actor, "account.attached", ("user_account", user.id), at=now, facts=facts)
    return CodeUsed(user.id)


def _unused_code(session: Session, key: bytes) -> str:
    """Return a code that never was one: a used or expired one must not open another account."""
    while True:
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
        taken = select(DeskCode.id).where(DeskCode.code_hash == _code_hash(code, key))
        if session.scalar(taken) is None:
            return code


def _code_hash(code: str, key: bytes) -> str:
    return hmac.new(key, code.encode(), hashlib.sha256).hexdigest()
