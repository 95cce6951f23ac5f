"""Changing on which days the schools of a district teach: their terms, and single dates."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from venue.audit.changing import change
from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.places.models import SchoolException, SchoolTerm


@dataclass(frozen=True, slots=True)
class SchoolTermDescription:
    """What is said of a term of the schools; both days are included."""

    name: str
    starts_on: date
    ends_on: date


def add_school_term(
    session: Session,
    district_id: int,
    description: SchoolTermDescription,
    *,
    actor: Actor,
    now: datetime,
) -> SchoolTerm:
    """Enter a term of the schools of a district."""
    term = SchoolTerm(district_id=district_id, **asdict(description))
    session.add(term)
    session.flush()
    _record(session, district_id, "term_added", actor=actor, now=now)
    return term


def change_school_term(
    session: Session,
    term_id: int,
    description: SchoolTermDescription,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Change a term; series that follow school days stay as they were scheduled."""
    term = session.get_one(SchoolTerm, term_id)
    if change(term, asdict(description)):
        _record(session, term.district_id, "term_changed", actor=actor, now=now)


def remove_school_term(session: Session, term_id: int, *, actor: Actor, now: datetime) -> None:
    """Remove a term; one that is gone already stays gone."""
    term = session.get(SchoolTerm, term_id)
    if term is not None:
        session.delete(term)
        session.flush()
        _record(session, term.district_id, "term_removed", actor=actor, now=now)


def set_school_exception(
    session: Session,
    district_id: int,
    day_on: date,
    *,
    teaches: bool,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Say of one date that they teach, or do not, whatever the term says; the last word counts."""
    session.merge(
        SchoolException(district_id=district_id, day_on=day_on, teaches=teaches, reason=reason)
    )
    session.flush()
    _record(session, district_id, "exception_set", actor=actor, now=now)


def remove_school_exception(
    session: Session, district_id: int, day_on: date, *, actor: Actor, now: datetime
) -> None:
    """Let the term speak for a date again; one that is gone already stays gone."""
    exception = session.get(SchoolException, (district_id, day_on))
    if exception is not None:
        session.delete(exception)
        session.flush()
        _record(session, district_id, "exception_removed", actor=actor, now=now)


def _record(session: Session, district_id: int, what: str, *, actor: Actor, now: datetime) -> None:
    subject = ("district", district_id)
    record(session, actor, "school.changed", subject, at=now, facts={"what": what})
