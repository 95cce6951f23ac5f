"""The call list of a desk: whom to tell by telephone what they have no account to read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session, joinedload

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.notifications.models import Call, Message
from venue.notifications.rules import AGAIN_AFTER, UNREAD_AFTER, CallResult, due_at
from venue.people.acting import in_force, who_act_for
from venue.people.locking import lock_people
from venue.people.models import Delegation, Person
from venue.people.rules import Basis
from venue.places.models import Patron
from venue.timeline.local_time import local_date

MOST_MESSAGES = 500
"""Messages looked at in one list, the oldest first; what is said makes room for the rest (own)."""


@dataclass(frozen=True, slots=True)
class Task:
    """Somebody to call, and all that is to be said in that one call."""

    person: Person
    messages: Sequence[Message]
    """Oldest first, never empty."""
    due_at: datetime
    """By when the most pressing of it must have been heard."""
    relatives: Sequence[Person] = ()
    """Who acts for them and has not read it either: they may be told instead."""
    last: Call | None = None
    """The newest try since the first of the messages was sent."""

    @property
    def up_to_id(self) -> int:
        """The newest message: one that comes while they talk has not been said."""
        return self.messages[-1].id

    def rests(self, now: datetime) -> bool:
        """Tell whether somebody tried, and it is not yet time to try again."""
        return self.last is not None and (self.last.again_at or now) > now


@dataclass(frozen=True, slots=True)
class Tried:
    """How a call ended: `up_to_id` is the newest message that was on the list."""

    up_to_id: int
    result: CallResult
    again_at: datetime | None = None
    """When they want to be called; whoever did not answer is due in an hour."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """The call is written down."""

    messages: int
    """How many messages were said; none when nobody was reached."""


@dataclass(frozen=True, slots=True)
class NothingToSay:
    """Nothing waits for the person any more: a colleague reached them, or a relative read it."""


def call_list(session: Session, center_id: int, *, now: datetime) -> list[Task]:
    """Return whom to call: who was not tried lately first, then the most pressing.

    Nobody is left out who has no account: those for whom somebody acts are on it when that person
    has not read it after some hours. In at most three queries.
    """
    waiting: dict[int, list[Message]] = defaultdict(list)
    people: dict[int, Person] = {}
    for message, person in session.execute(
        select(Message, Person)
        .join(Person, Person.id == Message.person_id)
        .where(*_waits(center_id, now))
        .options(joinedload(Person.neighborhood))
        .order_by(Message.id)
        .limit(MOST_MESSAGES)
    ):
        waiting[person.id].append(message)
        people[person.id] = person
    relatives = who_act_for(session, waiting, today=local_date(now))
    tries = _last_tries(session, center_id, waiting)
    tasks = [
        Task(
            people[person_id],
            messages,
            min(due_at(one.parameters, one.created_at) for one in messages),
            relatives.get(person_id, ()),
            tries.get(person_id),
        )
        for person_id, messages in waiting.items()
    ]
    return sorted(tasks, key=lambda one: (one.rests(now), one.due_at, one.person.id))


def note_call(
    session: Session,
    center_id: int,
    person_id: int,
    tried: Tried,
    *,
    actor: Actor,
    now: datetime,
) -> Noted | NothingToSay:
    """Write down how a call ended; what was said counts as read, anything else stays listed."""
    lock_people(session, [person_id])
    said = session.scalars(
        select(Message.id)
        .join(Person, Person.id == Message.person_id)
        .where(*_waits(center_id, now), Person.id == person_id, Message.id <= tried.up_to_id)
    ).all()
    if not said:
        return NothingToSay()
    reached = tried.result is CallResult.REACHED
    made = Call(
        person_id=person_id,
        center_id=center_id,
        up_to_id=max(said),
        result=tried.result,
        again_at=None if reached else tried.again_at or now + AGAIN_AFTER,
        note=tried.note,
        called_at=now,
        called_by_id=actor.person_id,
    )
    session.add(made)
    if reached:
        session.execute(update(Message).where(Message.id.in_(said)).values(read_at=now))
    session.flush()
    facts = {"center_id": center_id, "result": tried.result, "messages": len(said)}
    record(session, actor, "person.called", ("person", person_id), at=now, facts=facts)
    return Noted(len(said) if reached else 0)


def _waits(center_id: int, now: datetime) -> list[ColumnElement[bool]]:
    """Choose the messages that the desk of a center has to say, joined with their people."""
    known = exists().where(Patron.center_id == center_id, Patron.person_id == Person.id)
    acted_for = exists().where(
        Delegation.principal_id == Person.id,
        in_force(local_date(now)),
        or_(Delegation.basis == Basis.GUARDIAN, Message.created_at > now - UNREAD_AFTER),
    )
    return [
        Message.to_call.is_(True),
        Message.read_at.is_(None),
        or_(Message.center_id == center_id, and_(Message.center_id.is_(None), known)),
        Person.has_account.is_(False),
        ~acted_for,
    ]


def _last_tries(
    session: Session, center_id: int, waiting: dict[int, list[Message]]
) -> dict[int, Call]:
    newest = (
        select(func.max(Call.id))
        .where(Call.center_id == center_id, Call.person_id.in_(waiting))
        .group_by(Call.person_id)
    )
    return {
        one.person_id: one
        for one in session.scalars(select(Call).where(Call.id.in_(newest)))
        if one.up_to_id >= waiting[one.person_id][0].id
    }
