"""Freezing the list of applications at closing, and publishing its digest."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import SYSTEM
from venue.draws.listing import entries_of, pools_of
from venue.draws.lottery import list_digest
from venue.draws.models import Draw, DrawRecord
from venue.draws.preparing import lock_draw
from venue.draws.record import Heading, list_text
from venue.draws.rules import Stage


def freeze_due(session: Session, *, now: datetime) -> int:
    """Freeze the list of every draw whose window is over; return how many there were."""
    due = session.scalars(
        select(Draw.id)
        .where(
            Draw.published_at.is_not(None),
            Draw.cancelled_at.is_(None),
            Draw.frozen_at.is_(None),
            Draw.closes_at <= now,
        )
        .order_by(Draw.id)
    ).all()
    return sum(_freeze(session, lock_draw(session, draw_id), now=now) for draw_id in due)


def _freeze(session: Session, draw: Draw, *, now: datetime) -> bool:
    """Write down who asks for what; whoever applies at this moment is in it, or is refused."""
    if draw.stage(now) is not Stage.CLOSED:
        return False
    pools = pools_of(session, draw.id)
    entries = entries_of(session, draw.id, pools, now=now)
    heading = Heading(
        draw.id, draw.name, draw.number_source, draw.opens_at, draw.closes_at, draw.wishes
    )
    text = list_text(heading, pools, entries)
    draw.list_digest = list_digest(text)
    draw.frozen_at = now
    session.add(DrawRecord(draw_id=draw.id, list_text=text))
    session.flush()
    facts = {"applications": len(entries), "digest": draw.list_digest}
    record(session, SYSTEM, "draw.frozen", ("draw", draw.id), at=now, facts=facts)
    return True
