"""Making a draft after an earlier program: what is said of it, and nothing of its people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.places.sharing import neighbors
from venue.programs.models import Program

SAID_AGAIN = (
    "center_id",
    "category",
    "audience",
    "summary",
    "syllabus",
    "teacher_id",
    "price_fen",
    "min_age",
    "max_age",
    "residents_only",
    "admission",
    "books",
    "criteria",
    "group_limit",
    "by_pair",
    "walk_in_seats",
    "asks_after",
    "asks_opinions",
    "consent_text_id",
)
"""The columns that a copy takes over as they are."""


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """What is said of a copy and was not said of the earlier program."""

    title: str
    term_id: int | None
    enroll_opens_at: datetime | None
    enroll_closes_at: datetime | None


def copy_draft(
    session: Session, program: Program, facts: DraftFacts, *, actor: Actor, now: datetime
) -> Program:
    """Make a draft that says what a program says, run with the same centers.

    A group of which one may have one seat a term stays behind with the term when there is none.
    """
    nearby = {one.id for one in neighbors(session, program.center)}
    draft = Program(
        **{name: getattr(program, name) for name in SAID_AGAIN},
        title=facts.title,
        term_id=facts.term_id,
        limit_group=program.limit_group if facts.term_id is not None else None,
        enroll_opens_at=facts.enroll_opens_at,
        enroll_closes_at=facts.enroll_closes_at,
        partners=[one for one in program.partners if one.id in nearby],
        created_at=now,
    )
    session.add(draft)
    session.flush()
    subject = ("program", draft.id)
    record(session, actor, "program.copied", subject, at=now, facts={"from_id": program.id})
    return draft
