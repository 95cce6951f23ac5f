"""Taking pages of a center's book out of the house, which is written down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.payments.models import Receipt
from venue.payments.reading import receipts_in
from venue.timeline.interval import Interval


def export_receipts(
    session: Session, center_id: int, during: Interval, *, actor: Actor, now: datetime
) -> Sequence[Receipt]:
    """Return the receipts of a time, and record who took so many along."""
    rows = receipts_in(session, center_id, during)
    subject = ("center", center_id)
    facts = {"since": during.start.isoformat(), "receipts": len(rows)}
    record(session, actor, "receipts.exported", subject, at=now, facts=facts)
    return rows
