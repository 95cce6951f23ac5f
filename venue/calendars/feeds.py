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
    """A calendar to subscribe to: its name, and the condition on the entries that it holds."""

    name: str
    holds: ColumnElement[bool]


def public_tag(session: Session, feed: Feed, *, now: datetime) -> str:
    """Return a hex digest that differs whenever the public body does; reads no event text.

    An entry that comes in or changes has a later revision and a higher sum of them; one that
    leaves lowers the count. The digest covers the header, so a new name changes it as well.
    """
    figures = session.execute(
        _public(_entries(feed, now)).with_only_columns(
            func.count(),
            func.sum(CalendarEntry.revision),
            func.sum(CalendarEntry.id),
            func.max(CalendarEntry.revised_at),
        )
    ).one()
    header = ical.feed(feed.name, [], REFRESH)
    return hashlib.sha256(header + repr([str(figure) for figure in figures]).encode()).hexdigest()


def public_body(session: Session, feed: Feed, *, now: datetime) -> bytes:
    """Return the feed as the public gets it: in private rooms only 已占用."""
    rows = _public(_in_order(_entries(feed, now))).with_only_columns(CalendarEntry.public_vevent)
    return ical.feed(feed.name, (text for text in session.scalars(rows) if text), REFRESH)


def personal_body(session: Session, feed: Feed, *, now: datetime) -> bytes:
    """Return the feed with the full texts, for those who have a seat in its events."""
    rows = _in_order(_entries(feed, now)).with_only_columns(CalendarEntry.vevent)
    return ical.feed(feed.name, session.scalars(rows), REFRESH)


def _entries(feed: Feed, now: datetime) -> Select[CalendarEntry]:
    return select(CalendarEntry).where(feed.holds, CalendarEntry.ends_at >= remembered_since(now))


def _public(entries: Select[CalendarEntry]) -> Select[CalendarEntry]:
    return entries.where(CalendarEntry.public_vevent.is_not(None))


def _in_order(entries: Select[CalendarEntry]) -> Select[CalendarEntry]:
    return entries.order_by(CalendarEntry.starts_at, CalendarEntry.id)
