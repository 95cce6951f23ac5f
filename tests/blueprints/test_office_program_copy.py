"""Copying a program into another term: what goes with it, and its dates before they are made."""

from __future__ import annotations

from datetime import date, time

import pytest
from sqlalchemy import select

from tests import town as make
from venue.audit.models import AuditEntry
from venue.changes.copying import former_series
from venue.consents.models import ConsentText
from venue.programs.copying import SAID_AGAIN
from venue.programs.models import Program, ScheduledSession, SeriesPattern, Term
from venue.programs.partnering import run_together
from venue.programs.rules import Admission, Books
from venue.seats.models import Enrollment, SeatPool
from venue.seats.rules import Quota
from venue.timeline.local_time import instant, local_date


@pytest.fixture
def spring(session, town) -> Term:
    made = Term(
        district_id=town.district.id, name="2027 年春季", starts_on=date(2027, 3, 1),
        ends_on=date(2027, 7, 10),
    )  # fmt: skip
    session.add(made)
    session.commit()
    return made


@pytest.fixture
def path(town) -> str:
    return f"/programs/{town.painting.id}/copy"


@pytest.fixture
def full_of_settings(session, town) -> Program:
    """Give 零基础国画 everything that a program can have, and people in it."""
    painting = town.painting
    consent = ConsentText(title="拍照", body="同意拍照。", written_at=make.clock.now())
    session.add(consent)
    session.flush()
    painting.admission, painting.criteria = Admission.APPROVAL, "住在本区"
    painting.group_limit, painting.consent_text_id, painting.residents_only = 3, consent.id, True
    run_together(session, painting.id, [town.elsewhere.id], **make.acts())
    general = make.pool_of(session, painting)
    general.capacity = 20  # four more are a quota: the studio holds twenty-five
    general.kept, general.kept_until = 5, instant(date(2026, 9, 20), time(18))
    session.add(SeatPool(program_id=painting.id, quota=Quota.IN_NEED, capacity=4, taken=0))
    make.enrollment(session, general, town.lin_xiao)
    session.commit()
    return painting


def copies(session) -> list[Program]:
    session.expire_all()
    return list(session.scalars(select(Program).where(Program.title == "零基础国画（二）")))


def look(office, path, status=200, **typed):
    form = office.get(path).form("/copy")
    sent = {**form.fields, "title": "零基础国画（二）", **typed, "step": "preview"}
    return office.browse.post(form.action, sent, status)


def make_it(office, page, status=303, **typed):
    form = page.form("/copy")
    return office.browse.post(form.action, {**form.fields, **typed, "step": "schedule"}, status)


def test_a_copy_is_a_draft_with_the_settings_the_seats_and_new_dates(
    office, session, full_of_settings, spring, path
):
    old = full_of_settings
    form = office.get(path).form("/copy")
    proposed = {name: form.fields[name] for name in ("starts_on", "weekdays", "count", "room_id")}
    assert proposed == {
        "starts_on": ["2027-03-23"],  # the fourth Tuesday of the term, as before
        "weekdays": ["2"],
        "count": ["12"],
        "room_id": [str(office.town.studio.id)],
    }
    page = look(office, path)
    assert "共 12 天" in page.words
    assert "报名从 3月11日 周四 09:00 到 3月22日 周一 18:00" in page.words
    assert copies(session) == []
    answer = make_it(office, page)
    assert "草稿建好了，排了 12 场。" in office.browse.follow(answer).words
    [draft] = copies(session)
    assert answer.location == f"/office/wutongli/programs/{draft.id}"
    assert draft.published_at is None
    assert (draft.term_id, draft.limit_group) == (spring.id, "夜校")
    for name in SAID_AGAIN:
        assert getattr(draft, name) == getattr(old, name), name
    assert [one.id for one in draft.partners] == [office.town.elsewhere.id]
    assert draft.enroll_opens_at == instant(date(2027, 3, 11), time(9))
    assert draft.enroll_closes_at == instant(date(2027, 3, 22), time(18))
    days = [local_date(one.starts_at) for one in draft.sessions]
    assert (days[0], len(days)) == (date(2027, 3, 23), 12)
    assert {on.isoweekday() for on in days} == {2}
    assert [one.topic for one in draft.sessions][:2] == ["认识笔墨", "梅"]
    room = {link.booking.room_id for one in draft.sessions for link in one.rooms}
    assert room == {office.town.studio.id}
    pools = session.scalars(select(SeatPool).where(SeatPool.program_id == draft.id)).all()
    until = instant(date(2027, 3, 21), time(18))
    assert {
        (one.quota, one.capacity, one.taken, one.kept, one.kept_until, one.counter_taken)
        for one in pools
    } == {(None, 20, 0, 5, until, 0), (Quota.IN_NEED, 4, 0, 0, None, 0)}
    people = session.scalars(select(Enrollment).where(Enrollment.program_id == draft.id)).all()
    assert people == []
    [entry] = session.scalars(select(AuditEntry).where(AuditEntry.action == "program.copied"))
    assert (entry.subject_id, entry.facts) == (draft.id, {"from_id": old.id})


