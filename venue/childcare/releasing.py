"""The door: a child goes with whom its guardians named, and with nobody else; each try is kept.

A refusal is written down, too, and stays written: these verbs undo nothing when they refuse.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.childcare.at_door import Door, at_door, release_of
from venue.childcare.codes import code_hash
from venue.childcare.door_models import Collection
from venue.childcare.file_models import CollectionPermit
from venue.childcare.rules import (
    ReleaseRefusal,
    ReleaseWay,
    alone,
    by_code,
    by_guardian,
    by_permit,
)
from venue.config import settings
from venue.notifications.rules import MessageKind
from venue.notifications.telling import tell
from venue.people.models import Person
from venue.timeline.local_time import local_date

SAID_WRONG = frozenset(
    {ReleaseRefusal.WRONG_CODE, ReleaseRefusal.REVOKED, ReleaseRefusal.OTHER_DAY}
)
"""What counts as a wrong code: whoever has an old one has no more right than who guesses."""
TELLING = frozenset({ReleaseRefusal.NOT_LISTED, ReleaseRefusal.REVOKED, ReleaseRefusal.OTHER_DAY})
"""What guardians hear of at once. A mistyped digit, or a child that is gone already, is kept in the
record alone; too many wrong codes have a message of their own."""


@dataclass(frozen=True, slots=True)
class Released:
    """The child has left, and its guardians are told."""

    collection_id: int
    collector: str
    """Who took it; empty when it went alone."""
    relation: str


@dataclass(frozen=True, slots=True)
class Kept:
    """The child stays, and that somebody tried is written down."""

    reason: ReleaseRefusal
    collection_id: int


@dataclass(frozen=True, slots=True)
class ReleaseUndone:
    """The child is there again: the wrong one was tapped."""


@dataclass(frozen=True, slots=True)
class NotReleased:
    """The child has not left, so there is nothing to take back."""


def release_by_code(
    session: Session,
    session_id: int,
    child_id: int,
    code: str,
    *,
    key: bytes,
    actor: Actor,
    now: datetime,
) -> Released | Kept:
    """Let a child go with whom knows a code of it; too many wrong ones lock all its codes.

    `key` is that of `codes.code_key`. Raises NoResultFound for an unknown session, as do all here.
    """
    door = at_door(session, session_id, child_id)
    found = by_code(door.fact, code_hash(key, child_id, code), local_date(now))
    if isinstance(found, ReleaseRefusal):
        _count_wrong(session, door, found, actor=actor, now=now)
        return _keep(session, door, ReleaseWay.CODE, found, actor=actor, now=now)
    door.file.wrong_codes = 0
    permit = door.permits[found.permit_id]
    return _let_go(session, door, ReleaseWay.CODE, permit=permit, actor=actor, now=now)


def release_to_permitted(
    session: Session, session_id: int, child_id: int, permit_id: int, *, actor: Actor, now: datetime
) -> Released | Kept:
    """Let a child go with a permitted adult whom the carer has identified."""
    door = at_door(session, session_id, child_id)
    found = by_permit(door.fact, permit_id, local_date(now))
    permit = door.permits.get(permit_id)
    if isinstance(found, ReleaseRefusal):
        who = ("", "") if permit is None else (permit.full_name, permit.relation)
        way = ReleaseWay.IDENTIFIED
        return _keep(session, door, way, found, who=who, permit=permit, actor=actor, now=now)
    return _let_go(session, door, ReleaseWay.IDENTIFIED, permit=permit, actor=actor, now=now)


def release_to_guardian(
    session: Session,
    session_id: int,
    child_id: int,
    guardian_id: int,
    *,
    actor: Actor,
    now: datetime,
) -> Released | Kept:
    """Let a child go with a guardian whom the carer has identified; they need no permit."""
    door = at_door(session, session_id, child_id)
    refused = by_guardian(door.fact, guardian_id)
    if refused is not None:
        return _keep(session, door, ReleaseWay.IDENTIFIED, refused, actor=actor, now=now)
    guardian = door.guardians[guardian_id]
    return _let_go(session, door, ReleaseWay.IDENTIFIED, guardian=guardian, actor=actor, now=now)


def release_alone(
    session: Session, session_id: int, child_id: int, *, actor: Actor, now: datetime
) -> Released | Kept:
    """Let a child go home by itself, where it is eight and a guardian has allowed it."""
    door = at_door(session, session_id, child_id)
    refused = alone(door.fact, local_date(now))
    if refused is not None:
        return _keep(session, door, ReleaseWay.ALONE, refused, actor=actor, now=now)
    return _let_go(session, door, ReleaseWay.ALONE, actor=actor, now=now)


def refuse_stranger(
    session: Session,
    session_id: int,
    child_id: int,
    who: tuple[str, str],
    *,
    actor: Actor,
    now: datetime,
) -> Kept:
    """Write down that somebody came who is on no list, as they name themselves and their relation.

    Of a child that is not there the record says that instead.
    """
    door = at_door(session, session_id, child_id)
    reason = door.fact.kept() or ReleaseRefusal.NOT_LISTED
    way = ReleaseWay.IDENTIFIED
    return _keep(session, door, way, reason, who=who, actor=actor, now=now)


def undo_release(
    session: Session, session_id: int, child_id: int, *, actor: Actor, now: datetime
) -> ReleaseUndone | NotReleased:
    """Take a release back: the wrong row was tapped. The record keeps both."""
    door = at_door(session, session_id, child_id)
    gone = release_of(session, session_id, child_id)
    if gone is None:
        return NotReleased()
    gone.undone_at, gone.undone_by_id = now, actor.person_id
    session.flush()
    facts = {"session_id": session_id}
    record(session, actor, "child.release_undone", ("person", child_id), at=now, facts=facts)
    _tell(session, door, MessageKind.COLLECTION_UNDONE, now=now)
    return ReleaseUndone()


def _let_go(
    session: Session,
    door: Door,
    way: ReleaseWay,
    *,
    permit: CollectionPermit | None = None,
    guardian: Person | None = None,
    actor: Actor,
    now: datetime,
) -> Released:
    gone = Collection(
        session_id=door.one.id,
        child_id=door.child.id,
        at=now,
        by_id=actor.person_id,
        way=way,
        permit_id=permit.id if permit else None,
        guardian_id=guardian.id if guardian else None,
        collector=permit.full_name if permit else guardian.full_name if guardian else "",
        relation=permit.relation if permit else "",
    )
    session.add(gone)
    session.flush()
    facts = {
        "session_id": door.one.id,
        "way": way,
        "permit_id": gone.permit_id,
        "guardian_id": gone.guardian_id,
    }
    record(session, actor, "child.released", ("person", door.child.id), at=now, facts=facts)
    if way is ReleaseWay.ALONE:
        _tell(session, door, MessageKind.CHILD_LEFT_ALONE, now=now)
    else:
        who = {"collector": gone.collector, "relation": gone.relation}
        _tell(session, door, MessageKind.CHILD_COLLECTED, now=now, **who)
    return Released(gone.id, gone.collector, gone.relation)


def _keep(
    session: Session,
    door: Door,
    way: ReleaseWay,
    reason: ReleaseRefusal,
    *,
    who: tuple[str, str] = ("", ""),
    permit: CollectionPermit | None = None,
    actor: Actor,
    now: datetime,
) -> Kept:
    collector, relation = who
    tried = Collection(
        session_id=door.one.id,
        child_id=door.child.id,
        at=now,
        by_id=actor.person_id,
        way=way,
        permit_id=permit.id if permit else None,
        collector=collector,
        relation=relation,
        refusal=reason,
    )
    session.add(tried)
    session.flush()
    facts = {
        "session_id": door.one.id,
        "way": way,
        "refusal": reason,
        "permit_id": tried.permit_id,
    }
    record(session, actor, "child.kept", ("person", door.child.id), at=now, facts=facts)
    if reason in TELLING:
        told = {"collector": collector, "relation": relation, "reason": reason}
        _tell(session, door, MessageKind.COLLECTION_REFUSED, now=now, **told)
    return Kept(reason, tried.id)


def _count_wrong(
    session: Session, door: Door, reason: ReleaseRefusal, *, actor: Actor, now: datetime
) -> None:
    """Count a code that was not right; the last of them locks all codes of the child."""
    if reason not in SAID_WRONG:
        return
    door.file.wrong_codes += 1
    if door.file.wrong_codes < settings().care_wrong_codes:
        return
    door.file.codes_locked_at = now
    session.flush()
    facts = {"session_id": door.one.id}
    record(session, actor, "codes.locked", ("person", door.child.id), at=now, facts=facts)
    _tell(session, door, MessageKind.CODES_LOCKED, now=now)


def _tell(session: Session, door: Door, kind: MessageKind, *, now: datetime, **more: Any) -> None:
    told = {
        "title": door.one.program.title,
        "program_id": door.one.program_id,
        "at": now.isoformat(),
        **more,
    }
    # What is told a child, all of its guardians read.
    center_id = door.one.program.center_id
    tell(session, [door.child.id], kind, told, center_id=center_id, now=now)
