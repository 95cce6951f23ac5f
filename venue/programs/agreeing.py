"""Setting to what people agree who enroll in a program."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from venue.audit.changing import change
from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.consents.writing import write_text
from venue.programs.editing import lock_program


@dataclass(frozen=True, slots=True)
class Agreement:
    """A text to agree to, with its name."""

    title: str
    body: str


def let_agree(
    session: Session, program_id: int, agreement: Agreement | None, *, actor: Actor, now: datetime
) -> None:
    """Let everybody who enrolls from now on agree to a text, or to nothing.

    Other words make a new version: who agreed to the old one has agreed to that.
    """
    program = lock_program(session, program_id)
    text_id = None
    if agreement is not None:
        title, body, before = agreement.title, agreement.body, program.consent_text
        text_id = write_text(session, title, body, follows=before, actor=actor, now=now).id
    changed = change(program, {"consent_text_id": text_id})
    if changed:
        session.flush()
        subject = ("program", program.id)
        record(session, actor, "program.changed", subject, at=now, facts={"fields": changed})
