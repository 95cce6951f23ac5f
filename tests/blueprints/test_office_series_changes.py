"""A series in the browser: its dates, adding dropped ones, changing and calling off the rest."""

from __future__ import annotations

from datetime import date, time

import pytest
from sqlalchemy import select

from tests import town as make
from tests.blueprints.test_office_series import PREVIEW, SCHEDULE
from venue.notifications.models import Message
from venue.programs.models import ScheduledSession, SeriesPattern, SkippedDate
from venue.timeline.local_time import instant, local, local_date

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def session(db_session):
    return db_session()


@pytest.fixture
def series(office, session):
    """The painting course with 林晓 in it: twelve Tuesdays from 22 September on."""
    make.enrollment(session, make.pool_of(session, office.town.painting), office.town.lin_xiao)
    session.commit()
    return f"/series/{office.town.pattern.id}"


def send(office, page_or_path, typed, status, ending="/change"):
    page = office.get(page_or_path) if isinstance(page_or_path, str) else page_or_path
    form = next(one for one in page.forms() if ending in one.action)
    return office.browse.post(form.action, {**form.fields, **typed}, status)


def starts(session, office):
    session.expire_all()
    return session.scalars(
        select(ScheduledSession.starts_at)
        .where(ScheduledSession.program_id == office.town.painting.id)
        .order_by(ScheduledSession.starts_at)
    ).all()


def chosen(page):
    return next(one for one in page.forms() if "dates" in one.fields).fields["dates"]


def test_from_one_session_this_and_later_are_changed_after_a_preview(office, session, series):
    fourth = office.town.painting.sessions[3]
    page = office.get(f"/sessions/{fourth.id}")
    assert "改这一场和以后的" in page.words
    page = send(office, f"{series}/change?from=2026-10-13", {"shift_days": "1", **PREVIEW}, 200)
    assert "共 9 天" in page.words
    assert "改期 原定 10月13日 周二 18:30–20:00 → 10月14日 周三 18:30–20:00" in page.words
    assert len(chosen(page)) == 9
    page = office.browse.follow(send(office, page, SCHEDULE, 303))
    assert "改了 9 场，加了 0 场，取消了 0 场，通知了 2 人。" in page.words
    days = [local_date(at) for at in starts(session, office)]
    assert days[2:4] == [date(2026, 10, 6), date(2026, 10, 14)]
    assert len(session.scalars(select(SeriesPattern)).all()) == 2


def test_a_clash_is_shown_and_left_out_and_its_session_stays(office, session, series):
    other = make.program(session, office.town.wutongli, "合唱")
    make.lesson(session, other, date(2026, 10, 14), time(19), room=office.town.studio)
    session.commit()
    page = send(office, f"{series}/change", {"shift_days": "1", **PREVIEW}, 200)
    assert "共 12 天，其中 1 天有冲突" in page.words
    assert "19:00–20:30 已经是“合唱”" in page.words
    assert "2026-10-14" not in chosen(page)
    everything = {"dates": [*chosen(page), "2026-10-14"]}
    page = send(office, page, {**everything, **SCHEDULE}, 409)
    assert "勾选的日子里有 1 天有冲突" in page.words
    assert "2026-10-14" in chosen(page)
    kept = [on for on in chosen(page) if on != "2026-10-14"]
    send(office, page, {"dates": kept, **SCHEDULE}, 303)
    assert date(2026, 10, 13) in [local_date(at) for at in starts(session, office)]


def test_what_is_typed_wrong_leaves_the_preview_with_all_ticks(office, session, series):
    page = send(office, f"{series}/change", {"shift_days": "1", **PREVIEW}, 200)
    some = chosen(page)[:5]
    page = send(office, page, {"dates": some, "until_on": "2026-09-01", **PREVIEW}, 422)
    assert "都不上了请用“取消”" in page.words
    assert "下面还是修改以前的日子" in page.words
    assert chosen(page) == some
    page = send(office, page, {"until_on": "", "ends_time": "18:00", **SCHEDULE}, 422)
    assert "结束要晚于开始" in page.words
    assert chosen(page) == some
    assert len(session.scalars(select(SeriesPattern)).all()) == 1


