"""Changing the number and the password with which one signs in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from venue.accounts.models import User
from venue.accounts.registering import PhoneTaken, phone_taken
from venue.accounts.signing_in import sign_out_everywhere
from venue.audit.recording import record
from venue.audit.rules import Actor


@dataclass(frozen=True, slots=True)
class Changed:
    """The account signs in as wished from now on."""


def change_phone(
    session: Session, user: User, phone: str, *, actor: Actor, now: datetime
) -> Changed | PhoneTaken:
    """Let an account sign in with another number (mobile, E.164).

    When the person was called at the old number, they are called at the new one.
    """
    old = user.phone
    if phone == old:
        return Changed()
    if phone_taken(session, phone):
        return PhoneTaken()
    try:
        with session.begin_nested():
            user.phone = phone
            if user.person.phone == old:
                user.person.phone = phone
            session.flush()
    except IntegrityError:
        if phone_taken(session, phone):  # somebody else was a moment faster
            return PhoneTaken()
        raise
    record(session, actor, "account.phone_changed", ("user_account", user.id), at=now)
    return Changed()


def change_password(
    session: Session, user: User, password_hash: str, *, token: str, actor: Actor, now: datetime
) -> Changed:
    """Let an account sign in with another password; only the browser with `token` stays signed in.

    A password is often changed because somebody else knows it.
    """
    set_password(session, user, password_hash, how="own", actor=actor, now=now)
    sign_out_everywhere(session, user.id, except_token=token, now=now)
    return Changed()


def set_password(
    session: Session, user: User, password_hash: str, *, how: str, actor: Actor, now: datetime
) -> None:
    """Store a new password hash and note how it came about: `own` or `desk_code`."""
    user.password_hash = password_hash
    session.flush()
    facts = {"how": how}
    subject = ("user_account", user.id)
    record(session, actor, "account.password_changed", subject, at=now, facts=facts)
