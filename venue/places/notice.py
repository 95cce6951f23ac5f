"""Reading the yearly notice on holidays as people paste it: lines in, days and faults out; pure.

The notice of the General Office of the State Council (国务院办公厅关于……部分节假日安排的通知) gives
each holiday a line: its name, the days off as a range, how many they are, and the weekend days
that are worked instead. Weekdays and counts are said twice there, so a slip in copying, or the
wrong year, is found by comparing them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from venue.places.rules import SATURDAY, DayKind

LONGEST_HOLIDAY = 15
"""Days; the longest so far had nine (own): a longer range is a slip in its months."""


@dataclass(frozen=True, slots=True)
class NoticeDay:
    """One date that the notice says something of."""

    on: date
    kind: DayKind
    name: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The line speaks of days off or worked, but names no date that could be read."""


@dataclass(frozen=True, slots=True)
class Nameless:
    """A line with dates has no name of a holiday and a colon before it, nor has a line above it."""


@dataclass(frozen=True, slots=True)
class NoSuchDay:
    """The calendar has no such date."""

    month: int
    day: int


@dataclass(frozen=True, slots=True)
class OtherWeekday:
    """The notice gives a date another weekday than the calendar of that year (ISO numbers)."""

    on: date
    said: int


@dataclass(frozen=True, slots=True)
class OtherCount:
    """The notice says a number of days off; its dates give another."""

    said: int
    counted: int


@dataclass(frozen=True, slots=True)
class BadRange:
    """A range ends before it begins, or is longer than any holiday."""

    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True)
class NoWeekend:
    """A make-up workday is a Saturday or Sunday; this date is neither."""

    on: date


@dataclass(frozen=True, slots=True)
class SaidTwice:
    """The date is given by two lines, or as off and as worked."""

    on: date


Fault = (
    Unreadable | Nameless | NoSuchDay | OtherWeekday | OtherCount | BadRange | NoWeekend | SaidTwice
)


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A line of the pasted text, counted from 1, with what was read from it.

    One without days and faults is prose that says nothing of any date.
    """

    number: int
    text: str
    days: tuple[NoticeDay, ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """The whole text. `year` is the one in its title, None when it has none."""

    year: int | None
    lines: tuple[NoticeLine, ...]

    @property
    def days(self) -> tuple[NoticeDay, ...]:
        """Every date that was read, in order."""
        return tuple(sorted((day for line in self.lines for day in line.days), key=_by_date))

    @property
    def faults(self) -> tuple[NoticeLine, ...]:
        """The lines that could not be read."""
        return tuple(line for line in self.lines if line.faults)


def _by_date(day: NoticeDay) -> date:
    return day.on


_TITLE = re.compile(r"(20\d{2})年\s*(?:部分)?\s*节假日")
_NUMBER = r"(?:[一二三四五六七八九十]+、|\d+[.、])"
_ITEM = re.compile(rf"(?<=。)\s*(?={_NUMBER})")
_NAMED = re.compile(rf"^{_NUMBER}?\s*([^:。,]{{2,12}}):")
_DATE = r"(?:(20\d{2})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:\(([^)]*)\))?"
_SPAN = re.compile(rf"{_DATE}(?:\s*(?:至|到|-|—|~)\s*{_DATE})?")
_COUNT = re.compile(r"(?:共|放假)(\d{1,2})天")
_WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")
_WEEKDAYS = {name: number for number, name in enumerate("一二三四五六日", start=1)} | {"天": 7}


def read_notice(text: str, year: int | None = None) -> Notice:
    """Read a notice; `year` is that of its dates when the text does not name it.

    Nothing is guessed: a line with a fault gives no days at all.
    """
    plain = unicodedata.normalize("NFKC", text)
    titled = _TITLE.search("".join(plain.split()))
    of_year = int(titled[1]) if titled else year
    if of_year is None:
        return Notice(None, ())
    lines: list[NoticeLine] = []
    name: str | None = None
    for number, line in enumerate(plain.splitlines(), start=1):
        for item in filter(None, map(str.strip, _ITEM.split(line))):
            named = _NAMED.match(item)
            name = named[1] if named else name
            taken = {day.on for other in lines for day in other.days}
            lines.append(_read_line(number, item, name, of_year, taken))
    return Notice(of_year, tuple(lines))


def _read_line(number: int, text: str, name: str | None, year: int, taken: set[date]) -> NoticeLine:
    """Read one line; without a name of its own it goes on with the holiday above it."""
    clauses = [one for one in re.split(r"[。;]", text) if _kind(one)]
    if not clauses or not (_NAMED.match(text) or re.search(r"\d日", text)):
        return NoticeLine(number, text)
    if name is None:
        return NoticeLine(number, text, faults=(Nameless(),))
    days: list[NoticeDay] = []
    faults: list[Fault] = []
    for clause in clauses:
        read, wrong = _read_clause(clause, name, year)
        faults += wrong
        for day in read:
            if day.on in taken:
                faults.append(SaidTwice(day.on))
            taken.add(day.on)
            days.append(day)
    return NoticeLine(number, text, () if faults else tuple(days), tuple(faults))


def _kind(clause: str) -> DayKind | None:
    if "上班" in clause:
        return DayKind.MAKEUP_WORKDAY
    return DayKind.HOLIDAY if "放假" in clause else None


def _read_clause(clause: str, name: str, year: int) -> tuple[list[NoticeDay], list[Fault]]:
    """Return the days of one sentence, all off or all worked, and what is wrong with it."""
    kind = _kind(clause) or DayKind.HOLIDAY
    days: list[NoticeDay] = []
    faults: list[Fault] = []
    month: int | None = None
    for found in _SPAN.finditer(clause):
        parts = found.groups()
        first, month = _date(parts[:4], year, month, faults)
        last = first
        if parts[6] is not None:
            last, month = _date(parts[4:], first.year if first else year, month, faults)
        if first is None or last is None:
            continue
        if not 0 <= (last - first).days < LONGEST_HOLIDAY:
            faults.append(BadRange(first, last))
            continue
        days += [
            NoticeDay(first + timedelta(days=n), kind, name) for n in range((last - first).days + 1)
        ]
    if not days and not faults:
        faults.append(Unreadable())
    if kind is DayKind.MAKEUP_WORKDAY:
        faults += [NoWeekend(day.on) for day in days if day.on.isoweekday() < SATURDAY]
    counted = _COUNT.search(clause)
    if counted and not faults and int(counted[1]) != len(days):
        faults.append(OtherCount(int(counted[1]), len(days)))
    return days, faults


def _date(
    parts: tuple[str | None, ...], year: int, month: int | None, faults: list[Fault]
) -> tuple[date | None, int | None]:
    """Return a date and its month, which the next one may leave out; faults are added."""
    said_year, said_month, said_day, note = parts
    month = int(said_month) if said_month else month
    if month is None:
        faults.append(Unreadable())
        return None, None
    try:
        on = date(int(said_year) if said_year else year, month, int(said_day or 0))
    except ValueError:
        faults.append(NoSuchDay(month, int(said_day or 0)))
        return None, month
    weekday = _WEEKDAY.search(note or "")
    if weekday and _WEEKDAYS[weekday[1]] != on.isoweekday():
        faults.append(OtherWeekday(on, _WEEKDAYS[weekday[1]]))
    return on, month
