"""The manager's page of a program, its lists of people, their files, and the roll on paper."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from tests import town as make
from tests.pages import text_of
from venue.audit.models import AuditEntry
from venue.audit.rules import Channel
from venue.blueprints.office.program_people import PAGE
from venue.payments.models import Charge
from venue.programs.rules import Books
from venue.seats.models import SeatPool
from venue.seats.rules import EnrollmentStatus, Quota


def rows(page) -> list[list[str]]:
    """Return the cells of every table of a page."""
    return [
        [text_of(cell) for cell in line if cell.tag in {"th", "td"}]
        for line in page.root.iter("tr")
    ]


@pytest.fixture
def painting(session, town):
    return town.painting


@pytest.fixture
def seat(session, painting):
    """Let somebody claim a seat of 零基础国画, some time after the last one."""
    pool = make.pool_of(session, painting)

    def seat(who, status=EnrollmentStatus.CONFIRMED, into=None, **facts):
        made = make.enrollment(session, into or pool, who, status)
        made.price_fen = painting.price_fen
        for name, value in facts.items():
            setattr(made, name, value)
        session.commit()
        return made

    return seat


def test_the_page_says_how_full_it_is_and_how_many_want_it(office, painting, seat, session):
    quota = SeatPool(
        program_id=painting.id, quota=Quota.RESIDENTS, capacity=5, kept=3,
        kept_until=painting.enroll_closes_at, taken=0,
    )  # fmt: skip
    session.add(quota)
    first, second, *others = make.crowd(session, 6)
    seat(first)
    seat(second, into=quota)
    seat(others[0], EnrollmentStatus.WAITLISTED, channel=Channel.TELEPHONE)
    seat(others[1], EnrollmentStatus.WITHDRAWN)
    page = office.get(f"/programs/{painting.id}")
    assert "2 / 30已占座位，7%" in page.words
    assert "1人候补 4人要过座位" in page.words
    assert "4 人要过 30 个座位，平均每个座位 0.1 人。" in page.words
    assert ["普通名额", "1 / 25", "–"] in rows(page)
    kept = "柜台和电话还留 3 席，到 9月21日 周一 18:00"
    assert ["本社区居民", "1 / 5", kept] in rows(page)
    assert ["电话", "1", ""] in rows(page)
    assert ["网上", "3 2 有座位", ""] in rows(page)
    assert page.links()["改名额"].endswith(f"/programs/{painting.id}/seats")


def test_an_empty_draft_speaks_of_no_figures(office, session):
    draft = make.program(session, office.town.wutongli, "春茶", published_at=None)
    session.commit()
    page = office.get(f"/programs/{draft.id}")
    assert "人要过座位" not in page.words
    assert "到课率" not in page.words


def test_the_seats_of_sessions_are_added_up(office, session):
    tea = make.course(session, office.town.wutongli, "茶艺", lessons=3, books=Books.SESSION)
    make.enrollment(session, make.pool_of(session, tea.sessions[0]), office.town.lin_xiao)
    tea.sessions[2].cancelled_at = make.clock.now()
    session.commit()
    assert "1 / 50" in office.get(f"/programs/{tea.id}").words


@pytest.mark.parametrize("part", ["", "/people", "/people?part=waiting", "/people?part=calls"])
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_page_takes_as_many_queries_for_many_people_as_for_few(
    office, painting, seat, session, count_queries, part
):
    for status in (EnrollmentStatus.CONFIRMED, EnrollmentStatus.WAITLISTED):
        seat(make.person(session, "第一人"), status)
    path = f"/programs/{painting.id}{part}"
    office.get(path)
    with count_queries() as few:
        office.get(path)
    lead = None
    for number, who in enumerate(make.crowd(session, 40)):
        status = EnrollmentStatus.WAITLISTED if number % 2 else EnrollmentStatus.CONFIRMED
        made = seat(who, status, group_id=lead)
        lead = lead or made.id
    pool = make.pool_of(session, painting)
    pool.capacity = 60
    session.commit()
    with count_queries() as many:
        office.get(path)
    # Names of those who came together are asked for when there are any: one more.
    assert len(many) - len(few) in {0, 1}
    assert len(many) < 30


def test_who_has_a_seat_stands_with_how_to_reach_them(office, painting, seat, session):
    town = office.town
    mother = seat(town.chen_min, channel=Channel.COUNTER)
    child = seat(town.xiao_he, group_id=mother.id)
    mother.group_id = mother.id
    now = make.clock.now()
    charge = Charge(
        center_id=town.wutongli.id, person_id=town.chen_min.id, title="国画", amount_fen=18000,
        paid_fen=18000, since_at=now, made_at=now,
    )  # fmt: skip
    session.add(charge)
    session.flush()
    mother.charge_id = charge.id
    session.commit()
    page = office.get(f"/programs/{painting.id}/people")
    own = "139 0000 0002"
    at = "9月16日 周三 10:00"
    lives = "梧桐里社区"
    assert rows(page)[1:] == [
        ["陈敏", own, "40", lives, "柜台", at, "陈小禾", "已结清"],
        ["陈小禾", f"{own} 陈敏", "9", lives, "网上", at, "陈敏", "未付 ¥180"],
    ]
    assert page.links()[own] == "tel:+8613900000002"
    assert child.charge_id is None


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_whoever_signs_in_is_called_at_that_number_and_no_helper_is(
    office, painting, seat, session
):
    father = office.town.zhou_jianguo
    make.account(session, father, "+8613900000077")
    seat(father)
    page = office.get(f"/programs/{painting.id}/people")
    assert rows(page)[1][:2] == ["周建国", "139 0000 0077"]


def test_the_line_stands_in_its_order_after_the_open_offers(office, painting, seat, session):
    one, two, three, four = make.crowd(session, 4)
    seat(one, EnrollmentStatus.WAITLISTED)
    seat(two, EnrollmentStatus.APPLIED, statement="住在对面")
    seat(three, EnrollmentStatus.WAITLISTED)
    seat(four, EnrollmentStatus.OFFERED)
    page = office.get(f"/programs/{painting.id}/people?part=waiting")
    assert [line[:2] for line in rows(page)[1:]] == [
        ["留了座位 到 9月17日 周四 10:00", "居民4"],
        ["第 1 位", "居民1"],
        ["第 2 位", "居民3"],
        ["等审核", "居民2住在对面"],
    ]


def test_who_left_stands_with_how(office, painting, seat, session, clock):
    one, two, three = make.crowd(session, 3)
    seat(one, EnrollmentStatus.WITHDRAWN)
    seat(two, EnrollmentStatus.REFUSED, decision="不住在本区")
    clock.advance(timedelta(hours=1))
    seat(three, EnrollmentStatus.EXPIRED)
    page = office.get(f"/programs/{painting.id}/people?part=left")
    assert [(line[0], line[6]) for line in rows(page)[1:]] == [
        ("居民3", "没有回复，名额过期，9月16日 周三 11:00"),
        ("居民1", "自己退出，9月16日 周三 10:00"),
        ("居民2", "审核未通过，9月16日 周三 10:00不住在本区"),
    ]


def test_who_reads_nothing_is_called(office, painting, seat, session):
    town = office.town
    alone = make.person(session, "独居老人", 1945, phone="+862155500000")
    for who in (town.lin_xiao, town.xiao_he, town.zhou_jianguo, alone):
        seat(who)
    seat(make.person(session, "退了的老人", 1946), EnrollmentStatus.WITHDRAWN)
    page = office.get(f"/programs/{painting.id}/people?part=calls")
    assert [line[:2] for line in rows(page)[1:]] == [["独居老人", "021 5550 0000"]]
    assert "要打电话的 1" in page.words


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_many_people_are_paged(office, painting, seat, session):
    make.pool_of(session, painting).capacity = 100
    for who in make.crowd(session, PAGE + 1):
        seat(who)
    path = f"/programs/{painting.id}/people?part=seated"
    first = office.get(path)
    assert len(rows(first)) == 1 + PAGE
    assert "第 1 页，共 2 页" in first.words
    second = office.browse.get(first.links()["下一页"])
    assert [line[0] for line in rows(second)[1:]] == [f"居民{PAGE + 1}"]
    for odd in ("0", "99", "x", "-1"):
        office.get(f"{path}&page={odd}")
    office.get(f"/programs/{painting.id}/people?part=nonsense")


def export(office, painting, kind, status=200):
    page = office.get(f"/programs/{painting.id}/people")
    fields = page.form("/exports").fields
    return office.browse.post(
        f"{office.root}/programs/{painting.id}/exports", {**fields, "kind": kind}, status
    )


def test_a_file_has_everybody_who_has_or_waits_and_its_leaving_is_recorded(
    office, painting, seat, session
):
    town = office.town
    seat(town.lin_xiao, channel=Channel.TELEPHONE)
    seat(town.xiao_he, EnrollmentStatus.WAITLISTED)
    seat(make.person(session, "=1+1", 1950), EnrollmentStatus.APPLIED, statement="@家里困难")
    seat(town.zhou_wen, EnrollmentStatus.WITHDRAWN)
    answer = export(office, painting, "csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "%E5%90%8D%E5%8D%95" in answer.headers["Content-Disposition"]
    found = list(csv.DictReader(StringIO(answer.body.decode("utf-8-sig"))))
    assert [
        tuple(
            row[name]
            for name in ("状态", "候补第几位", "姓名", "年龄", "电话", "联系人", "应付（元）")
        )
        for row in found
    ] == [
        ("有座位", "", "林晓", "28", "139 0000 0001", "", "180.0"),
        ("候补", "1", "陈小禾", "9", "139 0000 0002", "陈敏", ""),
        ("等审核", "", "'=1+1", "76", "", "", ""),
    ]
    assert found[0]["怎样来的"] == "电话"
    assert found[0]["报名时间"] == "2026-09-16 10:00"
    assert found[2]["申请说明"] == "'@家里困难"
    book = ZipFile(BytesIO(export(office, painting, "xlsx").body))
    assert "林晓" in book.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode()
    export(office, painting, "pdf", 400)
    entries = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "program.exported")
    ).all()
    assert [(one.actor_id, one.subject_id, one.facts) for one in entries] == [
        (town.shen_lan.id, painting.id, {"people": 3})
    ] * 2


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_file_is_recorded_even_when_the_page_lay_open(office, painting, seat, session):
    seat(office.town.lin_xiao)
    fields = office.get(f"/programs/{painting.id}/people").form("/exports").fields
    for _again in range(2):
        office.browse.post(
            f"{office.root}/programs/{painting.id}/exports", {**fields, "kind": "csv"}, 200
        )
    entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "program.exported"))
    assert len(entries.all()) == 2
    expired = {**fields, "csrf_token": "old", "kind": "csv"}
    office.browse.post(f"{office.root}/programs/{painting.id}/exports", expired, 422)


def test_the_roll_of_the_series_has_a_line_for_each_name(office, painting, seat, session):
    seat(office.town.lin_xiao)
    seat(office.town.chen_min, EnrollmentStatus.WAITLISTED)
    page = office.get(f"/programs/{painting.id}/roll")
    head, line = rows(page)
    assert head[:2] == ["姓名", "9月22日 周二"]
    assert len(head) == 13
    assert line == ["林晓"] + ["没有记"] * 12
    tea = make.course(session, office.town.wutongli, "茶艺", lessons=1, books=Books.SESSION)
    session.commit()
    office.get(f"/programs/{tea.id}/roll", 404)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_list_of_programs_is_sorted_as_asked(office, painting, session):
    town = office.town
    make.course(session, town.wutongli, "春茶", lessons=1, published_at=None)
    full = make.course(session, town.wutongli, "满了的", lessons=2, capacity=1,
                       first_on=date(2026, 10, 1))  # fmt: skip
    pool = make.pool_of(session, full)
    make.enrollment(session, pool, town.lin_xiao)
    make.enrollment(session, pool, town.chen_min, EnrollmentStatus.WAITLISTED)
    half = make.course(session, town.wutongli, "半满的", capacity=2, first_on=date(2026, 9, 18))
    make.enrollment(session, make.pool_of(session, half), town.lin_xiao)
    make.program(session, town.wutongli, "不记座位的", enroll_opens_at=None)
    session.commit()

    def order(query):
        page = office.get(f"/programs{query}")
        return [line[0].split()[-1] for line in rows(page)[1:]]

    assert order("") == ["春茶", "半满的", "零基础国画", "满了的", "不记座位的"]
    assert order("?order=emptiest") == ["春茶", "零基础国画", "半满的", "满了的", "不记座位的"]
    assert order("?order=waiting") == ["满了的", "不记座位的", "半满的", "春茶", "零基础国画"]
    assert order("?order=nonsense&state=draft") == ["春茶"]
