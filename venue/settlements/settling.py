"""Taking money for a seat, handing it back, and reducing what it costs.

Each of these locks the person first, as every act on their seats does: two clerks come one after
the other, and the second sees that the account no longer stands as their form showed it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue.audit.rules import Actor
from venue.payments.charging import lock_charge, make_charge, reduce
from venue.payments.entering import enter_receipt
from venue.payments.models import Charge
from venue.payments.outcomes import Entered, Meanwhile, NumberTaken, TooMuch
from venue.people.locking import lock_people
from venue.programs.models import Program
from venue.seats.models import Enrollment
from venue.settlements.reading import Settlement, settlements_of


def take_payment(
    session: Session,
    enrollment_id: int,
    number: str,
    amount_fen: int,
    *,
    open_fen: int,
    center_id: int,
    actor: Actor,
    now: datetime,
) -> Entered | Meanwhile | TooMuch | NumberTaken:
    """Take the whole of what is open, or part of it, at the desk of a center.

    `open_fen` is what was open when the clerk looked. Raises NoResultFound for an unknown
    enrollment.
    """
    one = _locked(session, enrollment_id)
    if one is None or one.balance.open_fen != open_fen:
        return _meanwhile(one)
    if not 0 < amount_fen <= one.balance.open_fen:
        return TooMuch(one.balance.open_fen)
    charge = _charge(session, one, actor=actor, now=now)
    return enter_receipt(
        session, charge, number, amount_fen, center_id=center_id, actor=actor, now=now
    )


def hand_back(
    session: Session,
    enrollment_id: int,
    number: str,
    *,
    refund_fen: int,
    center_id: int,
    actor: Actor,
    now: datetime,
) -> Entered | Meanwhile | NumberTaken:
    """Hand out all that goes back; where the seat has ended, the account is closed with it.

    `refund_fen` is what was to go back when the clerk looked. Raises NoResultFound for an unknown
    enrollment.
    """
    one = _locked(session, enrollment_id)
    if one is None or not refund_fen or one.balance.refund_fen != refund_fen:
        return _meanwhile(one)
    charge = _charge(session, one, actor=actor, now=now)
    outcome = enter_receipt(
        session, charge, number, -refund_fen, center_id=center_id, actor=actor, now=now
    )
    if isinstance(outcome, Entered) and one.fact.ended is not None:
        charge.closed_at = now
        session.flush()
    return outcome


def reduce_price(
    session: Session,
    enrollment_id: int,
    reduced_fen: int,
    because: str,
    *,
    actor: Actor,
    now: datetime,
) -> Entered | Meanwhile | TooMuch:
    """Let a person pay so much less for a seat, all of it less, or the whole price again with 0.

    What was paid beyond it goes back. Raises NoResultFound for an unknown enrollment.
    """
    one = _locked(session, enrollment_id)
    if one is None or one.fact.ended is not None:
        return _meanwhile(one)
    if not 0 <= reduced_fen <= one.fact.price_fen:
        return TooMuch(one.fact.price_fen)
    charge = _charge(session, one, actor=actor, now=now)
    reduce(session, charge, reduced_fen, because, actor=actor, now=now)
    return Entered(charge.id)


def _locked(session: Session, enrollment_id: int) -> Settlement | None:
    """Lock the person of an enrollment and return how it stands; None when it costs nothing."""
    person_id = session.execute(
        select(Enrollment.person_id).where(Enrollment.id == enrollment_id)
    ).scalar_one()
    lock_people(session, [person_id])
    return settlements_of(session, [enrollment_id]).get(enrollment_id)


def _meanwhile(one: Settlement | None) -> Meanwhile:
    return Meanwhile(one.balance.open_fen, one.balance.refund_fen) if one else Meanwhile(0, 0)


def _charge(session: Session, one: Settlement, *, actor: Actor, now: datetime) -> Charge:
    """Return the locked charge of an enrollment; the first time, make it."""
    if one.charge_id is not None:
        return lock_charge(session, one.charge_id)
    owner = select(Program.center_id).where(Program.id == one.program_id)
    charge = make_charge(
        session,
        one.person_id,
        one.title,
        one.fact.price_fen,
        center_id=session.execute(owner).scalar_one(),
        since_at=one.fact.since_at,
        actor=actor,
        now=now,
    )
    session.get_one(Enrollment, one.enrollment_id).charge_id = charge.id
    session.flush()
    return charge
