"""Counting wrong tries in the database, where all web processes share the count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from venue.accounts.models import LoginAttempt, User
from venue.accounts.rules import LockedOut
from venue.audit.recording import record
from venue.audit.rules import Actor, Channel


@dataclass(frozen=True, slots=True)
class Limit:
    """How many tries within the window are taken on one subject: a number, an address."""

    subject: str
    tries: int


@dataclass(frozen=True, slots=True)
class Try:
    """A try that may be made. It counts as wrong until it is taken back."""

    attempt_ids: tuple[int, ...]
    left: int
    """How many more may follow on its first subject."""
    locks_until: datetime | None
    """Until when nothing more is looked at, should this one be wrong too."""


def phone_subject(phone: str) -> str:
    """Return under which name tries on a phone number (E.164) are counted."""
    return f"phone:{phone}"


def address_subject(address: str) -> str:
    """Return under which name tries from a network address are counted."""
    return f"address:{address}"


def count_try(
    session: Session, limits: Sequence[Limit], window: timedelta, *, now: datetime
) -> Try | LockedOut:
    """Count a try on every subject, or refuse it when one of them has had its tries.

    Counting comes before looking, and one at a time for a subject: a hundred guesses sent at once
    get no further than five sent slowly. A refused try is not counted, so nobody's waiting time
    grows.
    """
    _take_turns(session, limits)
    left, locks_until = [], None
    for limit in limits:
        recent = session.scalars(
            select(LoginAttempt.at)
            .where(LoginAttempt.subject == limit.subject, LoginAttempt.at > now - window)
            .order_by(LoginAttempt.at.desc())
            .limit(limit.tries)
        ).all()
        if len(recent) >= limit.tries:
            return LockedOut(until=recent[-1] + window)
        left.append(limit.tries - len(recent) - 1)
        if left[-1] == 0:
            first = recent[-1] if recent else now
            locks_until = max(first + window, locks_until or first)
    attempt_ids = session.scalars(
        insert(LoginAttempt).returning(LoginAttempt.id, sort_by_parameter_order=True),
        [{"subject": limit.subject, "at": now} for limit in limits],
    ).all()
    return Try(tuple(attempt_ids), left[0], locks_until)


def take_back(session: Session, try_: Try) -> None:
    """Let a try not count: it was right."""
    session.execute(delete(LoginAttempt).where(LoginAttempt.id.in_(try_.attempt_ids)))


def forget_tries_on(session: Session, subject: str) -> None:
    """Let earlier wrong tries on a subject not count any more: its owner has proved to be there."""
    session.execute(delete(LoginAttempt).where(LoginAttempt.subject == subject))


def note_lockout(session: Session, try_: Try, user: User | None, *, now: datetime) -> None:
    """Keep in the audit that this wrong try was the last for a while; before that, do nothing.

    The entry is about the account when its own number is closed, else about the try.
    """
    if try_.locks_until is None:
        return
    if user is not None and try_.left == 0:
        subject = ("user_account", user.id)
    else:
        subject = ("login_attempt", try_.attempt_ids[0])
    facts = {"until": try_.locks_until.isoformat()}
    record(session, Actor(None, Channel.ONLINE), "account.locked_out", subject, at=now, facts=facts)


def _take_turns(session: Session, limits: Sequence[Limit]) -> None:
    """Let one try on a subject be counted after the other; SQLite has one writer anyway."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for subject in sorted(limit.subject for limit in limits):
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(subject, 0))))
