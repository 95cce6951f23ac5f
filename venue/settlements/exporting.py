"""Taking a center's list of money out of the house, which is written down."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.settlements.reading import Settlement, Standing, settlements_at


def export_settlements(
    session: Session,
    center_id: int,
    *,
    recent_at: datetime,
    program_id: int | None,
    standing: Standing | None,
    actor: Actor,
    now: datetime,
) -> list[Settlement]:
    """Return how the money of a center stands, and record who took so many names along.

    `standing` None: all of them; `program_id` None: of every program; see `settlements_at`.
    """
    found = settlements_at(session, center_id, recent_at=recent_at, program_id=program_id)
    rows = [one for one in found if standing in (None, one.standing)]
    subject = ("center", center_id)
    record(session, actor, "payments.exported", subject, at=now, facts={"people": len(rows)})
    return rows
