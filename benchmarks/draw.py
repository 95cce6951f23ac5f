"""How long a draw takes, and how much memory, beside a plain sort of as many HMACs.

The published size of one city's term: 650,000 people with three wishes each over about 10,000
places in 390 courses (Shanghai citizens' night school, autumn 2023). Everything is computed; no
database takes part. Times are those of this process alone, which others on the machine cannot
slow down; it waits for nothing. It prints, in seconds, the best of the rounds:

    draw   seconds   order and seats of everybody, from the list in memory
           sort_s    computing and sorting the HMAC of every pseudonym, and nothing else
           ratio     of the two; they take turns within a run
           of_which  how long the sorting alone took
           peak_mib  the most memory that the process held so far, the list included
    file   write_s   the list as text, with its digest, and the result below it
           verify_s  what `flask draw-verify` does: all of the above, read from the file
           mib       size of the published file
           peak_mib  as above, now with the file and what was read from it

Run it with: python benchmarks/draw.py
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from venue.draws.lottery import (  # noqa: E402
    GENERAL,
    Entry,
    Pool,
    allot,
    drawn_order,
    list_digest,
    lots_of,
    seed_of,
)
from venue.draws.record import Heading, list_text, result_text  # noqa: E402
from venue.draws.verifying import Verified, verify  # noqa: E402

NUMBER = "02 07 11 19 23 30 + 08"
HEADING = Heading(
    1,
    "秋季夜校",
    "双色球第 2026107 期",
    datetime(2026, 9, 12, 1, tzinfo=UTC),
    datetime(2026, 9, 18, 10, tzinfo=UTC),
    3,
)
Value = TypeVar("Value")


def timed(work: Callable[[], Value]) -> tuple[float, Value]:
    """Return how many seconds it took, and what it gave."""
    begun = time.process_time()
    value = work()
    return time.process_time() - begun, value


def peak_mib() -> float:
    """Return the most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def applications(count: int, courses: int, seed: int) -> list[Entry]:
    """Return so many applications of one person with three wishes each, ordered by pseudonym."""
    chance = random.Random(seed)  # noqa: S311  (figures, not secrets)
    names = sorted({f"{chance.getrandbits(64):016x}" for _ in range(count)})
    return [Entry(name, 1, tuple(chance.sample(range(courses), 3))) for name in names]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="How long a draw takes, beside a plain sort.")
    parser.add_argument("--applications", type=int, default=650_000)
    parser.add_argument("--courses", type=int, default=390)
    parser.add_argument("--places", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    size = parser.parse_args(arguments)
    pools = [
        Pool(at + 1, GENERAL, (size.places + at) // size.courses, f"课程{at + 1}")
        for at in range(size.courses)
    ]
    entries = applications(size.applications, size.courses, seed=1)
    seed = seed_of(list_digest(""), NUMBER)

    def draw() -> int:
        order = drawn_order(seed, entries)
        return sum(won is not None for won in allot(pools, order))

    draws, hashes, sorts = [], [], []
    for _ in range(size.rounds):
        draws.append(timed(draw)[0])
        seconds, lots = timed(lambda: list(lots_of(seed, (one.pseudonym for one in entries))))
        hashes.append(seconds)
        sorts.append(timed(lots.sort)[0])
        del lots
    floor = min(hashes) + min(sorts)
    print(
        f"draw applications={len(entries)} courses={size.courses} places={size.places}"
        f" seconds={min(draws):.2f} sort_s={floor:.2f} ratio={min(draws) / floor:.2f}"
        f" of_which={min(sorts):.2f} peak_mib={peak_mib():.0f}"
    )
    written, file = timed(lambda: publish(pools, entries))
    verified, verdict = timed(lambda: verify(BytesIO(file)))
    if not isinstance(verdict, Verified):
        raise SystemExit(f"the file does not verify: {verdict}")
    print(
        f"file applications={len(entries)} write_s={written:.2f} verify_s={verified:.2f}"
        f" mib={len(file) / 2**20:.1f} peak_mib={peak_mib():.0f}"
    )


def publish(pools: Sequence[Pool], entries: Sequence[Entry]) -> bytes:
    """Return the published file of a draw."""
    text = list_text(HEADING, pools, entries)
    digest = list_digest(text)
    seed = seed_of(digest, NUMBER)
    order = drawn_order(seed, entries)
    places = (
        (entry, None if won is None else pools[won])
        for entry, won in zip(order, allot(pools, order), strict=True)
    )
    return (text + result_text(digest, NUMBER, seed, (), places)).encode()


if __name__ == "__main__":
    main()
