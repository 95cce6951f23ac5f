"""What the office does after a day of care: the month, incidents, the yearly record."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests import town as make
from venue import clock as venue_clock
from venue.accounts.rules import Role
from venue.audit.models import AuditEntry
from venue.childcare.arriving import let_in
from venue.childcare.booking_days import ChildWish, DayWish, WhenFull, book_days
from venue.childcare.incident_models import Incident, IncidentFollowUp
from venue.childcare.presence import carer_comes
from venue.childcare.releasing import release_to_guardian

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""What is decided above the database needs to be seen on one."""


@pytest.fixture
def day(session, town, clock):
    """小禾 was collected 20 minutes late, 小麦 did not come; 周文 was there."""
    made = make.care(session, town.wutongli)
    by = make.acts(town.chen_min)
    days = (DayWish(made.sessions[0].id),)
    wishes = [ChildWish(child.id, days) for child in (town.xiao_he, town.xiao_mai)]
    book_days(session, made.id, wishes, when_full=WhenFull.REFUSE, agreed=False, **by)
    make.staff_role(session, town.zhou_wen, Role.CARER, town.wutongli)
    one = made.sessions[0]
    at_door = make.acts(town.zhou_wen)
    carer_comes(session, one.id, town.zhou_wen.id, **{**at_door, "now": one.starts_at})
    let_in(
        session, one.id, town.xiao_he.id, allergy_seen=False, **{**at_door, "now": one.starts_at}
    )
    late = one.ends_at + timedelta(minutes=20)
    release_to_guardian(
        session, one.id, town.xiao_he.id, town.chen_min.id, **{**at_door, "now": late}
    )
    session.commit()
    clock.set(late)
    return one


def looks(session):
    rows = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "child_file.viewed").order_by(AuditEntry.id)
    )
    return sorted((one.actor_id, one.subject_id, one.facts["what"]) for one in rows)


def write(browse, day, status=303, **typed):
    form = browse.get(f"/door/wutongli/sessions/{day.id}/incidents").form("/incidents")
    fields = {"what": "摔了一跤。", "measures": "贴了创可贴。", "happened_time": "16:20", **typed}
    return browse.post(form.action, {**form.fields, **fields}, status)


def test_a_month_names_whom_to_talk_to_and_the_guardians_see_who_looked(
    office, town, day, session, sign_in, browse
):
    for _ in range(2):
        page = office.get("/care?period=2026-09")
    assert "放学托管 2 1 0 1 1 20" in page.words
    assert "陈小禾 9月22日 周二 放学托管：晚了 20 分钟，17:50 陈敏接" in page.words
    assert "陈小麦 9月22日 周二 放学托管：没来，没有请假" in page.words
    assert looks(session) == sorted(
        (town.shen_lan.id, child.id, "month") for child in (town.xiao_he, town.xiao_mai)
    )
    sign_in(town.chen_min)
    assert "沈岚 考勤" in browse.get(f"/my/children/{town.xiao_he.id}").words


def test_a_month_without_care_says_so_and_what_is_no_month_is_not_found(office, day, session):
    assert "这个月还没有过去的托管日。" in office.get("/care?period=2026-08").words
    office.get("/care?period=2026", 404)
    office.get("/care?period=abc", 404)
    assert looks(session) == []


def test_the_file_of_a_month_has_a_line_for_each_day(office, day, session, browse):
    form = office.get("/care?period=2026-09").form("/care/exports")
    answer = browse.post(form.action, {**form.fields, "kind": "csv"}, 200)
    lines = list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"))))
    assert [line[0] for line in lines[1:]] == ["陈小禾", "陈小麦"]
    assert lines[1][3:5] == ["接晚了", "20"]
    said = select(func.count()).where(AuditEntry.action == "care_month.exported")
    assert session.scalar(said) == 1


