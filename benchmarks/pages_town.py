"""A year of bookings of many centers, generated inside PostgreSQL; one of them is looked at.

The center that is looked at has 12 rooms and 150 sessions in every week of the year, each of a
program of its own with seats. Every other center has 12 rooms and 20 uses a week: sessions, and
bookings that residents asked for. All are of one district, which is the hardest case for a search
that looks at the neighbors, and rows lie in the order of time, so that those of one center are
scattered over the whole table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Flask
from sqlalchemy import text

from tests import town as make
from tests.frozen_clock import START
from venue.accounts.rules import Role
from venue.db import db
from venue.timeline.local_time import day_start, local_date, week_start

SLUG = "wutongli"
ROOMS = 12
SESSIONS_A_WEEK = 150
USES_A_WEEK = 20
"""Of every other center: about a thousand a year."""
WEEKS = 52
WEEKS_OF_A_TERM = 13

LOOKED_AT = week_start(local_date(START)) + timedelta(weeks=1)
"""The Monday of the week that is looked at: nothing of it is over yet."""

PLACES = """
INSERT INTO center (id, district_id, slug, name, address, phone, about)
SELECT n, :district_id, CASE n WHEN :center_id THEN :slug ELSE 'center-' || n END,
    '第' || n || '党群服务中心', '清江区梧桐路 ' || n || ' 号', '+862166660018', ''
FROM generate_series(1, :centers) n;

INSERT INTO opening_rule (center_id, layer, weekdays, opens_time, closes_time)
SELECT center.id, layer, '1234567', opens, closes
FROM center, (VALUES ('regular', time '08:30', time '17:00'),
    ('extended', time '17:00', time '21:00')) AS hours (layer, opens, closes);

INSERT INTO room (id, center_id, name, floor, area_m2, capacity, booking_mode, private, position,
    about)
SELECT (center.id - 1) * :rooms + n, center.id, '功能室' || n, 1 + n / 4, 20 + n * 5, 8 + n * 4,
    'open', false, n, ''
FROM center, generate_series(1, :rooms) n;

INSERT INTO equipment (id, name)
VALUES (1, '投影'), (2, '钢琴'), (3, '水槽'), (4, '无障碍通道');

INSERT INTO room_equipment (room_id, equipment_id)
SELECT room.id, kind FROM room, generate_series(1, 1 + room.position % 4) kind;

INSERT INTO room_photo (room_id, digest, content, width, height, shows, taken_in_at)
SELECT id, md5(id::text) || md5(name), 'not looked at', 800, 600, name, :now FROM room;

INSERT INTO person (id, full_name, birth_year, language, created_at)
SELECT 1000 + center.id * 40 + n, '居民' || n, 1960 + n, 'zh_Hans', :now
FROM center, generate_series(0, 39) n;
"""

USES = """
CREATE TEMPORARY TABLE uses AS
SELECT row_number() OVER (ORDER BY week, at, center_id) AS id, week, center_id, slot,
    (center_id - 1) * :rooms + place % :rooms + 1 AS room_id,
    ((center_id - 1) * 4 + week / :weeks_of_a_term) * :most + slot + 1 AS program_id,
    center_id = :center_id OR slot % 2 = 0 AS is_session,
    :first + week * 604800 + at AS starts
FROM (
    SELECT center_id, slot, place,
        (place / :rooms) % 7 * 86400 + (9 + place / (7 * :rooms) * 5) * 3600 AS at
    FROM (
        SELECT :center_id AS center_id, slot, slot AS place
        FROM generate_series(0, :most - 1) slot
        UNION ALL
        SELECT center.id, slot, (slot * 7 + center.id) % :most
        FROM center, generate_series(0, :others - 1) slot WHERE center.id <> :center_id
    ) AS rhythm
) AS timed, generate_series(0, :weeks - 1) week;

INSERT INTO room_booking (id, room_id, status, starts_at, ends_at, category, purpose)
SELECT id, room_id, 'held', starts, starts + 5400,
    CASE WHEN is_session THEN NULL ELSE 'hire' END, CASE WHEN is_session THEN NULL ELSE '例会' END
