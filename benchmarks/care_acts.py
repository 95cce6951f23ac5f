"""What each client of `care.py` does: books weeks of care through Venue, or writes them bare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from benchmarks.turns import Tried, timed
from venue import clock
from venue.audit.models import AuditEntry
from venue.audit.rules import Actor, Channel
from venue.childcare.booking_days import Booked, ChildWish, DayWish, WhenFull, book_days
from venue.childcare.models import CareBooking, CareDay
from venue.db import table, write_transaction
from venue.notifications.models import Message
from venue.notifications.rules import MessageKind
from venue.people.models import Person
from venue.people.rules import Language
from venue.places.models import Patron
from venue.seats.models import Enrollment, SeatPool
from venue.seats.rules import EnrollmentStatus


@dataclass(frozen=True)
class Family:
    """Children for whom somebody wants the same days."""

    program_id: int
    center_id: int
    child_ids: tuple[int, ...]
    session_ids: tuple[int, ...]


def through_venue(families: Sequence[Family]) -> list[Tried]:
    """Book for one family after the other, as the form does: all days or none."""
    return [timed(_book, family, "booked") for family in families]


def bare(families: Sequence[Family]) -> list[Tried]:
    """Write the same rows under the same locks, and ask nothing but whether there is a place."""
    return [timed(_insert, family, "booked") for family in families]


def _book(family: Family) -> bool:
    days = tuple(DayWish(id_, meal=True) for id_ in family.session_ids)
    with write_transaction() as session:
        outcome = book_days(
            session,
            family.program_id,
            [ChildWish(id_, days) for id_ in family.child_ids],
            when_full=WhenFull.REFUSE,
            agreed=False,
            actor=Actor(family.child_ids[0], Channel.ONLINE),
            now=clock.now(),
        )
    return isinstance(outcome, Booked)


def _insert(family: Family) -> bool:
    now, many = clock.now(), len(family.child_ids)
    with write_transaction() as session:
        people = select(Person.id).where(Person.id.in_(family.child_ids)).order_by(Person.id)
        session.execute(people.with_for_update(key_share=True))
        pools = session.execute(
            select(SeatPool.id, SeatPool.session_id, SeatPool.capacity - SeatPool.taken)
            .where(SeatPool.session_id.in_(family.session_ids))
            .order_by(SeatPool.id)
            .with_for_update(key_share=True)
        ).all()
        if any(left < many for _, _, left in pools):
            return False
        session.execute(
            update(table(SeatPool))
            .where(table(SeatPool).c.id.in_([id_ for id_, _, _ in pools]))
            .values(taken=table(SeatPool).c.taken + many)
        )
        rows = [
            _enrollment(family, child_id, pool_id, session_id, now)
            for child_id in family.child_ids
            for pool_id, session_id, _ in pools
        ]
        session.execute(insert(table(Enrollment)).inline(), rows)
        made = session.execute(
            select(Enrollment.id, Enrollment.person_id).where(
                Enrollment.person_id.in_(family.child_ids),
                Enrollment.session_id.in_(family.session_ids),
            )
        ).all()
        _write_bookings(session, family, made, now)
    return True


def _enrollment(
    family: Family, child_id: int, pool_id: int, session_id: int | None, now: datetime
) -> dict[str, Any]:
    return {
        "pool_id": pool_id,
        "person_id": child_id,
        "program_id": family.program_id,
        "session_id": session_id,
        "status": EnrollmentStatus.CONFIRMED,
        "channel": Channel.ONLINE,
        "price_fen": 0,
        "created_at": now,
        "changed_at": now,
    }


def _write_bookings(session: Any, family: Family, made: Sequence[Any], now: datetime) -> None:
    bookings = {
        child_id: session.scalar(
            insert(table(CareBooking)).returning(table(CareBooking).c.id),
            {
                "child_id": child_id,
                "program_id": family.program_id,
                "booked_at": now,
                "booked_by_id": family.child_ids[0],
                "channel": Channel.ONLINE,
            },
        )
        for child_id in family.child_ids
    }
    session.execute(
        insert(table(CareDay)).inline(),
        [
            {
                "enrollment_id": id_,
                "booking_id": bookings[child_id],
                "meal": True,
                "nap": False,
                "price_fen": 3000,
                "meal_fen": 1500,
                "nap_fen": 0,
                "absence": "",
            }
            for id_, child_id in made
        ],
    )
    session.execute(
        insert(table(AuditEntry)),
        [
            {
                "at": now,
                "actor_id": family.child_ids[0],
                "channel": Channel.ONLINE,
                "action": "enrollment.confirmed",
                "subject": "enrollment",
                "subject_id": id_,
                "facts": {"pool_id": 1, "person_id": child_id},
            }
            for id_, child_id in made
        ],
    )
    session.execute(
        insert(table(Patron)),
        [
            {"center_id": family.center_id, "person_id": child_id, "since_at": now}
            for child_id in family.child_ids
        ],
    )
    session.execute(
        insert(table(Message)),
        [
            {
                "person_id": child_id,
                "kind": MessageKind.CARE_BOOKED,
                "parameters": {"title": "暑托班", "program_id": family.program_id, "days": 5},
                "language": Language.CHINESE,
                "created_at": now,
            }
            for child_id in family.child_ids
        ],
    )
