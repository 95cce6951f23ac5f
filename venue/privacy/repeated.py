"""What two records of one person both have, and of which only one may be in force."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from venue.accounts.models import DeskCode
from venue.attendance.models import Attendance
from venue.audit.recording import record_all
from venue.audit.rules import Actor
from venue.consents.models import Consent
from venue.db import Base
from venue.lunch.models import MealOrder
from venue.lunch.ordering import cancel
from venue.people.models import Delegation


def end_repeated(
    session: Session, kept_id: int, gone_id: int, *, actor: Actor, now: datetime
) -> None:
    """End what the record that goes has and the kept one has too, quietly: nothing is lost by it.

    Both records' codes end as well: each was shown to who stood there for one of the two.
    """
    _end_delegations(session, kept_id, gone_id, actor=actor, now=now)
    agreed = select(Consent.text_id).where(
        Consent.person_id == kept_id, Consent.withdrawn_at.is_(None)
    )
    _change(
        session,
        Consent,
        {"withdrawn_at": now, "withdrawn_by_id": actor.person_id},
        Consent.person_id == gone_id,
        Consent.withdrawn_at.is_(None),
        Consent.text_id.in_(agreed),
    )
    _change(
        session,
        DeskCode,
        {"revoked_at": now},
        DeskCode.person_id.in_([kept_id, gone_id]),
        DeskCode.used_at.is_(None),
        DeskCode.revoked_at.is_(None),
    )
    _prefer_arrivals(session, kept_id, gone_id)
    _end_meals(session, kept_id, gone_id, actor=actor, now=now)


def _end_delegations(
    session: Session, kept_id: int, gone_id: int, *, actor: Actor, now: datetime
) -> None:
    """End delegations with somebody with whom the kept record has one in force."""
    ends = (Delegation.delegate_id, Delegation.principal_id)
    repeated = [
        one
        for end, other in (ends, ends[::-1])
        for one in _repeated(session, end, other, kept_id, gone_id)
    ]
    for one in repeated:
        one.ended_at, one.ended_by_id = now, actor.person_id
    session.flush()
    ended = [
        (
            ("delegation", one.id),
            {"delegate_id": one.delegate_id, "principal_id": one.principal_id},
        )
        for one in repeated
    ]
    record_all(session, actor, "delegation.ended", ended, at=now)


def _repeated(
    session: Session,
    end: InstrumentedAttribute[int],
    other: InstrumentedAttribute[int],
    kept_id: int,
    gone_id: int,
) -> list[Delegation]:
    theirs = aliased(Delegation)
    with_whom = select(getattr(theirs, other.key)).where(
        getattr(theirs, end.key) == kept_id, theirs.ended_at.is_(None)
    )
    found = session.scalars(
        select(Delegation)
        .where(end == gone_id, Delegation.ended_at.is_(None), other.in_(with_whom))
        .order_by(Delegation.id)
        .with_for_update()
    )
    return list(found)


def _prefer_arrivals(session: Session, kept_id: int, gone_id: int) -> None:
    """Let the kept record have come to a session to which one of the two came."""
    came = aliased(Attendance)
    of_gone = {
        one.session_id: one
        for one in session.scalars(
            select(came).where(came.person_id == gone_id, came.arrived_at.is_not(None))
        )
    }
    missed = session.scalars(
        select(Attendance).where(
            Attendance.person_id == kept_id,
            Attendance.missed_at.is_not(None),
            Attendance.session_id.in_(of_gone),
        )
    )
    for one in missed:
        arrived = of_gone[one.session_id]
        one.missed_at, one.arrived_at, one.way = None, arrived.arrived_at, arrived.way
        one.marked_at, one.marked_by_id = arrived.marked_at, arrived.marked_by_id
    session.flush()


def _end_meals(
    session: Session, kept_id: int, gone_id: int, *, actor: Actor, now: datetime
) -> None:
    """Cancel the second meal of a day; one that is being cooked already stays."""
    theirs = aliased(MealOrder)
    days = select(theirs.served_on).where(theirs.person_id == kept_id, theirs.ended_at.is_(None))
    repeated = session.scalars(
        select(MealOrder.id)
        .where(
            MealOrder.person_id == gone_id,
            MealOrder.ended_at.is_(None),
            MealOrder.served_on.in_(days),
        )
        .order_by(MealOrder.id)
    ).all()
    for order_id in repeated:
        cancel(session, order_id, actor=actor, now=now)


def _change(
    session: Session, model: type[Base], values: dict[str, Any], *which: ColumnElement[bool]
) -> None:
    session.execute(
        update(model).where(*which).values(values),
        execution_options={"synchronize_session": False},
    )
