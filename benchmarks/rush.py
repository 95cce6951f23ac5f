"""How fast seats are given away in a rush, beside what database and web server allow.

Gunicorn (2 workers x 4 threads) serves Venue on PostgreSQL and on SQLite; 32 keep-alive clients
that are signed in send enrollment forms, for (a) one 30-seat course after another and (b) 40
courses at once. One line for each database and case:

    enrollments_per_s  forms that got a seat
    floor_per_s        the same, when the SQL of such a form goes through psycopg or sqlite3 alone
    refusals_per_s     forms for full courses, each answered with the page that says why
    hello_per_s        an empty page: the same application, login check and frame, and nothing in it
    oversold, unsold   seats given twice, and seats left although somebody wanted them

Product and floor take turns within a run, so that the ratios hold on a machine that is busy with
other things too; the figures per second do not. Run it with: python benchmarks/rush.py
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.rushing.clients import HOST, Clients, Tally, get, post  # noqa: E402
from benchmarks.rushing.floor import Floor, record  # noqa: E402
from benchmarks.rushing.town import (  # noqa: E402
    CLIENTS,
    Course,
    Demand,
    Resident,
    Town,
    all_at_once,
    one_after_another,
)
from tests.databases import PostgresTemplate, SqliteTemplate, postgres_server  # noqa: E402
from venue import create_app  # noqa: E402
from venue.config import Environment, Settings  # noqa: E402

WORKERS, THREADS = 2, 4
COURSES_AT_ONCE = 40
CASES = {"a": one_after_another, "b": all_at_once}


@dataclass(frozen=True)
class Size:
    """How much is measured: courses of case a, seats of a course, rounds, seconds of a page."""

    courses: int
    courses_at_once: int
    seats: int
    rounds: int
    seconds: float


@dataclass
class Measured:
    """What one case on one database gave."""

    enrollments: Tally
    refusals: Tally
    hellos: Tally
    floor_won: int
    floor_seconds: float
    oversold: int
    unsold: int

    def line(self, database: str, case: str) -> str:
        """Return the one line that is printed."""
        enrollments, floor = self.enrollments.per_second(303), self.floor_won / self.floor_seconds
        refusals, hellos = self.refusals.per_second(409), self.hellos.per_second(200)
        return (
            f"rush db={database} case={case}"
            f" enrollments_per_s={enrollments:.0f} floor_per_s={floor:.0f}"
            f" ratio={enrollments / floor:.2f}"
            f" refusals_per_s={refusals:.0f} hello_per_s={hellos:.0f}"
            f" refusal_ratio={refusals / hellos:.2f}"
            f" oversold={self.oversold} unsold={self.unsold}"
        )


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    size = Size(
        arguments.courses,
        arguments.courses_at_once,
        arguments.seats,
        arguments.rounds,
        arguments.seconds,
    )
    for database in arguments.database or ["postgresql", "sqlite"]:
        for case in CASES:
            with _database(database) as settings:
                measured = _measure(settings, case, size)
            print(measured.line(database, case), flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--database", action="append", choices=["postgresql", "sqlite"])
    parser.add_argument("--courses", type=int, default=20, help="of case a, one after another")
    parser.add_argument("--courses-at-once", type=int, default=COURSES_AT_ONCE, help="of case b")
    parser.add_argument("--seats", type=int, default=30, help="of each course")
    parser.add_argument(
        "--rounds", type=int, default=4, help="in which product and floor take turns"
    )
    parser.add_argument(
        "--seconds", type=float, default=1.0, help="a round of refusals and of hello"
    )
    return parser.parse_args()


def _measure(settings: Settings, case: str, size: Size) -> Measured:
    app = create_app(settings)
    town = Town(app)
    count = size.courses if case == "a" else size.courses_at_once
    courses, floor_courses = town.courses(count, size.seats), town.courses(count, size.seats)
    demands, floor_demands = (
        CASES[case](those, town.residents(count * CLIENTS)) for those in (courses, floor_courses)
    )
    latecomers = town.residents(CLIENTS)
    script = record(app, *_example(town))
    with _served(settings) as port:
        floor = Floor(settings.database_url, script)
        measured = asyncio.run(
            _take_turns(port, floor, demands, floor_demands, courses, latecomers, size)
        )
        floor.close()
    sold, measured.oversold, measured.unsold = town.sold(courses)
    if sold != measured.enrollments.statuses[303]:
        raise SystemExit("a seat was promised and not given")
    return measured


def _example(town: Town) -> list[Demand]:
    course = town.courses(1, 2)[0]
    return [Demand(one, course, secrets.token_urlsafe(16)) for one in town.residents(2)]


async def _take_turns(
    port: int,
    floor: Floor,
    demands: Sequence[Demand],
    floor_demands: Sequence[Demand],
    courses: Sequence[Course],
    latecomers: Sequence[Resident],
    size: Size,
) -> Measured:
    measured = Measured(Tally(), Tally(), Tally(), 0, 0.0, 0, 0)
    clients = Clients()
    await clients.connect(port, CLIENTS)
    hello = itertools.cycle([get("/hello", one) for one in latecomers])
    await clients.send(hello, 0.3)  # templates are compiled, connections opened
    for mine, theirs in zip(
        _parts(demands, size.rounds), _parts(floor_demands, size.rounds), strict=True
    ):
        measured.enrollments.add(await clients.send(iter([post(one) for one in mine])))
        won, seconds = floor.carry_out(theirs)
        measured.floor_won += won
        measured.floor_seconds += seconds
    for _ in range(size.rounds):
        measured.refusals.add(await clients.send(_refused(courses, latecomers), size.seconds))
        measured.hellos.add(await clients.send(hello, size.seconds))
    clients.close()
    _expect(measured.enrollments, {303, 409})
    _expect(measured.refusals, {409})
    _expect(measured.hellos, {200})
    return measured


def _parts(demands: Sequence[Demand], count: int) -> list[Sequence[Demand]]:
    """Cut demands into parts of whole courses."""
    share = -(-len(demands) // CLIENTS // count) * CLIENTS
    return [demands[number * share : (number + 1) * share] for number in range(count)]


def _refused(courses: Sequence[Course], latecomers: Sequence[Resident]) -> Iterator[bytes]:
    for resident, course in zip(itertools.cycle(latecomers), itertools.cycle(courses)):
        yield post(Demand(resident, course, secrets.token_urlsafe(16)))


def _expect(tally: Tally, statuses: set[int]) -> None:
    if not set(tally.statuses) <= statuses:
        raise SystemExit(f"answers that nobody expected: {dict(tally.statuses)}")


@contextmanager
def _database(kind: str) -> Iterator[Settings]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if kind == "sqlite":
            with SqliteTemplate(folder).copy("rush") as url:
                yield _settings(url, folder)
            return
        run = f"rush{os.getpid()}"
        with (
            postgres_server(run) as server,
            PostgresTemplate.migrated(server, f"venue_{run}", folder) as template,
        ):
            if "VENUE_TEST_POSTGRES" not in os.environ:
                _make_durable(template)
            with template.copy("rush") as url:
                yield _settings(url, folder)


def _make_durable(template: PostgresTemplate) -> None:
    """Let the server of the tests wait for its disk, as one in use does."""
    plain = template.server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM RESET ALL")
        connection.execute("SELECT pg_reload_conf()")


def _settings(database_url: str, folder: Path) -> Settings:
    return Settings(
        environment=Environment.PRODUCTION,
        secret_key=secrets.token_hex(32),
        trusted_hosts=HOST,
        site_domain="rush.venue.example",
        database_url=database_url,
        jobs_path=str(folder / "jobs.db"),
    )


@contextmanager
def _served(settings: Settings) -> Iterator[int]:
    """Run gunicorn with these settings and give its port."""
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
            *("--bind", f"{HOST}:{port}", "--log-level", "warning", "--keep-alive", "60"),
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
        server.wait(10)


def _await(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if server.poll() is not None:
            raise SystemExit("gunicorn did not start")
        try:
            socket.create_connection((HOST, port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("gunicorn did not answer")


if __name__ == "__main__":
    main()
