"""A real gunicorn on the database of a test, and visitors who do not give up."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from tests.frozen_clock import START
from venue.config import Settings

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"
WORKERS, THREADS = 2, 4
PATIENCE_SECONDS = 30
AWAY = 503


@dataclass(frozen=True)
class Site:
    """A site that is running: where, the server's main process, and what it said."""

    port: int
    main: int
    log: Path

    def workers(self) -> list[int]:
        """Return the processes that answer at this moment."""
        children = Path(f"/proc/{self.main}/task/{self.main}/children")
        return [int(pid) for pid in children.read_text().split()]


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the environment of a process that shall have these settings and the frozen clock."""
    names = [one.name for one in fields(settings)]
    return {
        **os.environ,
        **{f"VENUE_{name.upper()}": str(getattr(settings, name)) for name in names},
        "PYTHONPATH": str(ROOT),
        "BROWSER_CLOCK": START.isoformat(),
    }


@contextmanager
def serving(settings: Settings, folder: Path) -> Iterator[Site]:
    """Serve with these settings; the workers are forked from a process that has looked around."""
    listener = socket.create_server((HOST, 0), backlog=128)
    log = folder / "gunicorn.log"
    with listener, log.open("wb") as said:
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", f"--bind=fd://{listener.fileno()}"),
                *(f"--workers={WORKERS}", f"--threads={THREADS}", "--preload"),
                *("--log-level=critical", "--no-control-socket", "tests.faults.served:app"),
            ],
            cwd=ROOT,
            env=environment_of(settings),
            pass_fds=[listener.fileno()],
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        site = Site(listener.getsockname()[1], server.pid, log)
        try:
            yield site
            assert server.poll() is None, f"the server ended by itself: {log.read_text()}"
        finally:
            _end(server, site)


def _end(server: subprocess.Popen[bytes], site: Site) -> None:
    """End the server at once: nobody is left whom it would have to wait for."""
    workers = site.workers() if server.poll() is None else []
    server.kill()
    for worker in workers:
        with suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)
    server.wait()


@dataclass(frozen=True)
class Reply:
    """What came back, and when."""

    status: int
    location: str | None
    at: float = field(default_factory=time.monotonic, compare=False)


@dataclass(frozen=True)
class Visitor:
    """Somebody who is signed in, with the token of their forms."""

    person_id: int
    cookie: str
    csrf_token: str

    def wants(self, pool_id: int) -> Wish:
        """Open a form for a seat."""
        sent = {
            "csrf_token": self.csrf_token,
            "submission_key": secrets.token_urlsafe(16),
            "person_id": self.person_id,
        }
        return Wish(self, pool_id, urlencode(sent))


@dataclass(frozen=True)
class Wish:
    """A form for a seat: sent again, it is the same form."""

    visitor: Visitor
    pool_id: int
    form: str

    def send(self, site: Site, **headers: str) -> Reply | None:
        """Send it once; None when the connection broke before there was an answer."""
        connection = HTTPConnection(HOST, site.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request(
                "POST",
                f"/pools/{self.pool_id}/enrollments",
                self.form,
                {
                    "Cookie": self.visitor.cookie,
                    "Content-Type": "application/x-www-form-urlencoded",
                    **{name.replace("_", "-"): text for name, text in headers.items()},
                },
            )
            answer = connection.getresponse()
            answer.read()
            return Reply(answer.status, answer.getheader("Location"))
        except (OSError, HTTPException):
            return None
        finally:
            connection.close()

    def insist(self, site: Site) -> list[Reply | None]:
        """Send it until it is answered, as the browser's user would; return all that came back."""
        replies: list[Reply | None] = []
        patience_ends = time.monotonic() + PATIENCE_SECONDS
        while not replies or replies[-1] is None or replies[-1].status == AWAY:
            assert time.monotonic() < patience_ends, replies
            replies.append(self.send(site))
            if len(replies) > 1:
                time.sleep(0.02)
        return replies
