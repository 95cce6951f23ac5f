"""The links of private calendars: issued, replaced and taken back, one by one."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.calendars.models import FeedToken
from venue.calendars.rules import MOST_LINKS, NoSuchLink, TooManyLinks
from venue.people.models import Person

TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Issued:
    """A new link; `token` is readable here and never again."""

    feed_token_id: int
    token: str
    child_id: int | None


@dataclass(frozen=True, slots=True)
class Opened:
    """Whose calendar a link opens: that of `child_id` alone, where one is named."""

    person_id: int
    child_id: int | None


def issue(
    session: Session,
    actor: Actor,
    *,
    person_id: int,
    label: str,
    child_id: int | None = None,
    now: datetime,
) -> Issued | TooManyLinks:
    """Give a person one more link to their calendar, named by them (`label`, up to 40 letters).

    With `child_id` it shows the days of that child alone. Whether the person may act for the child
    is asked each time the link is opened, so it is not asked here. All links count for the limit.
    """
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    live = session.scalar(
        select(func.count()).where(FeedToken.person_id == person_id, FeedToken.revoked_at.is_(None))
    )
    if (live or 0) >= MOST_LINKS:
        return TooManyLinks(limit=MOST_LINKS)
    return _issue(session, actor, person_id, child_id, label, now=now)


def rotate(
    session: Session, actor: Actor, *, feed_token_id: int, person_id: int, now: datetime
) -> Issued | NoSuchLink:
    """Replace a link by a new one of the same name for the same; the old one ends at once."""
    revoked = revoke(session, actor, feed_token_id=feed_token_id, person_id=person_id, now=now)
    if isinstance(revoked, NoSuchLink):
        return revoked
    return _issue(session, actor, person_id, revoked.child_id, revoked.label, now=now)


def revoke(
    session: Session, actor: Actor, *, feed_token_id: int, person_id: int, now: datetime
) -> FeedToken | NoSuchLink:
    """End one link of the person; their others go on."""
    feed_token = session.scalar(
        select(FeedToken)
        .where(
            FeedToken.id == feed_token_id,
            FeedToken.person_id == person_id,
            FeedToken.revoked_at.is_(None),
        )
        .with_for_update()
    )
    if feed_token is None:
        return NoSuchLink()
    feed_token.revoked_at = now
    session.flush()
    record(session, actor, "feed_token.revoked", ("feed_token", feed_token.id), at=now)
    return feed_token


def live_links(session: Session, person_id: int) -> list[FeedToken]:
    """Return the links of a person that still work, oldest first."""
    return list(
        session.scalars(
            select(FeedToken)
            .where(FeedToken.person_id == person_id, FeedToken.revoked_at.is_(None))
            .order_by(FeedToken.id)
        )
    )


def opened_by(session: Session, token: str) -> Opened | None:
    """Return whose calendar a link opens; None when it is unknown or revoked."""
    row = session.execute(
        select(FeedToken.person_id, FeedToken.child_id).where(
            FeedToken.token_hash == _digest(token), FeedToken.revoked_at.is_(None)
        )
    ).one_or_none()
    return Opened(*row) if row is not None else None


def _issue(
    session: Session,
    actor: Actor,
    person_id: int,
    child_id: int | None,
    label: str,
    *,
    now: datetime,
) -> Issued:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed_token = FeedToken(
        person_id=person_id,
        child_id=child_id,
        token_hash=_digest(token),
        label=label,
        created_at=now,
    )
    session.add(feed_token)
    session.flush()
    facts = {"child_id": child_id}
    record(session, actor, "feed_token.issued", ("feed_token", feed_token.id), at=now, facts=facts)
    return Issued(feed_token.id, token, child_id)


def _digest(token: str) -> str:
    """Hash a token fast, without a salt: 256 random bits cannot be guessed from their digest."""
    return hashlib.sha256(token.encode()).hexdigest()
