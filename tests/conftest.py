"""What tests ask for by name: a database of each kind, the application, the clock, a visitor."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import hypothesis
import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session, scoped_session

from tests.browsing import Browser
from tests.databases import (
    PostgresTemplate,
    SqliteTemplate,
    in_memory,
    postgres_server,
    settings_for,
)
from tests.frozen_clock import FrozenClock
from venue import clock as venue_clock
from venue import create_app
from venue.config import Settings, install
from venue.db import db

# A busy machine makes no test fail, and CI tries the same cases twice in a row.
hypothesis.settings.register_profile("venue", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("venue")

NOT_QUERIES = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA", "SET ")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With CI=true a test that is skipped, for want of a database or a browser, has failed."""
    report = yield
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped: {call.excinfo.value}"
    return report


@pytest.fixture(scope="session")
def worker(request: pytest.FixtureRequest) -> str:
    """Name this process among those that run the tests: master, gw0, gw1 …"""
    return getattr(request.config, "workerinput", {}).get("workerid", "master")


@pytest.fixture(scope="session")
def sqlite_template() -> Iterator[SqliteTemplate]:
    with TemporaryDirectory(prefix="venue-sqlite-", dir=in_memory()) as folder:
        yield SqliteTemplate(Path(folder))


@pytest.fixture(scope="session")
def postgres_template(
    request: pytest.FixtureRequest, worker: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PostgresTemplate]:
    run = getattr(request.config, "workerinput", {}).get("testrunuid") or f"pid{os.getpid()}"
    folder = tmp_path_factory.mktemp("postgres")
    with (
        postgres_server(run) as server,
        PostgresTemplate.migrated(server, f"venue_{run[-12:]}_{worker}", folder) as template,
    ):
        yield template


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Run the test on both databases.

    A test that is about one: `@pytest.mark.parametrize("database", ["sqlite"], indirect=True)`.
    """
    return request.param


@pytest.fixture
def database_url(request: pytest.FixtureRequest, database: str) -> Iterator[str]:
    """Give the URL of a migrated, empty database that is this test's alone, while it lasts."""
    kind = "sqlite_template" if database == "sqlite" else "postgres_template"
    template = request.getfixturevalue(kind)
    with template.copy("test") as url:
        yield url


@pytest.fixture(scope="session")
def apps() -> dict[Settings, Flask]:
    """Keep the applications of this process: one for each settings that a test asks for.

    To make one, and to compile its templates and statements anew, takes longer than most tests.
    Every test's database lies at the same place as the last one's, so the settings are the same.
    """
    return {}


@pytest.fixture(scope="session")
def worker_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder for what an application writes beside its database."""
    return tmp_path_factory.mktemp("venue")


@pytest.fixture
def settings(database_url: str, worker_folder: Path) -> Settings:
    """Return the settings of this test's application; another process can start with them too."""
    return settings_for(database_url, worker_folder)


@pytest.fixture
def app(settings: Settings, clock: FrozenClock, apps: dict[Settings, Flask]) -> Iterator[Flask]:
    """Return the application on this test's database, at the time of the frozen clock.

    What a test changes in its configuration is set back.
    """
    app = apps.get(settings) or apps.setdefault(settings, create_app(settings))
    install(settings)
    configured = dict(app.config)
    yield app
    app.config.clear()
    app.config.update(configured)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def clock() -> Iterator[FrozenClock]:
    """Stop the clock; `clock.set(instant)` and `clock.advance(timedelta)` move it."""
    frozen = FrozenClock()
    with venue_clock.reading(frozen.now):
        yield frozen


@pytest.fixture
def db_session(app: Flask) -> Iterator[scoped_session[Session]]:
    """Open the application's own session for the length of the test. Commits are real."""
    with app.app_context():
        yield db.session
        db.session.rollback()


@pytest.fixture
def browse(app: Flask) -> Browser:
    """Return a visitor who is not signed in."""
    return Browser(app)


@pytest.fixture
def count_queries(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """Collect the statements sent within a block: `with count_queries() as sent: …; len(sent)`."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        sent: list[str] = []

        def note(_connection, _cursor, statement, _parameters, _context, _many) -> None:
            if not statement.startswith(NOT_QUERIES):
                sent.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return counting
