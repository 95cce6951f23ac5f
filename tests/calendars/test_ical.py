"""Two independent parsers read every event and feed alike, and our linter finds no fault."""

import dataclasses
from datetime import UTC, date, datetime, timedelta, timezone

import icalendar
import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.calendars.lint import problems
from venue.calendars.ical import Event, alone, cancelled, feed, occupied, serialize
from venue.calendars.rules import EntryStatus
from venue.timeline.local_time import SHANGHAI

HOUR = timedelta(hours=1)
# A busy machine may pause for longer than an example takes.
without_deadline = settings(deadline=None)
PAINTING = Event(
    uid="session-12@venue.test",
    sequence=3,
    revised_at=datetime(2026, 11, 20, 1, 2, 3, 456789, tzinfo=UTC),
    status=EntryStatus.CONFIRMED,
    starts_at=datetime(2026, 11, 22, 10, 30, tzinfo=UTC),
    ends_at=datetime(2026, 11, 22, 12, 0, tzinfo=UTC),
    summary="国画入门",
    location="东湖中心 二楼书画室",
    description="带一支毛笔。\n第 3 次课",
    url="https://venue.test/programs/3?lang=zh_Hans,en",
)
AWKWARD_TITLES = [
    "很长的课程名称" * 40,
    '逗号, 分号; 冒号: 引号" 反斜线\\',
    "反斜线加字母 \\n \\N \\, 结尾\\",
    "两行\n标题",
    "👩‍👩‍👧‍👧 亲子手工 👵🏽🇨🇳" * 9,
    "e\u0301 组合字符 " * 20 + "尾",
    "制表\t符",
    "BEGIN:VEVENT",
    "a" * 74 + "中",
]


def one_event(event: Event) -> bytes:
    return feed("东湖中心", [serialize(event)], HOUR)


def read_by_icalendar(body: bytes) -> list[dict]:
    calendar = icalendar.Calendar.from_ical(body)
    return [
        {
            "uid": str(vevent["UID"]),
            "sequence": int(vevent["SEQUENCE"]),
            "status": str(vevent["STATUS"]),
            "stamp": vevent["DTSTAMP"].dt,
            "modified": vevent["LAST-MODIFIED"].dt,
            "starts": vevent["DTSTART"].dt,
            "ends": vevent["DTEND"].dt,
            "summary": str(vevent["SUMMARY"]),
            "location": str(vevent.get("LOCATION", "")),
            "description": str(vevent.get("DESCRIPTION", "")),
            "url": str(vevent.get("URL", "")),
        }
        for vevent in calendar.walk("VEVENT")
    ]


def read_by_vobject(body: bytes) -> list[dict]:
    calendar = vobject.readOne(body.decode())
    calendar.validate(raiseException=True)

    def value(vevent, name):
        return vevent.contents[name][0].value if name in vevent.contents else ""

    return [
        {
            "uid": value(vevent, "uid"),
            "sequence": int(value(vevent, "sequence")),
            "status": value(vevent, "status"),
            "stamp": value(vevent, "dtstamp"),
            "modified": value(vevent, "last-modified"),
            "starts": value(vevent, "dtstart"),
            "ends": value(vevent, "dtend"),
            "summary": value(vevent, "summary"),
            "location": value(vevent, "location"),
            "description": value(vevent, "description"),
            "url": value(vevent, "url"),
        }
        for vevent in calendar.contents.get("vevent", [])
    ]


def facts(event: Event) -> dict:
    return {
        "uid": event.uid,
        "sequence": event.sequence,
        "status": event.status.upper(),
        "stamp": event.revised_at.replace(microsecond=0),
        "modified": event.revised_at.replace(microsecond=0),
        "starts": event.starts_at,
        "ends": event.ends_at,
        "summary": as_read(event.summary),
        "location": as_read(event.location or ""),
        "description": as_read(event.description or ""),
        "url": event.url or "",
    }


def as_read(text: str) -> str:
    """Return what a reader finds: icalendar takes a typed backslash and N for a line end."""
    return text.replace("\\N", "\n")


def assert_read_alike(events: list[Event]) -> None:
    body = feed("东湖中心, 日历", [serialize(event) for event in events], HOUR)
    expected = [facts(event) for event in events]
    assert read_by_icalendar(body) == expected
    assert read_by_vobject(body) == expected
    assert problems(body) == []


def test_both_parsers_read_an_event_as_it_was_written():
    assert_read_alike([PAINTING])


def test_both_parsers_read_an_event_with_the_least_facts():
    bare = dataclasses.replace(PAINTING, location=None, description=None, url=None)
    assert_read_alike([bare])


def test_both_parsers_read_a_feed_of_many_events_and_of_none():
    assert_read_alike([dataclasses.replace(PAINTING, uid=f"session-{n}@v.test") for n in range(50)])
    assert_read_alike([])


@pytest.mark.parametrize("title", AWKWARD_TITLES)
def test_both_parsers_read_an_awkward_title(title):
    assert_read_alike([dataclasses.replace(PAINTING, summary=title, location=title)])


printable_text = st.text(
    alphabet=st.one_of(
        st.sampled_from("中文课，。；：,;:\\\"nN\n\t aZ0'👵🏽\u200d"),
        st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\u2028\u2029"),
    ),
    min_size=1,
    max_size=300,
)


