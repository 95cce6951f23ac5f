"""Allergies, health and diet of a child: written by consent, taken back, deleted in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, delete, exists, func, select
from sqlalchemy.orm import Session, aliased

from venue.audit.recording import record, record_all
from venue.audit.rules import Actor
from venue.childcare.child_files import lock_file
from venue.childcare.file_models import HealthNote
from venue.childcare.models import CareProgram
from venue.config import settings
from venue.consents import giving
from venue.consents.models import Consent, ConsentText
from venue.consents.writing import write_text
from venue.programs.models import Program, ScheduledSession
from venue.timeline.local_time import day_start, local_date

NOTE_LENGTH = 500
"""Characters of each note: what a carer can read at a door (own)."""


@dataclass(frozen=True, slots=True)
class HealthWords:
    """What a guardian wants the carers to know."""

    allergies: str = ""
    health: str = ""
    diet: str = ""


@dataclass(frozen=True, slots=True)
class HealthNoted:
    """The carers who are on duty can read it."""


@dataclass(frozen=True, slots=True)
class NotAgreed:
    """Without a separate consent nothing about health is kept (PIPL art. 29)."""


def set_health_text(
    session: Session, program_id: int, title: str, body: str, *, actor: Actor, now: datetime
) -> ConsentText:
    """Let guardians agree to these words before health notes are kept for a program of care.

    Each program, so each period, has a text of its own. Who agreed to the words before is asked
    anew, and until then the carers see nothing of them.
    """
    care = session.get_one(CareProgram, program_id, with_for_update=True, populate_existing=True)
    follows = None
    if care.health_text_id is not None:
        follows = session.get_one(ConsentText, care.health_text_id)
    text = write_text(session, title, body, follows=follows, actor=actor, now=now)
    if text.id != care.health_text_id:
        care.health_text_id = text.id
        session.flush()
        facts = {"text_id": text.id}
        record(session, actor, "care.health_text_set", ("program", program_id), at=now, facts=facts)
    return text


def write_health(
    session: Session,
    child_id: int,
    words: HealthWords,
    agree_to: Sequence[int],
    *,
    actor: Actor,
    now: datetime,
) -> HealthNoted | NotAgreed:
    """Agree to texts for a child, and write down what its carers have to know.

    Where nothing is to be kept, no consent is needed, and nothing is written.
    Raises ValueError for a note that is too long.
    """
    if any(len(text) > NOTE_LENGTH for text in asdict(words).values()):
        raise ValueError("a note is too long")
    lock_file(session, child_id)
    for text_id in sorted(set(agree_to)):
        giving.give(session, text_id, [child_id], actor=actor, now=now)
    agreed = session.scalar(_agreements(local_date(now)).where(Consent.person_id == child_id))
    if agreed is None:
        return NotAgreed() if any(asdict(words).values()) else HealthNoted()
    note = session.get(HealthNote, child_id, populate_existing=True)
    if note is None:
        note = HealthNote(person_id=child_id, allergies="", health="", diet="", written_at=now)
        session.add(note)
    note.allergies, note.health, note.diet = words.allergies, words.health, words.diet
    note.written_at, note.written_by_id = now, actor.person_id
    session.flush()
    record(session, actor, "health_note.written", ("person", child_id), at=now)
    return HealthNoted()


def forget_health(
    session: Session, child_ids: Sequence[int] | None = None, *, actor: Actor, now: datetime
) -> list[int]:
    """Delete the notes of children for whom no consent is in force; return these children's ids.

    A consent is in force until so many days after the last day of its program (see the settings).
    Without `child_ids` all children are looked at, as every night.
    """
    kept = _agreements(local_date(now)).where(Consent.person_id == HealthNote.person_id)
    chosen = select(HealthNote.person_id).where(~exists(kept.correlate(HealthNote)))
    if child_ids is not None:
        chosen = chosen.where(HealthNote.person_id.in_(child_ids))
    gone = sorted(session.scalars(chosen))
    if gone:
        session.execute(delete(HealthNote).where(HealthNote.person_id.in_(gone)))
        why = "period" if child_ids is None else "consent"
        subjects = [(("person", child_id), {"why": why}) for child_id in gone]
        record_all(session, actor, "health_note.deleted", subjects, at=now)
    return gone


def _agreements(today: date) -> Select[int]:
    """Select agreements, given and not taken back, for programs whose time is not long over."""
    one = aliased(ScheduledSession)
    last = (
        select(func.max(one.ends_at)).where(one.program_id == CareProgram.program_id)
    ).scalar_subquery()
    since = day_start(today - timedelta(days=settings().health_notes_days))
    return (
        select(Consent.id)
        .join(CareProgram, CareProgram.health_text_id == Consent.text_id)
        .join(Program, Program.id == CareProgram.program_id)
        .where(Consent.withdrawn_at.is_(None), last >= since)
        .limit(1)
    )
