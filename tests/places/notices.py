"""The yearly notice in the form in which it is published, made of the dates of a year."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby

from venue.places.notice import NoticeDay
from venue.places.rules import DayKind

ORDINALS = "一二三四五六七八"


def notice_of(year: int, days: Iterable[NoticeDay]) -> str:
    """Write the notice of a year: a line a holiday, with ranges, weekdays and counts."""
    by_name = [(name, list(of)) for name, of in groupby(_in_order(days), key=lambda day: day.name)]
    lines = [f"关于{year}年\n部分节假日安排的通知", f"现将{year}年的具体安排通知如下。"]
    for ordinal, (name, of_name) in zip(ORDINALS, by_name, strict=False):
        off = [day.on for day in of_name if day.kind is DayKind.HOLIDAY]
        worked = [day.on for day in of_name if day.kind is DayKind.MAKEUP_WORKDAY]
        line = f"{ordinal}、{name}：{said(off[0])}"
        if len(off) > 1:
            end = off[-1]
            month = f"{end.month}月" if end.month != off[0].month else ""
            line += f"至{month}{end.day}日（{weekday(end)}）"
        line += f"放假{'调休' if worked else ''}，共{len(off)}天。"
        if worked:
            line += "、".join(map(said, worked)) + "上班。"
        lines.append(line)
    return "\n".join([*lines, "节假日期间，请妥善安排好值班，确保大家平安过节。"])


def said(on: date) -> str:
    return f"{on.month}月{on.day}日（{weekday(on)}）"


def weekday(on: date) -> str:
    return "周" + "一二三四五六日"[on.weekday()]


def _in_order(days: Iterable[NoticeDay]) -> list[NoticeDay]:
    """Sort by holiday, as the notice does: days off and worked of one holiday together."""
    found = list(days)
    first = {day.name: day.on for day in reversed(found) if day.kind is DayKind.HOLIDAY}
    return sorted(found, key=lambda day: (first[day.name], day.on))


def run_of(first: date, days: int, name: str) -> list[NoticeDay]:
    return [NoticeDay(first + timedelta(days=n), DayKind.HOLIDAY, name) for n in range(days)]
