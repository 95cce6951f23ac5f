"""A real gunicorn on a SQLite file with the demo town, as people meet it."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from tests.databases import SECRET_KEY, SqliteTemplate, settings_for
from tests.frozen_clock import START
from venue import clock, create_app
from venue.accounts.models import Invitation
from venue.accounts.passwords import hash_password
from venue.accounts.rules import Role, token_hash
from venue.db import db, write_transaction
from venue.demo import PASSWORD, load_demo
from venue.draws.freezing import freeze_due

ROOT = Path(__file__).parents[2]
SECONDS_TO_END = 5
INVITATION = "invitation-0123456789abcdef0123456789"
"""The secret of a link by which somebody may join the desk of the first center."""


@dataclass(frozen=True)
class Site:
    """A site that is running, and its database."""

    address: str
    database: Path


def load_town(template: SqliteTemplate, path: Path) -> None:
    """Write a SQLite file with the demo town as of START."""
    shutil.copyfile(template.path, path)
    with clock.reading(lambda: START):
        app = create_app(settings_for(f"sqlite:///{path}", path.parent))
        with app.app_context():
            password_hash = hash_password(PASSWORD)
            with write_transaction() as session:
                load_demo(session, password_hash, now=START)
                session.add(
                    Invitation(
                        token_hash=token_hash(INVITATION),
                        role=Role.DESK,
                        center_id=1,
                        note="给来看页面的人",
                        invited_by_id=1,
                        invited_at=START,
                        expires_at=START + timedelta(days=7),
                    )
                )
            # What lies in the write-ahead log would be missing from a copy.
            db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
            db.session.remove()
            db.engine.dispose()


def leave_seats(site: Site, title: str, left: int) -> None:
    """Make a program so small that this many seats are left."""
    with sqlite3.connect(site.database) as connection:
        changed = connection.execute(
            "UPDATE seat_pool SET capacity = taken + ?"
            " WHERE program_id = (SELECT id FROM program WHERE title = ?)",
            (left, title),
        )
    connection.close()
    assert changed.rowcount == 1


def begin_now(site: Site, title: str) -> int:
    """Let the next session of a program have begun five minutes ago; return its id."""
    times = [(START + timedelta(minutes=n)).strftime("%Y-%m-%d %H:%M:%S.%f") for n in (-5, 85)]
    with sqlite3.connect(site.database) as connection:
        (session_id,) = connection.execute(
            "SELECT one.id FROM scheduled_session one JOIN program ON program.id = one.program_id"
            " WHERE program.title = ? AND one.starts_at > ? ORDER BY one.starts_at",
            (title, times[1]),
        ).fetchone()
        connection.execute(
            "UPDATE scheduled_session SET starts_at = ?, ends_at = ? WHERE id = ?",
            (*times, session_id),
        )
    connection.close()
    return int(session_id)


def asked(site: Site, query: str, *values: object) -> int:
    """Return the one figure that a query finds in the database of a site."""
    with sqlite3.connect(f"file:{site.database}?mode=ro", uri=True) as connection:
        (figure,) = connection.execute(query, values).fetchone()
    connection.close()
    return int(figure)


@contextmanager
def busy(site: Site) -> Iterator[None]:
    """Hold the turn to write: somebody else writes, and does not move."""
    with Path(f"{site.database}.lock").open("rb") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def close_draw(site: Site, name: str) -> None:
    """Let the window of a draw end now, and freeze its list, as the job does within a minute."""
    with sqlite3.connect(site.database) as connection:
        ends = f"{START:%Y-%m-%d %H:%M:%S.%f}"
        connection.execute("UPDATE draw SET closes_at = ? WHERE name = ?", (ends, name))
    connection.close()
    app = create_app(settings_for(f"sqlite:///{site.database}", site.database.parent))
    with app.app_context():
        with write_transaction() as session:
            frozen = freeze_due(session, now=START)
        db.session.remove()
        db.engine.dispose()
    assert frozen == 1


def begin_again(site: Site, town: Path) -> None:
    """Put everything back as it was loaded, under a server that runs."""
    with sqlite3.connect(town) as before, sqlite3.connect(site.database) as now:
        before.backup(now)
    before.close()
    now.close()


@contextmanager
def serving(town: Path, folder: Path) -> Iterator[Site]:
    """Serve a copy of the town; `folder` receives it with the log of what the server said."""
    database = folder / "venue.db"
    shutil.copyfile(town, database)
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    log = folder / "gunicorn.log"
    with listener, log.open("wb") as said:
        # The socket is open already: the first request waits in it until the server is there.
        command = [sys.executable, "-m", "gunicorn", f"--bind=fd://{listener.fileno()}"]
        command += ["--workers=1", "--threads=2", "--log-level=warning", "--no-control-socket"]
        server = subprocess.Popen(
            [*command, "tests.browser.served:app"],
            cwd=ROOT,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "BROWSER_CLOCK": START.isoformat(),
                "VENUE_DATABASE_URL": f"sqlite:///{database}",
                "VENUE_SECRET_KEY": SECRET_KEY,
                "VENUE_JOBS_PATH": str(folder / "jobs.db"),
            },
            pass_fds=[listener.fileno()],
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        try:
            yield Site(f"http://127.0.0.1:{listener.getsockname()[1]}", database)
            assert server.poll() is None, f"the server ended by itself: {log.read_text()}"
        finally:
            server.terminate()
            try:
                server.wait(SECONDS_TO_END)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
    assert "Traceback" not in log.read_text(), log.read_text()
