"""Making and changing programs and terms, and publishing a program that was a draft."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue.audit.changing import change
from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.places.rules import Category
from venue.programs import calendar
from venue.programs.models import Program, ScheduledSession, Term
from venue.programs.rules import Admission, Books


@dataclass(frozen=True, slots=True)
class ProgramDescription:
    """What is said of a program, with the columns' names and meaning."""

    title: str
    category: Category
    audience: str
    summary: str
    syllabus: str
    teacher_id: int | None
    term_id: int | None
    limit_group: str | None
    price_fen: int
    min_age: int | None
    max_age: int | None
    residents_only: bool
    admission: Admission
    enroll_opens_at: datetime | None
    enroll_closes_at: datetime | None


SETTLED = ("admission", "term_id", "limit_group")
"""What a published program keeps: seats are given out by it (rules change for later ones only)."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The program is published, and these of its columns can no longer change."""

    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoSessions:
    """The program has no session yet: there is nothing to publish."""


@dataclass(frozen=True, slots=True)
class IsCancelled:
    """The program was cancelled, for good."""


@dataclass(frozen=True, slots=True)
class TermDescription:
    """What is said of a term."""

    name: str
    starts_on: date
    ends_on: date


def create_program(
    session: Session,
    center_id: int,
    books: Books,
    description: ProgramDescription,
    *,
    actor: Actor,
    now: datetime,
) -> Program:
    """Make a draft. What one books is settled here: sessions and seats are built on it."""
    program = Program(center_id=center_id, books=books, created_at=now, **asdict(description))
    session.add(program)
    session.flush()
    fields = sorted([*asdict(description), "books"])
    _record(session, program, fields, actor=actor, now=now)
    return program


def change_program(
    session: Session,
    program_id: int,
    description: ProgramDescription,
    *,
    actor: Actor,
    now: datetime,
) -> Program | Settled | IsCancelled:
    """Change what is said of a program; calendars learn of it in the same transaction."""
    program = session.get_one(Program, program_id, with_for_update={"key_share": True})
    if program.cancelled_at is not None:
        return IsCancelled()
    wanted = asdict(description)
    settled = tuple(name for name in SETTLED if getattr(program, name) != wanted[name])
    if settled and program.published_at is not None:
        return Settled(settled)
    changed = change(program, wanted)
    if changed:
        session.flush()
        _record(session, program, changed, actor=actor, now=now)
        calendar.publish_program(session, program.id, now=now)
    return program


def publish_program(
    session: Session, program_id: int, *, actor: Actor, now: datetime
) -> Program | NoSessions | IsCancelled:
    """Show a draft to everybody; one that is published already stays so."""
    program = session.get_one(Program, program_id, with_for_update={"key_share": True})
    if program.cancelled_at is not None:
        return IsCancelled()
    if program.published_at is not None:
        return program
    dates = select(ScheduledSession.id).where(
        ScheduledSession.program_id == program.id, ScheduledSession.cancelled_at.is_(None)
    )
    if session.scalar(dates.limit(1)) is None:
        return NoSessions()
    program.published_at = now
    session.flush()
    record(session, actor, "program.published", ("program", program.id), at=now)
    calendar.publish_program(session, program.id, now=now)
    return program


def create_term(
    session: Session,
    district_id: int,
    description: TermDescription,
    *,
    actor: Actor,
    now: datetime,
) -> Term:
    """Make a term of a district."""
    term = Term(district_id=district_id, **asdict(description))
    session.add(term)
    session.flush()
    _record_term(session, term, sorted(asdict(description)), actor=actor, now=now)
    return term


def change_term(
    session: Session, term_id: int, description: TermDescription, *, actor: Actor, now: datetime
) -> None:
    """Change the name or the dates of a term; its programs stay in it."""
    term = session.get_one(Term, term_id)
    changed = change(term, asdict(description))
    if changed:
        _record_term(session, term, changed, actor=actor, now=now)


def _record(
    session: Session, program: Program, fields: list[str], *, actor: Actor, now: datetime
) -> None:
    subject = ("program", program.id)
    record(session, actor, "program.changed", subject, at=now, facts={"fields": fields})


def _record_term(
    session: Session, term: Term, fields: list[str], *, actor: Actor, now: datetime
) -> None:
    record(session, actor, "term.changed", ("term", term.id), at=now, facts={"fields": fields})
