"""The operator's commands: what they print, when they refuse, and with which exit status."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import FlaskGroup
from sqlalchemy import func, select

from venue import create_app
from venue.config import Environment, Settings
from venue.db import db
from venue.demo import PASSWORD
from venue.people.models import Person
from venue.places.models import CalendarDay
from venue.places.rules import DayKind

ONE_DATABASE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=arguments)


@ONE_DATABASE
def test_a_missing_setting_is_one_sentence(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VENUE_DATABASE_URL", settings.database_url)
    monkeypatch.delenv("VENUE_SECRET_KEY", raising=False)
    said = CliRunner().invoke(FlaskGroup(create_app=create_app), ["doctor"])
    assert said.exit_code == 1
    assert said.output == "Error: VENUE_SECRET_KEY is missing.\n"


def people(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count(Person.id))) or 0


@ONE_DATABASE
def test_the_demo_is_loaded_once_and_its_logins_are_printed(app: Flask) -> None:
    assert run(app, "demo", "logins").output == ""
    loaded = run(app, "demo", "load")
    assert (loaded.exit_code, loaded.output) == (0, "The demo town is loaded.\n")
    before = people(app)
    again = run(app, "demo", "load")
    assert again.exit_code == 1
    assert "The database is not empty." in again.output
    quietly = run(app, "demo", "load", "--if-empty")
    assert (quietly.exit_code, quietly.output) == (0, "")
    assert people(app) == before
    logins = run(app, "demo", "logins").output
    assert PASSWORD in logins
    assert "19900000001  林晓" in logins


@ONE_DATABASE
def test_the_demo_is_never_loaded_in_production(settings: Settings) -> None:
    app = create_app(
        replace(
            settings,
            environment=Environment.PRODUCTION,
            site_domain="venue.qingjiang.example",
            trusted_hosts="venue.qingjiang.example",
        )
    )
    for options in ([], ["--if-empty"]):
        refused = run(app, "demo", "load", *options)
        assert refused.exit_code == 1
        assert "never loaded in production" in refused.output
    assert people(app) == 0
    with app.app_context():
        db.engine.dispose()


def test_a_year_of_holidays_can_be_imported_again(app: Flask) -> None:
    for _ in range(2):
        said = run(app, "import-holidays", "2026")
        assert said.exit_code == 0, said.output
        assert said.output == "39 holidays and make-up workdays of 2026 are entered.\n"
    with app.app_context():
        days = db.session.scalars(select(CalendarDay).order_by(CalendarDay.day_on)).all()
    assert (len(days), days[0].name, days[0].kind) == (39, "元旦", DayKind.HOLIDAY)
    assert sum(day.kind is DayKind.MAKEUP_WORKDAY for day in days) == 6


@ONE_DATABASE
def test_a_year_that_is_not_announced_yet_is_refused_with_a_sentence(app: Flask) -> None:
    refused = run(app, "import-holidays", "2027")
    assert refused.exit_code == 1
    assert refused.output.startswith("Error: The holidays of 2027 are not in this version")
    assert run(app, "import-holidays", "next").exit_code == 2


def test_the_operations_page_names_every_setting_with_its_default() -> None:
    page = (Path(__file__).parents[1] / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(VENUE_\w+)` \| ([^|]+) \|", page, re.MULTILINE))
    assert set(rows) == {f"VENUE_{field.name.upper()}" for field in fields(Settings)}
    for field in fields(Settings):
        if field.default != "":
            assert str(field.default) in rows[f"VENUE_{field.name.upper()}"]


@ONE_DATABASE
def test_a_published_draw_is_run_again_and_the_first_wrong_line_is_named(
    app: Flask, tmp_path: Path
) -> None:
    published = Path(__file__).parent / "draws" / "vector" / "published.txt"
    said = run(app, "draw-verify", str(published))
    assert said.exit_code == 0
    assert "Drawn again, every line agrees: 65 applications won seats." in said.output
    lines = published.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[-1] = lines[-1].replace("waiting", "3\tgeneral")
    edited = tmp_path / "edited.txt"
    edited.write_text("".join(lines), encoding="utf-8")
    said = run(app, "draw-verify", str(edited))
    assert said.exit_code == 1
    assert said.output.splitlines() == [
        "Error: line 844 disagrees. Drawn again, the seed and the seats give another result.",
        "it says        place 412 1d6524d728a550a8 3 general",
        "it should say  place 412 1d6524d728a550a8 waiting",
    ]
    only_list = run(app, "draw-verify", str(published.with_name("list.txt")))
    assert "nothing was drawn from it yet" in only_list.output
    assert run(app, "draw-verify", str(tmp_path / "none")).exit_code == 2
