"""The office's page of occupancy, and its files."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest

from venue.blueprints.office.occupancy import Period, period_of, shade
from venue.timeline.local_time import local_date

PAGE = "/occupancy?period=2026-09"


def test_a_month_shows_what_was_used(office):
    page = office.get(PAGE)
    assert "功能室占用" in page.title
    room = office.town.studio
    [row] = [line for line in page.words.split("每间功能室")[-1:] if room.name in line]
    assert "%" in row


def test_a_year_and_its_neighbors_are_one_step_away(office):
    page = office.get("/occupancy?period=2026")
    links = page.links()
    assert links["‹"].endswith("period=2025")
    assert links["›"].endswith("period=2027")
    assert links["月"].endswith("period=2026-09")
    assert office.get("/occupancy?period=2026-12").links()["›"].endswith("period=2027-01")
    assert office.get("/occupancy?period=2026-01").links()["‹"].endswith("period=2025-12")


@pytest.mark.parametrize("text", ["2026-13", "202609", "1999", "2200-01", "今天"])
def test_what_is_no_period_is_not_found(office, text):
    office.get(f"/occupancy?period={text}", 404)


def test_without_a_period_it_is_this_month(clock):
    assert period_of(None, local_date(clock.now())) == Period(2026, 9)


def test_the_csv_has_a_line_for_each_hour_and_no_formula(office, db_session):
    office.town.studio.name = "=国画室"
    db_session.commit()
    answer = office.get("/occupancy.csv?period=2026-09")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(StringIO(answer.body.decode("utf-8-sig"))))
    assert {row["钟点"] for row in rows} == {f"{hour:02}:00" for hour in range(8, 21)}
    assert all(0 <= float(row["占用率"]) <= 1 for row in rows)
    assert "'=国画室" in {row["功能室"] for row in rows}


def test_the_workbook_keeps_texts_as_texts(office, db_session):
    office.town.studio.name = "=国画室"
    db_session.commit()
    answer = office.get("/occupancy.xlsx?period=2026-09")
    book = ZipFile(BytesIO(answer.body))
    assert "=国画室" in book.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode()


@pytest.mark.parametrize(
    ("rate", "step"), [(None, None), (0, 0), (0.01, 1), (0.2, 1), (0.21, 2), (0.99, 5), (1, 5)]
)
def test_the_busier_the_darker(rate, step):
    assert shade(rate) == step
