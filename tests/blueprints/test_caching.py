"""What strangers see may be kept for a moment by a cache, and is asked for by its tag."""

from __future__ import annotations

from contextvars import Context
from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from tests import town as make
from tests.browsing import PARTIAL, Browser
from tests.programs.test_editing import described
from venue import clock
from venue.audit.rules import SYSTEM
from venue.changes.cancelling import cancel_program, cancel_session
from venue.changes.closing import CancelHit, ClosurePlan, close_and_resolve
from venue.changes.hits import hits
from venue.changes.moving import move_session
from venue.changes.publishing import publish_program, retract_program
from venue.config import settings
from venue.db import db, write_transaction
from venue.programs.editing import change_program
from venue.seats.enrolling import enroll, join_waitlist
from venue.seats.models import Enrollment, SeatPool
from venue.seats.opening import resize_pool
from venue.seats.waitlist import withdraw
from venue.timeline.interval import Interval
from venue.timeline.local_time import day_start, instant

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def acts() -> dict[str, object]:
    return {"actor": SYSTEM, "now": clock.now()}


class Story:
    """What happens to the painting course, in this order; each act shows on its page."""

    def __init__(self, town: make.Town, pool: SeatPool) -> None:
        self.course = town.painting
        self.pool_id = pool.id
        self.center_id = town.wutongli.id
        self.people = [town.lin_xiao.id, town.zhou_wen.id]
        self.lessons = [one.id for one in self.course.sessions]

    def make_smaller(self, session):
        resize_pool(session, self.pool_id, 1, **acts())

    def take_the_seat(self, session):
        enroll(session, self.pool_id, [self.people[0]], **acts())

    def wait_for_it(self, session):
        join_waitlist(session, self.pool_id, [self.people[1]], **acts())

    def stop_waiting(self, session):
        self._withdraw(session, 1)

    def give_it_back(self, session):
        self._withdraw(session, 0)

    def move_a_lesson(self, session):
        at = Interval(instant(date(2026, 9, 23), time(19)), instant(date(2026, 9, 23), time(20)))
        move_session(session, self.lessons[0], interval=at, room_id=None, override=None, **acts())

    def cancel_a_lesson(self, session):
        cancel_session(session, self.lessons[1], reason="老师请假", **acts())

    def close_a_day(self, session):
        on = session.get_one(make.ScheduledSession, self.lessons[2]).starts_at.date()
        day = Interval(day_start(on), day_start(on + timedelta(days=1)))
        found = hits(session, self.center_id, None, day)
        plan = ClosurePlan(None, day, "检修电路")
        decisions = {hit.key: CancelHit("检修电路") for hit in found}
        close_and_resolve(session, self.center_id, plan, decisions, **acts())

    def rename_it(self, session):
        program = session.get_one(make.Program, self.course.id)
        change_program(session, program.id, replace(described(program), title="国画小品"), **acts())

    def take_it_back(self, session):
        retract_program(session, self.course.id, **acts())

    def publish_it(self, session):
        publish_program(session, self.course.id, **acts())

    def cancel_it(self, session):
        cancel_program(session, self.course.id, reason="人数不足", **acts())

    def _withdraw(self, session, number: int) -> None:
        claim = (
            session.query(Enrollment)
            .filter_by(person_id=self.people[number])
            .order_by(Enrollment.id.desc())
            .first()
        )
        withdraw(session, claim.id, **acts())


ACTS = [name for name in vars(Story) if not name.startswith("_")]


def ask(app, path: str, tag: str = "", cookies: str = "", **headers: str):
    """Ask as somebody with no cookies but these."""
    given = {"If-None-Match": tag, "Cookie": cookies, **headers}
    return Context().run(
        app.test_client(use_cookies=False).get,
        path,
        headers={name: value for name, value in given.items() if value},
    )


@pytest.fixture
def unchanged(app, database: str, count_queries):
    """Return what sends a page's tag back, and the 304 of it with the statements that it took.

    PostgreSQL numbers the transactions of a whole server: in a moment in which something is written
    in another of its databases, the page is sent once more, and here it is asked again.
    """

    def asked_again(path: str):
        for _ in range(1 if database == "sqlite" else 100):
            tag = ask(app, path).headers["ETag"]
            with count_queries() as sent:
                again = ask(app, path, tag=tag)
            if again.status_code == 304:
                assert again.headers["ETag"] == tag
                return again, sent
        raise AssertionError(f"{path} is never unchanged")

    return asked_again


def test_whatever_changes_a_course_page_changes_its_tag(app, db_session, town, unchanged) -> None:
    story = Story(town, make.pool_of(db_session, town.painting))
    path = f"/courses/{story.course.id}"
    db_session.rollback()
    tags, before = set(), ""
    for name in ["nothing", *ACTS]:
        if name != "nothing":
            with write_transaction() as session:
                getattr(story, name)(session)
        page = ask(app, path, tag=before)
        assert page.text != "", f"304 although this was done: {name}"
        if name == "take_it_back":
            assert page.status_code == 404
            assert "ETag" not in page.headers
            continue
        assert page.status_code == 200, name
        before = page.headers["ETag"]
        assert before not in tags, f"the same tag as before: {name}"
        tags.add(before)
        before = unchanged(path)[0].headers["ETag"]
        tags.add(before)


