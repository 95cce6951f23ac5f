"""Programs that several centers run together: the program is one, and each of them shows it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, CompoundSelect, select, union_all
from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.places.sharing import NotNearby, name_centers, neighbors
from venue.programs.models import Program, ProgramPartner, ScheduledSession


def run_together(
    session: Session, program_id: int, center_ids: Iterable[int], *, actor: Actor, now: datetime
) -> NotNearby | None:
    """Let exactly these centers run a program together with its own; None means done."""
    program = session.get_one(Program, program_id, with_for_update={"key_share": True})
    wanted = set(center_ids)
    if not wanted <= {center.id for center in neighbors(session, program.center)}:
        return NotNearby()
    if not name_centers(session, ProgramPartner, {"program_id": program_id}, wanted, {}):
        return None
    session.expire(program, ["partners"])
    facts = {"center_ids": sorted(wanted)}
    record(session, actor, "program.partnered", ("program", program_id), at=now, facts=facts)
    return None


def programs_run_at(center_id: int) -> CompoundSelect[int]:
    """Select the ids of the programs of a center, and of those that it runs with others.

    Two selects, because a database reads each of them off an index of its own, and an OR of both
    off none.
    """
    return union_all(
        select(Program.id).where(Program.center_id == center_id),
        select(ProgramPartner.program_id).where(ProgramPartner.center_id == center_id),
    )


def sessions_run_at(center_id: int, *chosen: ColumnElement[bool]) -> CompoundSelect[int]:
    """Select the ids of the sessions of these programs to which all conditions apply."""
    return union_all(
        select(ScheduledSession.id).where(ScheduledSession.center_id == center_id, *chosen),
        select(ScheduledSession.id)
        .join(ProgramPartner, ProgramPartner.program_id == ScheduledSession.program_id)
        .where(ProgramPartner.center_id == center_id, *chosen),
    )
