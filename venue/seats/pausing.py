"""Pausing somebody's new enrollments at a center, appealing against it, and ending it early.

A pause takes nothing away: seats and places in line stay, and it ends by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.notifications.rules import MessageKind
from venue.notifications.telling import tell
from venue.people.locking import lock_people
from venue.places.models import Center
from venue.seats.models import Pause


@dataclass(frozen=True, slots=True)
class Missed:
    """A session whose seat was left empty, as a pause keeps it."""

    session_id: int
    title: str
    starts_at: datetime

    def kept(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "session_id": self.session_id,
            "title": self.title,
            "starts_at": self.starts_at.isoformat(),
        }

    @classmethod
    def read(cls, kept: dict[str, Any]) -> Missed:
        """Return what JSON keeps."""
        at = datetime.fromisoformat(kept["starts_at"])
        return cls(int(kept["session_id"]), str(kept["title"]), at)


@dataclass(frozen=True, slots=True)
class Appealed:
    """The appeal was written down; asked twice with the same words, it answers the same."""

    pause_id: int


@dataclass(frozen=True, slots=True)
class AlreadyAppealed:
    """There is an appeal in other words already: one is heard for each pause."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The appeal was answered, and the pause stays."""

    pause_id: int


@dataclass(frozen=True, slots=True)
class Waived:
    """The pause is over, with a reason."""

    pause_id: int


@dataclass(frozen=True, slots=True)
class PauseOver:
    """There is nothing to decide any more: the pause has ended, or was taken back."""


@dataclass(frozen=True, slots=True)
class NothingToAnswer:
    """Nobody has appealed, or the appeal was answered already."""


def in_force(now: datetime) -> ColumnElement[bool]:
    """Select the pauses that hold somebody back at this moment."""
    return and_(Pause.starts_at <= now, Pause.ends_at > now, Pause.waived_at.is_(None))


def missed_of(pause: Pause) -> list[Missed]:
    """Return what led to a pause, in order."""
    return [Missed.read(one) for one in pause.sessions["missed"]]


def pause(
    session: Session,
    person_id: int,
    center_id: int,
    missed: Sequence[Missed],
    *,
    length: timedelta,
    actor: Actor,
    now: datetime,
) -> Pause:
    """Pause the new enrollments of a locked person at a center, and tell them why and what now."""
    made = Pause(
        person_id=person_id,
        center_id=center_id,
        starts_at=now,
        ends_at=now + length,
        sessions={"missed": [one.kept() for one in missed]},
    )
    session.add(made)
    session.flush()
    _record(session, actor, "pause.started", made, now=now)
    _tell(session, made, MessageKind.PAUSED, now=now, missed=made.sessions["missed"])
    return made


def take_back(session: Session, made: Pause, *, actor: Actor, now: datetime) -> None:
    """Undo a pause of a locked person that a mistake on the roll had caused, and tell them."""
    _record(session, actor, "pause.taken_back", made, now=now)
    _tell(session, made, MessageKind.PAUSE_TAKEN_BACK, now=now)
    session.delete(made)
    session.flush()


def appeal(
    session: Session, pause_id: int, text: str, *, actor: Actor, now: datetime
) -> Appealed | AlreadyAppealed | PauseOver:
    """Write down why a pause is not right; staff of the center answer it."""
    found = _locked(session, pause_id)
    if found is None or not _is_in_force(found, now):
        return PauseOver()
    if found.appealed_at is not None:
        return Appealed(pause_id) if found.appeal == text else AlreadyAppealed()
    found.appealed_at, found.appeal = now, text
    session.flush()
    _record(session, actor, "pause.appealed", found, now=now)
    return Appealed(pause_id)


