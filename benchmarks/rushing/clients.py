"""Browsers reduced to what a server sees of them: keep-alive connections that send and read."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from benchmarks.rushing.town import Demand, Resident

HOST = "127.0.0.1"
PATIENCE_SECONDS = 60


@dataclass
class Tally:
    """How many answers there were of each status, and in how many seconds."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0

    def per_second(self, status: int) -> float:
        """Return the answers of this status per second."""
        return self.statuses[status] / self.seconds


@dataclass
class Trials:
    """What became of people who tried one course after the other: seconds of each answer."""

    won: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    last_won: float = 0.0
    """Seconds from the beginning until the last seat was given."""
    seconds: float = 0.0


def fields(demand: Demand) -> dict[str, Any]:
    """Return what the form of a demand sends."""
    return {
        "csrf_token": demand.resident.csrf_token,
        "submission_key": demand.key,
        "person_id": demand.resident.person_id,
    }


def post(demand: Demand) -> bytes:
    """Return the request that sends the form of a demand."""
    body = urlencode(fields(demand))
    return (
        f"POST /pools/{demand.course.pool_id}/enrollments HTTP/1.1\r\n"
        f"{_headers(demand.resident)}"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def get(path: str, resident: Resident) -> bytes:
    """Return the request that opens a page."""
    return f"GET {path} HTTP/1.1\r\n{_headers(resident)}\r\n".encode()


def _headers(resident: Resident) -> str:
    return (
        f"Host: {HOST}\r\nAccept-Language: zh-CN\r\nCookie: {resident.cookie}\r\n"
        "Connection: keep-alive\r\n"
    )


Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Clients:
    """Connections that stay open; each sends its next request when it has its answer.

    Each is opened for its first request: on a new connection that says nothing, a thread of
    gunicorn waits for five seconds, and no browser or web server in front opens one for that.
    """

    def __init__(self, port: int, count: int) -> None:
        self._port = port
        self._opened: list[Streams | None] = [None] * count

    async def _streams(self, number: int) -> Streams:
        streams = self._opened[number]
        if streams is None:
            streams = self._opened[number] = await asyncio.open_connection(HOST, self._port)
        return streams

    async def close(self) -> None:
        """Close the connections; as long as one is open, the server does not end."""
        writers = [streams[1] for streams in self._opened if streams is not None]
        for writer in writers:
            writer.close()
        await asyncio.gather(*(writer.wait_closed() for writer in writers))

    async def send(self, requests: Iterator[bytes], seconds: float | None = None) -> Tally:
        """Send requests until there are no more, or for so many seconds."""
        tally = Tally()
        started = time.perf_counter()
        ends = started + seconds if seconds is not None else None

        async def client(number: int) -> None:
            for request in requests:
                reader, writer = await self._streams(number)
                writer.write(request)
                tally.statuses[await _status(reader)] += 1
                if ends is not None and time.perf_counter() > ends:
                    return

        await asyncio.gather(*(client(number) for number in range(len(self._opened))))
        tally.seconds = time.perf_counter() - started
        return tally

    async def try_in_turn(self, people: Iterator[Sequence[Demand]]) -> Trials:
        """Let people send their forms, each until one gets a seat; as many at once as connections.

        Whoever gets another answer than a seat or a refusal, or none, is an error.
        """
        trials = Trials()
        started = time.perf_counter()

        async def client(number: int) -> None:
            for wanted in people:
                reader, writer = await self._streams(number)
                for demand in wanted:
                    sent = time.perf_counter()
                    writer.write(post(demand))
                    try:
                        status = await asyncio.wait_for(_status(reader), PATIENCE_SECONDS)
                    except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
                        # Nothing can be said on this connection any more.
                        trials.errors[type(error).__name__] += 1
                        return
                    ended = time.perf_counter()
                    if status == 303:
                        trials.won.append(ended - sent)
                        trials.last_won = ended - started
                        break
                    if status == 409:
                        trials.refused.append(ended - sent)
                    else:
                        trials.errors[str(status)] += 1

        await asyncio.gather(*(client(number) for number in range(len(self._opened))))
        trials.seconds = time.perf_counter() - started
        return trials


async def _status(reader: asyncio.StreamReader) -> int:
    """Read one answer to its end and return its status."""
    head = await reader.readuntil(b"\r\n\r\n")
    at = head.lower().index(b"content-length:") + 15
    await reader.readexactly(int(head[at : head.index(b"\r\n", at)]))
    return int(head[9:12])
