"""The turn to write: one at a time, in the order of coming, and nobody waits for ever."""

from __future__ import annotations

import fcntl
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from venue.turns import NoTurn, turn

LONG, SHORT = 30, 0.1

HOLD = """
import sys, time
from venue.turns import turn
with turn(sys.argv[1], 9):
    print(flush=True)
    time.sleep(60)
"""


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "venue.db.lock"


@pytest.fixture(autouse=True)
def _empty_queue():
    """Let the threads of other tests leave first."""
    wait_until(lambda: waiters() == 0)


def waiters() -> int:
    """Return how many threads of this process stand in a queue."""
    return sum(thread.name == "writers-turn" for thread in threading.enumerate())


def queued(file: Path) -> int:
    """Return how many wait for the lock of a file, as the kernel tells."""
    ending = f":{file.stat().st_ino} 0 EOF"
    locks = Path("/proc/locks").read_text(encoding="ascii").splitlines()
    return sum("->" in line and line.endswith(ending) for line in locks)


def free(file: Path) -> bool:
    """Tell whether another process would get the turn at once."""
    with file.open("rb") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def wait_until(true) -> None:
    ends_at = time.monotonic() + LONG
    while not true():
        assert time.monotonic() < ends_at
        time.sleep(0.005)


def give_up(file: Path) -> None:
    with pytest.raises(NoTurn), turn(file, SHORT):
        pass


def test_one_at_a_time_has_the_turn(file):
    inside, met = [], []

    def write(name):
        for _ in range(20):
            with turn(file, LONG):
                inside.append(name)
                time.sleep(0.0005)
                met.append(tuple(inside))
                inside.remove(name)

    with ThreadPoolExecutor(8) as writers:
        list(writers.map(write, range(8)))
    assert sorted(met) == sorted((name,) for name in range(8) for _ in range(20))


def test_those_who_wait_get_it_in_the_order_of_coming(file):
    served = []

    def write(name):
        with turn(file, LONG):
            served.append(name)

    with ThreadPoolExecutor(8) as writers, turn(file, LONG):
        for name in range(8):
            writers.submit(write, name)
            wait_until(lambda already=name: queued(file) == already + 1)
    assert served == list(range(8))


def test_whoever_waits_too_long_gives_up_and_the_turn_is_not_lost(file):
    with turn(file, LONG):
        began = time.monotonic()
        give_up(file)
        assert SHORT <= time.monotonic() - began < LONG / 3
    wait_until(lambda: waiters() == 0)
    assert free(file)


def test_a_stall_keeps_one_thread_however_often_somebody_gives_up(file):
    with turn(file, LONG):
        for _ in range(5):
            give_up(file)
        assert waiters() == 1
    with turn(file, LONG):
        pass


def test_a_place_that_was_left_is_of_no_use_for_another_file(file):
    other = file.with_name("other.lock")
    with turn(file, LONG), turn(other, LONG):
        give_up(file)
        give_up(other)
        assert (queued(file), queued(other)) == (1, 1)


def test_the_turn_of_a_process_that_is_killed_passes_on(file):
    with subprocess.Popen([sys.executable, "-c", HOLD, file], stdout=subprocess.PIPE) as stalled:
        stalled.stdout.readline()
        give_up(file)
        stalled.kill()
        with turn(file, LONG):
            pass
