"""Giving days back, telling an absence, coming after all; and what of it is owed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from tests import town as make
from venue import clock as venue_clock
from venue.attendance.closing import close
from venue.attendance.marking import arrive
from venue.attendance.models import Attendance
from venue.attendance.outcomes import RollClosed
from venue.attendance.rules import Way
from venue.audit.models import AuditEntry
from venue.audit.rules import Channel
from venue.changes.cancelling import cancel_session
from venue.childcare.booking_days import WhenFull
from venue.childcare.changing_days import (
    Absent,
    ComesAgain,
    ExtrasChanged,
    GivenBack,
    HasEnded,
    PlaceGone,
    StillInTime,
    TooLateToGiveBack,
    change_extras,
    give_back,
    take_absence_back,
    tell_absence,
)
from venue.childcare.models import CareDay
from venue.childcare.reading import booked_days
from venue.notifications.models import Message
from venue.notifications.rules import MessageKind
from venue.seats.models import Pause


@pytest.fixture
def booked(after, town):
    """陈小禾 has the first four days with a meal."""
    after.book(town.xiao_he, 0, 1, 2, 3, meal=True)
    return after


def seat(booked, number, child=None):
    return booked.seat(child or booked.town.xiao_he, number)


def ask(booked, verb, *arguments):
    outcome = verb(
        booked.session,
        booked.town.xiao_he.id,
        *arguments,
        actor=booked.by(),
        now=venue_clock.now(),
    )
    booked.session.commit()
    return outcome


def bill(booked):
    days = booked_days(booked.session, [booked.town.xiao_he.id])
    return [one.owed_fen for one in days]


def test_days_given_back_in_time_go_to_the_line_and_cost_nothing(booked, town, session):
    booked.leave(1, 0)
    booked.book(town.xiao_mai, 1, when_full=WhenFull.WAIT)
    assert bill(booked) == [4500] * 4
    ids = [seat(booked, number).id for number in (1, 2)]
    assert ask(booked, give_back, ids) == GivenBack(2)
    assert booked.claims(town.xiao_he) == {
        0: "confirmed",
        1: "withdrawn",
        2: "withdrawn",
        3: "confirmed",
    }
    assert booked.claims(town.xiao_mai) == {1: "offered"}
    assert bill(booked) == [4500, 0, 0, 4500]
    told = session.scalars(select(Message).where(Message.kind == MessageKind.CARE_GIVEN_BACK))
    assert [one.parameters["days"] for one in told] == [2]
    recorded = select(AuditEntry).where(AuditEntry.action == "care.given_back")
    assert len(session.scalars(recorded).all()) == 2
    assert ask(booked, give_back, ids) == HasEnded()


def test_after_the_deadline_nothing_is_given_back_and_a_place_in_line_still_is(
    booked, town, session, clock
):
    booked.leave(1, 0)
    booked.book(town.xiao_mai, 1, when_full=WhenFull.WAIT)
    day = booked.days[1]
    clock.set(day.starts_at - timedelta(hours=20))
    ids = [seat(booked, number).id for number in (1, 2)]
    assert ask(booked, give_back, ids) == TooLateToGiveBack((day.starts_at,))
    assert booked.claims(town.xiao_he)[2] == "confirmed"
    waiting = seat(booked, 1, town.xiao_mai)
    by = {"actor": booked.by(), "now": clock.now()}
    assert give_back(session, town.xiao_mai.id, [waiting.id], **by) == GivenBack(1)


def test_an_absence_frees_the_place_and_stays_owed(booked, town, session, clock):
    booked.leave(1, 0)
    booked.book(town.xiao_mai, 1, when_full=WhenFull.WAIT)
    id_ = seat(booked, 1).id
    assert ask(booked, tell_absence, id_, "发烧") == StillInTime()
    clock.set(booked.days[1].starts_at - timedelta(hours=20))
    assert ask(booked, tell_absence, id_, "发烧") == Absent(id_)
    assert ask(booked, tell_absence, id_, "又发烧") == Absent(id_)
    day = session.get_one(CareDay, id_)
    assert (day.absence, day.absent_by_id) == ("发烧", town.chen_min.id)
    assert booked.claims(town.xiao_he)[1] == "withdrawn"
    assert booked.claims(town.xiao_mai)[1] == "offered"
    assert bill(booked)[1] == 4500
    assert ask(booked, take_absence_back, id_) == PlaceGone()
    booked.leave(1, 1)
    assert ask(booked, take_absence_back, id_) == ComesAgain(id_)
    assert booked.claims(town.xiao_he)[1] == "confirmed"
    assert session.get_one(CareDay, id_).absence == ""
    clock.set(booked.days[1].ends_at)
    assert ask(booked, tell_absence, id_, "发烧") == HasEnded()


def test_a_day_that_the_center_calls_off_is_not_owed(booked, session):
    cancel_session(session, booked.days[0].id, reason="台风", **make.acts())
    session.commit()
    assert bill(booked) == [0, 4500, 4500, 4500]


def test_another_child_s_day_is_no_day_of_this_one(booked, town, session, clock):
    by = {"actor": booked.by(Channel.COUNTER), "now": clock.now()}
    with pytest.raises(NoResultFound):
        give_back(session, town.xiao_mai.id, [seat(booked, 0).id], **by)
    with pytest.raises(NoResultFound):
        tell_absence(session, town.xiao_mai.id, seat(booked, 0).id, "病", **by)


def test_a_child_that_did_not_come_is_called_and_not_paused(booked, session, clock):
    booked.book(booked.town.xiao_mai, 0, 1, 2, 3)
    for one in booked.days[:4]:
        clock.set(one.starts_at)
        arrive(session, one.id, booked.town.xiao_mai.id, way=Way.ROLL, **make.acts())
        clock.set(one.ends_at)
        assert close(session, one.id, **make.acts()) == RollClosed(1, 0)
    session.commit()
    missed = session.scalars(select(Attendance).where(Attendance.missed_at.is_not(None))).all()
    assert [one.person_id for one in missed] == [booked.town.xiao_he.id] * 4
    assert session.scalars(select(Pause)).all() == []
    kinds = session.scalars(select(Message.kind).distinct()).all()
    assert kinds == [MessageKind.CARE_BOOKED]


def change(booked, number, *, meal=False, nap=False):
    one = seat(booked, number)
    outcome = change_extras(
        booked.session,
        booked.town.xiao_he.id,
        one.id,
        meal=meal,
        nap=nap,
        actor=booked.by(),
        now=venue_clock.now(),
    )
    booked.session.commit()
    return outcome


def test_the_meal_of_one_day_goes_and_comes_back_at_the_price_of_now(booked):
    assert change(booked, 1) == ExtrasChanged(meal=False, nap=False)
    assert bill(booked) == [4500, 3000, 4500, 4500]
    booked.care.meal_fen = 1800
    booked.session.commit()
    assert change(booked, 1, meal=True) == ExtrasChanged(meal=True, nap=False)
    assert change(booked, 2, meal=True) == ExtrasChanged(meal=True, nap=False)
    assert bill(booked) == [4500, 4800, 4500, 4500], "what was booked before keeps its price"


def test_what_is_not_offered_cannot_be_added_and_what_was_booked_can_be_given_up(booked):
    assert change(booked, 1, meal=True, nap=True) == ExtrasChanged(meal=True, nap=False)
    booked.care.meal_fen = None
    booked.session.commit()
    assert change(booked, 1) == ExtrasChanged(meal=False, nap=False)
    assert change(booked, 1, meal=True) == ExtrasChanged(meal=False, nap=False)


def test_a_meal_changes_as_long_as_the_day_does(booked, clock):
    clock.set(booked.days[0].starts_at - timedelta(hours=20))
    assert isinstance(change(booked, 0), TooLateToGiveBack)
    assert isinstance(change(booked, 1), ExtrasChanged)
    ask(booked, give_back, [seat(booked, 2).id])
    assert isinstance(change(booked, 2), HasEnded)
    with pytest.raises(NoResultFound):
        change_extras(
            booked.session,
            booked.town.xiao_mai.id,
            seat(booked, 1).id,
            meal=False,
            nap=False,
            actor=booked.by(),
            now=venue_clock.now(),
        )