def test_a_clash_is_shown_before_anything_is_made_and_what_is_sent_all_the_same_makes_nothing(
    office, session, town, spring, path
):
    taken = instant(date(2027, 3, 30), time(19))
    make.booking(session, town.studio, taken, instant(date(2027, 3, 30), time(20)), "居民大会")
    make.closure(
        session, town.wutongli,
        make.Interval(instant(date(2027, 4, 6), time(8)), instant(date(2027, 4, 6), time(22))),
        "检修",
    )  # fmt: skip
    session.commit()
    page = look(office, path)
    assert "共 12 天，其中 2 天有冲突" in page.words
    assert "居民大会" in page.words
    chosen = page.form("/copy").fields["dates"]
    assert len(chosen) == 10
    refused = make_it(office, page, 409, dates=[*chosen, "2027-03-30"])
    assert "还没有保存：勾选的日子里有 1 天有冲突。" in refused.words
    assert refused.form("/copy").fields["title"] == ["零基础国画（二）"]
    assert "2027-03-30" in refused.form("/copy").fields["dates"]
    assert copies(session) == []
    assert len(session.scalars(select(Program)).all()) == 1
    make_it(office, refused, dates=chosen)
    [draft] = copies(session)
    assert len(draft.sessions) == 10
    [pattern] = session.scalars(select(SeriesPattern).where(SeriesPattern.program_id == draft.id))
    assert [one.day_on for one in pattern.skipped] == [date(2027, 3, 30), date(2027, 4, 6)]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_another_term_is_one_step_away_and_none_leaves_the_limit_behind(
    office, session, town, spring, path
):
    page = office.get(path)
    links = page.links()
    autumn = office.browse.get(links["2026 年秋季"]).form("/copy")
    assert autumn.fields["starts_on"] == ["2026-09-22"]
    page = office.browse.get(links["不属于任何学期"])
    assert "没有学期，限报组“夜校”不复制。" in page.words
    form = page.form("/copy")
    title = {"title": "零基础国画（二）"}
    seen = office.browse.post(form.action, {**form.fields, **title, "step": "preview"}, 200)
    make_it(office, seen)
    [draft] = copies(session)
    assert (draft.term_id, draft.limit_group) == (None, None)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_without_a_later_term_its_own_is_proposed_and_the_way_to_a_new_one_shown(office, path):
    page = office.get(path)
    assert page.links()["添加学期"] == "/office/wutongli/terms/new"
    assert "term=" in page.form("/copy").action


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"title": " "}, "请填写名称。"),
        ({"starts_on": "2026-09-01"}, "这一天已经过去了。"),
        ({"count": ""}, "场数和最后一天，请填其中一个。"),
        ({"weekdays": []}, "请至少选一天。"),
        ({"room_id": "999"}, "请从列出的选项里选。"),
    ],
)
def test_what_is_typed_wrong_makes_nothing_and_stays(
    office, session, spring, path, typed, sentence
):
    page = look(office, path, 422, **typed)
    assert sentence in page.words
    kept = page.form("/copy").fields
    for name, value in typed.items():
        if isinstance(value, str) and name != "room_id":
            assert kept[name] == [value.strip()]
    assert len(session.scalars(select(Program)).all()) == 1


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_it_is_made_once_and_needs_a_date(office, session, spring, path):
    page = look(office, path)
    assert "没有勾选任何一天。" in make_it(office, page, 422, dates=[]).words
    assert make_it(office, page).location == make_it(office, page).location
    assert len(copies(session)) == 1
    other = look(office, path, starts_on="2027-04-13")
    stale = make_it(office, other, 200, starts_on="2027-04-20")
    assert "共 12 天" in stale.words
    assert len(copies(session)) == 1


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_single_sessions_get_as_many_seats_each(office, session, town, spring):
    tea = make.course(
        session, town.wutongli, "茶艺", lessons=3, books=Books.SESSION, capacity=7, term=town.term
    )
    session.commit()
    page = look(office, f"/programs/{tea.id}/copy")
    assert page.form("/copy").fields["capacity"] == ["7"]
    make_it(office, page)
    [draft] = copies(session)
    pools = session.scalars(select(SeatPool).join(SeatPool.session).where(
        ScheduledSession.program_id == draft.id)).all()  # fmt: skip
    assert [one.capacity for one in pools] == [7, 7, 7]
    assert session.scalar(select(SeatPool.id).where(SeatPool.program_id == draft.id)) is None


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_program_without_dates_is_copied_by_its_name(office, session, town, spring):
    bare = make.program(session, town.wutongli, "读书会", term=town.term)
    make.seats(session, bare, 9)
    session.commit()
    path = f"/programs/{bare.id}/copy"
    form = office.get(path).form("/copy")
    office.browse.post(form.action, {**form.fields, "title": ""}, 422)
    office.browse.post(form.action, {**form.fields, "title": "零基础国画（二）"})
    [draft] = copies(session)
    assert (draft.sessions, draft.enroll_opens_at) == ([], None)
    assert make.pool_of(session, draft).capacity == 9


def test_a_series_that_was_split_is_one_and_other_weekdays_are_named(office, session, town):
    painting = town.painting
    later = SeriesPattern(
        program_id=painting.id, starts_on=date(2026, 11, 3), weekdays="2", every_weeks=1,
        until_on=date(2026, 12, 8), follows=town.pattern.follows, starts_time=time(19),
        ends_time=time(20), room_id=town.classroom.id, made_at=make.clock.now(),
    )  # fmt: skip
    session.add(later)
    for one in painting.sessions[6:]:
        one.pattern = later
    session.flush()
    extra = make.lesson(session, painting, date(2026, 9, 24))
    session.commit()
    main, other = former_series(session, painting.id)
    assert (main.first_on, main.count, main.weekdays) == (date(2026, 9, 22), 12, {2})
    assert (main.starts_time, main.room_id) == (time(19), town.classroom.id)
    assert (other.count, other.weekdays) == (1, {extra.starts_at.isoweekday()})
    assert (
        "原来还有 每周四 18:30–20:00，请在草稿里再排。"
        in office.get(f"/programs/{painting.id}/copy").words
    )


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_date_that_was_dropped_is_counted_again(session, town):
    town.pattern.count, town.pattern.until_on = 13, None
    session.commit()
    assert former_series(session, town.painting.id)[0].count == 13
