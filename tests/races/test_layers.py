"""A promise that two layers keep: each keeps it alone, and the answer stays clean.

A seat is kept by the condition of the UPDATE and by the CHECK of its pool; one person's claims and
a room's time by a row lock and by an index or constraint. Here one layer is taken away at a time.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from unittest.mock import patch

import pytest
from sqlalchemy import bindparam, text, update
from sqlalchemy.exc import IntegrityError

from tests import town as make
from tests.races.facts import by, by_us, count
from tests.races.meeting import act, row_locks_dropped
from venue import clock as venue_clock
from venue.accounts.changing import Changed, change_phone
from venue.accounts.models import User
from venue.accounts.registering import PhoneTaken, register
from venue.audit.rules import SYSTEM
from venue.changes.cancelling import cancel_program
from venue.changes.publishing import retract_program
from venue.people.rules import Language
from venue.places.booking import Blocked, Label, RoomWish, hold
from venue.places.editing_rooms import RoomDescription, create_room
from venue.places.membership import welcome
from venue.places.models import Equipment, Patron
from venue.places.rules import BookingMode, Category, Overlap
from venue.seats import enrolling
from venue.seats.enrolling import enroll, join_waitlist
from venue.seats.models import SeatPool
from venue.seats.outcomes import Enrolled, Refused, Waitlisted
from venue.seats.rules import AlreadyEnrolled, Cancelled, Full, OneATerm, Unpublished
from venue.timeline.interval import Interval
from venue.timeline.local_time import instant

pytestmark = pytest.mark.race
POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
"""Where two writers are at work at once; on SQLite their turn is a layer below all of these."""

ANY_SEAT = (
    update(SeatPool)
    .where(SeatPool.id == bindparam("pool_id"))
    .values(taken=SeatPool.taken + 1)
    .execution_options(synchronize_session=False)
)


# ---- A seat: the condition of the UPDATE, and the CHECK ----------------------------------------


@pytest.fixture
def choir(db_session, town):
    """A course of one seat."""
    made = make.course(db_session, town.wutongli, "合唱", capacity=1)
    db_session.commit()
    return made


@pytest.fixture
def without_condition():
    """Take a seat whether or not there is one."""
    with patch.object(enrolling, "_ONE_SEAT", ANY_SEAT):
        yield


@pytest.fixture
def without_check(db_session):
    for name in ("taken", "kept_for_group"):
        db_session.execute(text(f"ALTER TABLE seat_pool DROP CONSTRAINT ck_seat_pool_{name}"))
    db_session.commit()


def both_want(session, program, town):
    """Return how two people ask for the seats of a program."""
    pool = make.pool_of(session, program).id
    session.commit()
    return [act(enroll, pool, [one.id], **by(one)) for one in (town.lin_xiao, town.chen_min)]


def test_a_full_pool_gives_no_seat_and_no_error(db_session, town, choir):
    pool = make.pool_of(db_session, choir)
    make.enrollment(db_session, pool, town.lin_xiao)

    assert not enrolling._take_seat(db_session, pool.id, desk=False)


@POSTGRESQL
def test_the_condition_alone_sells_the_last_seat_once(without_check, db_session, town, choir, meet):
    first, second = meet(*both_want(db_session, choir, town))

    assert isinstance(first, Enrolled)
    assert second == Refused((Full(1, 0),))


@POSTGRESQL
def test_the_check_alone_sells_it_once_but_the_second_gets_an_error(
    without_condition, db_session, town, choir, meet
):
    with pytest.raises(IntegrityError, match="ck_seat_pool_"):
        meet(*both_want(db_session, choir, town))

    assert make.pool_of(db_session, choir).taken == 1


@POSTGRESQL
@pytest.mark.usefixtures("without_check", "without_condition")
def test_without_both_the_last_seat_is_sold_twice(db_session, town, choir, meet):
    """The control."""
    answers = meet(*both_want(db_session, choir, town))

    assert [type(answer) for answer in answers] == [Enrolled, Enrolled]


# ---- A pool that is just being closed: the condition alone ------------------------------------


ENDS = pytest.mark.parametrize(
    ("end", "facts", "reason"),
    [
        (cancel_program, {"reason": "老师生病"}, Cancelled()),
        (retract_program, {}, Unpublished()),
    ],
)


@ENDS
def test_what_is_just_taken_back_gives_no_seat(db_session, town, choir, meet, end, facts, reason):
    wanting, _ = both_want(db_session, choir, town)

    _, refused = meet(act(end, choir.id, **facts, **by_us()), wanting)

    assert refused == Refused((reason,))


@POSTGRESQL
@ENDS
@pytest.mark.usefixtures("without_condition")
def test_without_the_condition_it_gives_one(db_session, town, choir, meet, end, facts, reason):
    """The control."""
    wanting, _ = both_want(db_session, choir, town)

    _, enrolled = meet(act(end, choir.id, **facts, **by_us()), wanting)

    assert isinstance(enrolled, Enrolled)


# ---- What indexes and the overlap constraint keep when a lock is forgotten ---------------------


@pytest.fixture
def forgotten(app, db_session):
    """Let nobody lock a row."""
    with row_locks_dropped():
        yield


@pytest.mark.usefixtures("forgotten")
def test_one_person_has_one_claim_on_a_course(db_session, town, meet):
    pool = make.pool_of(db_session, town.painting).id
    db_session.commit()

    first, second = meet(
        act(enroll, pool, [town.lin_xiao.id], **by_us()),
        act(enroll, pool, [town.lin_xiao.id], **by_us()),
    )

    assert second.reasons[0] == AlreadyEnrolled(first.enrollment_id, "confirmed")
    db_session.expire_all()
    assert make.pool_of(db_session, town.painting).taken == 1


@pytest.mark.usefixtures("forgotten")
def test_one_person_waits_once(db_session, town, choir, meet):
    pool = make.pool_of(db_session, choir)
    make.enrollment(db_session, pool, town.zhou_wen)
    db_session.commit()
    waiting = act(join_waitlist, pool.id, [town.lin_xiao.id], **by_us())

    first, second = meet(waiting, waiting)

    assert isinstance(first, Waitlisted)
    assert second.reasons[0] == AlreadyEnrolled(first.enrollment_id, "waitlisted")


@pytest.mark.usefixtures("forgotten")
def test_one_person_has_one_seat_of_a_limit_group(db_session, town, meet):
    tomorrow = make.FIRST_LESSON + timedelta(days=1)
    facts = {"term": town.term, "limit_group": "night"}
    courses = [
        make.course(db_session, town.wutongli, "摄影", **facts),
        make.course(db_session, town.wutongli, "沪剧", first_on=tomorrow, **facts),
    ]
    pools = [make.pool_of(db_session, one).id for one in courses]
    db_session.commit()

    first, second = meet(*(act(enroll, pool, [town.lin_xiao.id], **by_us()) for pool in pools))

    assert isinstance(first, Enrolled)
    assert second == Refused((OneATerm("摄影"),))


@pytest.mark.usefixtures("forgotten")
def test_one_room_is_held_once(db_session, town, meet):
    day = date(2026, 9, 24)
    evening = Interval(instant(day, time(18)), instant(day, time(20)))
    label = Label(Category.MEETING, "会议")
    holding = act(
        hold, [RoomWish(town.classroom.id, evening)], label=label, override=None, **by_us()
    )

    first, second = meet(holding, holding)

    assert len(first) == 1
    assert isinstance(second, Blocked)
    assert [type(reason) for reason in second.conflicts[0]] == [Overlap]


@pytest.mark.parametrize("changing_first", [True, False])
def test_one_number_signs_in_to_one_account(db_session, town, meet, changing_first):
    """No lock stands before this one: the unique index is asked, and its no is an answer."""
    number = "+8613900001001"
    now = venue_clock.now()
    mine = make.user_of(db_session, town.lin_xiao).id

    def changing(session):
        return change_phone(session, session.get_one(User, mine), number, actor=SYSTEM, now=now)

    registering = act(
        register,
        full_name="方圆",
        birth_on=date(1998, 5, 4),
        phone=number,
        password_hash="not a hash",
        language=Language.CHINESE,
        now=now,
    )
    acts = (changing, registering) if changing_first else (registering, changing)

    first, second = meet(*acts)

    assert not isinstance(first, PhoneTaken)
    assert isinstance(first, Changed) is changing_first
    assert second == PhoneTaken()


# ---- Rows that are little more than a name: ON CONFLICT alone ----------------------------------


def test_equipment_that_two_centers_name_at_once_is_one(db_session, town, meet):
    def making(center):
        room = RoomDescription(
            "水吧", 1, 20, 10, BookingMode.OPEN, private=False, position=9, about=""
        )
        return act(create_room, center.id, room, [], ["咖啡机"], **by_us())

    first, second = meet(making(town.wutongli), making(town.elsewhere))

    assert first.equipment[0].id == second.equipment[0].id
    assert count(db_session, Equipment) == 1


def test_who_is_welcomed_at_the_desk_and_enrolls_at_once_is_known_once(db_session, town, meet):
    pool = make.pool_of(db_session, town.painting).id
    db_session.commit()

    _, enrolled = meet(
        act(welcome, town.wutongli.id, town.lin_xiao.id, **by_us()),
        act(enroll, pool, [town.lin_xiao.id], **by_us()),
    )

    assert isinstance(enrolled, Enrolled)
    assert count(db_session, Patron, Patron.person_id == town.lin_xiao.id) == 1
