"""Which people a center knows: its own staff may find them, the staff of others may not."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from venue.places.models import Patron


def know(session: Session, center_id: int, person_id: int, *, now: datetime) -> None:
    """Let a center know a person from now on; one it knows already stays as it is."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(
        insert(Patron)
        .values(center_id=center_id, person_id=person_id, since_at=now)
        .on_conflict_do_nothing()
    )
