"""Reading a child's file, and writing down that somebody of the staff has done so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from venue.audit.models import AuditEntry
from venue.audit.recording import record_all
from venue.audit.rules import Actor
from venue.childcare.file_models import ChildFile, CollectionPermit, EmergencyContact, HealthNote
from venue.childcare.models import CareBooking, CareProgram
from venue.childcare.permitting import permits_of
from venue.childcare.rules import Seen
from venue.consents.models import Consent, ConsentText
from venue.people.acting import CONFIRMED
from venue.people.models import Delegation, Person
from venue.people.rules import Basis
from venue.programs.models import Program, ScheduledSession
from venue.timeline.local_time import day_start

VIEWED = "child_file.viewed"
"""The action under which each look is kept."""


@dataclass(frozen=True, slots=True)
class HealthConsent:
    """The separate consent for one period, and since when it is given, if it is."""

    program: Program
    text: ConsentText
    consent: Consent | None


@dataclass(frozen=True, slots=True)
class Look:
    """That somebody of the staff has opened a file."""

    at: datetime
    full_name: str
    what: Seen


@dataclass(frozen=True, slots=True)
class FileOfChild:
    """Everything that the house keeps of a child for its care."""

    child: Person
    file: ChildFile | None
    health: HealthNote | None
    consents: tuple[HealthConsent, ...]
    guardians: tuple[Person, ...]
    contacts: tuple[EmergencyContact, ...]
    permits: tuple[CollectionPermit, ...]
    """Those that open a door today or later: for every day, then passes by their day."""

    @property
    def permanent(self) -> list[CollectionPermit]:
        """Who may collect the child on any day."""
        return [one for one in self.permits if one.valid_on is None]

    @property
    def passes(self) -> list[CollectionPermit]:
        """Who may collect it on one day."""
        return [one for one in self.permits if one.valid_on is not None]


def guardians_of(session: Session, child_ids: Iterable[int]) -> dict[int, list[Person]]:
    """Return the guardians of children by child, each list in the order of names."""
    found: dict[int, list[Person]] = {child_id: [] for child_id in child_ids}
    rows = session.execute(
        select(Delegation.principal_id, Person)
        .join(Person, Person.id == Delegation.delegate_id)
        .where(
            Delegation.principal_id.in_(found),
            Delegation.basis == Basis.GUARDIAN,
            CONFIRMED,
        )
        .order_by(Person.full_name, Person.id)
    )
    for child_id, guardian in rows:
        found[child_id].append(guardian)
    return found


def file_of(session: Session, child: Person, *, today: date) -> FileOfChild:
    """Return the file of a child, in six queries."""
    permits = [
        one
        for one in permits_of(session, child.id)
        if one.revoked_at is None and (one.valid_on is None or one.valid_on >= today)
    ]
    return FileOfChild(
        child=child,
        file=session.get(ChildFile, child.id, populate_existing=True),
        health=session.get(HealthNote, child.id, populate_existing=True),
        consents=tuple(health_consents(session, child.id, today=today)),
        guardians=tuple(guardians_of(session, [child.id])[child.id]),
        contacts=tuple(
            session.scalars(
                select(EmergencyContact)
                .where(EmergencyContact.child_id == child.id)
                .order_by(EmergencyContact.id)
                .execution_options(populate_existing=True)
            )
        ),
        permits=tuple(permits),
    )


def health_consents(session: Session, child_id: int, *, today: date) -> list[HealthConsent]:
    """Return the periods that a child has days of and whose last day is not over, in one query."""
    booked = select(CareBooking.program_id).where(CareBooking.child_id == child_id)
    runs = exists().where(
        ScheduledSession.program_id == Program.id, ScheduledSession.ends_at >= day_start(today)
    )
    rows = session.execute(
        select(Program, ConsentText, Consent)
        .join(CareProgram, CareProgram.program_id == Program.id)
        .join(ConsentText, ConsentText.id == CareProgram.health_text_id)
        .outerjoin(
            Consent,
            (Consent.text_id == ConsentText.id)
            & (Consent.person_id == child_id)
            & Consent.withdrawn_at.is_(None),
        )
        .where(Program.id.in_(booked), Program.cancelled_at.is_(None), runs)
        .order_by(Program.id)
    )
    return [HealthConsent(*row) for row in rows]


def readable_notes(
    session: Session, program_ids: Iterable[int], child_ids: Iterable[int]
) -> dict[tuple[int, int], HealthNote]:
    """Return health notes by program and child, as far as a consent for that program is in force.

    Programs are read by their own consent alone: what was agreed for the summer is not for autumn.
    """
    rows = session.execute(
        select(CareProgram.program_id, HealthNote)
        .join(Consent, Consent.text_id == CareProgram.health_text_id)
        .join(HealthNote, HealthNote.person_id == Consent.person_id)
        .where(
            CareProgram.program_id.in_(list(program_ids)),
            HealthNote.person_id.in_(list(child_ids)),
            Consent.withdrawn_at.is_(None),
        )
        .execution_options(populate_existing=True)
    )
    return {(program_id, note.person_id): note for program_id, note in rows}


def looks_at(session: Session, child_id: int, *, most: int) -> Sequence[Look]:
    """Return who of the staff opened a child's file, the newest first."""
    rows = session.execute(
        select(AuditEntry.at, Person.full_name, AuditEntry.facts)
        .join(Person, Person.id == AuditEntry.actor_id)
        .where(
            AuditEntry.subject == "person",
            AuditEntry.subject_id == child_id,
            AuditEntry.action == VIEWED,
        )
        .order_by(AuditEntry.id.desc())
        .limit(most)
    )
    return [Look(at, name, Seen(facts["what"])) for at, name, facts in rows]


def note_looks(
    session: Session,
    child_ids: Iterable[int],
    what: Seen,
    *,
    center_id: int,
    session_id: int | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Write down that the actor has seen something of these children's files."""
    facts = {"center_id": center_id, "session_id": session_id, "what": what}
    subjects = [(("person", child_id), facts) for child_id in sorted(set(child_ids))]
    record_all(session, actor, VIEWED, subjects, at=now)


def note_first_looks(
    session: Session,
    seen: Iterable[tuple[int, int]],
    what: Seen,
    center_id: int,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Write down the same of a page that is opened again and again: once an actor, day and child.

    `seen` are pairs of session and child.
    """
    wanted = set(seen)
    known = session.execute(
        select(AuditEntry.subject_id, AuditEntry.facts).where(
            AuditEntry.subject == "person",
            AuditEntry.subject_id.in_({child_id for _, child_id in wanted}),
            AuditEntry.action == VIEWED,
            AuditEntry.actor_id == actor.person_id,
        )
    )
    before = {(facts["session_id"], id_) for id_, facts in known if facts["what"] == what}
    subjects = [
        (
            ("person", child_id),
            {"center_id": center_id, "session_id": session_id, "what": what},
        )
        for session_id, child_id in sorted(wanted - before)
    ]
    record_all(session, actor, VIEWED, subjects, at=now)
