"""Finding courses: what was asked for, which programs fit, and how many each filter would leave."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Subquery,
    and_,
    case,
    exists,
    extract,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from venue.people.models import Person
from venue.places.models import Room, RoomBooking
from venue.places.rules import Category
from venue.programs.models import Program, ScheduledSession, SessionRoom
from venue.programs.partnering import programs_run_at, sessions_run_at
from venue.programs.rules import Admission
from venue.seats.eligibility import window_refusals
from venue.seats.models import SeatPool
from venue.seats.reading import FREE_ONLINE
from venue.seats.rules import Cancelled, Closed, PoolFact, PoolSeats

PER_PAGE = 24
LONGEST_SEARCH = 60
"""Characters; titles have at most as many."""
MOST_WORDS = 6
EVENING_FROM_HOUR = 18
"""What starts at 18:00 or later is in the evening: after work (own)."""
UTC_OFFSET_HOURS = 8
CHILD_UNTIL = 17
"""A program whose oldest are 17 is for children."""


class Filter(StrEnum):
    """What a list can be narrowed to."""

    SEATS = "seats"
    FREE = "free"
    EVENING = "evening"
    WEEKEND = "weekend"
    CHILDREN = "children"
    FAMILY = "family"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a visitor looks for."""

    text: str = ""
    category: Category | None = None
    only: frozenset[Filter] = frozenset()
    page: int = 1

    @classmethod
    def of(cls, args: MultiDict[str, str]) -> Wish:
        """Read the wish off an address; what cannot be read is left out."""
        category = args.get("category")
        page = args.get("page", "")
        return cls(
            text=args.get("q", "").strip()[:LONGEST_SEARCH],
            category=Category(category) if category in set(Category) else None,
            only=frozenset(Filter(name) for name in args.getlist("only") if name in set(Filter)),
            page=int(page[:6]) if page.isdecimal() and 1 <= int(page[:6]) <= 10_000 else 1,
        )

    @property
    def narrowed(self) -> bool:
        """Whether anything was asked for at all."""
        return bool(self.text or self.category or self.only)

    def anything(self) -> Wish:
        """Return the wish for the same words with no other choice made."""
        return Wish(text=self.text)

    def toggled(self, one: Filter) -> Wish:
        """Return the wish with a filter added, or taken away when it is there."""
        return replace(self, only=self.only ^ {one}, page=1)

    def switched(self, category: Category) -> Wish:
        """Return the wish for another category, or for all when it is for this one."""
        return replace(self, category=None if self.category is category else category, page=1)

    def on_page(self, page: int) -> Wish:
        """Return the wish for another page."""
        return replace(self, page=page)

    def arguments(self) -> dict[str, object]:
        """Return the address of this wish, as arguments of `url_for`."""
        return {
            "q": self.text or None,
            "category": self.category,
            "only": sorted(self.only) or None,
            "page": self.page if self.page > 1 else None,
        }


@dataclass(frozen=True, slots=True)
class Listed:
    """What the list knows of a program before it shows it; `next_at` None: no more dates."""

    id: int
    category: Category
    price_fen: int
    audience: str
    title: str
    max_age: int | None
    next_at: datetime | None
    by_day: bool
    """One comes or books on single days."""
    evening: bool
    weekend: bool
    open: bool
    """Whether enrollment is open or will be, or nobody needs to enroll."""
    seats: bool
    """Open, and not full."""


