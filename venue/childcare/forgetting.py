"""Forgetting the log of the door when its time is over."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from venue.audit.recording import record_all
from venue.audit.rules import Actor
from venue.childcare.door_models import CarerPresence, Collection
from venue.config import settings
from venue.programs.models import Program, ScheduledSession


def forget_door(session: Session, *, actor: Actor, now: datetime) -> int:
    """Delete who collected whom, and who looked after them, so many days later; return how many.

    The audit says for each center how many rows there were, of nobody.
    """
    before = now - timedelta(days=settings().collection_log_days)
    gone: Counter[int] = Counter()
    for table, at in ((Collection, Collection.at), (CarerPresence, CarerPresence.came_at)):
        gone.update(_counted(session, table.session_id, at, before))
        session.execute(delete(table).where(at < before))
    subjects = [
        (("center", center_id), {"rows": rows, "before": before.isoformat()})
        for center_id, rows in sorted(gone.items())
    ]
    record_all(session, actor, "collection_log.deleted", subjects, at=now)
    return gone.total()


def _counted(
    session: Session,
    session_id: InstrumentedAttribute[int],
    at: InstrumentedAttribute[datetime],
    before: datetime,
) -> dict[int, int]:
    rows = session.execute(
        select(Program.center_id, func.count())
        .join(ScheduledSession, ScheduledSession.program_id == Program.id)
        .where(ScheduledSession.id == session_id, at < before)
        .group_by(Program.center_id)
    )
    return {row[0]: row[1] for row in rows}