@without_deadline
@given(
    summary=printable_text,
    description=printable_text,
    starts_at=st.datetimes(
        min_value=datetime(2020, 1, 1),
        max_value=datetime(2090, 1, 1),
        timezones=st.sampled_from([UTC, SHANGHAI, timezone(timedelta(hours=-5))]),
    ),
    minutes=st.integers(1, 60 * 24 * 30),
)
def test_both_parsers_read_any_text_and_any_time(summary, description, starts_at, minutes):
    starts_at = starts_at.replace(microsecond=0)
    event = dataclasses.replace(
        PAINTING,
        summary=summary,
        description=description,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
    )
    assert_read_alike([event])


@without_deadline
@given(st.text(max_size=120))
def test_no_text_at_all_breaks_the_feed(text):
    event = dataclasses.replace(PAINTING, summary=text, location=text)
    body = feed(text, [serialize(event)], HOUR)
    assert problems(body) == []
    assert read_by_icalendar(body) == read_by_vobject(body)


def test_every_kind_of_line_end_becomes_one_and_what_cannot_be_written_is_dropped():
    event = dataclasses.replace(
        PAINTING, description="一\r\n二\r三\u2028四\x0b五\x85六\x00七\ud800"
    )
    assert read_by_icalendar(one_event(event))[0]["description"] == "一\n二\n三\n四\n五\n六七"


def test_times_are_local_and_name_the_zone_that_the_feed_defines():
    body = one_event(PAINTING)
    assert b"DTSTART;TZID=Asia/Shanghai:20261122T183000\r\n" in body
    assert b"DTEND;TZID=Asia/Shanghai:20261122T200000\r\n" in body
    assert body.count(b"BEGIN:VTIMEZONE") == body.count(b"BEGIN:STANDARD") == 1
    assert b"RDATE" not in body
    assert b"BEGIN:DAYLIGHT" not in body


def test_the_stamp_is_the_revision_and_not_the_time_of_writing():
    text = serialize(PAINTING)
    assert "DTSTAMP:20261120T010203Z\r\n" in text
    assert "LAST-MODIFIED:20261120T010203Z\r\n" in text
    assert text == serialize(dataclasses.replace(PAINTING))


def test_a_cancelled_event_stays_and_says_so():
    event = dataclasses.replace(PAINTING, status=EntryStatus.CANCELLED, sequence=4)
    [read] = read_by_vobject(one_event(event))
    assert read["status"] == "CANCELLED"
    assert read["summary"] == "【已取消】国画入门"
    assert read["uid"] == PAINTING.uid
    assert read["sequence"] == 4


@without_deadline
@given(title=printable_text, description=printable_text)
def test_cancelling_a_text_equals_writing_the_cancelled_event(title, description):
    event = dataclasses.replace(PAINTING, summary=title, description=description)
    later = event.revised_at + HOUR
    again = dataclasses.replace(event, status=EntryStatus.CANCELLED, sequence=9, revised_at=later)
    assert cancelled(serialize(event), uid=event.uid, sequence=9, revised_at=later) == serialize(
        again
    )


def test_an_event_with_the_least_facts_can_be_cancelled_too():
    bare = dataclasses.replace(PAINTING, location=None, description=None, url=None)
    text = cancelled(serialize(bare), uid=bare.uid, sequence=4, revised_at=bare.revised_at)
    assert text == serialize(dataclasses.replace(bare, status=EntryStatus.CANCELLED, sequence=4))


def test_a_private_room_shows_only_that_it_is_occupied():
    text = serialize(occupied(PAINTING))
    assert "SUMMARY:已占用\r\n" in text
    assert "DTSTART;TZID=Asia/Shanghai:20261122T183000\r\n" in text
    for secret in ("国画", "毛笔", "programs"):
        assert secret not in text.replace("\r\n ", "")


def test_the_feed_names_itself_and_says_when_to_come_again():
    body = feed("东湖中心, 日历", [], HOUR).decode()
    for line in (
        "VERSION:2.0",
        "NAME:东湖中心\\, 日历",
        "X-WR-CALNAME:东湖中心\\, 日历",
        "X-WR-TIMEZONE:Asia/Shanghai",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ):
        assert f"\r\n{line}\r\n" in body
    assert body.startswith("BEGIN:VCALENDAR\r\n")
    assert body.endswith("END:VCALENDAR\r\n")
    assert "PRODID:" in body
    assert "METHOD" not in body
    assert "RRULE" not in body


def test_an_event_alone_names_no_calendar_and_asks_for_no_refresh():
    body = alone(serialize(PAINTING))
    assert problems(body) == []
    assert read_by_icalendar(body) == read_by_vobject(body) == [facts(PAINTING)]
    for line in (b"\r\nNAME:", b"X-WR-CALNAME", b"REFRESH-INTERVAL", b"X-PUBLISHED-TTL", b"METHOD"):
        assert line not in body


def test_the_times_of_an_event_must_be_aware_and_in_order():
    with pytest.raises(ValueError, match="no time zone"):
        dataclasses.replace(PAINTING, revised_at=datetime(2026, 11, 20, 1))
    with pytest.raises(ValueError, match="not after"):
        dataclasses.replace(PAINTING, ends_at=PAINTING.starts_at)


def test_an_event_in_the_night_keeps_its_local_date():
    late = datetime(2026, 12, 31, 15, 30, tzinfo=UTC)
    [read] = read_by_icalendar(
        one_event(dataclasses.replace(PAINTING, starts_at=late, ends_at=late + HOUR))
    )
    assert read["starts"].date() == date(2026, 12, 31)
    assert read["ends"].date() == date(2027, 1, 1)
