"""Writing down what happened on a care day, telling the guardians, and following it up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.childcare.incident_models import Incident, IncidentFollowUp
from venue.notifications.rules import MessageKind
from venue.notifications.telling import tell
from venue.programs.models import Program, ScheduledSession


@dataclass(frozen=True, slots=True)
class IncidentWish:
    """What happened and what was done at once; without a child it concerned all, or none."""

    child_id: int | None
    happened_at: datetime
    what: str
    measures: str
    tell_guardians: bool


@dataclass(frozen=True, slots=True)
class IncidentReported:
    """It is written down."""

    incident_id: int


@dataclass(frozen=True, slots=True)
class NotYetHappened:
    """The time lies ahead."""


@dataclass(frozen=True, slots=True)
class FollowedUp:
    """What was done stands beside the incident."""


def report_incident(
    session: Session, session_id: int, wish: IncidentWish, *, actor: Actor, now: datetime
) -> IncidentReported | NotYetHappened:
    """Write down an incident of a care day; the caller knows that the child has a place in it.

    The message to the guardians says that something happened, not what: it may be read on a locked
    screen. Raises NoResultFound for an unknown session.
    """
    if wish.happened_at > now:
        return NotYetHappened()
    day = session.scalars(
        select(ScheduledSession)
        .join(ScheduledSession.program)
        .where(ScheduledSession.id == session_id)
        .options(contains_eager(ScheduledSession.program).joinedload(Program.center))
    ).one()
    told = wish.child_id if wish.tell_guardians else None
    one = Incident(
        center_id=day.center_id,
        session_id=session_id,
        child_id=wish.child_id,
        happened_at=wish.happened_at,
        what=wish.what,
        measures=wish.measures,
        guardians_told_at=now if told is not None else None,
        written_at=now,
        written_by_id=actor.person_id,
    )
    session.add(one)
    session.flush()
    facts = {"session_id": session_id, "child_id": wish.child_id}
    record(session, actor, "incident.reported", ("incident", one.id), at=now, facts=facts)
    if told is not None:
        parameters = {
            "title": day.program.title,
            "program_id": day.program_id,
            "at": wish.happened_at.isoformat(),
            "child_id": told,
            "phone": day.program.center.phone,
        }
        tell(
            session,
            [told],
            MessageKind.INCIDENT_REPORTED,
            parameters,
            center_id=day.center_id,
            now=now,
        )
    return IncidentReported(one.id)


def follow_up(
    session: Session, incident_id: int, words: str, *, closes: bool, actor: Actor, now: datetime
) -> FollowedUp:
    """Add what was done since; the newest of these says whether the incident is closed.

    Raises NoResultFound for an unknown one.
    """
    one = session.scalars(
        select(Incident)
        .where(Incident.id == incident_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    session.add(IncidentFollowUp(incident_id=one.id, at=now, by_id=actor.person_id, words=words))
    one.closed_at, one.closed_by_id = (now, actor.person_id) if closes else (None, None)
    session.flush()
    facts = {"closes": closes}
    record(session, actor, "incident.followed_up", ("incident", one.id), at=now, facts=facts)
    return FollowedUp()
