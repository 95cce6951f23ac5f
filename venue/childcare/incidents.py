"""Reading incidents: those of a center, one of them, and what a guardian sees of them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from venue.childcare.incident_models import Incident, IncidentFollowUp
from venue.programs.models import ScheduledSession


def open_incidents(session: Session, center_id: int) -> int:
    """Return how many incidents of a center are not closed."""
    count = select(func.count()).where(
        Incident.center_id == center_id, Incident.closed_at.is_(None)
    )
    return session.scalar(count) or 0


def incidents_of_center(session: Session, center_id: int, *, most: int) -> Sequence[Incident]:
    """Return the incidents of a center with their programs: open ones first, then the newest."""
    return session.scalars(
        _with_program(Incident.center_id == center_id)
        .order_by(Incident.closed_at.is_not(None), Incident.happened_at.desc(), Incident.id.desc())
        .limit(most)
    ).all()


def incident_of_center(session: Session, center_id: int, incident_id: int) -> Incident | None:
    """Return one with all that was done about it; None when the center has none such."""
    return session.scalar(
        _with_program(Incident.center_id == center_id, Incident.id == incident_id)
        .options(
            joinedload(Incident.child),
            joinedload(Incident.written_by),
            joinedload(Incident.closed_by),
            selectinload(Incident.follow_ups).joinedload(IncidentFollowUp.by),
        )
        .execution_options(populate_existing=True)
    )


def incidents_told_of(session: Session, child_id: int) -> Sequence[Incident]:
    """Return what the guardians of a child were told of, the newest first."""
    return session.scalars(
        _with_program(
            Incident.child_id == child_id, Incident.guardians_told_at.is_not(None)
        ).order_by(Incident.happened_at.desc(), Incident.id.desc())
    ).all()


def _with_program(*chosen: ColumnElement[bool]) -> Select[Incident]:
    return (
        select(Incident)
        .join(Incident.session)
        .join(ScheduledSession.program)
        .where(*chosen)
        .options(contains_eager(Incident.session).contains_eager(ScheduledSession.program))
    )
