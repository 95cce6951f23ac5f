"""Gunicorn, which serves Venue to the clients."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.rushing.clients import HOST
from venue.config import Settings

ROOT = Path(__file__).resolve().parents[2]
WORKERS, THREADS = 2, 4
SECONDS_TO_START, SECONDS_TO_END = 60, 60


@contextmanager
def served(settings: Settings) -> Iterator[int]:
    """Run gunicorn with these settings, which is the web of Venue, and give its port."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    given = (
        "environment",
        "secret_key",
        "trusted_hosts",
        "site_domain",
        "database_url",
        "jobs_path",
    )
    environ = {f"VENUE_{name.upper()}": str(getattr(settings, name)) for name in given}
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "benchmarks.rushing.app:app"),
            *("--bind", f"{HOST}:{port}", "--log-level", "warning", "--keep-alive", "600"),
            *("--workers", str(WORKERS), "--threads", str(THREADS)),
        ],
        cwd=ROOT,
        env={**os.environ, **environ},
    )
    try:
        _await(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(SECONDS_TO_END)


def _await(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        if server.poll() is not None:
            raise SystemExit("gunicorn did not start")
        try:
            socket.create_connection((HOST, port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("gunicorn did not answer")