FITS: dict[Filter, Callable[[Listed], bool]] = {
    Filter.SEATS: lambda one: one.seats,
    Filter.FREE: lambda one: one.price_fen == 0,
    Filter.EVENING: lambda one: one.evening,
    Filter.WEEKEND: lambda one: one.weekend,
    Filter.CHILDREN: lambda one: one.max_age is not None and one.max_age <= CHILD_UNTIL,
    Filter.FAMILY: lambda one: "亲子" in one.audience + one.title,
}


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the list, and how many programs every other choice would show."""

    ids: Sequence[int]
    count: int
    pages: int
    page: int
    everything: int
    categories: dict[Category, int]
    filters: dict[Filter, int]


def find(session: Session, center_id: int, wish: Wish, *, now: datetime) -> Found:
    """Return what fits the wish; in one query.

    First what one joins as a whole, because its seats go; then what one joins by the day; last
    what can no longer be joined; the soonest first in each. A count says how many would be left
    if that choice were added to the others.
    """
    listed = [_listed(row, now) for row in session.execute(_query(center_id, wish.text, now))]
    listed.sort(
        key=lambda one: (not one.open, one.by_day, one.next_at is None, one.next_at or now, one.id)
    )
    fitting = [one for one in listed if all(FITS[name](one) for name in wish.only)]
    in_category = [one for one in listed if wish.category in (None, one.category)]
    found = [one for one in fitting if wish.category in (None, one.category)]
    pages = max(1, -(-len(found) // PER_PAGE))
    page = min(wish.page, pages)
    return Found(
        ids=[one.id for one in found[(page - 1) * PER_PAGE : page * PER_PAGE]],
        count=len(found),
        pages=pages,
        page=page,
        everything=len(listed),
        categories={
            category: sum(one.category is category for one in fitting) for category in Category
        },
        filters={
            name: sum(all(FITS[other](one) for other in wish.only | {name}) for one in in_category)
            for name in Filter
        },
    )


def _query(center_id: int, text: str, now: datetime) -> Select[*tuple[Any, ...]]:
    dates = _dates(center_id, now)
    pools = _session_pools(center_id, now)
    own = _own_pools(center_id)
    return (
        select(
            Program.id,
            Program.category,
            Program.price_fen,
            Program.audience,
            Program.title,
            Program.max_age,
            Program.admission,
            Program.books,
            Program.enroll_opens_at,
            Program.enroll_closes_at,
            Program.cancelled_at,
            own.c.free.label("own_free"),
            dates.c.begins_at,
            dates.c.next_at,
            dates.c.evening,
            dates.c.weekend,
            pools.c.free,
            pools.c.bookable_at,
        )
        .outerjoin(dates, dates.c.program_id == Program.id)
        .outerjoin(pools, pools.c.program_id == Program.id)
        .outerjoin(own, own.c.program_id == Program.id)
        .outerjoin(Program.teacher)
        .where(
            Program.id.in_(programs_run_at(center_id)),
            Program.published_at.is_not(None),
            or_(dates.c.last_at.is_(None), dates.c.last_at > now),
            *(_mentions(word) for word in text.split()[:MOST_WORDS]),
        )
    )


def _dates(center_id: int, now: datetime) -> Subquery:
    """Select for each program run at a center when it begins, comes next and ends, and how late."""
    held = ScheduledSession.cancelled_at.is_(None)
    ahead = and_(held, ScheduledSession.ends_at > now)
    return (
        select(
            ScheduledSession.program_id,
            func.min(case((held, ScheduledSession.starts_at))).label("begins_at"),
            func.min(case((ahead, ScheduledSession.starts_at))).label("next_at"),
            func.max(ScheduledSession.ends_at).label("last_at"),
            func.max(case((and_(ahead, _in_the_evening()), 1), else_=0)).label("evening"),
            func.max(case((and_(ahead, _on_a_weekend()), 1), else_=0)).label("weekend"),
        )
        .where(ScheduledSession.id.in_(sessions_run_at(center_id)))
        .group_by(ScheduledSession.program_id)
        .subquery()
    )


def _own_pools(center_id: int) -> Subquery:
    """Select for each program booked as a whole how many seats are left, with those of quotas."""
    return (
        select(
            SeatPool.program_id,
            func.sum(case((FREE_ONLINE > 0, FREE_ONLINE), else_=0)).label("free"),
        )
        .where(SeatPool.program_id.in_(programs_run_at(center_id)))
        .group_by(SeatPool.program_id)
        .subquery()
    )


def _session_pools(center_id: int, now: datetime) -> Subquery:
    """Select for each program booked by session its first date ahead, and how many have seats."""
    return (
        select(
            ScheduledSession.program_id,
            func.sum(case((FREE_ONLINE > 0, 1), else_=0)).label("free"),
            func.min(ScheduledSession.starts_at).label("bookable_at"),
        )
        .join(SeatPool, SeatPool.session_id == ScheduledSession.id)
        .where(
            ScheduledSession.id.in_(
                sessions_run_at(
                    center_id,
                    ScheduledSession.cancelled_at.is_(None),
                    ScheduledSession.starts_at > now,
                )
            )
        )
        .group_by(ScheduledSession.program_id)
        .subquery()
    )


def _in_the_evening() -> ColumnElement[bool]:
    hour = extract("hour", ScheduledSession.starts_at)
    return hour.between(EVENING_FROM_HOUR - UTC_OFFSET_HOURS, 23 - UTC_OFFSET_HOURS)


def _on_a_weekend() -> ColumnElement[bool]:
    """Tell whether it starts on a Saturday or Sunday in Shanghai; its midnight is 16:00 UTC."""
    weekday = extract("dow", ScheduledSession.starts_at)
    after_midnight = extract("hour", ScheduledSession.starts_at) >= 24 - UTC_OFFSET_HOURS
    return or_(
        and_(~after_midnight, weekday.in_((6, 0))), and_(after_midnight, weekday.in_((5, 6)))
    )


def _mentions(word: str) -> ColumnElement[bool]:
    in_room = exists(
        select(SessionRoom.session_id)
        .join(ScheduledSession, ScheduledSession.id == SessionRoom.session_id)
        .join(RoomBooking, RoomBooking.id == SessionRoom.booking_id)
        .join(Room, Room.id == RoomBooking.room_id)
        .where(
            ScheduledSession.program_id == Program.id, Room.name.icontains(word, autoescape=True)
        )
    )
    columns = (Program.title, Program.summary, Program.audience, Person.full_name)
    return or_(*(column.icontains(word, autoescape=True) for column in columns), in_room)


def _listed(row: Row[Any], now: datetime) -> Listed:
    """Judge a program by the rules of seats themselves, on what the list has loaded of it."""
    by_session = row.books.by_session
    drop_in = row.admission is Admission.DROP_IN
    free = (row.free if by_session else row.own_free) or 0
    fact = PoolFact(
        pools=(PoolSeats(0, None, free, 0),),
        waiting=0,
        published=True,
        cancelled=row.cancelled_at is not None,
        admission=row.admission,
        opens_at=row.enroll_opens_at,
        closes_at=row.enroll_closes_at,
        begins_at=row.bookable_at if by_session else row.begins_at,
        min_age=None,
        max_age=None,
        residents_only=False,
        resident_of=frozenset(),
        times=(),
    )
    shut = any(isinstance(why, Closed | Cancelled) for why in window_refusals(fact, now))
    return Listed(
        id=row.id,
        category=row.category,
        price_fen=row.price_fen,
        audience=row.audience,
        title=row.title,
        max_age=row.max_age,
        next_at=row.next_at,
        by_day=by_session or drop_in,
        evening=bool(row.evening),
        weekend=bool(row.weekend),
        open=not shut,
        seats=not shut and (drop_in or free > 0),
    )
