"""Telling the people of a program something in the center's own words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.changes.affected import asking_for, tell_all
from venue.notifications.rules import MessageKind
from venue.people.inboxes import has_inbox
from venue.people.models import Person
from venue.programs.models import Program
from venue.seats.models import Enrollment
from venue.seats.rules import ACTIVE, EnrollmentStatus
from venue.timeline.local_time import local_date


class Audience(StrEnum):
    """To whom of a program something is said."""

    SEATED = "seated"
    """Who has a seat for good."""
    WAITING = "waiting"
    """Who waits for one: in line, for an answer to an offer, for approval or for the draw."""
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Recipients:
    """Whom a message to an audience reaches, and whom of them it reaches only by telephone."""

    ids: tuple[int, ...]
    without_inbox: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Announced:
    """So many people were told, so many of whom nobody reads an inbox."""

    people: int
    without_inbox: int


@dataclass(frozen=True, slots=True)
class NobodyToTell:
    """The audience is empty: nothing was sent."""


def recipients(session: Session, program_id: int, audience: Audience, *, today: date) -> Recipients:
    """Return the people of a program to whom something is said, each once; in one query.

    What a child is told is read by those who act for it.
    """
    rows = session.execute(
        select(Person.id, has_inbox(Person, today).label("reads"))
        .where(_chosen(program_id, audience))
        .order_by(Person.id)
    ).all()
    return Recipients(tuple(row.id for row in rows), tuple(row.id for row in rows if not row.reads))


def _chosen(program_id: int, audience: Audience) -> ColumnElement[bool]:
    confirmed = EnrollmentStatus.CONFIRMED
    statuses = {
        Audience.SEATED: [confirmed],
        Audience.WAITING: [one for one in ACTIVE if one is not confirmed],
        Audience.ALL: list(ACTIVE),
    }
    claims = Person.id.in_(
        select(Enrollment.person_id).where(
            Enrollment.program_id == program_id, Enrollment.status.in_(statuses[audience])
        )
    )
    return claims if audience is Audience.SEATED else claims | Person.id.in_(asking_for(program_id))


def announce_to(
    session: Session,
    program_id: int,
    audience: Audience,
    text: str,
    *,
    actor: Actor,
    now: datetime,
) -> Announced | NobodyToTell:
    """Tell everybody of an audience the same text, as it was typed.

    Raises NoResultFound for an unknown program.
    """
    program = session.get_one(Program, program_id)
    told = recipients(session, program_id, audience, today=local_date(now))
    if not told.ids:
        return NobodyToTell()
    parameters = {"text": text, "center": program.center.name}
    tell_all(session, told.ids, MessageKind.ANNOUNCEMENT, program, parameters, now=now)
    record(
        session,
        actor,
        "program.announced",
        ("program", program_id),
        at=now,
        facts={"audience": audience, "people": len(told.ids)},
    )
    return Announced(len(told.ids), len(told.without_inbox))
