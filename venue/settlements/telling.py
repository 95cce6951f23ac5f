"""Telling people that money goes back to them because of what the center called off."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime

from sqlalchemy.orm import Session

from venue.notifications.rules import MessageKind
from venue.notifications.telling import tell
from venue.programs.models import Program
from venue.settlements.reading import refunds_at


def tell_refunds(session: Session, program: Program, *, now: datetime) -> None:
    """Tell everybody who paid for a program what is to be handed back to them by now."""
    due: Counter[int] = Counter()
    for one in refunds_at(session, program.center_id, program.id):
        due[one.person_id] += one.balance.refund_fen
    by_amount: dict[int, list[int]] = defaultdict(list)
    for person_id, fen in due.items():
        by_amount[fen].append(person_id)
    for fen, person_ids in by_amount.items():
        told = {"title": program.title, "program_id": program.id, "amount_fen": fen}
        center_id = program.center_id
        tell(session, person_ids, MessageKind.REFUND_DUE, told, center_id=center_id, now=now)
