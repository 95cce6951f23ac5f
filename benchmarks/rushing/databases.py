"""Empty databases on the disk, as a server in use has them."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from benchmarks.rushing.clients import HOST
from tests.databases import ON_DISK, PostgresTemplate, SqliteTemplate, postgres_server
from venue.config import Environment, Settings


@contextmanager
def _postgresql() -> Iterator[Settings]:
    run = f"rush{os.getpid()}"
    with (
        TemporaryDirectory(dir=ON_DISK) as folder,
        postgres_server(run, durable=True) as server,
        PostgresTemplate.migrated(server, f"venue_{run}", Path(folder)) as migrated,
    ):
        url = migrated.url(migrated.name)
        plain = server.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain) as connection:
            if connection.execute("SHOW fsync").fetchone() != ("on",):
                print("This PostgreSQL does not wait for its disk.", file=sys.stderr)
        yield _settings(url, Path(folder))


@contextmanager
def _sqlite() -> Iterator[Settings]:
    with (
        TemporaryDirectory(dir=ON_DISK) as folder,
        SqliteTemplate(Path(folder)).copy("rush") as url,
    ):
        yield _settings(url, Path(folder))


DATABASES = {"postgresql": _postgresql, "sqlite": _sqlite}


def _settings(database_url: str, folder: Path) -> Settings:
    return Settings(
        environment=Environment.PRODUCTION,
        secret_key=secrets.token_hex(32),
        trusted_hosts=HOST,
        site_domain="rush.venue.example",
        database_url=database_url,
        jobs_path=str(folder / "jobs.db"),
    )
