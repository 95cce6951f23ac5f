"""The fixtures themselves: each test has a database and a clock of its own, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session, scoped_session

from tests.databases import settings_for
from tests.frozen_clock import START, FrozenClock
from venue import clock as venue_clock
from venue import create_app
from venue.db import db, write_transaction
from venue.people.models import Neighborhood


@pytest.mark.parametrize("turn", ["first", "second"])
def test_what_one_test_commits_another_does_not_see(app: Flask, turn: str) -> None:
    with app.app_context():
        assert db.session.scalars(select(Neighborhood)).all() == []
        with write_transaction() as session:
            session.add(Neighborhood(name=f"东湖社区 {turn}"))


def test_the_database_is_the_one_that_was_asked_for(
    database: str, db_session: scoped_session[Session]
) -> None:
    assert db_session.get_bind().dialect.name == database


def test_the_clock_stands_still_until_it_is_moved(clock: FrozenClock) -> None:
    assert venue_clock.now() == START
    clock.advance(timedelta(hours=14))
    assert str(venue_clock.today()) == "2026-09-17"
    with pytest.raises(ValueError, match="time zone"):
        clock.set(datetime(2026, 9, 17))


def test_queries_are_counted_without_what_surrounds_them(
    db_session: scoped_session[Session],
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    with count_queries() as sent:
        with db_session.begin_nested():
            db_session.execute(text("SELECT 1"))
        db_session.scalars(select(Neighborhood)).all()
    assert len(sent) == 2, sent


def test_a_relative_path_is_meant_from_where_the_program_was_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    app = create_app(settings_for("sqlite:///var/venue.db", tmp_path))
    with app.app_context():
        assert db.engine.url.database == str(tmp_path / "var/venue.db")
