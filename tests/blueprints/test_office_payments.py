"""The office's lists of money: who has not paid, what goes back, the book of a month; and files."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from tests import town as make
from venue.audit.models import AuditEntry
from venue.audit.rules import Actor, Channel
from venue.places.membership import know
from venue.seats.waitlist import withdraw
from venue.settlements.settling import take_payment

LIST, BOOK = "/payments", "/receipts?period=2026-09"


@pytest.fixture
def sold(db_session, town, pool, clock):
    """周文 has not paid, 居民1 and 居民2 have, and 林晓 left after lesson 1."""
    session = db_session()
    people = [town.lin_xiao, *make.crowd(session, 2), town.zhou_wen]
    seats = [make.enrollment(session, pool, one) for one in people]
    for number, seat in enumerate(seats, 1):
        seat.price_fen = 30_000
        session.flush()
        if number < 4:
            by = {"actor": Actor(town.he_jing.id, Channel.COUNTER), "now": clock.now()}
            at = {"open_fen": 30_000, "center_id": town.wutongli.id}
            take_payment(session, seat.id, f"A{number}", 30_000, **at, **by)
    know(session, town.wutongli.id, town.zhou_wen.id, now=clock.now())
    lesson = town.painting.sessions[0].starts_at
    withdraw(session, seats[0].id, actor=Actor(town.lin_xiao.id, Channel.ONLINE), now=lesson)
    session.commit()
    clock.set(lesson + timedelta(hours=3))
    return seats


def names(page):
    return [row.findtext("th/a") for row in page.by_class("list")[0].findall("tbody/tr")]


@pytest.mark.parametrize(
    ("show", "found"),
    [
        ("", ["周文"]),
        ("?show=refund", ["林晓"]),
        ("?show=paid", ["居民1", "居民2"]),
        ("?show=all", ["周文", "居民1", "居民2", "林晓"]),
    ],
)
def test_the_list_shows_who_has_not_paid_and_to_whom_something_goes_back(office, sold, show, found):
    page = office.get(LIST + show)
    assert names(page) == sorted(found)
    words = page.words
    for figure in ("应收", "¥900", "未付", "¥300", "待退", "¥275", "2026-09"):
        assert figure in words


def test_a_program_has_a_list_of_its_own_and_its_rows_lead_to_the_desk(office, town, sold):
    whole = office.get(f"{LIST}?show=all")
    address = whole.links()["零基础国画"]
    page = office.browse.get(address)
    assert len(names(page)) == 4
    assert office.browse.get(page.links()["周文"]).title.startswith("周文的账目")
    for nonsense in ("?show=x", "?program=x", "?program=²", "?page=0"):
        office.get(LIST + nonsense, 404)
    assert "这里没有人" in office.get(f"{LIST}?program={2**40}").words


def test_the_book_of_a_month_has_every_receipt_and_its_sums(office, sold):
    page = office.get(BOOK)
    assert "¥900" in page.words
    rows = [row.findtext("th") for row in page.by_class("list")[0].findall("tbody/tr")]
    assert rows == ["A1", "A2", "A3"]
    assert "没有收过钱" in office.get("/receipts?period=2026-08").words
    for nonsense in ("2026", "2026-13", "x"):
        office.get(f"/receipts?period={nonsense}", 404)


def export(office, page, kind):
    form = office.get(page).form("/exports")
    return office.browse.post(form.action, {**form.fields, "kind": kind}, 200)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_both_come_as_files_with_amounts_as_numbers(office, sold):
    listed = export(office, f"{LIST}?show=refund", "csv").text.splitlines()
    assert listed[1].split(",")[0] == "林晓"
    assert listed[1].endswith("25.0,300.0,0.0,275.0")
    assert len(listed) == 2
    book = export(office, BOOK, "csv").text.splitlines()
    assert [line.split(",")[0] for line in book[1:]] == ["A1", "A2", "A3"]
    for page in (f"{LIST}?show=all", BOOK):
        with ZipFile(BytesIO(export(office, page, "xlsx").body)) as workbook:
            assert b"<v>300</v>" in workbook.read("xl/worksheets/sheet1.xml")


def test_every_file_that_leaves_is_written_down(office, db_session, town, sold):
    export(office, f"{LIST}?show=all", "csv")
    export(office, f"{LIST}?show=refund", "xlsx")
    export(office, BOOK, "csv")
    entries = db_session.scalars(
        select(AuditEntry).where(AuditEntry.action.like("%s.exported")).order_by(AuditEntry.id)
    ).all()
    assert [(one.action, one.actor_id, one.subject_id) for one in entries] == [
        (action, town.shen_lan.id, town.wutongli.id)
        for action in ("payments.exported", "payments.exported", "receipts.exported")
    ]
    assert [one.facts.get("people") for one in entries] == [4, 1, None]
    assert entries[2].facts == {"since": "2026-08-31T16:00:00+00:00", "receipts": 3}


def test_the_list_costs_as_many_queries_for_many(office, db_session, sold, pool, count_queries):
    def sent():
        with count_queries() as statements:
            office.get(f"{LIST}?show=all")
        return len(statements)

    few = sent()
    for one in make.crowd(db_session, 9):
        make.enrollment(db_session, pool, one).price_fen = 30_000
    db_session.commit()
    assert sent() == few


def test_only_the_office_sees_them(browse, sign_in, town, sold):
    for somebody in (town.he_jing, town.lin_xiao, town.teacher_gu):
        sign_in(somebody)
        browse.get("/office/wutongli/payments", 403)
        browse.get("/office/wutongli/receipts", 403)
        for file in ("payments", "receipts"):
            browse.post(f"/office/wutongli/{file}/exports", {}, 403)
    sign_in(town.shen_lan)
    browse.get("/office/hewan/payments", 403)
