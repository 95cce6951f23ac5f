"""What a program of care offers: said by the office, and carried into the next term."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, time

from sqlalchemy.orm import Session

from venue.audit.changing import change
from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.childcare.models import CareProgram
from venue.childcare.rules import FIRST_GRADE, LAST_GRADE


@dataclass(frozen=True, slots=True)
class CareTerms:
    """For whom a program of care is, what comes with a day, and until when days change."""

    min_grade: int = FIRST_GRADE
    max_grade: int = LAST_GRADE
    whole_weeks: bool = False
    meal_fen: int | None = None
    nap_fen: int | None = None
    change_days: int = 1
    change_time: time = time(16)


def set_terms(
    session: Session, program_id: int, terms: CareTerms, *, actor: Actor, now: datetime
) -> CareProgram:
    """Say what a program that is booked by days offers; days booked before keep their prices.

    Raises ValueError when the first grade lies after the last.
    """
    if terms.min_grade > terms.max_grade:
        raise ValueError(f"grades from {terms.min_grade} to {terms.max_grade}")
    care = session.get(CareProgram, program_id, with_for_update=True, populate_existing=True)
    if care is None:
        care = CareProgram(program_id=program_id, **asdict(terms))
        session.add(care)
        fields = sorted(asdict(terms))
    else:
        fields = change(care, asdict(terms))
    session.flush()
    if fields:
        facts = {"fields": fields}
        record(session, actor, "care.planned", ("program", program_id), at=now, facts=facts)
    return care


def copy_terms(
    session: Session, from_id: int, to_id: int, *, actor: Actor, now: datetime
) -> CareProgram | None:
    """Let a copy of a program of care offer the same; None: it was none."""
    care = session.get(CareProgram, from_id)
    if care is None:
        return None
    terms = CareTerms(**{name: getattr(care, name) for name in asdict(CareTerms())})
    return set_terms(session, to_id, terms, actor=actor, now=now)