def test_a_carer_writes_down_what_happened_and_the_office_follows_it_up(
    browse, sign_in, office, town, day, session
):
    sign_in(town.zhou_wen)
    assert browse.get("/door/wutongli").links()["记一件事：放学托管"].endswith("/incidents")
    write(browse, day, child_id=town.xiao_he.id)
    sign_in(town.chen_min)
    assert "在“放学托管”有一件事要告诉您" in browse.get("/my/messages").words
    mine = browse.get(f"/my/children/{town.xiao_he.id}").words
    assert "摔了一跤。 当时的处理：贴了创可贴。" in mine

    sign_in(town.shen_lan)
    listed = office.get("/incidents")
    assert "9月22日 周二 16:20 放学托管 一个孩子 没有了结" in listed.words
    assert "陈小禾" not in listed.words
    page = office.get("/incidents/1")
    assert "陈小禾" in page.words
    assert (town.shen_lan.id, town.xiao_he.id, "incident") in looks(session)
    form = page.form("/incidents/1")
    browse.post(form.action, {**form.fields, "words": "", "closes": "y"}, 422)
    browse.post(form.action, {**form.fields, "words": "打电话问过。", "closes": "y"}, 303)
    assert "打电话问过。沈岚" in office.get("/incidents/1").words
    assert "0件事没有了结" in office.get("/care").words
    sign_in(town.chen_min)
    assert "已了结" in browse.get(f"/my/children/{town.xiao_he.id}").words


@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [
        ({"what": ""}, 422, "请写发生了什么。"),
        ({"measures": " "}, 422, "请写当时怎么处理的"),
        ({"happened_time": "25:00"}, 422, "请填写时间，例如 18:30。"),
        ({"happened_time": "23:59"}, 409, "这个时间还没有到。"),
    ],
)
def test_what_is_missing_gets_a_sentence_and_the_rest_stays(
    browse, sign_in, town, day, session, typed, status, sentence
):
    sign_in(town.zhou_wen)
    page = write(browse, day, status, **{"what": "哭了很久。", **typed})
    assert sentence in page.words
    if "what" not in typed:
        assert "哭了很久。" in page.text
    assert session.scalars(select(Incident)).all() == []


def test_who_was_not_there_writes_nothing_and_no_child_of_another_day(
    browse, sign_in, town, day, session, clock
):
    make.staff_role(session, town.lin_xiao, Role.CARER, town.wutongli)
    session.commit()
    path = f"/door/wutongli/sessions/{day.id}/incidents"
    sign_in(town.lin_xiao)
    browse.get(path, 403)
    sign_in(town.zhou_wen)
    write(browse, day, 404, child_id=town.lin_xiao.id)
    browse.get(f"/door/wutongli/sessions/{day.id + 1}/incidents", 404)  # tomorrow
    clock.set(day.starts_at + timedelta(days=1))
    browse.get(path, 403)
    sign_in(town.shen_lan)
    write(browse, day, child_id=town.xiao_mai.id)
    assert session.scalars(select(Incident)).one().child_id == town.xiao_mai.id


def test_an_incident_of_another_center_is_not_found(office, town, day, session, sign_in, browse):
    other = make.care(session, town.elsewhere, "河湾托管")
    at = {"written_at": venue_clock.now(), "happened_at": venue_clock.now()}
    session.add(
        Incident(
            center_id=town.elsewhere.id,
            session_id=other.sessions[0].id,
            what="别处的事",
            measures="没有",
            **at,
        )
    )
    session.commit()
    office.get("/incidents/1", 404)
    browse.get(f"/door/wutongli/sessions/{other.sessions[0].id}/incidents", 404)
    assert session.scalars(select(IncidentFollowUp)).all() == []
    assert "别处" not in office.get("/incidents").words


def test_the_yearly_record_is_one_file_with_every_look(office, town, day, session, browse):
    office.get("/care?period=2026-09")
    form = office.get("/care?period=2026-09").form("/care/access/2026")
    answer = browse.post(form.action, form.fields, 200)
    assert answer.headers["Content-Type"] == "application/zip"
    pack = zipfile.ZipFile(io.BytesIO(answer.body))
    assert pack.namelist() == ["README.txt", "access.csv", "totals.csv", "report.html"]
    text = {name: pack.read(name).decode("utf-8-sig") for name in pack.namelist()}
    lines = list(csv.reader(io.StringIO(text["access.csv"])))
    assert [line[1:6:2] for line in lines[1:]] == [
        ["沈岚", "陈小禾", "放学托管"],
        ["沈岚", "陈小麦", "放学托管"],
    ]
    assert ["人员", "沈岚", "2"] in list(csv.reader(io.StringIO(text["totals.csv"])))
    assert text["report.html"].startswith("<!doctype html>")
    assert '<td align="right">2</td>' in text["report.html"]
    assert text["README.txt"].startswith("梧桐里党群服务中心 2026 年")
    said = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "care_access.exported")
    ).one()
    assert said.facts == {"year": 2026, "looks": 2}
    browse.post("/office/wutongli/care/access/1990", form.fields, 404)