def test_one_query_tells_that_nothing_changed(db_session, town, unchanged) -> None:
    db_session.rollback()
    for path in (f"/courses/{town.painting.id}", "/centers/wutongli/courses"):
        again, sent = unchanged(path)
        assert "s-maxage=10" in again.headers["Cache-Control"]
        assert not again.data
        assert len(sent) <= 1


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_who_commits_late_changes_the_tag_as_well(app, db_session, town) -> None:
    """Two write at once, and the one who began first is the last to commit."""
    path = f"/courses/{town.painting.id}"
    pool = make.pool_of(db_session, town.painting)
    statement = "UPDATE seat_pool SET capacity = capacity + 1 WHERE id = {}"
    with db.engine.connect() as slow, db.engine.connect() as quick:
        slow.exec_driver_sql(statement.format(pool.id))
        quick.exec_driver_sql("UPDATE center SET name = '梧桐里'")
        quick.commit()
        seen = ask(app, path)
        slow.commit()
    after = ask(app, path, tag=seen.headers["ETag"])
    assert after.status_code == 200
    assert after.text != seen.text


@SQLITE
def test_a_transaction_that_changes_nothing_leaves_the_tag(app, db_session, town) -> None:
    path = f"/courses/{town.painting.id}"
    db_session.rollback()
    tag = ask(app, path).headers["ETag"]
    with write_transaction() as session:
        session.get_one(make.Program, town.painting.id)
    assert ask(app, path, tag=tag).status_code == 304
    with write_transaction() as session:
        session.get_one(make.Program, town.painting.id).title = "不算"
        session.flush()
        session.rollback()
    assert ask(app, path, tag=tag).status_code == 304


@SQLITE
def test_time_ends_a_tag_when_a_minute_does(app, clock, town) -> None:
    path = f"/courses/{town.painting.id}"
    tag = ask(app, path).headers["ETag"]
    clock.advance(timedelta(seconds=60))
    assert ask(app, path, tag=tag).status_code == 200


@SQLITE
def test_neither_language_nor_print_nor_page_and_part_are_taken_for_each_other(app, town) -> None:
    path = f"/courses/{town.painting.id}?pool={make.pool_of(db.session, town.painting).id}"
    looks = [
        {},
        {"cookies": "lang=en"},
        {"Accept-Language": "en-US"},
        {"cookies": "text_size=large"},
        {"cookies": "text_size=extra"},
        PARTIAL,
        {"cookies": "lang=en", **PARTIAL},
    ]
    pages = [ask(app, path, **look) for look in looks]
    tags = [page.headers["ETag"] for page in pages]
    assert len({page.text for page in pages}) == len(looks) - 1  # two ways to English
    assert len(set(tags)) == len(looks)
    for page, tag, look in zip(pages, tags, looks, strict=True):
        assert {"Cookie", "Accept-Language", "HX-Request-Type"} <= set(page.vary)
        assert "Set-Cookie" not in page.headers
        assert [one for one in tags if ask(app, path, tag=one, **look).status_code == 304] == [tag]


@SQLITE
def test_who_has_a_session_gets_a_page_of_their_own(app, town, browse, db_session) -> None:
    path = f"/courses/{town.painting.id}"
    tag = ask(app, path).headers["ETag"]
    browse.get("/login")  # a stranger whose browser keeps the secret of its form
    page = browse.get(path, headers={"If-None-Match": tag})
    assert "public" not in page.headers.get("Cache-Control", "")
    assert "ETag" not in page.headers
    browse.sign_in(make.user_of(db_session, town.lin_xiao))
    db_session.rollback()
    page = browse.get(path, headers={"If-None-Match": tag})
    assert page.headers["Cache-Control"] == "no-store"
    assert "ETag" not in page.headers


@SQLITE
def test_a_page_that_sets_a_cookie_is_kept_by_nobody(app, town) -> None:
    """The center of somebody who comes for the first time, unless `/` leads there anyway."""
    assert "public" in ask(app, "/centers/wutongli/").headers["Cache-Control"]
    elsewhere = ask(app, "/centers/hewan/")
    assert elsewhere.headers["Set-Cookie"].startswith("center=hewan")
    assert "public" not in elsewhere.headers.get("Cache-Control", "")
    assert "public" in ask(app, "/centers/hewan/", cookies="center=hewan").headers["Cache-Control"]


@SQLITE
def test_every_page_for_everybody_says_how_long_it_may_be_kept(app, town) -> None:
    room = town.studio.id
    for path in (
        "/centers/",
        "/centers/wutongli/",
        "/centers/wutongli/year",
        "/centers/wutongli/days/2026-10-01",
        "/centers/wutongli/rooms",
        "/centers/wutongli/rooms/list",
        f"/rooms/{room}",
        "/centers/wutongli/courses",
        f"/courses/{town.painting.id}",
    ):
        page = ask(app, path)
        seconds = settings().shared_cache_seconds
        assert page.headers["Cache-Control"] == f"public, max-age=0, s-maxage={seconds}", path
        assert page.headers["ETag"].startswith('W/"'), path
        assert Browser(app).get(path).status == 200
