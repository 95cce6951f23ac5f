"""Taking the list of a program's people out of the house, which is written down."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.seats.listing import Listed, Part, list_people


def export_people(
    session: Session, program_id: int, *, actor: Actor, now: datetime
) -> list[Listed]:
    """Return who has a seat in a program and who waits, and record who took so many names along."""
    rows = list_people(session, program_id, (Part.SEATED, Part.WAITING))
    subject = ("program", program_id)
    record(session, actor, "program.exported", subject, at=now, facts={"people": len(rows)})
    return rows