FROM uses ORDER BY id;

INSERT INTO reservation (booking_id, person_id, people, contact_phone, note, channel, requested_at,
    requested_by_id, approved_at, ending_reason)
SELECT id, 1000 + center_id * 40 + slot, 6, '+8613900000001', '', 'online', :now,
    1000 + center_id * 40 + slot, :now, ''
FROM uses WHERE NOT is_session;
"""

PROGRAMS = """
INSERT INTO program (id, center_id, category, title, audience, summary, syllabus, price_fen,
    residents_only, admission, books, enroll_opens_at, enroll_closes_at, published_at, created_at)
SELECT program_id, center_id,
    (ARRAY['course', 'care', 'senior', 'hire', 'meeting'])[1 + slot % 5],
    '零基础国画' || slot, '成人', '从握笔到一幅完整的小品。', '', 18000, false, 'first_come',
    'series', :now - interval '30 days', :now + interval '30 days', :now - interval '40 days',
    :now - interval '50 days'
FROM uses WHERE is_session GROUP BY program_id, center_id, slot;

INSERT INTO seat_pool (id, program_id, capacity, taken)
SELECT id, id, 25, CASE center_id WHEN :center_id THEN 20 ELSE 5 END FROM program;

INSERT INTO enrollment (pool_id, person_id, program_id, status, channel, created_at, changed_at)
SELECT seat_pool.id, 1000 + program.center_id * 40 + n, program.id, 'confirmed', 'online', :now,
    :now
FROM program JOIN seat_pool ON seat_pool.program_id = program.id,
    generate_series(0, seat_pool.taken - 1) n;

INSERT INTO scheduled_session (id, program_id, center_id, starts_at, ends_at, topic)
SELECT id, program_id, center_id, to_timestamp(starts), to_timestamp(starts + 5400), ''
FROM uses WHERE is_session ORDER BY id;

INSERT INTO session_room (session_id, booking_id) SELECT id, id FROM uses WHERE is_session;

DROP TABLE uses;
"""


@dataclass(frozen=True)
class Looker:
    """Who looks at pages: ids of the accounts of a manager and of a resident, and of a room."""

    manager_id: int
    resident_id: int
    room_id: int


def populate(app: Flask, centers: int, weeks: int) -> Looker:
    """Fill an empty database; the center that is looked at is in the middle of the others."""
    center_id = centers // 2 + 1
    with app.app_context():
        district = make.district(db.session)
        manager = make.person(db.session, "沈岚", phone="+8613900000006")
        resident = make.person(db.session, "林晓", phone="+8613900000001")
        accounts = [make.account(db.session, one).id for one in (manager, resident)]
        values = {
            "district_id": district.id,
            "center_id": center_id,
            "slug": SLUG,
            "centers": centers,
            "rooms": ROOMS,
            "most": SESSIONS_A_WEEK,
            "others": USES_A_WEEK,
            "weeks": weeks,
            "weeks_of_a_term": WEEKS_OF_A_TERM,
            "first": _epoch(LOOKED_AT - timedelta(weeks=weeks // 2)),
            "now": START,
        }
        for script in (PLACES, USES, PROGRAMS):
            for statement in script.split(";\n"):
                if statement.strip():
                    _execute(statement, values)
        center = db.session.get_one(make.Center, center_id)
        make.staff_role(db.session, manager, Role.MANAGER, center)
        db.session.commit()
        _vacuum()
    return Looker(accounts[0], accounts[1], (center_id - 1) * ROOMS + 1)


def _execute(statement: str, values: dict[str, object]) -> None:
    asked = text(statement)
    names = asked.compile().params
    db.session.execute(asked, {name: values[name] for name in names})


def _epoch(on: date) -> int:
    return int(day_start(on).timestamp())


def _vacuum() -> None:
    """Let the planner know what is there, as a server that has run for a while does."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
