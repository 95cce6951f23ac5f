"""Who looks after the children of a care day, and who of the staff is on duty there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import exists, false, func, select
from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.childcare.door_models import CarerPresence
from venue.config import settings
from venue.duty.models import Clearance
from venue.duty.reading import duties
from venue.people.locking import lock_people
from venue.programs.models import Program, ScheduledSession
from venue.timeline.local_time import local_date, whole_days


@dataclass(frozen=True, slots=True)
class CarerCame:
    """They are noted as present; twice is once."""

    presence_id: int


@dataclass(frozen=True, slots=True)
class CarerLeft:
    """They are noted as gone."""


@dataclass(frozen=True, slots=True)
class NotCareTime:
    """Carers of a day are noted from `opens_at` until `closes_at`."""

    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class CarerPresent:
    """Somebody who is, or was, with the children; only `counts` counts toward the ratio."""

    presence_id: int
    session_id: int
    person_id: int | None
    full_name: str
    came_at: datetime
    left_at: datetime | None
    cleared: bool
    """Whether a check of them is in force on the day; a guest without a record never is."""

    @property
    def counts(self) -> bool:
        """Whether they count for the children now."""
        return self.cleared and self.left_at is None


def carer_comes(
    session: Session, session_id: int, person_id: int, *, actor: Actor, now: datetime
) -> CarerCame | NotCareTime:
    """Note that somebody of the staff is with the children of a care day.

    Raises NoResultFound for an unknown session.
    """
    person = lock_people(session, [person_id])[person_id]
    refused = _refusal(session, session_id, now)
    if refused is not None:
        return refused
    there = session.scalar(
        select(CarerPresence.id).where(
            CarerPresence.session_id == session_id,
            CarerPresence.person_id == person_id,
            CarerPresence.left_at.is_(None),
        )
    )
    if there is not None:
        return CarerCame(there)
    return _add(session, session_id, person_id, person.full_name, actor=actor, now=now)


def volunteer_comes(
    session: Session, session_id: int, full_name: str, *, actor: Actor, now: datetime
) -> CarerCame | NotCareTime:
    """Note a volunteer or a student; without a check of their record they count for no child."""
    refused = _refusal(session, session_id, now)
    if refused is not None:
        return refused
    return _add(session, session_id, None, full_name, actor=actor, now=now)


def carer_leaves(
    session: Session, session_id: int, presence_id: int, *, actor: Actor, now: datetime
) -> CarerLeft:
    """Note that somebody has left the children; twice is once. Raises NoResultFound."""
    one = session.scalars(
        select(CarerPresence)
        .where(CarerPresence.id == presence_id, CarerPresence.session_id == session_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if one.left_at is None:
        one.left_at = max(now, one.came_at)
        session.flush()
        facts = {"person_id": one.person_id}
        record(session, actor, "carer.left", ("scheduled_session", session_id), at=now, facts=facts)
    return CarerLeft()


def carers_of(
    session: Session, session_ids: Iterable[int], today: date
) -> dict[int, list[CarerPresent]]:
    """Return who is or was with the children of care days, by session, in one query."""
    found: dict[int, list[CarerPresent]] = {session_id: [] for session_id in session_ids}
    rows = session.execute(
        select(CarerPresence, func.coalesce(Clearance.expires_on >= today, false()))
        .outerjoin(Clearance, Clearance.person_id == CarerPresence.person_id)
        .where(CarerPresence.session_id.in_(found))
        .order_by(CarerPresence.came_at, CarerPresence.id)
        .execution_options(populate_existing=True)
    )
    for one, cleared in rows:
        found[one.session_id].append(
            CarerPresent(
                presence_id=one.id,
                session_id=one.session_id,
                person_id=one.person_id,
                full_name=one.full_name,
                came_at=one.came_at,
                left_at=one.left_at,
                cleared=cleared,
            )
        )
    return found


def is_on_duty(session: Session, center_id: int, person_id: int, *, now: datetime) -> bool:
    """Tell whether somebody is on duty at a center today: by the rota, or noted with its children.

    That opens the files of the children who have a place that day.
    """
    today = local_date(now)
    within = whole_days(today, today)
    if any(duty.person_id == person_id for duty in duties(session, center_id, within)):
        return True
    return bool(
        session.scalar(
            select(
                exists().where(
                    CarerPresence.person_id == person_id,
                    CarerPresence.session_id == ScheduledSession.id,
                    ScheduledSession.program_id == Program.id,
                    Program.center_id == center_id,
                    CarerPresence.came_at >= within.start,
                )
            )
        )
    )


def _refusal(session: Session, session_id: int, now: datetime) -> NotCareTime | None:
    starts_at, ends_at = session.execute(
        select(ScheduledSession.starts_at, ScheduledSession.ends_at).where(
            ScheduledSession.id == session_id
        )
    ).one()
    around = timedelta(minutes=settings().care_presence_minutes)
    if starts_at - around <= now <= ends_at + around:
        return None
    return NotCareTime(starts_at - around, ends_at + around)


def _add(
    session: Session,
    session_id: int,
    person_id: int | None,
    full_name: str,
    *,
    actor: Actor,
    now: datetime,
) -> CarerCame:
    one = CarerPresence(
        session_id=session_id,
        person_id=person_id,
        full_name=full_name,
        came_at=now,
        noted_by_id=actor.person_id,
    )
    session.add(one)
    session.flush()
    facts = {"person_id": person_id}
    record(session, actor, "carer.came", ("scheduled_session", session_id), at=now, facts=facts)
    return CarerCame(one.id)
