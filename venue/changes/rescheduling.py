"""Changing a series from one of its dates on: other times, another room, another end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.changes.affected import people_by_session, seats_of
from venue.changes.announcing import News, announce
from venue.changes.cancelling import call_off, close_pools_of
from venue.changes.outcomes import AlreadyCancelled, NothingToChange, Rescheduled
from venue.changes.replanning import Replanned, SeriesChange, replan
from venue.changes.series import date_of, is_at, lock_series, sessions_of_series
from venue.db import table
from venue.places.booking import Move, RoomWish, lock_rooms, move, release
from venue.places.models import RoomBooking
from venue.programs.calendar import publish_sessions
from venue.programs.entering import SeriesBlocked, blocked_on, enter_sessions, hold_rooms
from venue.programs.models import ScheduledSession, SeriesPattern, SessionRoom, SkippedDate
from venue.programs.rules import Slot
from venue.programs.scheduling import SeriesPlan, keep_pattern, set_rhythm
from venue.seats.opening import open_seats_of
from venue.timeline.interval import Interval


@dataclass(frozen=True, slots=True)
class By:
    """Who changes a series, when, and beyond which conflicts (`override` as in `booking.hold`)."""

    actor: Actor
    now: datetime
    override: str | None = None


def reschedule_series(
    session: Session,
    pattern_id: int,
    change: SeriesChange,
    *,
    wanted: frozenset[date] | None,
    reason: str,
    by: By,
) -> Rescheduled | SeriesBlocked | NothingToChange | AlreadyCancelled:
    """Change a series from one of its dates on, all wanted dates or none; people are told once.

    `wanted` are new dates, as in `replan`: what is not among them stays as it is. What has begun is
    not changed. Sessions behind a new end are cancelled for `reason`. Where another rhythm begins
    after some of its dates, the series is split: from there on it is kept as one of its own.
    Raises NoResultFound for an unknown series.
    """
    kept = lock_series(session, pattern_id)
    program = kept.program
    if program.cancelled_at is not None:
        return AlreadyCancelled()
    sessions = sessions_of_series(session, pattern_id)
    plan = replan(session, kept, sessions, change, wanted, now=by.now)
    slots = {one.on: one.slot for one in plan.planned if one.wanted}
    changing = {
        on: one for on, one in plan.coming.items() if on in slots and not is_at(one, slots[on])
    }
    new = {on: slot for on, slot in slots.items() if on not in plan.coming}
    if not (changing or new or plan.ending):
        return NothingToChange()
    at_wrong_time = tuple(one.on for one in plan.planned if one.wanted and (one.twin or one.over))
    if at_wrong_time:
        return SeriesBlocked(at_wrong_time)
    before = {one.id: Interval(one.starts_at, one.ends_at) for one in sessions}
    people = people_by_session(session, program)
    seats = seats_of(session, program.id, list(before))
    _lock_rooms_of(session, [*changing.values(), *plan.ending], change.room_id)
    with session.begin_nested() as savepoint:
        if plan.ending:
            close_pools_of(session, plan.ending, actor=by.actor, now=by.now)
            call_off(session, list(plan.ending), reason=reason, actor=by.actor, now=by.now)
        bookings = _move_all(
            session, kept.program.center_id, changing, slots, new, people=seats, by=by
        )
        if isinstance(bookings, SeriesBlocked):
            savepoint.rollback()
            return bookings
        at_id = _keep(session, kept, sessions, change, plan, now=by.now)
        for on, one in changing.items():
            _set_time(one, slots[on].interval)
        session.flush()
        publish_sessions(session, [one.id for one in changing.values()], now=by.now)
        added = enter_sessions(session, program, at_id, new, bookings, now=by.now)
        open_seats_of(session, program, added, seats)
    record(
        session,
        by.actor,
        "series.changed",
        ("program", program.id),
        at=by.now,
        facts={
            "from_on": change.from_on.isoformat(),
            "changed": len(changing),
            "added": len(added),
            "cancelled": len(plan.ending),
            "override": by.override,
        },
    )
    changed = [(one, before[one.id]) for one in changing.values()]
    news = News(changed, added, plan.ending, reason)
    told = announce(session, program, news, people, now=by.now)
    return Rescheduled(len(changing), len(added), len(plan.ending), told)


def _lock_rooms_of(
    session: Session, sessions: Sequence[ScheduledSession], room_id: int | None
) -> None:
    held = {link.booking.room_id for one in sessions for link in one.rooms}
    lock_rooms(session, held if room_id is None else held | {room_id})


def _move_all(
    session: Session,
    center_id: int,
    changing: Mapping[date, ScheduledSession],
    slots: Mapping[date, Slot],
    new: Mapping[date, Slot],
    *,
    people: int | None,
    by: By,
) -> dict[date, int] | SeriesBlocked:
    """Give the rooms of all dates their new times; return the bookings of the new dates.

    Where a session has several rooms, they stay when the new one is among them; else it has only
    that one afterwards.
    """
    moves: list[tuple[date, Move]] = []
    without: dict[date, Slot] = {}
    given_back: list[RoomBooking] = []
    for on, one in changing.items():
        slot = slots[on]
        stays, goes = _sorted_out(one, slot.room_id)
        one.rooms[:] = stays
        given_back += [link.booking for link in goes]
        for link in stays:
            room_id = link.booking.room_id if len(stays) > 1 else slot.room_id
            if room_id is not None:
                wish = RoomWish(room_id, slot.interval, people, center_id)
                moves.append((on, Move(link.booking_id, wish)))
        if not stays and slot.room_id is not None:
            without[on] = slot
    session.flush()
    release(session, given_back, actor=by.actor, now=by.now)
    if moves:
        blocked = move(session, [one for _, one in moves], override=by.override)
        if blocked is not None:
            return blocked_on([on for on, _ in moves], blocked)
    bookings = hold_rooms(
        session,
        center_id,
        {**without, **new},
        people=people,
        override=by.override,
        actor=by.actor,
        now=by.now,
    )
    if isinstance(bookings, SeriesBlocked):
        return bookings
    links = [
        {"session_id": changing[on].id, "booking_id": bookings[on]}
        for on in without
        if on in bookings
    ]
    if links:
        session.execute(insert(SessionRoom), links)
    return bookings


def _sorted_out(
    one: ScheduledSession, room_id: int | None
) -> tuple[list[SessionRoom], list[SessionRoom]]:
    """Return the bookings of a session that move along, and those that are given back."""
    links = list(one.rooms)
    if room_id is None:
        return [], links
    if room_id in {link.booking.room_id for link in links}:
        return links, []
    return links[:1], links[1:]


def _set_time(one: ScheduledSession, interval: Interval) -> None:
    if interval.start != one.starts_at:
        one.moved_from_at = one.moved_from_at or one.starts_at
    one.starts_at, one.ends_at = interval.start, interval.end


def _keep(
    session: Session,
    kept: SeriesPattern,
    sessions: Sequence[ScheduledSession],
    change: SeriesChange,
    plan: Replanned,
    *,
    now: datetime,
) -> int:
    """Write down the rhythm from here on; return the id of the series that has it."""
    same = (kept.starts_time, kept.ends_time, kept.room_id) == (
        change.starts_time,
        change.ends_time,
        change.room_id,
    )
    if same and not change.shift_days:
        if change.until_on is not None or change.count is not None:
            kept.count, kept.until_on = None, plan.pattern.until_on
            session.flush()
        return kept.id
    rhythm = SeriesPlan(
        plan.pattern,
        change.starts_time,
        change.ends_time,
        change.room_id,
        follows=kept.follows,
    )
    moving = [one for one in sessions if date_of(one) >= change.from_on]
    dropped_before = any(one.day_on < change.from_on for one in kept.skipped)
    if len(moving) < len(sessions) or dropped_before:
        at_id = keep_pattern(session, kept.program_id, rhythm, now=now)
        kept.count, kept.until_on = None, change.from_on - timedelta(days=1)
    else:
        at_id = kept.id
        set_rhythm(kept, rhythm)
    session.flush()
    _shift_sessions(session, moving, at_id, change)
    _shift_dropped(session, kept.id, at_id, change)
    return at_id


def _shift_sessions(
    session: Session, moving: Sequence[ScheduledSession], at_id: int, change: SeriesChange
) -> None:
    """Let sessions stand for their new dates, in an order in which no two ever share one."""
    order = sorted(moving, key=date_of, reverse=change.shift_days > 0)
    sessions = table(ScheduledSession)
    session.execute(
        update(sessions)
        .where(sessions.c.id == bindparam("session_id"))
        .values(pattern_id=at_id, pattern_on=bindparam("on")),
        [{"session_id": one.id, "on": change.moved(date_of(one))} for one in order],
    )
    for one in moving:
        session.expire(one, ["pattern_id", "pattern_on"])


def _shift_dropped(session: Session, from_id: int, to_id: int, change: SeriesChange) -> None:
    """Take the dropped dates along."""
    going = [SkippedDate.pattern_id == from_id, SkippedDate.day_on >= change.from_on]
    rows = [
        {
            "pattern_id": to_id,
            "day_on": change.moved(one.day_on),
            "reason": one.reason,
            "skipped_at": one.skipped_at,
            "skipped_by_id": one.skipped_by_id,
        }
        for one in session.scalars(select(SkippedDate).where(*going))
    ]
    if rows:
        session.execute(delete(SkippedDate).where(*going))
        session.execute(insert(SkippedDate), rows)
