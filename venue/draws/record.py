"""The published file of a draw, line by line, as docs/lottery.md specifies it: writing it.

The list is frozen at closing; what the draw adds stands below it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from venue.draws.lottery import GENERAL, Entry, Pool
from venue.timeline.local_time import local

VERSION = "1"


@dataclass(frozen=True, slots=True)
class Heading:
    """What was published of a draw before its window."""

    draw_id: int
    name: str
    number_source: str
    opens_at: datetime
    closes_at: datetime
    wishes: int


def list_text(heading: Heading, pools: Sequence[Pool], entries: Sequence[Entry]) -> str:
    """Return the frozen list. `pools` are ordered as they are tried, `entries` by pseudonym."""
    return "".join(f"{line}\n" for line in _list_lines(heading, pools, entries))


def _list_lines(heading: Heading, pools: Sequence[Pool], entries: Sequence[Entry]) -> Iterator[str]:
    yield f"venue-draw\t{VERSION}"
    yield f"draw\t{heading.draw_id}\t{_one_line(heading.name)}"
    yield f"number-source\t{_one_line(heading.number_source)}"
    yield f"window\t{_stamp(heading.opens_at)}\t{_stamp(heading.closes_at)}"
    yield f"wishes\t{heading.wishes}"
    for pool in pools:
        yield f"pool\t{pool.program_id}\t{pool.name}\t{pool.seats}\t{_one_line(pool.title)}"
    yield f"applications\t{len(entries)}"
    for entry in entries:
        wishes = "\t".join(_wishes(pools, entry.choices))
        yield f"application\t{entry.pseudonym}\t{entry.people}\t{wishes}"


def wish_word(program_id: int, quotas: Sequence[str]) -> str:
    """Return how an application names a program, and the quotas of it that count for it."""
    return f"{program_id}:{','.join(quotas)}" if quotas else str(program_id)


def _wishes(pools: Sequence[Pool], choices: Iterable[int]) -> Iterator[str]:
    quotas: list[str] = []
    for pool in map(pools.__getitem__, choices):
        if pool.name == GENERAL:
            yield wish_word(pool.program_id, quotas)
            quotas = []
        else:
            quotas.append(pool.name)


def digest_line(digest: str) -> str:
    """Return the line below the list that holds its digest."""
    return f"list-digest\t{digest}"


def seed_line(seed: str) -> str:
    """Return the line of the seed."""
    return f"seed\t{seed}"


def place_line(place: int, pseudonym: str, won: Pool | None) -> str:
    """Return what became of an application; `place` counts from 1."""
    outcome = "waiting" if won is None else f"{won.program_id}\t{won.name}"
    return f"place\t{place}\t{pseudonym}\t{outcome}"


def result_text(
    digest: str,
    number: str,
    seed: str,
    cancelled: Collection[int],
    places: Iterable[tuple[Entry, Pool | None]],
) -> str:
    """Return what a draw adds to the list; `places` are in drawn order, with what was won."""
    lines = [
        digest_line(digest),
        f"public-number\t{number}",
        seed_line(seed),
        *(f"cancelled\t{program_id}" for program_id in sorted(cancelled)),
        *(place_line(at, entry.pseudonym, won) for at, (entry, won) in enumerate(places, 1)),
    ]
    return "".join(f"{line}\n" for line in lines)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _stamp(at: datetime) -> str:
    return local(at).isoformat(timespec="seconds")
