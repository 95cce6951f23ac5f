"""Programs that two centers run together: one program, shown in both, in one room held once."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from sqlalchemy import func, select

from tests import town as make
from venue import clock as venue_clock
from venue.audit.models import AuditEntry
from venue.audit.rules import SYSTEM
from venue.calendars.models import CalendarEntry
from venue.changes.moving import move_session
from venue.places.booking import Blocked
from venue.places.models import RoomBooking
from venue.places.rules import NotShared
from venue.places.sharing import NotNearby, share_room
from venue.programs.models import Program, ProgramPartner, ScheduledSession
from venue.programs.partnering import programs_run_at, run_together, sessions_run_at
from venue.programs.scheduling import SeriesBlocked, SeriesPlan, preview, schedule_series
from venue.seats.reading import pool_facts
from venue.seats.seating import load_seatings
from venue.timeline.interval import Interval
from venue.timeline.local_time import instant
from venue.timeline.recurrence import WeeklyPattern

DAY = date(2026, 10, 15)


@pytest.fixture
def session(db_session):
    return db_session()


@pytest.fixture
def town(session):
    made = make.build(session)
    made.dance = make.room(session, made.elsewhere, "舞蹈室", 30)
    session.commit()
    return made


def acts():
    return {"actor": SYSTEM, "now": venue_clock.now()}


def plan(room) -> SeriesPlan:
    pattern = WeeklyPattern(DAY, frozenset({4}), count=2)
    return SeriesPlan(pattern, time(9), time(11), room.id)


def schedule(session, program, room):
    return schedule_series(session, program.id, plan(room), override="急用", **acts())


def test_both_centers_have_it_and_others_do_not(session, town):
    far = make.center(session, town.district, "shiqiao", "石桥党群服务中心")
    assert run_together(session, town.painting.id, [town.elsewhere.id], **acts()) is None
    ids = {town.painting.id}
    for center, found in ((town.wutongli, ids), (town.elsewhere, ids), (far, set())):
        assert set(session.scalars(programs_run_at(center.id))) == found
        sessions = select(ScheduledSession.program_id).where(
            ScheduledSession.id.in_(sessions_run_at(center.id))
        )
        assert set(session.scalars(sessions)) == found
    assert session.scalar(select(func.count()).select_from(RoomBooking)) == 12


def test_running_together_is_recorded_when_it_changes(session, town):
    for ids in ([town.elsewhere.id], [town.elsewhere.id], []):
        run_together(session, town.painting.id, ids, **acts())
    session.commit()
    entries = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "program.partnered").order_by(AuditEntry.id)
    )
    assert [one.facts["center_ids"] for one in entries] == [[town.elsewhere.id], []]
    assert session.scalars(select(ProgramPartner)).all() == []


def test_only_centers_of_one_district_run_something_together(session, town):
    far = make.center(session, make.district(session, "远山区"), "yuanshan", "远山党群服务中心")
    for ids in ([far.id], [town.wutongli.id], [town.elsewhere.id, 9999]):
        assert run_together(session, town.painting.id, ids, **acts()) == NotNearby()
    assert session.scalars(select(ProgramPartner)).all() == []


def test_residents_of_every_center_that_runs_it_are_residents_for_it(session, town):
    town.painting.residents_only = True
    session.flush()
    pool = make.pool_of(session, town.painting)

    def residents() -> set[int]:
        facts = pool_facts(session, load_seatings(session, [pool.id]), applicants=[])
        return set(facts[pool.id].resident_of)

    assert residents() == {town.neighborhood.id}
    run_together(session, town.painting.id, [town.elsewhere.id], **acts())
    assert residents() == {town.neighborhood.id, town.other_neighborhood.id}


def test_a_series_gets_no_room_that_is_not_shared_and_a_reason_does_not_help(session, town):
    outcome = schedule(session, town.painting, town.dance)
    assert outcome == SeriesBlocked((DAY, DAY + timedelta(weeks=1)))
    previewed = preview(session, town.painting, plan(town.dance), now=venue_clock.now())
    assert [one.conflicts for one in previewed] == [(NotShared(),)] * 2


def test_a_series_in_a_shared_room_says_where_that_is(session, town):
    share_room(session, town.dance.id, [town.wutongli.id], **acts())
    made = schedule(session, town.painting, town.dance)
    places = session.scalars(
        select(CalendarEntry.place).where(
            CalendarEntry.key.in_([f"session-{one.id}" for one in made])
        )
    ).all()
    assert set(places) == {"河湾党群服务中心，舞蹈室"}


@pytest.mark.parametrize("shared", [False, True])
def test_a_session_moves_into_anothers_room_only_when_it_is_shared(session, town, shared):
    if shared:
        share_room(session, town.dance.id, [town.wutongli.id], **acts())
    one = town.painting.sessions[0]
    outcome = move_session(
        session,
        one.id,
        interval=Interval(instant(DAY, time(9)), instant(DAY, time(11))),
        room_id=town.dance.id,
        override="急用",
        **acts(),
    )
    assert isinstance(outcome, Blocked) is not shared
    if not shared:
        assert outcome.conflicts == ((NotShared(),),)


def test_the_program_keeps_one_row_for_both(session, town):
    run_together(session, town.painting.id, [town.elsewhere.id], **acts())
    assert session.scalar(select(func.count()).select_from(Program)) == 1
