"""Signing in with number and password, and ending logins.

A sign-in is two short transactions with the slow comparison of the password between them:
`begin_sign_in` counts the try and gives the hash, `finish_sign_in` or `refuse_sign_in` ends it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from venue.accounts.models import LoginSession, User
from venue.accounts.passwords import NOBODYS_HASH
from venue.accounts.rules import LockedOut, Throttle, token_hash
from venue.accounts.throttling import (
    Limit,
    Try,
    address_subject,
    count_try,
    forget_tries_on,
    note_lockout,
    phone_subject,
    take_back,
)

TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in under way: compare the password with `password_hash`, whoever it belongs to."""

    phone: str
    password_hash: str = field(repr=False)
    try_: Try


@dataclass(frozen=True, slots=True)
class WrongPassword:
    """Number and password do not belong together; `left` more tries may be made now."""

    left: int


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The browser that keeps `token` is signed in; the token is readable here and never again."""

    user_id: int
    token: str = field(repr=False)


def begin_sign_in(
    session: Session, phone: str, address: str, throttle: Throttle, *, now: datetime
) -> SignIn | LockedOut:
    """Count a try for a number (E.164) and an address; commit this before comparing.

    An unknown number is counted and compared like a known one: same answer, same time.
    """
    limits = (
        Limit(phone_subject(phone), throttle.per_phone),
        Limit(address_subject(address), throttle.per_address),
    )
    counted = count_try(session, limits, throttle.window, now=now)
    if isinstance(counted, LockedOut):
        return counted
    password_hash = session.scalar(select(User.password_hash).where(User.phone == phone))
    return SignIn(phone, password_hash or NOBODYS_HASH, counted)


def refuse_sign_in(session: Session, begun: SignIn, *, now: datetime) -> WrongPassword | LockedOut:
    """End a sign-in whose password did not match; the try stays counted."""
    user = session.scalar(select(User).where(User.phone == begun.phone))
    note_lockout(session, begun.try_, user, now=now)
    if begun.try_.locks_until is not None:
        return LockedOut(begun.try_.locks_until)
    return WrongPassword(begun.try_.left)


def finish_sign_in(
    session: Session,
    begun: SignIn,
    password_hash: str,
    lifetime: timedelta,
    *,
    now: datetime,
) -> SignedIn | WrongPassword | LockedOut:
    """End a sign-in whose password matched; `password_hash` is kept for it from now on.

    Refused like a wrong password when the password or the number was changed in between.
    """
    user = prove(session, begun, password_hash)
    if user is None:
        return refuse_sign_in(session, begun, now=now)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        LoginSession(
            token_hash=token_hash(token),
            user_id=user.id,
            created_at=now,
            expires_at=now + lifetime,
        )
    )
    session.flush()
    return SignedIn(user.id, token)


def prove(session: Session, begun: SignIn, password_hash: str) -> User | None:
    """Take back the try of a password that matched and return whose it is, to do as they wish.

    None when the password or the number was changed since the sign-in began.
    """
    user = session.scalar(
        select(User)
        .where(User.phone == begun.phone, User.password_hash == begun.password_hash)
        .with_for_update()
    )
    if user is None:
        return None
    user.password_hash = password_hash
    take_back(session, begun.try_)
    forget_tries_on(session, phone_subject(begun.phone))
    return user


def live_logins(session: Session, user_id: int, *, now: datetime) -> list[LoginSession]:
    """Return where an account is signed in, the newest first."""
    return list(
        session.scalars(
            select(LoginSession)
            .where(
                LoginSession.user_id == user_id,
                LoginSession.ended_at.is_(None),
                LoginSession.expires_at > now,
            )
            .order_by(LoginSession.created_at.desc(), LoginSession.token_hash)
        )
    )


def sign_out(session: Session, token: str, *, now: datetime) -> None:
    """End one login; a token that is unknown or has ended already is no fault."""
    _end(session, LoginSession.token_hash == token_hash(token), now=now)


def sign_out_everywhere(
    session: Session, user_id: int, *, except_token: str | None = None, now: datetime
) -> None:
    """End every login of an account, but for the browser that asks for it when it is to stay."""
    others = LoginSession.user_id == user_id
    if except_token is not None:
        others &= LoginSession.token_hash != token_hash(except_token)
    _end(session, others, now=now)


def _end(session: Session, which: ColumnElement[bool], *, now: datetime) -> None:
    session.execute(
        update(LoginSession)
        .where(which, LoginSession.ended_at.is_(None))
        .values(ended_at=now)
        .execution_options(synchronize_session=False)
    )
