"""Real processes that do something at the same moment, each with an application of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from flask import Flask

from tests.frozen_clock import START
from venue import clock, create_app
from venue.config import Settings
from venue.db import db

PROCESSES = 8
PATIENCE_SECONDS = 60

Job = tuple[Callable[..., Any], *tuple[Any, ...]]
"""A function that a process can import by name, and its arguments."""


@dataclass(frozen=True)
class Crashed:
    """The job raised instead of answering."""

    error: str


@dataclass(frozen=True)
class Task:
    """What one process shall do, one thread a job, at this time of the frozen clock."""

    settings: Settings
    jobs: Sequence[Job]
    now: datetime


class Crew:
    """Processes that wait for tasks; `rush` starts them all at one signal."""

    def __init__(self) -> None:
        # A server that has imported everything forks them: fresh, without eight slow imports.
        context = get_context("forkserver")
        context.set_forkserver_preload([__name__])
        self._ends: list[Connection] = []
        self._processes = []
        for _ in range(PROCESSES):
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs,), daemon=True)
            process.start()
            theirs.close()
            self._ends.append(ours)
            self._processes.append(process)

    def rush(self, settings: Settings, jobs: Sequence[Job], now: datetime = START) -> list[Any]:
        """Do every job at once; return what each answered, or that it crashed, in order."""
        shares = [jobs[number::PROCESSES] for number in range(PROCESSES)]
        busy = [(end, share) for end, share in zip(self._ends, shares, strict=True) if share]
        for end, share in busy:
            end.send(Task(settings, share, now))
        for end, _ in busy:
            assert _hear(end) == "ready"
        for end, _ in busy:
            end.send("go")
        answers: list[Any] = [None] * len(jobs)
        for number, (end, _) in enumerate(busy):
            answers[number::PROCESSES] = _hear(end)
        return answers

    def dismiss(self) -> None:
        """End the processes."""
        for end in self._ends:
            end.close()
        for process in self._processes:
            process.join(5)
            if process.is_alive():
                process.kill()


def _hear(end: Connection) -> Any:
    if not end.poll(PATIENCE_SECONDS):
        raise TimeoutError(f"a process of the crew said nothing for {PATIENCE_SECONDS} s")
    return end.recv()


def _work(end: Connection) -> None:
    while True:
        try:
            task: Task = end.recv()
        except EOFError:
            return
        app = create_app(task.settings)
        signal = threading.Event()
        with (
            clock.reading(lambda now=task.now: now),
            ThreadPoolExecutor(len(task.jobs)) as threads,
        ):
            answers = [threads.submit(_one, app, job, signal) for job in task.jobs]
            end.send("ready")
            end.recv()
            signal.set()
            end.send([answer.result() for answer in answers])
        with app.app_context():
            db.engine.dispose()


def _one(app: Flask, job: Job, signal: threading.Event) -> Any:
    act, *arguments = job
    with app.app_context():
        db.session.connection()  # a new connection takes far longer than what is raced for
        db.session.rollback()
        signal.wait()
        try:
            return act(*arguments)
        except Exception as error:  # noqa: BLE001  (whatever it is, the test reports it)
            return Crashed(f"{type(error).__name__}: {error}")
