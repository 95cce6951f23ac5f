"""Making a charge, and reducing it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.payments.models import Charge


def make_charge(
    session: Session,
    person_id: int,
    title: str,
    amount_fen: int,
    *,
    center_id: int,
    since_at: datetime,
    actor: Actor,
    now: datetime,
) -> Charge:
    """Add what a locked person owes a center for something that they have since `since_at`."""
    charge = Charge(
        center_id=center_id,
        person_id=person_id,
        title=title,
        amount_fen=amount_fen,
        paid_fen=0,
        reduced_fen=0,
        since_at=since_at,
        made_at=now,
    )
    session.add(charge)
    session.flush()
    facts = {"person_id": person_id, "amount_fen": amount_fen}
    record(session, actor, "charge.made", ("charge", charge.id), at=now, facts=facts)
    return charge


def lock_charge(session: Session, charge_id: int) -> Charge:
    """Lock a charge, after its person, and return it fresh: its receipts come one by one."""
    return session.get_one(Charge, charge_id, with_for_update=True, populate_existing=True)


def reduce(
    session: Session, charge: Charge, reduced_fen: int, because: str, *, actor: Actor, now: datetime
) -> None:
    """Let a person owe so much less of a locked charge, or the whole of it again with 0."""
    before = charge.reduced_fen
    charge.reduced_fen = reduced_fen
    charge.reduced_because = because if reduced_fen else ""
    charge.closed_at = None
    session.flush()
    facts = {"from": before, "to": reduced_fen}
    record(session, actor, "charge.reduced", ("charge", charge.id), at=now, facts=facts)
