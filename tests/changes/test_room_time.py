"""Rooms under everything that is done to them, in any order, with what must hold after each act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import town as make
from tests.changes import plainly
from tests.frozen_clock import START, FrozenClock
from venue.audit.rules import Actor, Channel
from venue.changes.adjusting import NewPlace, adjust, conflicts_of
from venue.changes.cancelling import cancel_session
from venue.changes.closing import (
    CancelHit,
    ClosedAndResolved,
    ClosurePlan,
    LeaveHit,
    close_and_resolve,
)
from venue.changes.hits import Hit, hits
from venue.changes.outcomes import CancelledFor, Moved, NothingToChange, Rescheduled
from venue.changes.rebooking import call_off_booking
from venue.changes.replanning import SeriesChange, replan
from venue.changes.rescheduling import By, reschedule_series
from venue.changes.series import sessions_of_series
from venue.places.booking import Blocked, Label, RoomWish, find_conflicts, hold
from venue.places.editing_hours import OpeningDescription, change_opening, end_closure
from venue.places.editing_rooms import (
    RoomChange,
    RoomDescription,
    StillBooked,
    change_room,
    reopen_room,
    retire_room,
)
from venue.places.models import CalendarDay, Center, Closure, OpeningRule, Room
from venue.places.rules import BookingMode, Category, Conflict, DayKind, overridable
from venue.places.searching import Wanted, find_free_rooms
from venue.places.sharing import share_room
from venue.programs.entering import SeriesBlocked
from venue.programs.models import SeriesPattern
from venue.programs.rules import DaysFollowed
from venue.programs.scheduling import SeriesPlan, preview, schedule_series
from venue.reservations.answering import approve, refuse
from venue.reservations.ending import cancel
from venue.reservations.expiring import expire_requests
from venue.reservations.models import Reservation
from venue.reservations.offering import why_not
from venue.reservations.outcomes import Approved, Ended, Requested, Reserved
from venue.reservations.requesting import Request, reserve
from venue.reservations.rules import ReservationEnding
from venue.reservations.terms import Booker
from venue.timeline.interval import Interval
from venue.timeline.local_time import instant
from venue.timeline.recurrence import WeeklyPattern

MID_AUTUMN = date(2026, 9, 25)
THURSDAY = date(2026, 9, 17)
DAYS = [THURSDAY, make.FIRST_LESSON, THURSDAY, make.FIRST_LESSON, MID_AUTUMN]
"""Few days, so that things meet: an ordinary one, one with a lesson, now and then a holiday."""
WHY = "居委会急用"
LABEL = Label(Category.MEETING, "网格员例会")
DONE = (
    list,
    Reserved,
    Requested,
    Approved,
    Ended,
    Moved,
    CancelledFor,
    Rescheduled,
    ClosedAndResolved,
    RoomChange,
)
"""What verbs answer that have done something; anything else must have left no trace."""


@dataclass(frozen=True)
class Slot:
    """A room at a time, for so many people."""

    room: int
    on: date
    hour: float
    length: float
    people: int

    @property
    def starts_time(self) -> time:
        return time(int(self.hour), int(self.hour % 1 * 60))

    @property
    def ends_time(self) -> time:
        end = self.hour + self.length
        return time(int(end), int(end % 1 * 60))

    @property
    def interval(self) -> Interval:
        return Interval(instant(self.on, self.starts_time), instant(self.on, self.ends_time))


ROOMS = st.integers(0, 3)
SLOTS = st.builds(
    Slot,
    ROOMS,
    st.sampled_from(DAYS),
    st.sampled_from([14.0, 9.5, 15.0, 18.5, 8.0]),
    st.sampled_from([1.5, 0.5, 2.0, 3.5]),
    st.sampled_from([5, 5, 28, 50]),
)
PICKS = st.integers(0, 19)
SOMETIMES = st.sampled_from([None, None, WHY])


class RoomTime(RuleBasedStateMachine):
    """The town under everything that is done with its rooms; each run ends as if it never was."""

    def __init__(self, session: Session, town: make.Town, clock: FrozenClock) -> None:
        super().__init__()
        self.session, self.town, self.clock = session, town, clock
        clock.set(START)
        self.allowed_outside: set[int] = set()
        """Bookings that staff put outside the hours, or left there when these changed."""

    def teardown(self) -> None:
        self.session.rollback()

    # What people do.

    @initialize()
    def two_residents_have_reserved_and_a_room_is_closed(self) -> None:
        self.a_resident_reserves(Slot(1, THURSDAY, 14.0, 2.0, 5), 0)
        self.a_resident_reserves(Slot(2, THURSDAY, 14.0, 2.0, 5), 2)
        morning = Slot(1, make.FIRST_LESSON, 9.5, 3.5, 5)
        self.something_closes(whole=False, slot=morning, decisions=["c"], to=morning)

    @rule(slot=SLOTS, override=SOMETIMES, ours=st.booleans())
    def staff_hold_a_room(self, slot: Slot, override: str | None, *, ours: bool) -> None:
        wish = self._wish(slot, (self.town.wutongli if ours else self.town.elsewhere).id)
        found = self._asked_of_all(wish)
        outcome = self._watch(
            lambda: hold(self.session, [wish], label=LABEL, override=override, **self._by()),
            "booking.held",
            override,
        )
        assert isinstance(outcome, Blocked) == _stopped(found, override)
        if isinstance(outcome, Blocked):
            assert outcome.conflicts == (found,)

    @rule(slot=SLOTS, who=st.integers(0, 2))
    def a_resident_reserves(self, slot: Slot, who: int) -> None:
        person = [self.town.lin_xiao, self.town.chen_min, self.town.zhou_wen][who]
        room = self._room(slot.room)
        wish = self._wish(slot, None)
        found = self._asked_of_all(wish)
        offer, booker = (room, slot.interval), Booker(person)
        [refused] = why_not(self.session, [booker], [offer], now=self.clock.now())
        asked = Request(room.id, slot.interval, slot.people, "书友会", person.phone)
        outcome = self._watch(
            lambda: reserve(self.session, person.id, asked, **self._by(person.id)),
            "reservation.requested",
        )
        if isinstance(outcome, Reserved | Requested):
            assert found == ()
            assert refused == ()
            assert isinstance(outcome, Requested) == (room.booking_mode is BookingMode.APPROVAL)
        else:
            assert set(outcome.reasons) == {*refused, *found}

    @precondition(lambda self: self._requests())
    @rule(pick=PICKS, yes=st.booleans())
    def the_center_answers_a_request(self, pick: int, *, yes: bool) -> None:
        one = _of(self._requests(), pick)
        answer = approve if yes else refuse
        said = {} if yes else {"reason": WHY}
        outcome = self._watch(
            lambda: answer(self.session, one, **said, **self._by()),
            "reservation.approved" if yes else "reservation.ended",
        )
        assert isinstance(outcome, Approved | Ended) or self._has_run_out(one)

    @precondition(lambda self: self._reservations())
    @rule(pick=PICKS)
    def a_resident_gives_a_room_back(self, pick: int) -> None:
        one = _of(self._reservations(), pick)
        ending = self.session.get_one(Reservation, one).ending
        self._watch(
            lambda: cancel(self.session, one, **self._by()),
            None if ending is ReservationEnding.CANCELLED else "reservation.ended",
        )

    @precondition(lambda self: self._coming())
    @rule(pick=PICKS, slot=SLOTS, override=SOMETIMES)
    def something_is_moved(self, pick: int, slot: Slot, override: str | None) -> None:
        hit = _of(self._coming(), pick)
        wish = self._wish(slot, hit.center_id)
        place = NewPlace(slot.interval, wish.room_id, override)
        stays = (hit.use, [one.room.id for one in hit.held]) == (slot.interval, [wish.room_id])
        found = conflicts_of(self.session, hit, place)
        action = "session.moved" if hit.program_id else "booking.moved"
        if hit.person_id is not None:
            action = None if stays else "reservation.moved"
        outcome = self._watch(
            lambda: adjust(self.session, hit, place, **self._by()), action, override
        )
        if isinstance(outcome, Moved | Blocked) and action is not None:
            assert isinstance(outcome, Blocked) == _stopped(found, override)

    @precondition(lambda self: self._coming())
    @rule(pick=PICKS)
    def something_is_cancelled(self, pick: int) -> None:
        hit = _of(self._coming(), pick)
        verb = call_off_booking if hit.program_id is None else cancel_session
        action = "booking.released" if hit.held else "session.cancelled"
        self._watch(
            lambda: verb(self.session, hit.row_id, reason=WHY, **self._by()),
            action,
        )

    @rule(slot=SLOTS, dates=st.integers(1, 3), override=SOMETIMES)
    def a_series_is_scheduled(self, slot: Slot, dates: int, override: str | None) -> None:
        pattern = WeeklyPattern(slot.on, frozenset({slot.on.isoweekday()}), 1, dates, None)
        plan = SeriesPlan(
            pattern,
            slot.starts_time,
            slot.ends_time,
            self._room(slot.room).id,
            slot.people,
            DaysFollowed.ORDINARY,
        )
        program = self.town.painting
        planned = [
            one for one in preview(self.session, program, plan, now=self.clock.now()) if one.wanted
        ]
        first = RoomWish(plan.room_id, planned[0].slot.interval, slot.people, program.center_id)
        assert bool(planned[0].conflicts) == bool(self._asked_of_all(first))
        outcome = self._watch(
            lambda: schedule_series(
                self.session, program.id, plan, override=override, **self._by()
            ),
            "series.scheduled",
            override,
        )
        stopped = tuple(one.on for one in planned if one.conflicts)
        if any(_stopped(one.conflicts, override) for one in planned):
            assert outcome == SeriesBlocked(stopped)
        else:
            assert [one.pattern_on for one in outcome] == [one.on for one in planned]

    @rule(
        pick=PICKS,
        date_=PICKS,
        slot=SLOTS,
        days=st.integers(-1, 2),
        count=st.sampled_from([None, None, 2]),
        override=SOMETIMES,
    )
    def the_rest_of_a_series_is_changed(
        self, pick: int, date_: int, slot: Slot, days: int, count: int | None, override: str | None
    ) -> None:
        kept = _of(self._all(SeriesPattern), pick)
        sessions = sessions_of_series(self.session, kept.id)
        if not sessions:
            return
        change = SeriesChange(
            _of(sessions, date_).pattern_on,
            days,
            slot.starts_time,
            slot.ends_time,
            self._room(slot.room).id,
            count=count,
        )
        plan = replan(self.session, kept, sessions, change, now=self.clock.now())
        wanted = [one for one in plan.planned if one.wanted]
        outcome = self._watch(
            lambda: reschedule_series(
                self.session,
                kept.id,
                change,
                wanted=None,
                reason=WHY,
                by=By(**self._by(), override=override),
            ),
            "series.changed",
            override,
        )
        if any(one.twin or one.over or _stopped(one.conflicts, override) for one in wanted):
            assert isinstance(outcome, SeriesBlocked | NothingToChange)
        else:
            assert isinstance(outcome, Rescheduled | NothingToChange)

    # What happens to the house.

    @rule(
        whole=st.booleans(),
        slot=SLOTS,
        decisions=st.lists(st.sampled_from("clm"), min_size=1, max_size=4),
        to=SLOTS,
    )
    def something_closes(self, *, whole: bool, slot: Slot, decisions: list[str], to: Slot) -> None:
        room = self._room(slot.room)
        plan = ClosurePlan(None if whole else room.id, slot.interval, "检修电路")
        found = hits(self.session, room.center_id, plan.room_id, plan.interval)
        verdicts = {
            "c": CancelHit(WHY),
            "l": LeaveHit(WHY),
            "m": NewPlace(to.interval, self._room(to.room).id),
        }
        decided = {
            hit.key: verdicts[decisions[number % len(decisions)]]
            for number, hit in enumerate(found)
        }
        outcome = self._watch(
            lambda: close_and_resolve(self.session, room.center_id, plan, decided, **self._by()),
            "closure.created",
        )
        if isinstance(outcome, ClosedAndResolved):
            self.allowed_outside |= {
                one.booking_id
                for hit in found
                # What is over is not decided about: it stays where it was.
                if isinstance(decided[hit.key], LeaveHit) or hit.use.end <= self.clock.now()
                for one in hit.held
            }
        else:
            begun = any(hit.use.start <= self.clock.now() for hit in found)
            assert begun or NewPlace in map(type, decided.values())
            assert outcome.problems.keys() <= decided.keys()

    @precondition(lambda self: self._closures_to_end())
    @rule(pick=PICKS)
    def it_opens_again(self, pick: int) -> None:
        one = _of(self._closures_to_end(), pick)
        self._watch(lambda: [end_closure(self.session, one.id, **self._by())], "closure.ended")

    @rule(pick=PICKS, closes=st.sampled_from([time(16), time(20), time(22)]))
    def the_hours_change(self, pick: int, closes: time) -> None:
        before = self._outside()
        one = _of(self._all(OpeningRule), pick)
        described = {field.name: getattr(one, field.name) for field in fields(OpeningDescription)}
        said = OpeningDescription(**described | {"closes_time": max(closes, one.closes_time)})
        if one.opens_time < closes:
            said = OpeningDescription(**described | {"closes_time": closes})
        changes = said.closes_time != one.closes_time
        self._watch(
            lambda: [change_opening(self.session, one.id, said, **self._by())],
            "opening.changed" if changes else None,
        )
        self.allowed_outside |= self._outside() - before

    @rule(room=ROOMS)
    def a_room_is_retired_or_taken_into_use_again(self, room: int) -> None:
        one = self._room(room)
        if one.retired_at is not None:
            self._watch(lambda: [reopen_room(self.session, one.id, **self._by())], "room.changed")
            return
        booked = any(
            held.room_id == one.id and held.ends_at > self.clock.now()
            for held in plainly.held(self.session).values()
        )
        outcome = self._watch(
            lambda: retire_room(self.session, one.id, **self._by()) or [], "room.changed"
        )
        assert isinstance(outcome, StillBooked) == booked

    @rule(room=ROOMS, setup=st.sampled_from([0, 15, 30]))
    def a_room_needs_another_time_to_set_up(self, room: int, setup: int) -> None:
        one = self._room(room)
        described = {field.name: getattr(one, field.name) for field in fields(RoomDescription)}
        said = RoomDescription(**described | {"setup_minutes": setup})
        self._watch(
            lambda: change_room(self.session, one.id, said, [], [], **self._by()),
            "room.changed" if setup != one.setup_minutes else None,
        )

    @rule(with_us=st.booleans())
    def the_neighbor_shares_its_room_or_no_longer(self, *, with_us: bool) -> None:
        share_room(
            self.session,
            self._room(3).id,
            [self.town.wutongli.id] if with_us else [],
            **self._by(),
        )
        self.session.expire_all()

    @rule(hours=st.sampled_from([1, 20, 50]))
    def time_passes(self, hours: int) -> None:
        self.clock.advance(timedelta(hours=hours))

    @rule()
    def requests_run_out(self) -> None:
        waiting = [one for one in self._requests() if self._has_run_out(one)]
        assert expire_requests(self.session, now=self.clock.now()) == len(waiting)
        self.session.expire_all()

    # What must always be true.

    @invariant()
    def no_room_is_held_twice(self) -> None:
        assert plainly.overlapping(self.session) == 0

    @invariant()
    def nothing_is_outside_the_hours_unless_staff_said_so(self) -> None:
        assert self._outside() <= self.allowed_outside

    @invariant()
    def calendars_know_just_what_takes_place(self) -> None:
        assert plainly.live_entries(self.session) == plainly.taking_place(self.session)

    @invariant()
    def sessions_have_their_rooms_for_just_their_time(self) -> None:
        assert plainly.misplaced(self.session) == []

    # How it is asked and watched.

    def _by(self, person_id: int | None = None) -> dict[str, Any]:
        actor = Actor(person_id or self.town.shen_lan.id, Channel.ONLINE)
        return {"actor": actor, "now": self.clock.now()}

    def _watch(
        self, verb: Callable[[], Any], action: str | None, override: str | None = None
    ) -> Any:
        """Carry out a verb: the audit tells of it when it did something, else nothing changed."""
        before, entry = plainly.held(self.session), plainly.last_entry(self.session)
        outcome = verb()
        self.session.flush()
        self.session.expire_all()
        after, actions = plainly.held(self.session), plainly.actions_since(self.session, entry)
        if not isinstance(outcome, DONE):
            assert (after, list(actions)) == (before, [])
        elif action is not None:
            assert action in actions
        placed = {one.id for one in after.values() if _place(before.get(one.id)) != _place(one)}
        self.allowed_outside -= placed
        if override is not None:
            self.allowed_outside |= placed
        return outcome

    def _asked_of_all(self, wish: RoomWish) -> tuple[Conflict, ...]:
        """Return what stands against a wish; whoever else is asked says the same."""
        (found,) = find_conflicts(self.session, [wish])
        room = self.session.get_one(Room, wish.room_id)
        center = self.session.get_one(Center, wish.center_id or room.center_id)
        wanted = Wanted(wish.interval, wish.people)
        offers = find_free_rooms(self.session, center, [room], wanted, now=self.clock.now())
        assert bool(offers.free) == (not found) == plainly.is_free(self.session, wish)
        for one in offers.all:
            asks = None if one in offers.elsewhere else center.id
            there = RoomWish(one.room.id, one.interval, wish.people, asks)
            assert find_conflicts(self.session, [there]) == [()]
        return found

    def _wish(self, slot: Slot, center_id: int | None) -> RoomWish:
        return RoomWish(self._room(slot.room).id, slot.interval, slot.people, center_id)

    def _room(self, number: int) -> Room:
        return self._all(Room)[number]

    def _outside(self) -> set[int]:
        hours = plainly.OpenHours(self.session)
        return {
            one.id
            for one in plainly.held(self.session).values()
            if not hours.enclose(one.room_id, one.starts_at, one.ends_at)
        }

    def _coming(self) -> list[Hit]:
        ahead = Interval(self.clock.now(), self.clock.now() + timedelta(days=20))
        found = [
            hit
            for center in (self.town.wutongli, self.town.elsewhere)
            for hit in hits(self.session, center.id, None, ahead)
        ]
        return list({hit.key: hit for hit in found}.values())

    def _all(self, kind: type[Any]) -> list[Any]:
        return list(self.session.scalars(select(kind).order_by(kind.id)))

    def _closures_to_end(self) -> list[Closure]:
        return [one for one in self._all(Closure) if one.ends_at > self.clock.now()]

    def _reservations(self) -> list[int]:
        ids = select(Reservation.booking_id).order_by(Reservation.booking_id)
        return list(self.session.scalars(ids))

    def _requests(self) -> list[int]:
        ids = select(Reservation.booking_id).where(Reservation.expires_at.is_not(None))
        return list(self.session.scalars(ids.order_by(Reservation.booking_id)))

    def _has_run_out(self, booking_id: int) -> bool:
        return self.session.get_one(Reservation, booking_id).expires_at <= self.clock.now()


def _of(things: list[Any], pick: int) -> Any:
    return things[pick % len(things)]


def _place(one: plainly.Held | None) -> tuple[object, ...] | None:
    return None if one is None else (one.room_id, one.starts_at, one.ends_at)


def _stopped(found: Any, override: str | None) -> bool:
    return bool(found) and not (override and overridable(found))


@pytest.fixture
def town(session, town):
    """Four rooms: for all, for all, for approval, and the neighbor's with much to set up."""
    town.mediation.name, town.mediation.private = "报告厅", False
    town.mediation.booking_mode, town.mediation.capacity = BookingMode.APPROVAL, 60
    town.mediation.setup_minutes = 30
    dance = make.room(session, town.elsewhere, "舞蹈室", 30)
    dance.setup_minutes, dance.cleanup_minutes = 15, 30
    make.shared(session, dance, town.wutongli)
    make.hours(session, town.wutongli, make.Layer.REGULAR, time(9), time(19), room=town.classroom)
    session.add(CalendarDay(day_on=MID_AUTUMN, kind=DayKind.HOLIDAY, name="中秋节"))
    make.hours(session, town.wutongli, make.Layer.HOLIDAY_DUTY, time(8, 30), time(16, 30))
    session.commit()
    return town


def test_whatever_is_done_rooms_are_held_once_within_hours_and_all_answers_are_one(
    session, town, clock
):
    run_state_machine_as_test(
        lambda: RoomTime(session, town, clock),
        # Without shrinking, which takes minutes: the steps that failed are printed as they were.
        settings=settings(
            max_examples=12, stateful_step_count=15, phases=(Phase.explicit, Phase.generate)
        ),
    )
