"""Entering receipts into a center's book: money taken, given back, and the reversal of an entry.

Nothing here is ever edited: what was entered wrongly is followed by an entry that undoes it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.db import execute_core, insert_new
from venue.notifications.rules import MessageKind
from venue.notifications.telling import tell
from venue.payments.charging import lock_charge
from venue.payments.models import Charge, Receipt
from venue.payments.outcomes import AlreadyReversed, Entered, LaterFirst, NumberTaken
from venue.people.locking import lock_people

_ENTER = {dialect: insert.returning(Receipt.id) for dialect, insert in insert_new(Receipt).items()}


def enter_receipt(
    session: Session,
    charge: Charge,
    number: str,
    amount_fen: int,
    *,
    center_id: int,
    actor: Actor,
    now: datetime,
) -> Entered | NumberTaken:
    """Enter money that the desk of a center took for a locked charge, or gave back when negative.

    The person is told. `number` is clean; it may be used once, unless its entry was reversed.
    """
    last = _last_entry(session, center_id, number)
    if last is not None and last.reverses_id is None:
        return _taken(last)
    receipt_id = _add(
        session,
        charge,
        {
            "center_id": center_id,
            "number": number,
            "entry": 1 if last is None else last.entry + 1,
            "reverses_id": None,
            "amount_fen": amount_fen,
            "at": now,
            "by_id": actor.person_id,
            "note": "",
        },
    )
    if receipt_id is None:  # somebody has just entered the number for another charge
        return _taken(_last_entry(session, center_id, number))
    facts = {"charge_id": charge.id, "amount_fen": amount_fen}
    record(session, actor, "receipt.entered", ("receipt", receipt_id), at=now, facts=facts)
    kind = MessageKind.PAYMENT_TAKEN if amount_fen > 0 else MessageKind.REFUND_PAID
    _tell(session, charge, kind, number, amount_fen, {}, now=now)
    return Entered(charge.id)


def reverse_receipt(
    session: Session, receipt_id: int, reason: str, *, actor: Actor, now: datetime
) -> Entered | AlreadyReversed | LaterFirst:
    """Undo an entry by its opposite, with the reason; its number is then free to be entered again.

    Raises NoResultFound for an unknown one.
    """
    person_id = session.execute(
        select(Charge.person_id).join(Charge.receipts).where(Receipt.id == receipt_id)
    ).scalar_one()
    lock_people(session, [person_id])
    receipt = session.get_one(Receipt, receipt_id, populate_existing=True)
    charge = lock_charge(session, receipt.charge_id)
    if receipt.reverses_id is not None or _reversal_of(session, receipt) is not None:
        return AlreadyReversed()
    if not 0 <= charge.paid_fen - receipt.amount_fen <= charge.amount_fen:
        return LaterFirst()
    undone = -receipt.amount_fen
    reversal_id = _add(
        session,
        charge,
        {
            "center_id": receipt.center_id,
            "number": receipt.number,
            "entry": receipt.entry + 1,
            "reverses_id": receipt.id,
            "amount_fen": undone,
            "at": now,
            "by_id": actor.person_id,
            "note": reason,
        },
    )
    if reversal_id is None:
        raise AssertionError(f"somebody entered receipt {receipt_id} again under the lock")
    charge.closed_at = None
    session.flush()
    facts = {"charge_id": charge.id, "amount_fen": undone, "reverses_id": receipt.id}
    record(session, actor, "receipt.reversed", ("receipt", reversal_id), at=now, facts=facts)
    more = {"reason": reason}
    kind = MessageKind.RECEIPT_REVERSED
    _tell(session, charge, kind, receipt.number, receipt.amount_fen, more, now=now)
    return Entered(charge.id)


def _last_entry(session: Session, center_id: int, number: str) -> Receipt | None:
    return session.scalars(
        select(Receipt)
        .where(Receipt.center_id == center_id, Receipt.number == number)
        .options(joinedload(Receipt.charge).joinedload(Charge.person))
        .order_by(Receipt.entry.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    ).first()


def _reversal_of(session: Session, receipt: Receipt) -> int | None:
    return session.scalar(select(Receipt.id).where(Receipt.reverses_id == receipt.id))


def _taken(entered: Receipt | None) -> NumberTaken:
    if entered is None:
        raise AssertionError("a receipt number was in the way and is gone")
    name = entered.charge.person.full_name
    return NumberTaken(entered.number, name, entered.amount_fen, entered.at)


def _add(session: Session, charge: Charge, row: dict[str, Any]) -> int | None:
    """Add a row and count it in the charge; None when the number was entered this moment."""
    receipt_id: int | None = execute_core(
        session,
        _ENTER[session.get_bind().dialect.name],
        {"charge_id": charge.id, **row},
    ).scalar()
    if receipt_id is not None:
        charge.paid_fen += row["amount_fen"]
        session.flush()
    return receipt_id


def _tell(
    session: Session,
    charge: Charge,
    kind: MessageKind,
    number: str,
    amount_fen: int,
    more: dict[str, str],
    *,
    now: datetime,
) -> None:
    told = {"title": charge.title, "number": number, "amount_fen": abs(amount_fen), **more}
    tell(session, [charge.person_id], kind, told, center_id=charge.center_id, now=now)
