"""The yearly notice is read as it is pasted, and nothing in it is guessed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.places.notices import notice_of, run_of
from venue.places.holidays import announced_days
from venue.places.notice import (
    BadRange,
    Nameless,
    NoSuchDay,
    NoticeDay,
    NoWeekend,
    OtherCount,
    OtherWeekday,
    SaidTwice,
    Unreadable,
    read_notice,
)
from venue.places.rules import DayKind

NEW_YEAR = "一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。"
TITLE = "国务院办公厅关于2026年部分节假日安排的通知\n"


def days_of(year: int) -> list[NoticeDay]:
    found = announced_days(year)
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("year", [2019, 2021, 2024, 2026])
def test_the_notice_of_a_year_gives_the_days_that_the_package_knows(year: int) -> None:
    notice = read_notice(notice_of(year, days_of(year)))
    assert notice.year == year
    assert [line.faults for line in notice.faults] == []
    assert list(notice.days) == days_of(year)


def test_prose_and_title_are_read_over() -> None:
    notice = read_notice(TITLE + NEW_YEAR + "\n放假期间请注意安全。")
    assert [(line.number, len(line.days)) for line in notice.lines] == [(1, 0), (2, 4), (3, 0)]
    assert notice.faults == ()


@pytest.mark.parametrize(
    "text",
    [
        TITLE + NEW_YEAR.replace("。1月4日", "。\n1月4日"),
        TITLE + NEW_YEAR.replace("周", "星期").replace("一、", "1. "),
        TITLE + "安排如下。" + NEW_YEAR,
        TITLE
        + NEW_YEAR.replace("（", "(").replace("）", ")").replace("：", ":").replace("，", ","),
        TITLE + "元旦：2026年1月1日至2026年1月3日放假。1月4日上班。",
        TITLE + NEW_YEAR.replace("1月1日", "１月１日"),
    ],
    ids=["a line too many", "other words", "one paragraph", "half width", "years", "full width"],
)
def test_it_is_read_however_it_was_copied(text: str) -> None:
    notice = read_notice(text)
    assert [line.faults for line in notice.faults] == []
    assert [(day.on.day, day.kind) for day in notice.days] == [
        (1, DayKind.HOLIDAY),
        (2, DayKind.HOLIDAY),
        (3, DayKind.HOLIDAY),
        (4, DayKind.MAKEUP_WORKDAY),
    ]


def test_without_a_year_nothing_is_read() -> None:
    assert read_notice(NEW_YEAR).year is None
    assert len(read_notice(NEW_YEAR, 2026).days) == 4
    assert read_notice(TITLE + NEW_YEAR, 2031).year == 2026


@pytest.mark.parametrize(
    ("line", "faults"),
    [
        (NEW_YEAR.replace("周四", "周五"), [OtherWeekday(date(2026, 1, 1), 5)]),
        (NEW_YEAR.replace("共3天", "共4天"), [OtherCount(4, 3)]),
        ("元旦：2月30日放假。", [NoSuchDay(2, 30)]),
        ("元旦：1月3日至1日放假。", [BadRange(date(2026, 1, 3), date(2026, 1, 1))]),
        ("国庆节：1月1日至10月7日放假。", [BadRange(date(2026, 1, 1), date(2026, 10, 7))]),
        ("元旦：1月5日上班。", [NoWeekend(date(2026, 1, 5))]),
        ("元旦：1月1日放假。1月1日放假。", [SaidTwice(date(2026, 1, 1))]),
        ("元旦：从周四起放假，共3天。", [Unreadable()]),
        ("元旦：3日放假。", [Unreadable()]),
        ("1月1日至3日放假。", [Nameless()]),
    ],
)
def test_a_line_that_cannot_be_read_says_why_and_gives_no_day(line: str, faults: list) -> None:
    notice = read_notice(TITLE + line)
    assert [(one.number, list(one.faults)) for one in notice.faults] == [(2, faults)]
    assert notice.days == ()


def test_a_date_of_two_holidays_is_a_fault_of_the_second() -> None:
    notice = read_notice(TITLE + NEW_YEAR + "\n二、春节：1月3日至5日放假。")
    assert [(one.number, one.faults) for one in notice.faults] == [
        (3, (SaidTwice(date(2026, 1, 3)), SaidTwice(date(2026, 1, 4))))
    ]
    assert len(notice.days) == 4


def test_a_holiday_may_begin_in_the_year_before() -> None:
    text = (
        "关于2023年部分节假日安排\n元旦：2022年12月31日（周六）至2023年1月2日（周一）放假，共3天。"
    )
    assert [day.on for day in read_notice(text).days] == [
        date(2022, 12, 31),
        date(2023, 1, 1),
        date(2023, 1, 2),
    ]


@given(
    st.text(alphabet="一二、元旦春节：:0123456789年月日至（）周六放假上班共天。\n ", max_size=80)
)
def test_no_text_breaks_the_reading(text: str) -> None:
    notice = read_notice(TITLE + text)
    for line in notice.lines:
        assert not (line.days and line.faults)
    dates = [day.on for day in notice.days]
    assert len(dates) == len(set(dates))


@given(st.dates(date(2027, 1, 1), date(2027, 12, 20)), st.integers(1, 9))
def test_any_run_of_days_is_read_back(first: date, length: int) -> None:
    days = [day for day in run_of(first, length, "国庆节") if day.on.year == 2027]
    assert list(read_notice(notice_of(2027, days)).days) == days