def test_an_earlier_end_asks_for_a_reason(office, session, series):
    page = send(office, f"{series}/change", {"until_on": "2026-11-24", **PREVIEW}, 200)
    assert page.words.count("会取消") == 2
    page = send(office, page, SCHEDULE, 422)
    assert "有场次要取消，请写明原因。" in page.words
    send(office, page, {"reason": "老师休假", **SCHEDULE}, 303)
    (message,) = session.scalars(
        select(Message).where(Message.person_id == office.town.lin_xiao.id)
    )
    assert (message.parameters["cancelled"], message.parameters["reason"]) == (2, "老师休假")


def test_two_ends_are_one_too_many(office, series):
    typed = {"until_on": "2026-12-01", "count": "3", **PREVIEW}
    page = send(office, f"{series}/change", typed, 422)
    assert "场数和最后一天，请只填一个。" in page.words


def test_the_rest_is_called_off_with_a_reason(office, session, series):
    path = f"{series}/cancellation?from=2026-11-24"
    page = send(office, path, {"reason": ""}, 422, "/cancellation")
    assert "请写明原因" in page.words
    send(office, page, {"reason": "停电"}, 303, "/cancellation")
    gone = session.scalars(
        select(ScheduledSession.pattern_on).where(ScheduledSession.cancelled_at.is_not(None))
    ).all()
    assert sorted(gone) == [date(2026, 11, 24), date(2026, 12, 1), date(2026, 12, 8)]


def test_a_series_that_is_over_has_nothing_to_change(office, session, series, clock):
    clock.set(instant(date(2026, 12, 9), time(8)))
    office.browse.sign_in(make.user_of(session, office.town.shen_lan))
    page = office.get(f"{series}/change", 409)
    assert "没有什么要改的" in page.words


def test_a_dropped_date_is_added_from_the_page_of_the_series(office, session, series):
    gone = office.town.painting.sessions[2]
    office.fill(
        f"/sessions/{gone.id}", {"reason": "停电"}, 303, f"/sessions/{gone.id}/cancellation"
    )
    session.add(
        SkippedDate(
            pattern_id=office.town.pattern.id,
            day_on=date(2026, 10, 8),
            reason="老师出差",
            skipped_at=instant(date(2026, 9, 16), time(8)),
        )
    )
    session.commit()
    page = office.get(series)
    assert "没有排的日子（1）" in page.words
    assert "当时没有排：老师出差" in page.words
    typed = {"dates": ["2026-10-08"], "d2026-10-08-starts_time": "09:00"}
    typed |= {"d2026-10-08-ends_time": "10:00"}
    page = send(office, page, {**typed, "d2026-10-08-on": "2026-10-13"}, 303, series)
    assert instant(date(2026, 10, 13), time(9)) in starts(session, office)
    assert session.scalars(select(SkippedDate)).all() == []
    assert "加了 1 场" in office.browse.follow(page).words


def test_an_added_date_that_clashes_stays_on_the_page_with_its_sentence(office, session, series):
    session.add(
        SkippedDate(
            pattern_id=office.town.pattern.id,
            day_on=date(2026, 10, 8),
            skipped_at=instant(date(2026, 9, 16), time(8)),
        )
    )
    session.commit()
    typed = {"dates": ["2026-10-08"], "d2026-10-08-on": "2026-10-13"}
    page = send(office, series, typed, 409, series)
    assert "已经是“零基础国画”" in page.words
    page = send(office, page, {"d2026-10-08-on": "2026-09-01"}, 422, series)
    assert "这一天已经过去了。" in page.words
    assert chosen(page) == ["2026-10-08"]


def test_the_series_of_another_center_is_not_found(office, session):
    elsewhere = make.room(session, office.town.elsewhere, "书房")
    other = make.course(session, office.town.elsewhere, "街舞", room=elsewhere)
    kept = make.series(session, other, elsewhere)
    session.commit()
    for page in ("", "/change", "/cancellation"):
        office.get(f"/series/{kept.id}{page}", 404)


def test_the_pages_of_a_series_ask_as_much_for_twelve_dates_as_for_two(
    office, session, series, count_queries
):
    short = make.course(
        session, office.town.wutongli, "扎染", room=office.town.classroom, lessons=2
    )
    kept = make.series(session, short, office.town.classroom)
    session.commit()

    def sent(path, typed=None):
        with count_queries() as statements:
            if typed is None:
                office.get(path)
            else:
                send(office, path, typed, 200)
        return len(statements)

    few = f"/series/{kept.id}"
    assert sent(series) == sent(few)
    later = {"shift_days": "1", **PREVIEW}
    assert sent(f"{series}/change", later) == sent(f"{few}/change", later)
    assert local(starts(session, office)[0]).time() == time(18, 30)
