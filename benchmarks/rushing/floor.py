"""The floor: the SQL of one enrollment, sent through the driver alone by as many clients."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import event, make_url, text

from benchmarks.rushing.clients import HOST, Tally, fields
from benchmarks.rushing.town import CLIENTS, Demand
from venue.db import db

PROCESSES = 2
"""As many as the web has; the clients are threads of theirs, each with its connection."""

SECONDS_TO_END = 10

Values = tuple[Any, ...] | dict[str, Any]


@dataclass(frozen=True)
class Step:
    """A statement with the parameters it had, or the end of a transaction (`statement` None)."""

    statement: str | None
    values: Values = ()
    commits: bool = False
    answers: bool = False
    """Whether rows come back, which a program that sends it knows."""


class Recorder:
    """Listens to an engine and keeps what one request says to the database, in order."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    @contextmanager
    def listening(self, app: Flask) -> Iterator[None]:
        """Listen for the length of the block."""
        with app.app_context():
            engine = db.engine
        listeners: list[tuple[str, Callable[..., None]]] = [
            ("after_cursor_execute", self._statement),
            ("commit", lambda _connection: self.steps.append(Step(None, commits=True))),
            ("rollback", lambda _connection: self.steps.append(Step(None))),
        ]
        for name, listener in listeners:
            event.listen(engine, name, listener)
        try:
            yield
        finally:
            for name, listener in listeners:
                event.remove(engine, name, listener)

    def _statement(
        self, _connection: Any, cursor: Any, statement: str, values: Any, *about: Any
    ) -> None:
        many = about[-1]
        for one in values if many else [values]:
            self.steps.append(Step(statement, one, answers=cursor.description is not None))


@dataclass(frozen=True)
class Script:
    """What one enrollment says to the database, and what stands for its ids in there."""

    steps: tuple[Step, ...]
    demand: Demand
    submission_id: int
    enrollment_id: int


FAR = {"submission": 74_000_000, "enrollment": 75_000_000}
"""To where ids are lifted, so that no other number in a statement is mistaken for one of them."""


def record(app: Flask, warm_up: Demand, demand: Demand) -> Script:
    """Let the product carry out a demand, and write down what it says to the database."""
    _enroll(app, warm_up)
    with app.app_context():
        last = {table: _lift(table, by) for table, by in FAR.items()}
        db.session.commit()
    recorder = Recorder()
    with recorder.listening(app):
        _enroll(app, demand)
    with app.app_context():
        db.engine.dispose()
    return Script(tuple(recorder.steps), demand, last["submission"] + 1, last["enrollment"] + 1)


def _lift(table: str, by: int) -> int:
    """Raise the ids of a table, and return the last one; the next row follows it."""
    db.session.execute(text(f"UPDATE {table} SET id = id + {by}"))  # noqa: S608
    last = db.session.scalar(text(f"SELECT max(id) FROM {table}"))  # noqa: S608
    if db.engine.dialect.name == "postgresql":
        sequence = f"pg_get_serial_sequence('{table}', 'id')"
        db.session.execute(text(f"SELECT setval({sequence}, {last})"))
    return int(last)


def _enroll(app: Flask, demand: Demand) -> None:
    answer = app.test_client(use_cookies=False).post(
        f"/pools/{demand.course.pool_id}/enrollments",
        data=fields(demand),
        base_url=f"http://{HOST}",
        headers={"Cookie": demand.resident.cookie},
    )
    if answer.status_code != 303:
        raise SystemExit(f"an enrollment was answered {answer.status_code}: {answer.text}")


class Floor:
    """Processes that carry out demands with a script, through the driver alone."""

    def __init__(self, ends: Sequence[Connection]) -> None:
        self._ends = ends

    @classmethod
    @contextmanager
    def at_work(
        cls, database_url: str, psycopg_as: type[psycopg.Connection], script: Script
    ) -> Iterator[Floor]:
        """Start the processes, and end them when the block ends."""
        context = get_context("fork")  # it has imported all that they need
        ends: list[Connection] = []
        processes = []
        for _ in range(PROCESSES):
            ours, theirs = context.Pipe()
            process = context.Process(
                target=_work, args=(theirs, database_url, psycopg_as, script), daemon=True
            )
            process.start()
            ends.append(ours)
            processes.append(process)
        for end in ends:
            end.recv()  # it has its connections
        try:
            yield cls(ends)
        finally:
            for end in ends:
                end.send(None)
            for process in processes:
                process.join(SECONDS_TO_END)

    def carry_out(self, demands: Sequence[Demand]) -> Tally:
        """Return how many seats were taken, as the web would have answered, and how fast."""
        started = time.perf_counter()
        for number, end in enumerate(self._ends):
            end.send(demands[number::PROCESSES])
        won = sum(end.recv() for end in self._ends)
        seconds = time.perf_counter() - started
        return Tally(Counter({303: won, 409: len(demands) - won}), seconds)


def _work(
    end: Connection, database_url: str, psycopg_as: type[psycopg.Connection], script: Script
) -> None:
    connections = [_connect(database_url, psycopg_as) for _ in range(CLIENTS // PROCESSES)]
    end.send("ready")
    while (demands := end.recv()) is not None:
        queue = iter(demands)
        won: list[Demand] = []
        clients = [
            threading.Thread(target=_client, args=(connection, script, queue, won))
            for connection in connections
        ]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        end.send(len(won))
    for connection in connections:
        connection.close()


def _connect(database_url: str, psycopg_as: type[psycopg.Connection]) -> Any:
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        connection = sqlite3.connect(
            url.database or "", isolation_level=None, timeout=60, check_same_thread=False
        )
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")
        return connection
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg_as.connect(plain, options="-c timezone=UTC")


def _client(connection: Any, script: Script, demands: Iterator[Demand], won: list[Demand]) -> None:
    won.extend(demand for demand in demands if _carry_out(connection, script, demand))


def _carry_out(connection: Any, script: Script, demand: Demand) -> bool:
    """Say what the script says, with the ids of this demand; stop when there is no seat."""
    known = _ids(script, demand)
    cursor = connection.cursor()
    for step in script.steps:
        if step.statement is None:
            (connection.commit if step.commits else connection.rollback)()
            continue
        cursor.execute(step.statement, _with(known, step.values))
        rows = cursor.fetchall() if step.answers else []
        if step.statement.startswith("INSERT INTO submission"):
            known[script.submission_id] = rows[0][0]
        elif step.statement.startswith("INSERT INTO enrollment"):
            known[script.enrollment_id] = rows[0][0]
        elif step.statement.startswith("UPDATE seat_pool") and cursor.rowcount != 1:
            connection.rollback()
            return False
    return True


def _ids(script: Script, demand: Demand) -> dict[int | str, Any]:
    recorded = script.demand
    return {
        recorded.resident.person_id: demand.resident.person_id,
        f"person-{recorded.resident.person_id}": f"person-{demand.resident.person_id}",
        recorded.resident.token_hash: demand.resident.token_hash,
        recorded.course.program_id: demand.course.program_id,
        recorded.course.pool_id: demand.course.pool_id,
        recorded.key: demand.key,
    }


def _with(known: dict[int | str, Any], values: Values) -> Values:
    if isinstance(values, dict):
        return {
            name: known.get(value, value) if isinstance(value, int | str) else value
            for name, value in values.items()
        }
    return tuple(
        known.get(value, value) if isinstance(value, int | str) else value for value in values
    )
