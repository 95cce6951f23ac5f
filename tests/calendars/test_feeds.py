"""A public feed's tag changes exactly when its bytes do, and costs one query without texts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.calendars.conftest import DOMAIN, NOW
from tests.calendars.lint import problems
from tests.calendars.test_ical import read_by_icalendar, read_by_vobject
from venue.calendars.feeds import Feed, personal_body, public_body, public_tag
from venue.calendars.models import CalendarEntry
from venue.calendars.publishing import publish, retract

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def lessons(house):
    publish(
        house.session, [house.occasion(number) for number in (12, 13, 14)], domain=DOMAIN, now=NOW
    )


@pytest.fixture
def feed(house):
    return Feed("东湖中心", CalendarEntry.center_id == house.center.id)


def state(house, feed, now=LATER):
    return public_tag(house.session, feed, now=now), public_body(house.session, feed, now=now)


def titles(body):
    return [event["summary"] for event in read_by_icalendar(body)]


def test_a_feed_is_clean_and_both_parsers_read_it_alike(house, feed, lessons):
    body = public_body(house.session, feed, now=LATER)
    assert problems(body) == []
    assert read_by_icalendar(body) == read_by_vobject(body)
    assert [event["uid"] for event in read_by_icalendar(body)] == [
        f"session-{number}@venue.example" for number in (12, 13, 14)
    ]


def test_the_same_entries_give_the_same_tag_and_the_same_bytes(house, feed, lessons):
    assert state(house, feed) == state(house, feed, now=LATER + timedelta(minutes=50))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda h: (publish, [h.occasion(15)]), id="one more"),
        pytest.param(lambda h: (publish, [h.occasion(13, title="国画")]), id="another title"),
        pytest.param(lambda h: (publish, [h.occasion(13, private=True)]), id="private"),
        pytest.param(lambda h: (publish, [h.occasion(13, published=False)]), id="a draft again"),
        pytest.param(lambda _: (retract, ["session-13"]), id="cancelled"),
    ],
)
@pytest.mark.parametrize("at", [NOW, LATER], ids=["in the same instant", "later"])
def test_every_change_gives_a_new_tag(house, feed, change, at, lessons):
    tag, body = state(house, feed)
    act, what = change(house)
    act(house.session, what, domain=DOMAIN, now=at)
    new_tag, new_body = state(house, feed)
    assert new_body != body
    assert new_tag != tag


def test_a_new_name_gives_a_new_tag(house, feed, lessons):
    renamed = Feed("西湖中心", feed.holds)
    assert state(house, feed)[0] != state(house, renamed)[0]


def test_an_entry_that_leaves_one_room_for_another_changes_both_tags(house, lessons):
    rooms = [
        Feed("功能室", CalendarEntry.room_id == room.id)
        for room in (house.room, house.private_room)
    ]
    before = [state(house, feed) for feed in rooms]
    moved = house.occasion(13, room_id=house.private_room.id, place="东湖中心 调解室", private=True)
    publish(house.session, [moved], domain=DOMAIN, now=LATER)
    after = [state(house, feed) for feed in rooms]
    assert before[0][0] != after[0][0]
    assert before[1][0] != after[1][0]
    assert [len(titles(body)) for _, body in before] == [3, 0]
    assert [len(titles(body)) for _, body in after] == [2, 1]


def test_a_private_room_shows_the_public_only_that_it_is_occupied(house, feed):
    publish(house.session, [house.occasion(private=True)], domain=DOMAIN, now=NOW)
    body = public_body(house.session, feed, now=NOW)
    assert titles(body) == ["已占用"]
    assert "国画" not in body.decode()


def test_a_draft_is_in_no_public_feed(house, feed):
    publish(house.session, [house.occasion(published=False)], domain=DOMAIN, now=NOW)
    assert titles(public_body(house.session, feed, now=NOW)) == []


def test_a_cancelled_event_is_remembered_for_thirty_days_past_its_end(house, feed, lessons):
    retract(house.session, ["session-12"], domain=DOMAIN, now=NOW)
    ends_at = house.entry().ends_at
    last = ends_at + timedelta(days=30)
    assert titles(public_body(house.session, feed, now=last))[0] == "【已取消】国画入门"
    gone = last + timedelta(seconds=1)
    assert "session-12@" not in public_body(house.session, feed, now=gone).decode()
    assert state(house, feed, last)[0] != state(house, feed, gone)[0]


def test_an_empty_feed_has_a_tag_too(house, feed):
    tag, body = state(house, feed)
    assert len(tag) == 64
    assert titles(body) == []


def test_the_tag_is_one_query_that_reads_no_text(house, feed, lessons, count_queries):
    house.session.commit()
    with count_queries() as sent:
        public_tag(house.session, feed, now=LATER)
    [statement] = sent
    assert statement.count("vevent") == 1
    assert "public_vevent IS NOT NULL" in statement


def test_a_personal_feed_has_the_full_texts_of_its_entries_only(house):
    publish(
        house.session,
        [house.occasion(12, private=True), house.occasion(13), house.occasion(14, published=False)],
        domain=DOMAIN,
        now=NOW,
    )
    mine = Feed("我的日程", CalendarEntry.key.in_(["session-12", "session-14"]))
    body = personal_body(house.session, mine, now=NOW)
    assert [event["uid"].split("@")[0] for event in read_by_vobject(body)] == [
        "session-12",
        "session-14",
    ]
    assert titles(body) == ["国画入门", "国画入门"]
    assert problems(body) == []
