"""Showing a draft and hiding it again: seats and calendars follow, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests import town as make
from tests.town import acts
from venue import clock as venue_clock
from venue.audit.models import AuditEntry
from venue.calendars.models import CalendarEntry
from venue.changes.cancelling import cancel_session
from venue.changes.outcomes import AlreadyCancelled
from venue.changes.publishing import NoSessions, PeopleEnrolled, publish_program, retract_program
from venue.programs.rules import Books
from venue.seats.enrolling import enroll
from venue.seats.outcomes import Enrolled, Refused
from venue.seats.rules import EnrollmentStatus, Unpublished


def public_texts(session):
    session.expire_all()
    return session.scalars(select(CalendarEntry.public_vevent)).all()


def test_a_program_without_sessions_is_not_published(session, town):
    draft = make.program(session, town.wutongli, "空的", published_at=None)
    assert publish_program(session, draft.id, **acts()) == NoSessions()
    assert draft.published_at is None


def test_a_program_whose_sessions_are_all_cancelled_is_not_published(session, town):
    draft = make.course(session, town.wutongli, "停了", lessons=1, published_at=None)
    cancel_session(session, draft.sessions[0].id, reason="老师病了", **acts())
    assert publish_program(session, draft.id, **acts()) == NoSessions()


def test_hiding_a_program_takes_it_out_of_calendars_and_closes_its_seats(session, town):
    assert retract_program(session, town.painting.id, **acts()) is town.painting
    session.commit()
    assert town.painting.published_at is None
    assert set(public_texts(session)) == {None}
    pool = make.pool_of(session, town.painting)
    assert pool.closed_at is not None
    assert enroll(session, pool.id, [town.lin_xiao.id], **acts()) == Refused((Unpublished(),))


def test_publishing_again_opens_the_seats(session, town):
    retract_program(session, town.painting.id, **acts())
    publish_program(session, town.painting.id, **acts())
    publish_program(session, town.painting.id, **acts())
    session.commit()
    assert None not in public_texts(session)
    pool = make.pool_of(session, town.painting)
    assert isinstance(enroll(session, pool.id, [town.lin_xiao.id], **acts()), Enrolled)
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions[:2] == ["program.retracted", "program.published"]
    assert actions.count("program.published") == 1


def test_seats_of_a_cancelled_session_stay_closed(session, town):
    club = make.course(
        session, town.wutongli, "象棋", lessons=2, books=Books.SESSION, published_at=None
    )
    cancel_session(session, club.sessions[0].id, reason="检修", **acts())
    publish_program(session, club.id, **acts())
    session.commit()
    first, second = (make.pool_of(session, one) for one in club.sessions)
    assert first.closed_at is not None
    assert second.closed_at is None


@pytest.mark.parametrize("status", [EnrollmentStatus.CONFIRMED, EnrollmentStatus.WAITLISTED])
def test_a_program_with_people_is_not_hidden(session, town, status):
    make.enrollment(session, make.pool_of(session, town.painting), town.lin_xiao, status)
    assert retract_program(session, town.painting.id, **acts()) == PeopleEnrolled(1)
    assert town.painting.published_at is not None
    assert make.pool_of(session, town.painting).closed_at is None


def test_a_cancelled_program_is_neither_shown_nor_hidden(session, town):
    town.painting.cancelled_at = venue_clock.now()
    session.flush()
    assert retract_program(session, town.painting.id, **acts()) == AlreadyCancelled()
    assert publish_program(session, town.painting.id, **acts()) == AlreadyCancelled()
