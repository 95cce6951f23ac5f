"""Every page that can be asked for: by whom, and with which example of the demo town.

A new GET route fails a test until it stands in one of these tables.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from flask import Flask

from tests.browser.server import INVITATION
from tests.frozen_clock import START
from venue import clock

HOME = "wutongli"

LIN_XIAO = "19900000001"
CHEN_MIN = "19900000002"
ZHOU_WEN = "19900000003"
HE_JING = "19900000004"
TEACHER_GU = "19900000005"
SHEN_LAN = "19900000006"
WEI_DONG = "19900000007"
ADMINISTRATOR = "19900000008"
XU_NUO = "19900000009"
"""许诺, whose new enrollments are paused and whose appeal waits."""

NOT_PAGES = {
    "static",
    "preferences.change",  # sets a cookie and leads back
    "check_in.show",  # its address has a code that changes every few minutes
    "calendars.center",  # this and the rest answer text/calendar
    "calendars.event",
    "calendars.personal",
    "calendars.program",
    "calendars.room",
    "my.today",  # a part of 我的, for a page that lies open
    "draws.list_file",  # this and the next are files
    "draws.result_file",
    "draws.of_program",  # leads to the draw
    "office.occupancy_csv",  # this and the next are files
    "office.occupancy_xlsx",
    "rooms.photo",  # answers image/jpeg
}
"""GET routes that answer no HTML of their own."""


@dataclass(frozen=True)
class Lookup:
    """The id of something in the demo town, or its key."""

    query: str
    values: tuple[str, ...] = ()

    def in_(self, town: Path) -> int | str:
        with sqlite3.connect(f"file:{town}?mode=ro", uri=True) as connection:
            row = connection.execute(self.query, self.values).fetchone()
        connection.close()
        assert row is not None, f"the demo town has nothing for {self}"
        return row[0]


def program(title: str) -> Lookup:
    return Lookup("SELECT id FROM program WHERE title = ?", (title,))


def room(name: str) -> Lookup:
    return Lookup("SELECT id FROM room WHERE name = ?", (name,))


def person(name: str) -> Lookup:
    return Lookup("SELECT id FROM person WHERE full_name = ? ORDER BY id", (name,))


def last_session(title: str) -> Lookup:
    query = (
        "SELECT one.id FROM scheduled_session one JOIN program ON program.id = one.program_id"
        " WHERE program.title = ? ORDER BY one.starts_at DESC"
    )
    return Lookup(query, (title,))


def first_session(title: str) -> Lookup:
    one = last_session(title)
    return Lookup(one.query.replace("DESC", "ASC"), one.values)


def session_on(title: str, day: str) -> Lookup:
    query = (
        "SELECT one.id FROM scheduled_session one JOIN program ON program.id = one.program_id"
        " WHERE program.title = ? AND date(one.starts_at) = ?"
    )
    return Lookup(query, (title, day))


def booked_day(title: str) -> Lookup:
    query = (
        "SELECT one.session_id FROM enrollment one JOIN program ON program.id = one.program_id"
        " WHERE program.title = ? AND one.status = 'confirmed' ORDER BY one.session_id DESC"
    )
    return Lookup(query, (title,))


def seat_in(title: str, name: str) -> Lookup:
    query = (
        "SELECT one.id FROM enrollment one JOIN program ON program.id = one.program_id"
        " JOIN person ON person.id = one.person_id WHERE program.title = ? AND full_name = ?"
    )
    return Lookup(query, (title, name))


def live_seat(name: str) -> Lookup:
    query = (
        "SELECT one.id FROM enrollment one JOIN scheduled_session two"
        " ON two.program_id = one.program_id JOIN person ON person.id = one.person_id"
        " WHERE full_name = ? AND one.status = 'confirmed' AND one.session_id IS NULL"
        " ORDER BY two.starts_at DESC"
    )
    return Lookup(query, (name,))


def held_room(name: str) -> Lookup:
    query = (
        "SELECT booking_id FROM reservation JOIN room_booking ON room_booking.id = booking_id"
        " JOIN person ON person.id = reservation.person_id"
        " WHERE full_name = ? AND ending IS NULL ORDER BY room_booking.starts_at DESC"
    )
    return Lookup(query, (name,))


def key_of_last_session(title: str) -> Lookup:
    one = last_session(title)
    return Lookup(one.query.replace("SELECT one.id", "SELECT 'session-' || one.id"), one.values)


def series(title: str) -> Lookup:
    query = (
        "SELECT one.id FROM series_pattern one JOIN program ON program.id = one.program_id"
        " WHERE program.title = ? ORDER BY one.id"
    )
    return Lookup(query, (title,))


def draw(name: str) -> Lookup:
    return Lookup("SELECT id FROM draw WHERE name = ?", (name,))


def application(name: str, of: str) -> Lookup:
    query = (
        "SELECT application_id FROM applicant one JOIN person ON person.id = one.person_id"
        " JOIN draw ON draw.id = one.draw_id WHERE person.full_name = ? AND draw.name = ?"
    )
    return Lookup(query, (name, of))


def first(table: str) -> Lookup:
    return Lookup(f"SELECT min(id) FROM {table}")  # noqa: S608  (a name of this file)


@dataclass(frozen=True)
class Sight:
    """One page to look at: the route, what completes its address, and who may see it."""

    name: str
    endpoint: str
    arguments: Mapping[str, str | Lookup] = field(default_factory=dict)
    who: str | None = None
    dark: bool = False
    """Look at it on a dark screen as well."""

    def path(self, app: Flask, town: Path) -> str:
        values = {
            name: value.in_(town) if isinstance(value, Lookup) else value
            for name, value in self.arguments.items()
        }
        with app.test_request_context():
            return app.url_for(self.endpoint, **values)


def seat(what: str, title: str) -> Lookup:
    """What (person_id, enrollment or receipt) of the first seat in a program that was paid."""
    query = (
        "SELECT {what} FROM enrollment JOIN receipt ON receipt.charge_id = enrollment.charge_id"
        " JOIN program ON program.id = enrollment.program_id"
        " WHERE program.title = ? AND receipt.reverses_id IS NULL ORDER BY receipt.id DESC"
    )
    return Lookup(query.replace("{what}", what), (title,))


PAINTING = {"program_id": program("零基础国画·山水小品")}
PEN = "钢笔字四周班"
"""It is over."""
TODAYS_CARE = session_on("四点半课堂", f"{START:%Y-%m-%d}")
AFTER_SCHOOL = {"program_id": program("四点半课堂")}
OPERA = {"program_id": program("越剧入门")}
OPERA_SERIES = {"pattern_id": series("越剧入门")}
SPRING, WEEKEND = "下学期夜校摇号", "周末工坊摇号"
OPEN_DRAW = {"draw_id": draw(SPRING)}
DRAWN = {"draw_id": draw(WEEKEND)}
OFFICE_LISTS = (
    "applications",
    "bookings",
    "closures",
    "day",
    "draws",
    "duty",
    "duty_poster",
    "week_poster",
    "holidays",
    "hours",
    "room_occupancy",
    "payments",
    "receipts",
    "programs",
    "rooms",
    "school",
    "organizations",
    "pauses",
    "reservations",
    "terms",
)
OFFICE_FORMS = (
    "edit_center",
    "new_booking",
    "new_closure",
    "new_draw",
    "new_opening",
    "new_program",
    "new_school_term",
    "new_organization",
)
AT_HOME = {"slug": HOME}
ZHOU_JIANGUO = {**AT_HOME, "person_id": person("周建国")}
OPEN_SEAT = {
    **AT_HOME,
    "person_id": seat("enrollment.person_id", "零基础国画·山水小品"),
    "enrollment_id": seat("enrollment.id", "零基础国画·山水小品"),
}
"""Paid in part."""
A_WISH = {"on": str(clock.today() + timedelta(days=1)), "from": "10:00", "to": "11:00"}
A_HALL_WITH_A_SINK = {
    "people": "70",
    "equipment": Lookup("SELECT id FROM equipment WHERE name = ?", ("水槽",)),
}

LAST_MENU = Lookup("SELECT id FROM menu_day ORDER BY served_on DESC")
TOMORROW = {"on": str(clock.today() + timedelta(days=1))}

TWO_RECORDS = {**AT_HOME, "person_id": person("顾招娣"), "other_id": person("顾招弟")}
RESIDENT_SIGHTS = [
    Sight("the front door", "today.front"),
    Sight("today", "today.show", AT_HOME, dark=True),
    Sight("another center", "today.show", {"slug": "hewan"}),
    Sight("the centers", "today.choose"),
    Sight("the year", "year.show", AT_HOME, dark=True),
    Sight("a day", "year.day", {**AT_HOME, "on": "2026-10-01"}),
    Sight("the week", "rooms.week", AT_HOME, dark=True),
    Sight("the week of seniors", "rooms.week", {**AT_HOME, "category": "senior"}),
    Sight("the rooms", "rooms.index", AT_HOME, dark=True),
    Sight("a room", "rooms.show", {"room_id": room("书画室")}),
    Sight(
        "asking for a room", "reservations.ask", {"room_id": room("书画室")}, LIN_XIAO, dark=True
    ),
    Sight("asking for approval", "reservations.ask", {"room_id": room("报告厅")}, CHEN_MIN),
    Sight("a room of the staff", "reservations.ask", {"room_id": room("调解室")}, LIN_XIAO),
    Sight("a shared room", "rooms.show", {"room_id": room("舞蹈室")}),
    Sight("looking for a room", "rooms.search", AT_HOME),
    Sight("free rooms", "rooms.search", {**AT_HOME, **A_WISH}),
    Sight("no free room", "rooms.search", {**AT_HOME, **A_WISH, **A_HALL_WITH_A_SINK}, dark=True),
    Sight("the courses", "courses.index", AT_HOME),
    Sight("the courses of a family", "courses.index", AT_HOME, CHEN_MIN, dark=True),
    Sight("no course found", "courses.index", {**AT_HOME, "q": "没有这门课"}),
    Sight("a course", "courses.show", PAINTING, dark=True),
    Sight("a full course", "courses.show", {"program_id": program("手机摄影与短视频")}, LIN_XIAO),
    Sight("an offered seat", "courses.show", {"program_id": program("少儿编程")}, CHEN_MIN),
    Sight("sessions", "courses.show", {"program_id": program("周末绘本会")}, CHEN_MIN),
    Sight("the menu", "lunch.show", AT_HOME, CHEN_MIN, dark=True),
    Sight("ordering lunch", "lunch.order", {"menu_day_id": LAST_MENU}, CHEN_MIN, dark=True),
    Sight("days of care", "courses.show", AFTER_SCHOOL, CHEN_MIN),
    Sight("a calendar of days", "care.calendar", AFTER_SCHOOL, CHEN_MIN, dark=True),
    Sight("a calendar of whole weeks", "care.calendar", {"program_id": program("假期三周营")}),
    Sight("days booked", "care.days", AFTER_SCHOOL, CHEN_MIN),
    Sight(
        "the file of a child", "children.show", {"person_id": person("陈小禾")}, CHEN_MIN, dark=True
    ),
    Sight("the bill of care", "care.bill", who=CHEN_MIN, dark=True),
    Sight("applying", "courses.show", {"program_id": program("手机课堂志愿讲师")}, LIN_XIAO),
    Sight("a course for two", "courses.show", {"program_id": program("亲子陶艺")}, CHEN_MIN),
    Sight("a cancelled course", "courses.show", {"program_id": program("亲子街舞")}, CHEN_MIN),
    Sight("a draw", "draws.show", OPEN_DRAW, LIN_XIAO),
    Sight("a draw that is drawn", "draws.show", DRAWN, dark=True),
    Sight("a course that was drawn", "draws.program", {**DRAWN, "program_id": program("周末木工")}),
    Sight("the record of a draw", "draws.record", DRAWN),
    Sight("checking a draw", "draws.verify", DRAWN),
    Sight("checking any draw", "draws.verify_any"),
    Sight("wishes", "draws.apply", OPEN_DRAW, CHEN_MIN, dark=True),
    Sight(
        "a receipt", "draws.application", {"application_id": application("林晓", SPRING)}, LIN_XIAO
    ),
    Sight(
        "a result", "draws.application", {"application_id": application("林晓", WEEKEND)}, LIN_XIAO
    ),
    Sight("mine", "my.show", who=LIN_XIAO),
    Sight("a family's", "my.show", who=CHEN_MIN, dark=True),
    Sight("all slips", "my.slips", {"person_id": person("陈敏")}, CHEN_MIN),
    Sight("a seat's slip", "my.slip", {"enrollment_id": live_seat("林晓")}, LIN_XIAO),
    Sight("a room's slip", "my.reservation_slip", {"reservation_id": held_room("林晓")}, LIN_XIAO),
    Sight("a pause", "my.show", who=XU_NUO),
    Sight("news of a pause", "my.inbox", who=XU_NUO),
    Sight(
        "a certificate",
        "certificates.show",
        {"enrollment_id": seat_in("钢笔字四周班", "林晓")},
        LIN_XIAO,
    ),
    Sight("checking a certificate", "certificates.check"),
    Sight("typing a code", "check_in.enter", who=LIN_XIAO),
    Sight("the inbox", "my.inbox", who=CHEN_MIN),
    Sight("family", "family.show", who=CHEN_MIN),
    Sight("adding a child", "family.child", who=CHEN_MIN),
    Sight("acting for an adult", "family.adult", who=CHEN_MIN),
    Sight("signing in", "accounts.login", dark=True),
    Sight("registering", "accounts.register"),
    Sight("a code from the desk", "accounts.attach"),
    Sight("the account", "accounts.settings", who=LIN_XIAO),
    Sight("another password", "accounts.password", who=LIN_XIAO),
    Sight("another number", "accounts.phone", who=LIN_XIAO),
    Sight("calendars", "calendars.index"),
    Sight("my calendar", "calendars.mine", who=CHEN_MIN),
    Sight("a text to agree to", "consents.text", {"text_id": first("consent_text")}),
    Sight("my consents", "consents.mine", who=CHEN_MIN),
    Sight("an invitation", "invitations.accept", {"token": INVITATION}, LIN_XIAO),
]
"""What residents see, in every size of text."""

STAFF_SIGHTS = [
    Sight("the desk", "desk.show", AT_HOME, HE_JING, dark=True),
    Sight("finding somebody", "desk.show", {**AT_HOME, "q": "周"}, HE_JING),
    Sight("somebody", "desk.person", {**AT_HOME, "person_id": person("周建国")}, HE_JING),
    Sight(
        "a room for somebody",
        "desk.reserve_for",
        {**AT_HOME, "person_id": person("周建国")},
        HE_JING,
    ),
    Sight("somebody new", "desk.new", AT_HOME, HE_JING),
    Sight("whom to call", "desk.calls", AT_HOME, HE_JING),
    Sight("two records of one person", "desk.compare", TWO_RECORDS, HE_JING),
    Sight("wishes at the desk", "desk.wish", {**ZHOU_JIANGUO, **OPEN_DRAW}, HE_JING),
    Sight(
        "a slip",
        "desk.application",
        {**ZHOU_JIANGUO, "application_id": application("周建国", WEEKEND)},
        HE_JING,
    ),
    Sight("slips at the desk", "desk.slips", ZHOU_JIANGUO, HE_JING),
    Sight("a seat's slip at the desk", "desk.slip", OPEN_SEAT, HE_JING),
    Sight(
        "a room's slip at the desk",
        "desk.reservation_slip",
        {**AT_HOME, "person_id": person("林晓"), "reservation_id": held_room("林晓")},
        HE_JING,
    ),
    *(
        Sight(f"office.{name}", f"office.{name}", {**AT_HOME, **OPEN_DRAW}, SHEN_LAN)
        for name in ("draw", "edit_draw", "publish_draw", "draw_lots", "cancel_draw")
    ),
    Sight("a draw in the office", "office.draw", {**AT_HOME, **DRAWN}, SHEN_LAN),
    Sight(
        "a draw of others", "office.draw_programs", {"slug": "hewan", **OPEN_DRAW}, ADMINISTRATOR
    ),
    Sight("what goes back", "desk.refunds", AT_HOME, HE_JING),
    Sight("somebody's consents", "desk.consents", ZHOU_JIANGUO, HE_JING),
    Sight("the money of a seat", "desk.pay", OPEN_SEAT, HE_JING),
    Sight("a reduction", "desk.reduction", OPEN_SEAT, HE_JING),
    Sight(
        "a wrong entry",
        "desk.reversal",
        {**OPEN_SEAT, "receipt_id": seat("receipt.id", "零基础国画·山水小品")},
        HE_JING,
    ),
    Sight("checks of the staff", "office.staff_clearances", AT_HOME, SHEN_LAN),
    Sight("the day board of care", "door.show", AT_HOME, SHEN_LAN, dark=True),
    Sight(
        "a child at the door",
        "door.child",
        {**AT_HOME, "session_id": TODAYS_CARE, "person_id": person("陈小禾")},
        SHEN_LAN,
        dark=True,
    ),
    Sight("the terms of care", "office.program_care", {**AT_HOME, **AFTER_SCHOOL}, SHEN_LAN),
    Sight("consent to health", "office.program_health", {**AT_HOME, **AFTER_SCHOOL}, SHEN_LAN),
    Sight("care in the office", "office.program", {**AT_HOME, **AFTER_SCHOOL}, SHEN_LAN),
    Sight("the days of care", "office.program_days", {**AT_HOME, **AFTER_SCHOOL}, SHEN_LAN),
    Sight("waiting for care", "office.program_line", {**AT_HOME, **AFTER_SCHOOL}, SHEN_LAN),
    Sight("an empty sheet", "office.care_sheet", {**AT_HOME, **AFTER_SCHOOL}, SHEN_LAN),
    Sight(
        "the roll of care",
        "office.care_roll",
        {**AT_HOME, "session_id": booked_day("四点半课堂")},
        SHEN_LAN,
    ),
    Sight("a month of care", "office.care_month", AT_HOME, SHEN_LAN),
    Sight("incidents", "office.incidents", AT_HOME, SHEN_LAN),
    Sight(
        "an incident",
        "office.incident",
        {**AT_HOME, "incident_id": Lookup("SELECT max(id) FROM incident")},
        SHEN_LAN,
    ),
    Sight(
        "what happened at the door",
        "door.incident",
        {**AT_HOME, "session_id": TODAYS_CARE},
        SHEN_LAN,
    ),
    Sight("the screen in the hall", "wall.show", AT_HOME),
    Sight("the kitchen", "office.kitchen", AT_HOME, SHEN_LAN, dark=True),
    Sight("teaching", "teaching.index", who=TEACHER_GU),
    Sight("a roll", "teaching.session", {"session_id": last_session("楷书临帖")}, TEACHER_GU),
    Sight(
        "a closed roll", "teaching.session", {"session_id": first_session("非遗剪纸")}, TEACHER_GU
    ),
    Sight("a code", "teaching.code", {"session_id": last_session("楷书临帖")}, TEACHER_GU),
    Sight("a sheet", "teaching.sheet", {"session_id": last_session("楷书临帖")}, TEACHER_GU),
    Sight(
        "certificates", "teaching.certificates", {"program_id": program("钢笔字四周班")}, TEACHER_GU
    ),
    Sight("the rolls of a day", "desk.rolls", AT_HOME, HE_JING),
    Sight("counting heads", "desk.heads", AT_HOME, HE_JING),
    Sight(
        "what one thought of a talk",
        "opinions.show",
        {"session_id": first_session("十分钟讲座")},
        LIN_XIAO,
    ),
    Sight(
        "opinions at the door",
        "desk.opinions",
        {**AT_HOME, "session_id": first_session("十分钟讲座")},
        HE_JING,
    ),
    Sight("who is expected today", "desk.expected", AT_HOME, HE_JING),
    Sight("counted heads", "office.heads", AT_HOME, SHEN_LAN),
    Sight("somebody paused", "desk.person", {**AT_HOME, "person_id": person("许诺")}, HE_JING),
    Sight("who eats", "desk.lunch", AT_HOME, HE_JING),
    Sight(
        "lunch at the desk", "desk.order_lunch", {**AT_HOME, "person_id": person("吴秀英")}, HE_JING
    ),
    Sight("the menu of a week", "office.lunch", AT_HOME, SHEN_LAN),
    Sight("the menu of a day", "office.lunch_day", {**AT_HOME, **TOMORROW}, SHEN_LAN),
    Sight("the price of lunch", "office.lunch_prices", AT_HOME, SHEN_LAN),
    Sight("portions", "office.lunch_totals", {**AT_HOME, **TOMORROW}, SHEN_LAN),
    Sight("deliveries", "office.lunch_deliveries", {**AT_HOME, **TOMORROW}, SHEN_LAN),
    Sight("a month of lunch", "office.lunch_month", AT_HOME, SHEN_LAN),
    Sight("all offices", "office.index", who=ADMINISTRATOR),
    Sight("a new center", "office.new_center", who=ADMINISTRATOR),
    Sight("a new district", "office.new_district", who=ADMINISTRATOR),
    Sight("the district", "office.district", who=WEI_DONG),
    Sight("the office", "office.show", AT_HOME, SHEN_LAN, dark=True),
    Sight("the team", "invitations.team", AT_HOME, SHEN_LAN),
    Sight("the new room", "office.new_room", AT_HOME, SHEN_LAN),
    Sight("the new term", "office.new_term", AT_HOME, SHEN_LAN),
    *(Sight(name, f"office.{name}", AT_HOME, SHEN_LAN) for name in OFFICE_LISTS + OFFICE_FORMS),
    *(
        Sight(f"{name} of a course", f"office.{name}", {**AT_HOME, **OPERA}, SHEN_LAN)
        for name in (
            "program",
            "program_seats",
            "edit_program",
            "cancel",
            "new_series",
            "program_people",
            "program_roll",
            "program_copy",
            "message",
        )
    ),
    *(
        Sight(f"{name} of a course", f"office.{name}", {**AT_HOME, **OPERA_SERIES}, SHEN_LAN)
        for name in ("series", "change_series", "cancel_series")
    ),
    *(
        Sight(f"office.{endpoint}", f"office.{endpoint}", {**AT_HOME, key: value}, SHEN_LAN)
        for endpoint, key, value in (
            ("session", "session_id", last_session("越剧入门")),
            ("edit_room", "room_id", room("书画室")),
            ("room_photo", "room_id", room("书画室")),
            ("edit_opening", "rule_id", first("opening_rule")),
            ("remove_rule", "rule_id", first("opening_rule")),
            ("edit_term", "term_id", first("term")),
            ("edit_school_term", "term_id", first("school_term")),
            ("adjustment", "key", key_of_last_session("越剧入门")),
            ("edit_organization", "organization_id", first("organization")),
        )
    ),
]
"""What only staff see, in the standard size."""


def page_routes(app: Flask) -> set[str]:
    """Return the endpoints that answer GET with a page."""
    found = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    return found - NOT_PAGES
