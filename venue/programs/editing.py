"""Making and changing programs and terms, and what single sessions are about."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime

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
    enroll_opens_at: datetime | None
    enroll_closes_at: datetime | None
    admission: Admission
    criteria: str
    """Needed where somebody approves, one to a line; empty elsewhere."""
    group_limit: int
    by_pair: bool = False
    """Then `group_limit` is 2."""
    walk_in_seats: int | None = None
    asks_after: bool = False
    asks_opinions: bool = False


SETTLED = ("term_id", "limit_group", "admission")
"""What a published program keeps: who has a seat got it, and others were refused, by these."""


@dataclass(frozen=True, slots=True)
class Settled:
    """These of the program's columns can no longer change: it is published, or was made so."""

    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IsCancelled:
    """The program or session was cancelled, for good."""


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
    """Make a draft. What one books stays for good: sessions and seats rest on it."""
    program = Program(
        center_id=center_id,
        books=books,
        created_at=now,
        **asdict(description),
    )
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
    """Change what is said of a program; calendars learn of it in the same transaction.

    Whoever has a seat or waits for one keeps it: what is changed counts for those who come later.
    """
    program = lock_program(session, program_id)
    if program.cancelled_at is not None:
        return IsCancelled()
    wanted = asdict(description)
    settled = tuple(name for name in SETTLED if getattr(program, name) != wanted[name])
    if settled and program.published_at is not None:
        return Settled(settled)
    if not _fits(program, description.admission):
        return Settled(("admission",))
    changed = change(program, wanted)
    if changed:
        session.flush()
        _record(session, program, changed, actor=actor, now=now)
        calendar.publish_program(session, program.id, now=now)
    return program


def _fits(program: Program, admission: Admission) -> bool:
    """Tell whether the seats of a draft can be given out so: who just comes has none at all.

    Lots and approval give out the whole series.
    """
    if admission is program.admission:
        return True
    return program.books is Books.SERIES and Admission.DROP_IN not in (admission, program.admission)


def set_window(
    session: Session,
    program: Program,
    opens_at: datetime,
    closes_at: datetime,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Change when people can enroll in a locked program; calendars learn of it."""
    changed = change(program, {"enroll_opens_at": opens_at, "enroll_closes_at": closes_at})
    if changed:
        session.flush()
        _record(session, program, changed, actor=actor, now=now)
        calendar.publish_program(session, program.id, now=now)


def lock_program(session: Session, program_id: int) -> Program:
    """Lock a program and return it as it now is, whoever loaded it before in this transaction."""
    return session.get_one(
        Program, program_id, with_for_update={"key_share": True}, populate_existing=True
    )


def change_topic(
    session: Session, session_id: int, topic: str, *, actor: Actor, now: datetime
) -> ScheduledSession | IsCancelled:
    """Change what a session is about, also of one that is over: it then says what was taught.

    Calendars learn of it in the same transaction; nobody is told, since time and place stay.
    """
    one = session.get_one(
        ScheduledSession, session_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if one.cancelled_at is not None:
        return IsCancelled()
    changed = change(one, {"topic": topic})
    if changed:
        session.flush()
        subject = ("scheduled_session", one.id)
        record(session, actor, "session.changed", subject, at=now, facts={"fields": changed})
        calendar.publish_sessions(session, [one.id], now=now)
    return one


def change_recording(
    session: Session, session_id: int, url: str | None, *, actor: Actor, now: datetime
) -> ScheduledSession | IsCancelled:
    """Say where the recording of a session is seen, an https address; None: nowhere."""
    one = session.get_one(
        ScheduledSession, session_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if one.cancelled_at is not None:
        return IsCancelled()
    changed = change(one, {"recording_url": url})
    if changed:
        session.flush()
        subject = ("scheduled_session", one.id)
        record(session, actor, "session.changed", subject, at=now, facts={"fields": changed})
    return one


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
