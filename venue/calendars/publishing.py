"""Publishing events to calendars: the entry changes in the transaction of the act itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from venue.calendars import ical
from venue.calendars.models import CalendarEntry
from venue.calendars.rules import EntryStatus


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a calendar needs to know of a session or booking; instants aware.

    Of several rooms `room_id` is the first. `published` False keeps it out of public feeds;
    `private` shows the public only 已占用.
    """

    key: str
    center_id: int
    room_id: int | None
    program_id: int | None
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str
    description: str
    url: str
    published: bool
    private: bool


def publish(session: Session, occasions: Iterable[Occasion], *, domain: str, now: datetime) -> None:
    """Create or update the entry of each occasion, in a constant number of statements.

    SEQUENCE grows with a change of time, place or status, the revision with any change of text;
    an occasion that has not changed changes nothing.
    """
    wanted = {occasion.key: occasion for occasion in occasions}
    entries = lock_entries(session, wanted)
    created: list[_Columns] = []
    changed: list[_Columns] = []
    for key, occasion in wanted.items():
        entry = entries.get(key)
        if entry is None:
            first = _columns(occasion, domain=domain, sequence=0, revised_at=now)
            created.append(first | {"key": key, "revision": 1})
            continue
        same = _columns(
            occasion, domain=domain, sequence=entry.sequence, revised_at=entry.revised_at
        )
        if all(getattr(entry, column) == value for column, value in same.items()):
            continue
        after = _columns(
            occasion,
            domain=domain,
            sequence=entry.sequence + (1 if _guests_must_know(entry, occasion) else 0),
            revised_at=_later(entry, now),
        )
        changed.append(after | {"id": entry.id, "revision": entry.revision + 1})
    if created:
        session.execute(insert(CalendarEntry), created)
    if changed:
        session.execute(update(CalendarEntry), changed)


def retract(session: Session, keys: Iterable[str], *, domain: str, now: datetime) -> None:
    """Mark the entries as CANCELLED; they stay in the feeds as tombstones.

    What is cancelled already, or was never published, stays as it is.
    """
    changed = [
        _cancelled_columns(entry, domain=domain, revised_at=_later(entry, now))
        for entry in lock_entries(session, keys).values()
        if entry.status is not EntryStatus.CANCELLED
    ]
    if changed:
        session.execute(update(CalendarEntry), changed)


_Columns = dict[str, Any]


def lock_entries(session: Session, keys: Iterable[str]) -> dict[str, Row[Any]]:
    """Lock the entries of these keys and return them fresh, as rows: no loaded object goes stale.

    Who reads what an entry shall say reads it under this lock: somebody else may just have changed
    it, and what was read before would be written over their text.
    """
    rows = session.execute(
        select(*CalendarEntry.__table__.columns)
        .where(CalendarEntry.key.in_(list(keys)))
        .order_by(CalendarEntry.id)
        .with_for_update()
    )
    return {row.key: row for row in rows}


def _uid(key: str, domain: str) -> str:
    return f"{key}@{domain}"


def _columns(occasion: Occasion, *, domain: str, sequence: int, revised_at: datetime) -> _Columns:
    event = ical.Event(
        uid=_uid(occasion.key, domain),
        sequence=sequence,
        revised_at=revised_at,
        status=EntryStatus.CONFIRMED,
        starts_at=occasion.starts_at,
        ends_at=occasion.ends_at,
        summary=occasion.title,
        location=occasion.place,
        description=occasion.description,
        url=occasion.url,
    )
    return {
        "sequence": sequence,
        "revised_at": revised_at,
        "status": EntryStatus.CONFIRMED,
        "starts_at": occasion.starts_at,
        "ends_at": occasion.ends_at,
        "place": occasion.place,
        "center_id": occasion.center_id,
        "room_id": occasion.room_id,
        "program_id": occasion.program_id,
        "vevent": ical.serialize(event),
        "public_vevent": _public_text(event, occasion),
    }


def _public_text(event: ical.Event, occasion: Occasion) -> str | None:
    if not occasion.published:
        return None
    return ical.serialize(ical.occupied(event) if occasion.private else event)


def _cancelled_columns(entry: Row[Any], *, domain: str, revised_at: datetime) -> _Columns:
    sequence = entry.sequence + 1

    def cancelled(text: str) -> str:
        return ical.cancelled(
            text, uid=_uid(entry.key, domain), sequence=sequence, revised_at=revised_at
        )

    return {
        "id": entry.id,
        "revision": entry.revision + 1,
        "sequence": sequence,
        "revised_at": revised_at,
        "status": EntryStatus.CANCELLED,
        "vevent": cancelled(entry.vevent),
        "public_vevent": entry.public_vevent and cancelled(entry.public_vevent),
    }


def _guests_must_know(entry: Row[Any], occasion: Occasion) -> bool:
    """Say whether time, place or status changes (RFC 5546, 2.1.4)."""
    return (entry.starts_at, entry.ends_at, entry.place, entry.status) != (
        occasion.starts_at,
        occasion.ends_at,
        occasion.place,
        EntryStatus.CONFIRMED,
    )


def _later(entry: Row[Any], now: datetime) -> datetime:
    """Never stamp a revision before the one it replaces: a reader would keep the older text."""
    before: datetime = entry.revised_at
    return max(now, before)
