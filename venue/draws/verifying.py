"""Running a draw again from its published file: anybody can, without Venue's database."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from venue.draws.lottery import allot, drawn_order, seed_of
from venue.draws.reading import Disagreement, Disagrees, Fault, FrozenList, Lines, read_frozen
from venue.draws.record import digest_line, place_line, seed_line

_NUMBER = re.compile("public-number\t([^\t\n]+)")
_CANCELLED = re.compile("cancelled\t([1-9][0-9]{0,9})")


@dataclass(frozen=True, slots=True)
class Verified:
    """All of a file agrees. What nobody can read in it stays: where digest and number came from.

    `number` and `won` are None while nothing was drawn; `won` counts applications.
    """

    name: str
    number_source: str
    applications: int
    digest: str
    number: str | None = None
    won: int | None = None


def verify(raw: Iterable[bytes]) -> Verified | Disagreement:
    """Compute digest, seed, order and results anew; return the first line that disagrees."""
    lines = Lines(raw)
    try:
        return _verify(lines)
    except Disagrees as found:
        return found.disagreement


def _verify(lines: Lines) -> Verified:
    frozen = read_frozen(lines)
    digest = lines.digest()
    count = len(frozen.entries)
    if lines.advance() is None:
        return Verified(frozen.name, frozen.number_source, count, digest)
    lines.expect(digest_line(digest), Fault.DIGEST)
    number = lines.match(_NUMBER, "public-number")[1]
    seed = seed_of(digest, number)
    lines.advance()
    lines.expect(seed_line(seed), Fault.SEED)
    won = _compare(lines, frozen, seed, _cancelled(lines, frozen))
    return Verified(frozen.name, frozen.number_source, count, digest, number, won)


def _cancelled(lines: Lines, frozen: FrozenList) -> set[int]:
    """Read which programs were cancelled after the list was frozen, up to the line behind them."""
    known = {pool.program_id for pool in frozen.pools}
    found: set[int] = set()
    while (line := _CANCELLED.fullmatch(lines.advance() or "")) is not None:
        program_id = int(line[1])
        if program_id not in known or program_id <= max(found, default=0):
            raise lines.disagrees(Fault.ORDER, "cancelled")
        found.add(program_id)
    return found


def _compare(lines: Lines, frozen: FrozenList, seed: str, cancelled: Collection[int]) -> int:
    """Compare every place from the line at hand on; return how many applications won."""
    entries = drawn_order(seed, frozen.entries)
    won = 0
    for place, (entry, choice) in enumerate(
        zip(entries, allot(frozen.pools, entries, cancelled), strict=True), 1
    ):
        pool = None if choice is None else frozen.pools[choice]
        lines.expect(place_line(place, entry.pseudonym, pool), Fault.PLACE)
        won += pool is not None
        lines.advance()
    if lines.line is not None:
        raise lines.disagrees(Fault.MORE, "")
    return won
