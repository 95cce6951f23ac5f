"""Reads feeds: what tells two states of one apart, and the texts; one query each."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from venue.calendars import ical
from venue.calendars.models import CalendarEntry
from venue.calendars.rules import REFRESH, remembered_since


@dataclass(frozen=True, slots=True)
class Feed:
    """A public feed: its name, and which entries it holds."""

    name: str
    holds: ColumnElement[bool]


def public_tag(session: Session, feed: Feed, *, now: datetime) -> str:
    """Return a hex digest that differs whenever the feed's bytes do; reads no event text.

    An entry that comes in or changes has a later revision and a higher sum of them; one that
    leaves lowers the count. The digest covers the header, so a new name changes it as well.
    """
    figures = session.execute(
        _of(feed, now).with_only_columns(
            func.count(),
            func.sum(CalendarEntry.revision),
            func.sum(CalendarEntry.id),
            func.max(CalendarEntry.revised_at),
        )
    ).one()
    header = ical.feed(feed.name, [], REFRESH)
    return hashlib.sha256(header + repr([str(figure) for figure in figures]).encode()).hexdigest()


def public_body(session: Session, feed: Feed, *, now: datetime) -> bytes:
    """Return the public feed as it is sent: in private rooms only 已占用."""
    texts = session.scalars(
        _of(feed, now)
        .with_only_columns(CalendarEntry.public_vevent)
        .order_by(CalendarEntry.starts_at, CalendarEntry.id)
    )
    return ical.feed(feed.name, (text for text in texts if text is not None), REFRESH)


def personal_body(session: Session, name: str, entry_ids: Select[int], *, now: datetime) -> bytes:
    """Return a private feed of the entries that `entry_ids` selects, with their full texts."""
    texts = session.scalars(
        select(CalendarEntry.vevent)
        .where(
            CalendarEntry.id.in_(entry_ids),
            CalendarEntry.ends_at >= remembered_since(now),
        )
        .order_by(CalendarEntry.starts_at, CalendarEntry.id)
    )
    return ical.feed(name, texts, REFRESH)


def _of(feed: Feed, now: datetime) -> Select[CalendarEntry]:
    return select(CalendarEntry).where(
        feed.holds,
        CalendarEntry.public_vevent.is_not(None),
        CalendarEntry.ends_at >= remembered_since(now),
    )
