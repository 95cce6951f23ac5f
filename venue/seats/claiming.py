"""Writing claims: adding and ending them, recording and telling what became of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session, contains_eager, joinedload

from venue.audit.recording import record
from venue.audit.rules import Actor, Channel
from venue.db import execute_core, insert_new, table
from venue.notifications.rules import MessageKind
from venue.notifications.telling import settle, tell
from venue.people.models import Person
from venue.places.membership import know
from venue.seats.models import Enrollment, SeatPool, WaitlistOffer
from venue.seats.rules import SEATED, EnrollmentStatus, OfferAnswer
from venue.seats.seating import Seating


@dataclass(frozen=True, slots=True)
class Claim:
    """An enrollment as audit and messages speak of it."""

    enrollment_id: int
    pool_id: int
    person_id: int
    full_name: str
    program_id: int
    title: str
    center_id: int
    session_at: datetime | None
    """When the session begins that was booked; None: it is a seat in the whole program."""

    @classmethod
    def of(cls, enrollment: Enrollment) -> Claim:
        """Return what is said of an enrollment whose person, program and session are loaded."""
        return cls(
            enrollment_id=enrollment.id,
            pool_id=enrollment.pool_id,
            person_id=enrollment.person_id,
            full_name=enrollment.person.full_name,
            program_id=enrollment.program_id,
            title=enrollment.program.title,
            center_id=enrollment.program.center_id,
            session_at=enrollment.session.starts_at if enrollment.session else None,
        )


def load_claims(session: Session, ids: Sequence[int]) -> list[Enrollment]:
    """Return enrollments fresh, in this order, with all that is said of them."""
    if not ids:
        return []
    found = session.scalars(
        select(Enrollment)
        .join(Enrollment.program)
        .join(Enrollment.person)
        .where(Enrollment.id.in_(ids))
        .options(
            contains_eager(Enrollment.program),
            contains_eager(Enrollment.person),
            joinedload(Enrollment.pool),
            joinedload(Enrollment.session),
        )
        .execution_options(populate_existing=True)
    )
    by_id = {one.id: one for one in found}
    return [by_id[id_] for id_ in ids]


@dataclass(frozen=True, slots=True)
class NewClaims:
    """Claims to be added: of whom, each in which pool, with what they wrote."""

    people: Sequence[Person]
    places: Sequence[int]
    status: EnrollmentStatus
    statement: str = ""
    price_fen: int | None = None
    """None: what the program costs now."""


_ENROLLMENT = {
    dialect: insert.returning(Enrollment.id) for dialect, insert in insert_new(Enrollment).items()
}


def add_claims(
    session: Session, seating: Seating, new: NewClaims, *, actor: Actor, now: datetime
) -> list[Claim] | None:
    """Add claims of people who come together; None when one of them has a claim already.

    That is known before, under the lock of the people. The unique indexes are the backstop for a
    writer that did not lock them.
    """
    added: list[Claim] = []
    for person, pool_id in zip(new.people, new.places, strict=True):
        enrollment_id = execute_core(
            session,
            _ENROLLMENT[session.get_bind().dialect.name],
            {
                "pool_id": pool_id,
                "person_id": person.id,
                "program_id": seating.program_id,
                "session_id": seating.session_id,
                "term_id": seating.term_id,
                # One seat a term is a rule of series; sessions may be booked side by side.
                "limit_group": seating.limit_group if seating.session_id is None else None,
                "group_id": added[0].enrollment_id if added else None,
                "status": new.status,
                "channel": actor.channel,
                "price_fen": seating.price_fen if new.price_fen is None else new.price_fen,
                "statement": new.statement,
                "created_at": now,
                "changed_at": now,
            },
        ).scalar()
        if enrollment_id is None:
            return None
        know(session, seating.center_id, person.id, now=now)
        added.append(
            Claim(
                enrollment_id=enrollment_id,
                pool_id=pool_id,
                person_id=person.id,
                full_name=person.full_name,
                program_id=seating.program_id,
                title=seating.title,
                center_id=seating.center_id,
                session_at=seating.session_starts_at,
            )
        )
    if len(added) > 1:
        first = added[0].enrollment_id
        session.execute(
            update(Enrollment).where(Enrollment.id == first).values(group_id=first),
            execution_options={"synchronize_session": False},
        )
    return added


def seat(pool: SeatPool, channel: Channel, seats: int = 1) -> None:
    """Count seats of a locked pool as taken by a channel, or with -1 as free again."""
    pool.taken += seats
    if channel is not Channel.ONLINE:
        pool.counter_taken += seats


_SEATS = (
    update(table(SeatPool))
    .where(SeatPool.id == bindparam("of"))
    .values(
        taken=SeatPool.taken + bindparam("people"),
        counter_taken=SeatPool.counter_taken + bindparam("at_counter"),
    )
)


def seat_many(session: Session, people: Mapping[tuple[int, Channel], int]) -> None:
    """Count seats of many locked pools as taken, by pool and channel, in one statement.

    The CHECK of a pool refuses one too many. Pools that are loaded are read again when asked.
    """
    total: Counter[int] = Counter()
    at_counter: Counter[int] = Counter()
    for (pool_id, channel), count in people.items():
        total[pool_id] += count
        at_counter[pool_id] += count * (channel is not Channel.ONLINE)
    rows = [
        {"of": id_, "people": count, "at_counter": at_counter[id_]} for id_, count in total.items()
    ]
    if rows:
        execute_core(session, _SEATS, rows)
    for pool in session.identity_map.values():
        if isinstance(pool, SeatPool) and pool.id in total:
            session.expire(pool, ["taken", "counter_taken"])


def leave(
    session: Session,
    pool: SeatPool,
    enrollment: Enrollment,
    status: EnrollmentStatus,
    answer: OfferAnswer,
    *,
    now: datetime,
) -> None:
    """End a claim in a locked pool, free its seat, and close its open offer if it has one."""
    if enrollment.status in SEATED:
        seat(pool, enrollment.channel, -1)
    if enrollment.status is EnrollmentStatus.OFFERED:
        answer_offer(session, enrollment, answer, now=now)
    enrollment.status = status
    enrollment.changed_at = now
    session.flush()


def answer_offer(
    session: Session, enrollment: Enrollment, answer: OfferAnswer, *, now: datetime
) -> None:
    """Close the open offer of an enrollment; nobody needs to hear of it any more."""
    session.execute(
        update(WaitlistOffer)
        .where(WaitlistOffer.enrollment_id == enrollment.id, WaitlistOffer.answered_at.is_(None))
        .values(answered_at=now, answer=answer)
        .execution_options(synchronize_session="fetch")
    )
    about: dict[str, int | str] = {"program_id": enrollment.program_id}
    if enrollment.session:
        about["session_at"] = enrollment.session.starts_at.isoformat()
    settle(session, enrollment.person_id, MessageKind.SEAT_OFFERED, about, now=now)


def record_claim(
    session: Session, actor: Actor, action: str, claim: Claim, *, now: datetime
) -> None:
    """Record an act on an enrollment."""
    record(
        session,
        actor,
        action,
        ("enrollment", claim.enrollment_id),
        at=now,
        facts={"pool_id": claim.pool_id, "person_id": claim.person_id},
    )


def tell_about(
    session: Session,
    claim: Claim,
    kind: MessageKind,
    more: dict[str, object],
    *,
    now: datetime,
) -> None:
    """Tell the person of an enrollment, and name course, session and person in the message."""
    tell(
        session,
        [claim.person_id],
        kind,
        {
            "title": claim.title,
            "program_id": claim.program_id,
            "person": claim.full_name,
            **({"session_at": claim.session_at.isoformat()} if claim.session_at else {}),
            **more,
        },
        center_id=claim.center_id,
        now=now,
    )
