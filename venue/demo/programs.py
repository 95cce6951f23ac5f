"""The programs of the demo town: series, and what happens to single dates of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from venue.audit.rules import Actor, Channel
from venue.changes.cancelling import cancel_program, cancel_session
from venue.changes.moving import move_session
from venue.changes.outcomes import CancelledFor, Moved
from venue.consents.models import ConsentText
from venue.consents.writing import write_text
from venue.demo.care import offer_care
from venue.demo.enrollments import fill_program, fill_sessions
from venue.demo.payments import hand_back_some, take_money
from venue.demo.town import Facts, Town, read, wall_time
from venue.places.rules import Category
from venue.programs.agreeing import Agreement, let_agree
from venue.programs.models import Program, ScheduledSession
from venue.programs.partnering import run_together
from venue.programs.rules import Admission, Books, DaysFollowed, PlannedDate
from venue.programs.scheduling import Choices, SeriesPlan, preview, schedule_series
from venue.seats.models import SeatPool
from venue.seats.opening import (
    keep_seats,
    open_program_pool,
    open_quota_pool,
    open_session_pools,
)
from venue.seats.rules import Quota
from venue.timeline.interval import Interval
from venue.timeline.local_time import day_start, instant, local_date
from venue.timeline.recurrence import WeeklyPattern


def offer_programs(town: Town) -> None:
    """Write every program with its sessions and seats, and let people take them."""
    for slug, programs in read("programs").items():
        for one in programs:
            _offer(town, slug, one)


def _offer(town: Town, slug: str, one: Facts) -> None:
    program = _program(town, slug, one)
    town.session.add(program)
    town.session.flush()
    if "with" in one:
        partners = [town.centers[other].id for other in one["with"]]
        run_together(town.session, program.id, partners, actor=_manager(town), now=town.now)
    if "agreement" in one:
        agreement = Agreement(one["agreement"]["title"], one["agreement"]["body"].strip())
        acts: dict[str, Any] = {"actor": _manager(town), "now": program.created_at}
        let_agree(town.session, program.id, agreement, **acts)
    sessions = _schedule(town, slug, program, one)
    if "seats" in one and program.books is Books.SERIES:
        pool = open_program_pool(town.session, program, one["seats"]["capacity"])
        _open_for_some(town, program, pool, one["seats"])
        if program.admission is not Admission.LOTTERY:
            fill_program(town, program, pool, one)
    elif program.books is Books.DAYS:
        offer_care(town, program, sessions, one)
    elif "seats" in one:
        pools = open_session_pools(town.session, sessions, one["seats"]["capacity"])
        fill_sessions(town, list(zip(sessions, pools, strict=True)), one["seats"])
    for number, url in one.get("recordings", {}).items():
        sessions[number - 1].recording_url = url
    if "money" in one:
        take_money(town, program, one["money"])
    _change(town, slug, program, sessions, one)
    if "money" in one:
        hand_back_some(town, program, one["money"].get("handed_back", 0))


def _open_for_some(town: Town, program: Program, pool: SeatPool, seats: Facts) -> None:
    """Publish the quotas, and keep seats for the counter."""
    acts: dict[str, Any] = {"actor": _manager(town), "now": program.created_at}
    for quota, capacity in seats.get("quotas", {}).items():
        opened = open_quota_pool(town.session, program.id, Quota(quota), capacity, **acts)
        if not isinstance(opened, SeatPool):
            raise TypeError(f"{program.title} cannot have a quota: {opened}")
    if "kept" in seats:
        until = town.at(seats["kept"]["days"], "18:00")
        keep_seats(town.session, pool.id, seats["kept"]["seats"], until, **acts)


def _program(town: Town, slug: str, one: Facts) -> Program:
    opens, closes = one.get("window", (None, None))
    consent = one.get("consent")
    youngest, oldest = one.get("ages", (None, None))
    created_at = _announced_at(town, one)
    limit_group = one.get("limit_group")
    return Program(
        center_id=town.centers[slug].id,
        term_id=_term_id(town, one),
        limit_group=limit_group,
        category=Category(one["category"]),
        title=one["title"],
        audience=one["audience"],
        summary=one["summary"],
        syllabus=one.get("syllabus", ""),
        teacher_id=town.people[one["teacher"]].id if "teacher" in one else None,
        consent_text=None if consent is None else _text(town, consent, created_at),
        price_fen=one.get("price", 0) * 100,
        min_age=youngest,
        max_age=oldest,
        residents_only=one.get("residents_only", False),
        criteria=one.get("criteria", "").strip(),
        group_limit=2 if one.get("by_pair", False) else one.get("together", 1),
        by_pair=one.get("by_pair", False),
        walk_in_seats=one.get("walk_ins"),
        asks_after=one.get("asks_after", False),
        asks_opinions=one.get("asks_opinions", False),
        admission=Admission(one.get("admission", Admission.FIRST_COME)),
        books=Books(one.get("books", Books.SERIES)),
        enroll_opens_at=None if opens is None else town.at(opens, "09:00"),
        enroll_closes_at=None if closes is None else town.at(closes, "18:00"),
        published_at=None if one.get("draft", False) else created_at,
        created_at=created_at,
    )


def _text(town: Town, consent: Facts, now: datetime) -> ConsentText:
    """Return the text to which everybody agrees who enrolls."""
    title, body = consent["title"], consent["body"].strip()
    return write_text(town.session, title, body, follows=None, actor=_manager(town), now=now)


def _term_id(town: Town, one: Facts) -> int | None:
    """Return the term in which a limit holds: this one, or the next where the data say so."""
    term = town.next_term if one.get("next_term", False) else town.term
    return term.id if "limit_group" in one and term is not None else None


def _announced_at(town: Town, one: Facts) -> datetime:
    """Return when the program was put up: before its window, or before its first week."""
    if "window" in one:
        return min(town.now, town.at(one["window"][0] - 3, "10:00"))
    return min(town.now, day_start(town.in_weeks(one["series"]["from_week"] - 2)))


def _schedule(town: Town, slug: str, program: Program, one: Facts) -> list[ScheduledSession]:
    """Schedule the series; dates against which something stands are left out, as staff would."""
    series = one["series"]
    starts_on = (
        town.in_days(series["in_days"])
        if "in_days" in series
        else town.in_weeks(series["from_week"])
    )
    plan = SeriesPlan(
        pattern=WeeklyPattern(
            starts_on=starts_on,
            weekdays=frozenset(int(digit) for digit in series["weekdays"]),
            count=series["count"],
        ),
        starts_time=wall_time(series["at"]),
        ends_time=wall_time(series["until"]),
        room_id=town.rooms[series.get("at_center", slug), series["room"]].id,
        people=one["seats"]["capacity"] if "seats" in one else None,
        follows=DaysFollowed(series.get("follows", DaysFollowed.ORDINARY)),
    )
    acts: dict[str, Any] = {"now": program.created_at}
    made = schedule_series(
        town.session,
        program.id,
        plan,
        choices=_choices(preview(town.session, program, plan, **acts), series.get("dropped")),
        override=None,
        actor=_manager(town),
        **acts,
    )
    if not isinstance(made, list):
        raise TypeError(f"{program.title} cannot be scheduled: {made}")
    return made


def _choices(planned: list[PlannedDate], dropped: Facts | None) -> Choices:
    """Drop what clashes, and the date that the data drop."""
    wanted = [one for one in planned if one.wanted]
    reasons = {one.on: "功能室有别的安排" for one in wanted if not one.fine}
    if dropped is not None:
        reasons[wanted[dropped["date"] - 1].on] = dropped["reason"]
    return Choices(frozenset(one.on for one in wanted) - reasons.keys(), reasons=reasons)


def _change(
    town: Town, slug: str, program: Program, sessions: list[ScheduledSession], one: Facts
) -> None:
    """Move, cancel or call off what the data say, and let everybody be told."""
    tomorrow = day_start(town.in_days(1))
    coming = next((lesson for lesson in sessions if lesson.starts_at >= tomorrow), None)
    acts: dict[str, Any] = {"actor": _manager(town), "now": town.now}
    if "next_moved" in one and coming is not None:
        change = one["next_moved"]
        on = local_date(coming.starts_at) + timedelta(days=change["days_later"])
        moved = move_session(
            town.session,
            coming.id,
            interval=Interval(
                instant(on, wall_time(change["at"])), instant(on, wall_time(change["until"]))
            ),
            room_id=town.rooms[slug, one["series"]["room"]].id,
            override="老师时间调整",
            **acts,
        )
        if not isinstance(moved, Moved):
            raise TypeError(f"{program.title} cannot be moved: {moved}")
    if "next_cancelled" in one and coming is not None:
        reason = one["next_cancelled"]["reason"]
        gone = cancel_session(town.session, coming.id, reason=reason, **acts)
        if not isinstance(gone, CancelledFor):
            raise TypeError(f"{program.title} cannot be cancelled: {gone}")
    if "cancelled" in one:
        cancel_program(town.session, program.id, reason=one["cancelled"]["reason"], **acts)


def _manager(town: Town) -> Actor:
    return Actor(town.people["沈岚"].id, Channel.ONLINE)
