"""What the benchmarks share in which many clients act at once, and two ways take turns."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError

from tests.databases import (
    PostgresTemplate,
    SqliteTemplate,
    postgres_server,
    settings_for,
)
from tests.races.crew import Crashed
from venue.config import Settings

Wanted = TypeVar("Wanted")


@dataclass(frozen=True)
class Tried:
    """How an attempt ended (scheduled, refused, or an error), and from when to when it took.

    The clock is the machine's, the same in all processes.
    """

    outcome: str
    started: float
    ended: float


def timed(act: Callable[[Wanted], bool], wanted: Wanted, well: str) -> Tried:
    """Carry out one attempt: `well` when it came to something, refused when not, or its error."""
    started = time.perf_counter()
    try:
        outcome = well if act(wanted) else "refused"
    except DBAPIError as error:
        outcome = str(error.orig).splitlines()[0]
    return Tried(outcome, started, time.perf_counter())


@dataclass
class Measured:
    """What the attempts of one kind came to, over all rounds."""

    tried: list[Tried] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, tried: Sequence[Tried]) -> None:
        """Add a round."""
        self.tried += tried
        self.seconds += max(one.ended for one in tried) - min(one.started for one in tried)

    def count(self, outcome: str) -> int:
        """Return how many ended in one way."""
        return sum(one.outcome == outcome for one in self.tried)

    @property
    def per_second(self) -> float:
        """How many were settled in a second, either way."""
        return len(self.tried) / self.seconds

    @property
    def p99_ms(self) -> float:
        """How long the slowest but one in a hundred took."""
        times = sorted(one.ended - one.started for one in self.tried)
        return 1000 * times[int(0.99 * (len(times) - 1))]


def told(answers: Sequence[Any]) -> list[Tried]:
    """Return what every client has tried; ends the program when one of them crashed."""
    for answer in answers:
        if isinstance(answer, Crashed):
            raise SystemExit(f"a client crashed: {answer.error}")
    return [tried for answer in answers for tried in answer]


@contextmanager
def database(kind: str, name: str) -> Iterator[Settings]:
    """Give a migrated, empty database of one kind, for the benchmark of this name."""
    with tempfile.TemporaryDirectory() as there:
        folder = Path(there)
        if kind == "sqlite":
            with SqliteTemplate(folder).copy(name) as url:
                yield _patient(url, folder)
            return
        run = f"{name}{os.getpid()}"
        with (
            postgres_server(run) as server,
            PostgresTemplate.migrated(server, f"venue_{run}", folder) as template,
            template.copy(name) as url,
        ):
            yield _patient(url, folder)


def _patient(url: str, folder: Path) -> Settings:
    """Wait long for a lock: a slow machine is no deadlock, and a deadlock is found anyhow."""
    return replace(settings_for(url, folder), lock_timeout_ms=60_000, pool_timeout_seconds=60)