def answer_appeal(
    session: Session, pause_id: int, answer: str, *, actor: Actor, now: datetime
) -> Kept | NothingToAnswer | PauseOver:
    """Tell somebody who appealed why the pause stays."""
    found = _locked(session, pause_id)
    if found is None or not _is_in_force(found, now):
        return PauseOver()
    if found.answered_at is not None and found.answer == answer:
        return Kept(pause_id)
    if found.appealed_at is None or found.answered_at is not None:
        return NothingToAnswer()
    found.answered_at, found.answered_by_id, found.answer = now, actor.person_id, answer
    session.flush()
    _record(session, actor, "pause.kept", found, now=now)
    _tell(session, found, MessageKind.PAUSE_KEPT, now=now, answer=answer)
    return Kept(pause_id)


def waive(
    session: Session, pause_id: int, reason: str, *, actor: Actor, now: datetime
) -> Waived | PauseOver:
    """End a pause early, with a reason, whether somebody appealed or not; asked twice, the same.

    What led to it stays spent: the next missed lesson does not pause anew.
    """
    found = _locked(session, pause_id)
    if found is not None and found.waived_at is not None:
        return Waived(pause_id)
    if found is None or not _is_in_force(found, now):
        return PauseOver()
    found.waived_at, found.waived_by_id, found.waive_reason = now, actor.person_id, reason
    if found.appealed_at is not None and found.answered_at is None:
        found.answered_at, found.answered_by_id = now, actor.person_id
    session.flush()
    _record(session, actor, "pause.waived", found, now=now)
    _tell(session, found, MessageKind.PAUSE_WAIVED, now=now, reason=reason)
    return Waived(pause_id)


def pauses_of(session: Session, person_ids: Sequence[int], *, now: datetime) -> Sequence[Pause]:
    """Return the pauses of these people that have not run out; one waived only after an appeal."""
    return session.scalars(
        select(Pause)
        .where(
            Pause.person_id.in_(person_ids),
            Pause.ends_at > now,
            or_(Pause.waived_at.is_(None), Pause.appealed_at.is_not(None)),
        )
        .options(joinedload(Pause.center), joinedload(Pause.person))
        .order_by(Pause.id.desc())
        .execution_options(populate_existing=True)
    ).all()


def pauses_at(session: Session, center_id: int, *, now: datetime) -> Sequence[Pause]:
    """Return the pauses of a center in force: first the appeals to answer, the oldest first."""
    return session.scalars(
        select(Pause)
        .where(Pause.center_id == center_id, in_force(now))
        .options(joinedload(Pause.person))
        .order_by(
            (Pause.appealed_at.is_not(None) & Pause.answered_at.is_(None)).desc(),
            Pause.appealed_at,
            Pause.ends_at,
            Pause.id,
        )
        .execution_options(populate_existing=True)
    ).all()


def count_appeals(session: Session, center_id: int, *, now: datetime) -> int:
    """Return how many appeals at a center wait for an answer."""
    found = session.scalar(
        select(func.count())
        .select_from(Pause)
        .where(
            Pause.center_id == center_id,
            in_force(now),
            Pause.appealed_at.is_not(None),
            Pause.answered_at.is_(None),
        )
    )
    return found or 0


def _is_in_force(found: Pause, now: datetime) -> bool:
    return found.waived_at is None and found.starts_at <= now < found.ends_at


def _locked(session: Session, pause_id: int) -> Pause | None:
    """Lock the person of a pause and return it fresh; None when it was taken back."""
    person_id = session.scalar(select(Pause.person_id).where(Pause.id == pause_id))
    if person_id is None:
        return None
    lock_people(session, [person_id])
    return session.scalar(
        select(Pause).where(Pause.id == pause_id).execution_options(populate_existing=True)
    )


def _record(session: Session, actor: Actor, action: str, found: Pause, *, now: datetime) -> None:
    facts = {"person_id": found.person_id, "center_id": found.center_id}
    record(session, actor, action, ("pause", found.id), at=now, facts=facts)


def _tell(
    session: Session, found: Pause, kind: MessageKind, *, now: datetime, **more: object
) -> None:
    center = session.get_one(Center, found.center_id)
    tell(
        session,
        [found.person_id],
        kind,
        {"center": center.name, "ends_at": found.ends_at.isoformat(), **more},
        center_id=center.id,
        now=now,
    )
