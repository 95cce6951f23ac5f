"""Writes events and feeds as iCalendar text (RFC 5545, RFC 7986); pure, it knows no tables."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import icalendar

from venue.calendars.rules import EntryStatus
from venue.timeline.local_time import SHANGHAI, local

PRODUCT = "-//Venue//Neighborhood center//ZH"
CANCELLED_MARK = "【已取消】"
OCCUPIED = "已占用"

# China has had one offset since 1991. A generated VTIMEZONE would also carry the summer times of
# 1986 to 1991, whose RDATE lines some calendar programs misread.
_VTIMEZONE = (
    "BEGIN:VTIMEZONE\r\n"
    "TZID:Asia/Shanghai\r\n"
    "BEGIN:STANDARD\r\n"
    "DTSTART:19920101T000000\r\n"
    "TZNAME:CST\r\n"
    "TZOFFSETFROM:+0800\r\n"
    "TZOFFSETTO:+0800\r\n"
    "END:STANDARD\r\n"
    "END:VTIMEZONE\r\n"
)
_END = "END:VCALENDAR\r\n"
_LINE_ENDS = str.maketrans(dict.fromkeys("\r\v\f\x1c\x1d\x1e\x85\u2028\u2029", "\n"))


@dataclasses.dataclass(frozen=True)
class Event:
    """One occurrence as a calendar shows it.

    `uid` stays for the life of the event; `sequence` rises when its time, place or status
    changes. `revised_at` is the instant of its last change, never the instant of writing, so that
    the same facts always give the same text. All three instants are aware; anything else, or an
    end that is not after the start, raises ValueError. `url` is ASCII, ready to be opened.
    """

    uid: str
    sequence: int
    revised_at: datetime
    status: EntryStatus
    starts_at: datetime
    ends_at: datetime
    summary: str
    location: str | None = None
    description: str | None = None
    url: str | None = None

    def __post_init__(self) -> None:
        """Refuse what would be written as a wrong time."""
        for instant in (self.revised_at, self.starts_at, self.ends_at):
            if instant.tzinfo is None:
                msg = f"{self.uid}: {instant} has no time zone"
                raise ValueError(msg)
        if self.ends_at <= self.starts_at:
            msg = f"{self.uid}: ends at {self.ends_at}, not after {self.starts_at}"
            raise ValueError(msg)


def occupied(event: Event) -> Event:
    """Return the event as the public sees it in a private room: when and where, not what."""
    return dataclasses.replace(event, summary=OCCUPIED, description=None, url=None)


def serialize(event: Event) -> str:
    """Write one VEVENT: CRLF, at most 75 octets a line, folded between characters.

    Times are local to Shanghai and name the time zone that `feed` defines. A cancelled event
    keeps its place in the calendar under the mark 【已取消】.
    """
    vevent = icalendar.Event()
    vevent.add("UID", event.uid)
    vevent.add("SEQUENCE", event.sequence)
    vevent.add("DTSTAMP", event.revised_at.astimezone(UTC))
    vevent.add("LAST-MODIFIED", event.revised_at.astimezone(UTC))
    vevent.add("STATUS", event.status.upper())
    vevent.add("DTSTART", local(event.starts_at))
    vevent.add("DTEND", local(event.ends_at))
    mark = CANCELLED_MARK if event.status is EntryStatus.CANCELLED else ""
    vevent.add("SUMMARY", _printable(mark + event.summary))
    if event.location:
        vevent.add("LOCATION", _printable(event.location))
    if event.description:
        vevent.add("DESCRIPTION", _printable(event.description))
    if event.url:
        vevent.add("URL", event.url)
    text: bytes = vevent.to_ical()
    return text.decode()


def cancelled(text: str, *, uid: str, sequence: int, revised_at: datetime) -> str:
    """Write a confirmed event made by `serialize` again, as one that does not take place."""
    vevent = icalendar.Event.from_ical(text)

    def read(name: str) -> str | None:
        return str(vevent[name]) if name in vevent else None

    return serialize(
        Event(
            uid=uid,
            sequence=sequence,
            revised_at=revised_at,
            status=EntryStatus.CANCELLED,
            starts_at=vevent.decoded("DTSTART"),
            ends_at=vevent.decoded("DTEND"),
            summary=str(vevent["SUMMARY"]),
            location=read("LOCATION"),
            description=read("DESCRIPTION"),
            url=read("URL"),
        )
    )


def feed(name: str, vevents: Iterable[str], refresh: timedelta) -> bytes:
    """Join texts made by `serialize` into one calendar to subscribe to, in UTF-8.

    `refresh` is how long a calendar program may wait before it asks again (RFC 7986, 5.7). There
    is no METHOD: with one, programs take a subscription for an invitation.
    """
    calendar = _calendar()
    # The library knows neither property and would write their commas unescaped.
    calendar.add("NAME", icalendar.vText(_printable(name)))
    calendar.add("X-WR-CALNAME", icalendar.vText(_printable(name)))
    calendar.add("X-WR-TIMEZONE", SHANGHAI.key)
    calendar.add("REFRESH-INTERVAL", refresh, parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", icalendar.vDuration(refresh))
    return _join(calendar, vevents)


def alone(vevent: str) -> bytes:
    """Return one event as a file to add to a calendar, in UTF-8.

    It names no calendar: some programs would make a new one of that name for it.
    """
    return _join(_calendar(), [vevent])


def _calendar() -> icalendar.Calendar:
    calendar = icalendar.Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    return calendar


def _join(calendar: icalendar.Calendar, vevents: Iterable[str]) -> bytes:
    head = calendar.to_ical().decode().removesuffix(_END)
    return "".join([head, _VTIMEZONE, *vevents, _END]).encode()


def _printable(text: str) -> str:
    """Give every line end the one form that TEXT knows, and drop what TEXT may not hold."""
    lines = text.replace("\r\n", "\n").translate(_LINE_ENDS)
    return "".join(
        letter
        for letter in lines
        if letter in "\t\n" or unicodedata.category(letter) not in ("Cc", "Cs")
    )
