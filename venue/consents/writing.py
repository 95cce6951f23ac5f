"""Writing the texts to which people agree: always a new version, never a changed one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.consents.models import ConsentText
from venue.consents.reading import newer_than


def write_text(
    session: Session,
    title: str,
    body: str,
    *,
    follows: ConsentText | None,
    actor: Actor,
    now: datetime,
) -> ConsentText:
    """Return the text that says this: `follows` itself when it says so already, else a new version.

    Whoever agreed to a version agreed to its words, so these are never edited. Where somebody else
    has written the version after `follows` meanwhile, that one is returned if it says the same;
    if it says something else, this text goes its own way from version 1.
    """
    if follows is None:
        return _add(session, title, body, None, actor=actor, now=now)
    session.execute(select(ConsentText.id).where(ConsentText.id == follows.id).with_for_update())
    if _says(follows, title, body):
        return follows
    after = newer_than(session, follows)
    if after is None:
        return _add(session, title, body, follows, actor=actor, now=now)
    if _says(after, title, body):
        return after
    return _add(session, title, body, None, actor=actor, now=now)


def _says(one: ConsentText, title: str, body: str) -> bool:
    return (one.title, one.body) == (title, body)


def _add(
    session: Session,
    title: str,
    body: str,
    follows: ConsentText | None,
    *,
    actor: Actor,
    now: datetime,
) -> ConsentText:
    made = ConsentText(
        title=title,
        body=body,
        version=1 if follows is None else follows.version + 1,
        follows_id=None if follows is None else follows.id,
        written_at=now,
        written_by_id=actor.person_id,
    )
    session.add(made)
    session.flush()
    facts = {"version": made.version, "follows_id": made.follows_id}
    record(session, actor, "consent_text.written", ("consent_text", made.id), at=now, facts=facts)
    return made
