"""The turn to write to a file: a fair queue of all processes, in which nobody waits for ever.

The kernel keeps the queue for a lock on a file, in order, and forgets whoever dies. It knows no
time-out. So a thread stands in that queue, and the writer waits for the thread as long as it likes.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class NoTurn(Exception):  # noqa: N818  (what happened, not that something is broken)
    """The turn did not come in time: whoever has it has stalled."""


class _Place:
    """A place in the queue, and the thread that stands there.

    Whoever gives up leaves it to the next writer of this process: a stall that lasts for hours
    keeps no more threads than writers who wait at the same moment.
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.reached = threading.Event()
        # A daemon: the end of the program does not wait for the end of a stall.
        threading.Thread(target=self._stand, name="writers-turn", daemon=True).start()

    def _stand(self) -> None:
        fcntl.flock(self.descriptor, fcntl.LOCK_EX)
        with _mutex:
            if self in _left:
                _left.remove(self)
                os.close(self.descriptor)
            else:
                self.reached.set()


_mutex = threading.Lock()
_left: list[_Place] = []
"""Places of writers who gave up."""


@contextmanager
def turn(path: Path, timeout_seconds: float) -> Iterator[None]:
    """Hold the turn of the file at `path`, which is made when there is none.

    Raises NoTurn when it does not come within `timeout_seconds`.
    """
    descriptor = _take(path, timeout_seconds)
    try:
        yield
    finally:
        os.close(descriptor)


def _take(path: Path, timeout_seconds: float) -> int:
    # A new descriptor each time: the lock belongs to the open file, and threads that share one
    # would all hold it.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return _wait(_place(descriptor), timeout_seconds)
    return descriptor


def _place(descriptor: int) -> _Place:
    """Return a place for the file of a descriptor: one that was left, or a new one at the end."""
    file = os.fstat(descriptor)
    with _mutex:
        for place in _left:
            if os.path.samestat(os.fstat(place.descriptor), file):
                _left.remove(place)
                os.close(descriptor)
                return place
    return _Place(descriptor)


def _wait(place: _Place, timeout_seconds: float) -> int:
    """Return the descriptor that has the lock, or leave the place and raise NoTurn."""
    try:
        place.reached.wait(timeout_seconds)
    finally:
        with _mutex:
            reached = place.reached.is_set()
            if not reached:
                _left.append(place)
    if not reached:
        raise NoTurn(f"no turn to write came within {timeout_seconds:g} s")
    return place.descriptor
