"""An entry follows its event: time, place and status raise SEQUENCE, any change the revision."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.calendars.conftest import DOMAIN, NOW
from venue.calendars.models import CalendarEntry
from venue.calendars.publishing import publish, retract
from venue.calendars.rules import EntryStatus

LATER = NOW + timedelta(hours=5)
HOUR = timedelta(hours=1)


@pytest.fixture
def lesson(house):
    occasion = house.occasion()
    publish(house.session, [occasion], domain=DOMAIN, now=NOW)
    return occasion


def test_a_new_event_gets_an_entry_with_both_texts_ready(house, lesson):
    entry = house.entry()
    assert (entry.sequence, entry.revision, entry.revised_at) == (0, 1, NOW)
    assert entry.status is EntryStatus.CONFIRMED
    assert (entry.starts_at, entry.ends_at) == (lesson.starts_at, lesson.ends_at)
    assert "UID:session-12@venue.example\r\n" in entry.vevent
    assert "SUMMARY:国画入门\r\n" in entry.vevent
    assert entry.public_vevent == entry.vevent


def test_publishing_the_same_facts_again_changes_nothing(house, lesson, count_queries):
    house.session.commit()
    with count_queries() as sent:
        publish(house.session, [lesson], domain=DOMAIN, now=LATER)
    assert len(sent) == 1
    entry = house.entry()
    assert (entry.sequence, entry.revision, entry.revised_at) == (0, 1, NOW)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"starts_at": NOW + 2 * HOUR}, id="it begins at another time"),
        pytest.param({"ends_at": NOW + 72 * HOUR}, id="it ends at another time"),
        pytest.param({"place": "东湖中心 阅览室"}, id="it takes place elsewhere"),
    ],
)
def test_a_move_keeps_the_uid_and_raises_the_sequence(house, changes, lesson):
    publish(house.session, [house.occasion(**changes)], domain=DOMAIN, now=LATER)
    entry = house.entry()
    assert (entry.sequence, entry.revision, entry.revised_at) == (1, 2, LATER)
    for text in (entry.vevent, entry.public_vevent):
        assert "UID:session-12@venue.example\r\n" in text
        assert "SEQUENCE:1\r\n" in text
        assert "DTSTAMP:20260916T070000Z\r\n" in text


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "国画提高"},
        {"description": "带两支毛笔。"},
        {"url": "https://venue.example/programs/2"},
        {"published": False},
        {"private": True},
        {"program_id": None},
        {"room_id": None},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_any_other_change_raises_only_the_revision(house, changes, lesson):
    publish(house.session, [house.occasion(**changes)], domain=DOMAIN, now=LATER)
    entry = house.entry()
    assert (entry.sequence, entry.revision, entry.revised_at) == (0, 2, LATER)


def test_a_draft_has_no_public_text(house):
    publish(house.session, [house.occasion(published=False)], domain=DOMAIN, now=NOW)
    assert house.entry().public_vevent is None
    retract(house.session, ["session-12"], domain=DOMAIN, now=LATER)
    assert house.entry().public_vevent is None


def test_in_a_private_room_the_public_text_says_only_that_it_is_occupied(house):
    publish(house.session, [house.occasion(private=True)], domain=DOMAIN, now=NOW)
    entry = house.entry()
    assert "SUMMARY:已占用\r\n" in entry.public_vevent
    assert "国画" not in entry.public_vevent
    assert "DESCRIPTION" not in entry.public_vevent
    assert "SUMMARY:国画入门\r\n" in entry.vevent


def test_a_retracted_event_stays_as_a_tombstone(house, lesson):
    retract(house.session, ["session-12", "session-99"], domain=DOMAIN, now=LATER)
    entry = house.entry()
    assert entry.status is EntryStatus.CANCELLED
    assert (entry.sequence, entry.revision, entry.revised_at) == (1, 2, LATER)
    assert (entry.starts_at, entry.ends_at) == (lesson.starts_at, lesson.ends_at)
    for text in (entry.vevent, entry.public_vevent):
        assert "UID:session-12@venue.example\r\n" in text
        assert "STATUS:CANCELLED\r\n" in text
        assert "SEQUENCE:1\r\n" in text
        assert "SUMMARY:【已取消】国画入门\r\n" in text


def test_retracting_twice_changes_nothing_the_second_time(house, lesson):
    retract(house.session, ["session-12"], domain=DOMAIN, now=LATER)
    first = house.entry().vevent
    retract(house.session, ["session-12"], domain=DOMAIN, now=LATER + HOUR)
    assert house.entry().revision == 2
    assert house.entry().vevent == first


def test_an_event_that_takes_place_after_all_is_confirmed_again(house, lesson):
    retract(house.session, ["session-12"], domain=DOMAIN, now=LATER)
    publish(house.session, [lesson], domain=DOMAIN, now=LATER + HOUR)
    entry = house.entry()
    assert entry.status is EntryStatus.CONFIRMED
    assert (entry.sequence, entry.revision) == (2, 3)
    assert "已取消" not in entry.vevent


def test_a_clock_that_goes_back_does_not_date_a_revision_before_the_last(house, lesson):
    publish(house.session, [house.occasion(title="国画")], domain=DOMAIN, now=NOW - HOUR)
    assert house.entry().revised_at == NOW
    assert house.entry().revision == 2


def statements(house, count_queries, number_of_lessons):
    first = 100 * number_of_lessons
    numbers = range(first, first + number_of_lessons)
    lessons = [house.occasion(number) for number in numbers]
    moved = [house.occasion(number, place="东湖中心 阅览室") for number in numbers]
    retitled = [house.occasion(number, title="国画") for number in numbers]
    half_new = moved[: number_of_lessons // 2] + retitled[number_of_lessons // 2 :]
    counts = []
    for step in (
        lambda: publish(house.session, lessons, domain=DOMAIN, now=NOW),
        lambda: publish(house.session, half_new, domain=DOMAIN, now=LATER),
        lambda: retract(house.session, [it.key for it in lessons], domain=DOMAIN, now=LATER),
    ):
        with count_queries() as sent:
            step()
            house.session.flush()
        counts.append(len(sent))
    return counts


def test_a_series_is_published_moved_and_retracted_in_a_constant_number_of_statements(
    house, count_queries
):
    few = statements(house, count_queries, 2)
    many = statements(house, count_queries, 60)
    assert few == many == [2, 2, 2]
    assert house.session.query(CalendarEntry).count() == 62
