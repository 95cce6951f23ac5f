"""Agreeing to a text, for oneself or for those one acts for, and taking it back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue.audit.recording import record, record_all
from venue.audit.rules import Actor
from venue.consents.models import Consent
from venue.db import execute_core, insert_new
from venue.people.locking import lock_people

_GIVE = {
    dialect: insert.returning(Consent.id, Consent.person_id)
    for dialect, insert in insert_new(Consent).items()
}


def give(
    session: Session, text_id: int, person_ids: Iterable[int], *, actor: Actor, now: datetime
) -> None:
    """Write down that people agree to a version of a text; who did so already stays as they are."""
    ids = sorted(set(person_ids))
    if not ids:
        return
    given = execute_core(
        session,
        _GIVE[session.get_bind().dialect.name],
        [
            {
                "text_id": text_id,
                "person_id": person_id,
                "channel": actor.channel,
                "given_at": now,
                "given_by_id": actor.person_id,
            }
            for person_id in ids
        ],
    ).all()
    record_all(
        session,
        actor,
        "consent.given",
        [
            (("consent", row.id), {"text_id": text_id, "person_id": row.person_id})
            for row in sorted(given)
        ],
        at=now,
    )


def withdraw(session: Session, consent_id: int, *, actor: Actor, now: datetime) -> Consent | None:
    """Take an agreement back from now on; None when that was done before.

    Nothing stands in its way (PIPL art. 15), and what was done while it was in force stays right.
    Raises NoResultFound for an unknown one.
    """
    person_id = session.execute(
        select(Consent.person_id).where(Consent.id == consent_id)
    ).scalar_one()
    lock_people(session, [person_id])
    consent = session.get_one(Consent, consent_id, populate_existing=True)
    if consent.withdrawn_at is not None:
        return None
    consent.withdrawn_at = now
    consent.withdrawn_by_id = actor.person_id
    session.flush()
    facts = {"text_id": consent.text_id, "person_id": person_id}
    record(session, actor, "consent.withdrawn", ("consent", consent.id), at=now, facts=facts)
    return consent
