"""The demo town loads on any day and on both databases, and shows every state there is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from tests.frozen_clock import FrozenClock
from venue.accounts.models import StaffRole, User
from venue.accounts.passwords import hash_password, matches
from venue.accounts.rules import Role
from venue.attendance.certificates import earned, whole_seats
from venue.attendance.models import Roll
from venue.calendars.models import CalendarEntry
from venue.db import write_transaction
from venue.demo import PASSWORD, HoldsData, demo_logins, load_demo
from venue.duty.models import Assignment, Shift
from venue.notifications.models import Message
from venue.people.models import Delegation, Person
from venue.places.models import CalendarDay, Center, Room, RoomBooking
from venue.places.rules import BookingStatus, Category
from venue.programs.models import Program, ScheduledSession
from venue.programs.rules import Admission
from venue.reservations.models import Organization, OrganizationMember, Reservation
from venue.reservations.rules import ReservationEnding, Standing
from venue.seats.models import Enrollment, Pause, SeatPool
from venue.seats.rules import SEATED, EnrollmentStatus
from venue.timeline.local_time import day_start, local_date, week_start

NATIONAL_DAY = datetime(2026, 10, 1, 2, 0, tzinfo=UTC)
NEW_YEARS_MORNING = datetime(2027, 1, 1, 0, 10, tzinfo=UTC)
"""In a year whose holidays are not announced yet."""

AnySession = Session | scoped_session[Session]


def load(clock: FrozenClock, password_hash: str) -> HoldsData | None:
    with write_transaction() as session:
        return load_demo(session, password_hash, now=clock.now())


def count(session: AnySession, *conditions: object) -> int:
    return session.scalar(select(func.count()).where(*conditions)) or 0


def bookings_by_day(session: AnySession, now: datetime) -> list[int]:
    """Count the held bookings of the first center on each day of the week of `now`."""
    monday = week_start(local_date(now))
    midnights = [day_start(monday + timedelta(days=number)) for number in range(8)]
    first = select(Center.id).where(Center.slug == "wutongli").scalar_subquery()
    return [
        count(
            session,
            RoomBooking.room_id == Room.id,
            Room.center_id == first,
            RoomBooking.status == BookingStatus.HELD,
            RoomBooking.starts_at >= start,
            RoomBooking.starts_at < end,
        )
        for start, end in pairwise(midnights)
    ]


def test_the_town_is_complete_and_shows_every_state(
    db_session: scoped_session[Session], clock: FrozenClock
) -> None:
    assert load(clock, hash_password(PASSWORD)) is None
    now, town = clock.now(), db_session

    first = town.scalars(select(Center).where(Center.slug == "wutongli")).one()
    rooms = town.scalars(select(Room).where(Room.center_id == first.id)).all()
    assert len(rooms) == 12
    assert sum(room.private for room in rooms) == 2
    assert 850 <= sum(room.area_m2 for room in rooms) <= 950
    staff = select(func.count(StaffRole.person_id.distinct())).where(
        StaffRole.center_id == first.id
    )
    assert town.scalar(staff) == 12

    courses = town.execute(
        select(Program, SeatPool)
        .join(SeatPool, SeatPool.program_id == Program.id)
        .where(
            Program.center_id == first.id,
            Program.limit_group == "夜校",
            Program.admission != Admission.LOTTERY,
        )
    ).all()
    assert len(courses) == 9
    assert sum(pool.taken for _, pool in courses) == 85
    coming = [(course, pool) for course, pool in courses if course.enroll_closes_at > now]
    assert [pool for _, pool in coming if pool.taken == pool.capacity]
    assert [pool for _, pool in coming if 0 < pool.capacity - pool.taken <= 3]

    assert count(town, Program.enroll_opens_at > now, Program.published_at.is_not(None))
    assert count(town, Program.enroll_closes_at < now)
    assert count(town, Program.admission == Admission.DROP_IN)
    assert count(town, Program.published_at.is_(None))
    assert count(town, Program.cancelled_at.is_not(None))
    assert count(town, ScheduledSession.moved_from_at.is_not(None)) == 1
    assert count(town, ScheduledSession.cancelled_at.is_not(None)) > 1
    for status in (EnrollmentStatus.WAITLISTED, EnrollmentStatus.OFFERED):
        assert count(town, Enrollment.status == status)
    for category in (Category.HIRE, Category.MEETING):
        assert count(town, RoomBooking.category == category)
    of_sessions = count(town, CalendarEntry.key.startswith("session-"))
    assert of_sessions == count(town, ScheduledSession.id.is_not(None))
    assert min(bookings_by_day(town, now)) >= 5

    seated = (
        select(func.count())
        .where(Enrollment.pool_id == SeatPool.id, Enrollment.status.in_(SEATED))
        .scalar_subquery()
    )
    assert count(town, SeatPool.taken != seated) == 0
    assert count(town, SeatPool.taken > 0) > 20

    on_duty = count(town, Shift.center_id == first.id, Shift.starts_at <= now, Shift.ends_at > now)
    assert on_duty >= 2
    rooms_are_booked_asked_for_and_given_back(town, now)
    rolls_were_taken_and_one_person_appeals(town, now)
    everybody_signs_in_and_is_who_the_list_says(town)
    the_tour_of_the_readme_can_be_walked(town)


def the_tour_of_the_readme_can_be_walked(town: AnySession) -> None:
    """沈岚 has a seat in the full course, 林晓 is the first who waits, inboxes are in order."""
    claims = town.execute(
        select(Person.full_name, Enrollment.status)
        .join(Enrollment.person)
        .join(Enrollment.program)
        .where(Program.title == "手机摄影与短视频")
        .order_by(Enrollment.id)
    ).all()
    assert ("沈岚", EnrollmentStatus.CONFIRMED) in claims
    waiting = [name for name, status in claims if status is EnrollmentStatus.WAITLISTED]
    assert waiting[0] == "林晓"
    times = town.scalars(select(Message.created_at).order_by(Message.id)).all()
    assert times == sorted(times)


def rooms_are_booked_asked_for_and_given_back(town: AnySession, now: datetime) -> None:
    reservations = town.scalars(select(Reservation)).all()
    standings = {one.standing(now) for one in reservations}
    assert set(Standing) - standings == {Standing.EXPIRED, Standing.CALLED_OFF}
    assert any(one.moved_from_at for one in reservations)
    assert count(town, Reservation.organization_id.is_not(None), Reservation.ending.is_(None)) > 1
    assert count(
        town, Reservation.ending == ReservationEnding.REFUSED, Reservation.ending_reason != ""
    )
    assert count(town, Organization.id == OrganizationMember.organization_id) > 2


def rolls_were_taken_and_one_person_appeals(town: AnySession, now: datetime) -> None:
    """许诺 is paused and has appealed, nobody else is; 林晓 has completed a course."""
    assert count(town, Roll.closed_at.is_not(None)) > 15
    paused = town.execute(select(Pause.appeal, Person.full_name).join(Pause.person)).all()
    assert [(name, appeal != "") for appeal, name in paused] == [("许诺", True)]
    completed = earned(town, whole_seats(town, Person.full_name == "林晓"), key=b"", now=now)
    assert [one.enrollment.program.title for one in completed] == ["钢笔字四周班"]


def everybody_signs_in_and_is_who_the_list_says(town: AnySession) -> None:
    logins = demo_logins(town)
    assert [one.full_name for one in logins] == [
        "林晓", "陈敏", "周文", "何静", "顾长青", "沈岚", "魏东", "陆远", "许诺",
    ]  # fmt: skip
    users = town.scalars(select(User)).all()
    # Learners have accounts as well; those with a story are printed.
    assert {f"+86{one.phone}" for one in logins} < {user.phone for user in users}
    assert all(matches(found, PASSWORD) for found in {user.password_hash for user in users})
    roles = town.execute(
        select(Person.full_name, StaffRole.role)
        .join(StaffRole, StaffRole.person_id == Person.id)
        .join(User, User.person_id == Person.id)
    )
    assert dict(roles.all()) == {
        "何静": Role.DESK,
        "顾长青": Role.TEACHER,
        "沈岚": Role.MANAGER,
        "魏东": Role.DISTRICT_OFFICER,
        "陆远": Role.ADMINISTRATOR,
    }
    for name, how_many in {"陈敏": 2, "周文": 1}.items():
        acts_for = count(town, Delegation.delegate_id == Person.id, Person.full_name == name)
        assert acts_for == how_many


def test_it_is_written_only_into_an_empty_database(
    db_session: scoped_session[Session], clock: FrozenClock
) -> None:
    db_session.add(Person(full_name="林晓", birth_year=1998, created_at=clock.now()))
    db_session.commit()
    assert load(clock, "") == HoldsData()
    assert count(db_session, Person.id.is_not(None)) == 1
    assert count(db_session, Center.id.is_not(None)) == 0


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("now", [NEW_YEARS_MORNING, NATIONAL_DAY], ids=str)
def test_it_is_alive_on_any_day(
    db_session: scoped_session[Session], clock: FrozenClock, now: datetime
) -> None:
    clock.set(now)
    assert load(clock, "") is None
    holiday = db_session.get(CalendarDay, local_date(now)) is not None
    assert min(bookings_by_day(db_session, now)) >= (1 if holiday else 5)
    today = day_start(local_date(now))
    assert count(
        db_session,
        Assignment.shift_id == Shift.id,
        Shift.starts_at >= today,
        Shift.starts_at < today + timedelta(days=1),
    )
    for status in (EnrollmentStatus.WAITLISTED, EnrollmentStatus.OFFERED):
        assert count(db_session, Enrollment.status == status)
    assert count(db_session, Pause.appeal != "", Pause.ends_at > now) == 1
