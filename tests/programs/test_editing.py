"""Editing programs, terms and the topics of sessions, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select

from tests.town import acts
from venue import clock as venue_clock
from venue.audit.models import AuditEntry
from venue.calendars.models import CalendarEntry
from venue.places.rules import Category
from venue.programs.calendar import entry_key
from venue.programs.editing import (
    IsCancelled,
    ProgramDescription,
    Settled,
    TermDescription,
    change_program,
    change_term,
    change_topic,
    create_program,
    create_term,
)
from venue.programs.rules import Admission, Books

TALK = ProgramDescription(
    title="防骗讲座",
    category=Category.MEETING,
    audience="所有人",
    summary="",
    syllabus="",
    teacher_id=None,
    term_id=None,
    limit_group=None,
    price_fen=0,
    min_age=None,
    max_age=None,
    residents_only=False,
    enroll_opens_at=None,
    enroll_closes_at=None,
    admission=Admission.DROP_IN,
    criteria="",
    group_limit=1,
)


def described(program):
    names = ProgramDescription.__dataclass_fields__
    return ProgramDescription(**{name: getattr(program, name) for name in names})


def entries(session, action):
    return session.scalars(select(AuditEntry).where(AuditEntry.action == action)).all()


def test_a_new_program_is_a_draft(session, town):
    made = create_program(session, town.wutongli.id, Books.SERIES, TALK, **acts())
    session.commit()
    assert made.published_at is None
    assert (made.title, made.admission, made.created_at) == (
        "防骗讲座",
        Admission.DROP_IN,
        venue_clock.now(),
    )
    assert len(entries(session, "program.changed")) == 1


def test_a_new_title_reaches_the_calendars(session, town):
    before = session.scalars(select(CalendarEntry).order_by(CalendarEntry.id)).first()
    revision = before.revision
    wanted = replace(described(town.painting), title="国画入门")
    assert change_program(session, town.painting.id, wanted, **acts()) is town.painting
    session.commit()
    session.expire_all()
    assert "国画入门" in before.vevent
    assert before.revision == revision + 1
    assert entries(session, "program.changed")[0].facts == {"fields": ["title"]}


def test_a_program_that_is_not_changed_records_nothing(session, town):
    change_program(session, town.painting.id, described(town.painting), **acts())
    session.commit()
    assert entries(session, "program.changed") == []


def test_a_published_program_keeps_its_term_and_limit_group(session, town):
    wanted = replace(described(town.painting), term_id=None, limit_group=None, title="别的")
    outcome = change_program(session, town.painting.id, wanted, **acts())
    session.commit()
    assert outcome == Settled(("term_id", "limit_group"))
    assert town.painting.term_id == town.term.id
    assert town.painting.title == "零基础国画"


def test_a_draft_gives_out_its_seats_by_lot_if_it_has_any(session, town):
    town.painting.published_at = None
    session.flush()
    by_lot = replace(described(town.painting), admission=Admission.LOTTERY)
    assert change_program(session, town.painting.id, by_lot, **acts()) is town.painting
    dropped_in = replace(by_lot, admission=Admission.DROP_IN)
    kept = Settled(("admission",))
    assert change_program(session, town.painting.id, dropped_in, **acts()) == kept
    first_come = replace(by_lot, admission=Admission.FIRST_COME)
    for books, how in ((Books.SERIES, dropped_in), (Books.SESSION, first_come)):
        made = create_program(session, town.wutongli.id, books, how, **acts())
        assert change_program(session, made.id, by_lot, **acts()) == kept


def test_a_draft_may_still_change_its_term(session, town):
    town.painting.published_at = None
    session.flush()
    wanted = replace(described(town.painting), term_id=None, limit_group=None)
    change_program(session, town.painting.id, wanted, **acts())
    session.commit()
    assert town.painting.term_id is None


def test_a_cancelled_program_is_not_changed(session, town):
    town.painting.cancelled_at = venue_clock.now()
    session.flush()
    wanted = replace(described(town.painting), title="别的")
    assert change_program(session, town.painting.id, wanted, **acts()) == IsCancelled()
    session.commit()
    assert town.painting.title == "零基础国画"


def entry_of(session, one):
    """Read the calendar entry of a session anew."""
    session.expire_all()
    key = entry_key(one.id)
    return session.scalars(select(CalendarEntry).where(CalendarEntry.key == key)).one()


def test_a_new_topic_reaches_the_calendars_as_a_change_that_moves_nobody(session, town, clock):
    first = town.painting.sessions[0]
    clock.advance(timedelta(hours=3))
    assert change_topic(session, first.id, "兰叶的画法", **acts()) is first
    session.commit()
    entry = entry_of(session, first)
    assert (entry.sequence, entry.revision, entry.revised_at) == (0, 2, clock.now())
    for text in (entry.vevent, entry.public_vevent):
        assert "兰叶的画法" in text.replace("\r\n ", "")
        assert "LAST-MODIFIED:20260916T050000Z" in text
    [entry] = entries(session, "session.changed")
    assert (entry.subject, entry.subject_id) == ("scheduled_session", first.id)
    assert entry.facts == {"fields": ["topic"]}


def test_the_topic_that_it_has_already_records_nothing(session, town):
    first = town.painting.sessions[0]
    change_topic(session, first.id, first.topic, **acts())
    session.commit()
    assert entries(session, "session.changed") == []
    assert entry_of(session, first).revision == 1


def test_a_cancelled_session_keeps_its_topic(session, town):
    first = town.painting.sessions[0]
    first.cancelled_at = venue_clock.now()
    session.flush()
    assert change_topic(session, first.id, "兰叶的画法", **acts()) == IsCancelled()
    session.commit()
    assert first.topic == ""


def test_a_term_is_made_and_changed(session, town):
    spring = TermDescription("2027 年春季", date(2027, 3, 1), date(2027, 6, 30))
    made = create_term(session, town.district.id, spring, **acts())
    longer = replace(spring, ends_on=date(2027, 7, 10))
    change_term(session, made.id, longer, **acts())
    change_term(session, made.id, longer, **acts())
    session.commit()
    assert made.ends_on == date(2027, 7, 10)
    assert [entry.facts["fields"] for entry in entries(session, "term.changed")] == [
        ["ends_on", "name", "starts_on"],
        ["ends_on"],
    ]
