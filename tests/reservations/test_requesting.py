"""Asking for a room, on both databases: what is held, who is told, what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests import town as make
from tests.reservations.conftest import TOMORROW, span
from venue import clock as venue_clock
from venue.audit.models import AuditEntry
from venue.audit.rules import Actor, Channel
from venue.calendars.models import CalendarEntry
from venue.notifications.models import Message
from venue.notifications.rules import MessageKind
from venue.places.models import Patron, RoomBooking
from venue.places.rules import (
    BookingMode,
    BookingStatus,
    Category,
    NotInUse,
    OutsideHours,
    Overlap,
    TooManyPeople,
)
from venue.reservations.ending import cancel, release_no_show
from venue.reservations.models import Organization, OrganizationMember, Reservation
from venue.reservations.outcomes import Refused, Requested, Reserved
from venue.reservations.rules import (
    MonthIsFull,
    NotMember,
    NotNeighbor,
    StaffOnly,
    TooFarAhead,
    TooLongAtATime,
)

AFTERNOON = span("14:00", "16:00")


@pytest.fixture
def choir(db_session, town) -> Organization:
    """A partner of 梧桐里 for which 林晓 books."""
    made = Organization(center_id=town.wutongli.id, name="梧桐合唱团", since_at=venue_clock.now())
    db_session.add(made)
    db_session.flush()
    db_session.add(
        OrganizationMember(
            organization_id=made.id, person_id=town.lin_xiao.id, since_at=venue_clock.now()
        )
    )
    db_session.commit()
    return made


def test_an_open_room_is_held_at_once(db_session, town, ask, row, told):
    outcome = ask(town.studio, AFTERNOON, note="自带茶水")

    assert isinstance(outcome, Reserved)
    one = row(outcome.booking_id)
    assert (one.booking.status, one.booking.category, one.booking.purpose) == (
        BookingStatus.HELD,
        Category.HIRE,
        "书友会",
    )
    assert one.booking.use == AFTERNOON
    assert (one.people, one.note, one.channel) == (10, "自带茶水", Channel.ONLINE)
    assert (one.requested_by_id, one.expires_at) == (town.lin_xiao.id, None)
    assert told() == [(town.lin_xiao.id, MessageKind.RESERVATION_HELD)]
    acts = db_session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert acts == ["booking.held", "reservation.requested"]
    assert db_session.get(Patron, (town.wutongli.id, town.lin_xiao.id)) is not None


def test_the_calendar_has_it_with_its_purpose_and_the_public_reads_that_it_is_taken(
    db_session, town, ask
):
    outcome = ask(town.studio, AFTERNOON)

    entry = db_session.scalars(
        select(CalendarEntry).where(CalendarEntry.key == f"booking-{outcome.booking_id}")
    ).one()
    assert "书友会" in entry.vevent
    assert "书友会" not in entry.public_vevent
    assert "已占用" in entry.public_vevent


def test_a_room_with_approval_is_held_while_the_request_waits(town, hall, ask, row, told, clock):
    outcome = ask(hall, span("14:00", "16:00", date(2026, 9, 25)))

    assert isinstance(outcome, Requested)
    assert outcome.expires_at == clock.now() + timedelta(hours=48)
    assert row(outcome.booking_id).booking.status is BookingStatus.PENDING
    assert told() == [(town.lin_xiao.id, MessageKind.RESERVATION_REQUESTED)]
    second = ask(hall, span("15:00", "17:00", date(2026, 9, 25)), who=town.chen_min)
    assert isinstance(second, Refused)
    assert isinstance(second.reasons[0], Overlap)


def test_a_request_for_today_waits_until_it_would_begin(hall, ask, clock):
    this_evening = span("18:00", "20:00", date(2026, 9, 16))

    assert ask(hall, this_evening).expires_at == this_evening.start


def test_every_reason_is_told_at_once_and_nothing_is_saved(db_session, town, ask):
    wanted = span("19:00", "23:00", date(2026, 12, 1))

    outcome = ask(town.mediation, wanted, people=9)

    assert [type(reason) for reason in outcome.reasons] == [
        StaffOnly,
        TooFarAhead,
        TooLongAtATime,
        OutsideHours,
        TooManyPeople,
    ]
    assert db_session.scalars(select(Reservation)).all() == []
    assert (
        db_session.scalars(select(RoomBooking).where(RoomBooking.purpose.is_not(None))).all() == []
    )
    assert db_session.scalars(select(Message)).all() == []


def test_a_retired_room_says_so_once(db_session, town, ask):
    town.classroom.retired_at = venue_clock.now()
    db_session.commit()

    assert ask(town.classroom, AFTERNOON).reasons == (NotInUse(),)


def test_the_limits_are_those_of_the_room_where_it_has_some(db_session, town, ask):
    town.classroom.advance_days = 1
    town.classroom.longest_minutes = 60
    db_session.commit()

    assert [type(one) for one in ask(town.classroom, AFTERNOON).reasons] == [TooLongAtATime]
    friday = span("14:00", "15:00", date(2026, 9, 18))
    assert ask(town.classroom, friday).reasons == (TooFarAhead(TOMORROW, 1),)
    assert isinstance(ask(town.classroom, span("14:00", "15:00")), Reserved)


def test_setting_up_and_cleaning_up_are_held_besides(db_session, town, ask, row):
    town.classroom.setup_minutes, town.classroom.cleanup_minutes = 15, 30
    db_session.commit()

    one = row(ask(town.classroom, AFTERNOON).booking_id)

    assert (one.booking.starts_at, one.booking.ends_at) == (
        AFTERNOON.start - timedelta(minutes=15),
        AFTERNOON.end + timedelta(minutes=30),
    )
    assert isinstance(ask(town.classroom, span("16:15", "17:00")), Refused)


def test_a_month_has_four_bookings_and_what_was_given_back_does_not_count(
    db_session, town, ask, clock
):
    days = [date(2026, 9, day) for day in (17, 18, 19, 20)]
    made = [ask(town.classroom, span("14:00", "15:00", on)) for on in days]
    assert {type(one) for one in made} == {Reserved}
    fifth = span("14:00", "15:00", date(2026, 9, 21))

    assert ask(town.classroom, fifth).reasons == (MonthIsFull(4, date(2026, 9, 1)),)
    assert isinstance(ask(town.classroom, span("14:00", "15:00", date(2026, 10, 9))), Reserved)
    assert isinstance(ask(town.classroom, fifth, who=town.chen_min), Reserved)
    actor = Actor(town.lin_xiao.id, Channel.ONLINE)
    cancel(db_session, made[3].booking_id, actor=actor, now=clock.now())
    assert isinstance(ask(town.classroom, span("16:00", "17:00", date(2026, 9, 21))), Reserved)


def test_a_booking_to_which_nobody_came_counts_in_its_month(db_session, town, ask, clock):
    days = [date(2026, 9, day) for day in (17, 18, 19, 20)]
    first, *_ = [ask(town.classroom, span("14:00", "15:00", on)) for on in days]
    clock.set(span("14:20", "14:21").start)
    desk = Actor(town.he_jing.id, Channel.COUNTER)
    release_no_show(db_session, first.booking_id, actor=desk, now=clock.now())

    outcome = ask(town.classroom, span("14:00", "15:00", date(2026, 9, 21)))

    assert outcome.reasons == (MonthIsFull(4, date(2026, 9, 1)),)


def test_a_center_has_a_limit_of_its_own_and_counts_only_its_own_rooms(db_session, town, ask):
    far_away = make.room(db_session, town.elsewhere, "会议室")
    town.wutongli.bookings_a_month = 1
    db_session.commit()

    assert isinstance(ask(far_away, AFTERNOON), Reserved)
    assert isinstance(ask(town.classroom, span("10:00", "11:00")), Reserved)
    assert ask(town.classroom, AFTERNOON).reasons == (MonthIsFull(1, date(2026, 9, 1)),)
    assert isinstance(ask(far_away, span("10:00", "11:00")), Reserved)


def test_an_organization_has_a_month_of_its_own(db_session, town, ask, choir, row):
    choir.bookings_a_month = 1
    town.wutongli.bookings_a_month = 1
    db_session.commit()
    assert isinstance(ask(town.classroom, span("10:00", "11:00")), Reserved)

    outcome = ask(town.classroom, AFTERNOON, organization_id=choir.id)

    assert row(outcome.booking_id).organization_id == choir.id
    refused = ask(town.studio, AFTERNOON, organization_id=choir.id)
    assert refused.reasons == (MonthIsFull(1, date(2026, 9, 1)),)


@pytest.mark.parametrize("ended", [True, False])
def test_who_is_no_member_or_of_one_that_has_ended_does_not_book_for_it(
    db_session, town, ask, choir, ended
):
    if ended:
        choir.ended_at = venue_clock.now()
        db_session.commit()
    who = town.lin_xiao if ended else town.chen_min

    outcome = ask(town.classroom, AFTERNOON, who=who, organization_id=choir.id)

    assert outcome.reasons == (NotMember(),)


def test_a_room_for_residents_is_theirs_and_those_of_a_center_that_shares_it(db_session, town, ask):
    town.classroom.residents_only = True
    far = make.person(db_session, "高远", lives_in=town.other_neighborhood)
    db_session.commit()
    assert ask(town.classroom, AFTERNOON, who=far).reasons == (NotNeighbor(),)
    assert ask(town.classroom, AFTERNOON, who=town.zhou_wen).reasons == (NotNeighbor(),)

    make.shared(db_session, town.classroom, town.elsewhere)

    assert isinstance(ask(town.classroom, AFTERNOON, who=far), Reserved)


def test_the_desk_books_for_somebody_and_says_how_they_asked(town, ask, row, told):
    desk = Actor(town.he_jing.id, Channel.TELEPHONE)

    outcome = ask(town.studio, AFTERNOON, who=town.zhou_jianguo, actor=desk)

    one = row(outcome.booking_id)
    assert (one.person_id, one.requested_by_id) == (town.zhou_jianguo.id, town.he_jing.id)
    assert one.channel is Channel.TELEPHONE
    assert told() == [(town.zhou_jianguo.id, MessageKind.RESERVATION_HELD)]


def test_the_terms_are_those_of_the_moment(db_session, town, ask):
    """An object that the session has from before does not decide."""
    assert town.studio.booking_mode is BookingMode.OPEN
    table = make.Room.__table__
    db_session.execute(
        table.update()
        .where(table.c.id == town.studio.id)
        .values(booking_mode=BookingMode.STAFF_ONLY)
    )

    assert ask(town.studio, AFTERNOON).reasons == (StaffOnly(private=False),)
