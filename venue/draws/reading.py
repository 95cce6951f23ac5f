"""The published file of a draw: reading its list, with every line that is not as it should be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from itertools import chain, combinations, groupby

from venue.draws.lottery import GENERAL, Entry, Pool
from venue.draws.record import VERSION, wish_word

MOST_POOLS = 8
"""Of one program; each more doubles the ways to name it (own)."""
_ID = "[1-9][0-9]{0,9}"
_TEXT = "([^\\t\\n]+)"
_STAMP = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+]08:00"
_HEADING = (
    (f"venue-draw\t{VERSION}", re.compile(f"venue-draw\\t{VERSION}")),
    ("draw", re.compile(f"draw\\t{_ID}\\t{_TEXT}")),
    ("number-source", re.compile(f"number-source\\t{_TEXT}")),
    ("window", re.compile(f"window\\t{_STAMP}\\t{_STAMP}")),
    ("wishes", re.compile("wishes\\t([1-9][0-9]?)")),
)
_POOL = re.compile(f"pool\\t({_ID})\\t([a-z_]+)\\t(0|[1-9][0-9]{{0,8}})\\t{_TEXT}")
_COUNT = re.compile("applications\\t(0|[1-9][0-9]{0,8})")
_APPLICATION = re.compile("application\\t([0-9a-f]{16})\\t([1-9][0-9]?)\\t([^\\n]+)")


class Fault(StrEnum):
    """How a line can disagree with the lines above it, or with what such files look like."""

    ENDS = "ends"
    """The file ends before it."""
    ENCODING = "encoding"
    """It is not UTF-8 that ends with one LF."""
    FORM = "form"
    """It does not have the form of the line that belongs here."""
    ORDER = "order"
    """It should stand elsewhere, or not twice."""
    WISH = "wish"
    """It wishes for what there is not, twice for one program, or for too many."""
    COUNT = "count"
    """There are fewer applications above it than the list says."""
    DIGEST = "digest"
    """The list above has another SHA-256."""
    SEED = "seed"
    """Digest and number give another seed."""
    PLACE = "place"
    """The seed and the seats give another result."""
    MORE = "more"
    """Nothing belongs here any more."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """The first line of a file that is wrong: what it says, and what it should say.

    `says` is None where the file has ended. `should` is a whole line where it is known, and
    otherwise which kind of line belongs there; empty where none does.
    """

    line: int
    fault: Fault
    says: str | None
    should: str


class Disagrees(Exception):  # noqa: N818  (it is an answer on its way up, not an error)
    """Carries a disagreement out of the depths of reading."""

    def __init__(self, disagreement: Disagreement) -> None:
        super().__init__(disagreement)
        self.disagreement = disagreement


@dataclass(frozen=True, slots=True)
class FrozenList:
    """A list as it was frozen: its pools in the order in which they are tried, its applications."""

    name: str
    number_source: str
    pools: tuple[Pool, ...]
    entries: list[Entry]


class Lines:
    """The lines of a file one after the other, with their numbers and the digest so far."""

    def __init__(self, raw: Iterable[bytes]) -> None:
        self.number = 0
        self.line: str | None = None
        self._raw = iter(raw)
        self._hash = sha256()

    def advance(self) -> str | None:
        """Go to the next line and return it; None behind the last."""
        raw = next(self._raw, None)
        self.number += 1
        if raw is None:
            self.line = None
            return None
        self._hash.update(raw)
        try:
            self.line = raw.decode()
        except UnicodeDecodeError:
            self.line = raw.decode(errors="replace")
            raise self.disagrees(Fault.ENCODING, "UTF-8") from None
        if not self.line.endswith("\n") or self.line.endswith("\r\n"):
            raise self.disagrees(Fault.ENCODING, "LF")
        self.line = self.line[:-1]
        return self.line

    def digest(self) -> str:
        """Return the SHA-256 of all bytes up to the end of this line."""
        return self._hash.hexdigest()

    def match(self, form: re.Pattern[str], should: str) -> re.Match[str]:
        """Go to the next line, which must have this form."""
        line = self.advance()
        found = form.fullmatch(line) if line is not None else None
        if found is None:
            raise self.disagrees(Fault.FORM, should)
        return found

    def expect(self, should: str, fault: Fault) -> None:
        """Refuse this line when it is not exactly so."""
        if self.line != should:
            kind = should.partition("\t")[0]
            of_kind = self.line is not None and self.line.startswith(f"{kind}\t")
            raise self.disagrees(fault if of_kind else Fault.FORM, should)

    def disagrees(self, fault: Fault, should: str) -> Disagrees:
        """Return that this line is not what it should be, to be raised."""
        says = self.line.rstrip("\r\n") if self.line is not None else None
        return Disagrees(
            Disagreement(self.number, Fault.ENDS if says is None else fault, says, should)
        )


def read_list(raw: Iterable[bytes]) -> FrozenList:
    """Return a list that Venue has frozen; raises Disagrees where it was touched since."""
    lines = Lines(raw)
    frozen = read_frozen(lines)
    if lines.advance() is not None:
        raise lines.disagrees(Fault.MORE, "")
    return frozen


def read_frozen(lines: Lines) -> FrozenList:
    """Read up to the last application; raises Disagrees at the first line that is wrong."""
    _, draw, source, _, wishes = [lines.match(form, should) for should, form in _HEADING]
    pools = tuple(_pools(lines))
    count = _COUNT.fullmatch(lines.line or "")
    if count is None or not pools:
        missing = not pools or (lines.line or "").startswith("pool\t")
        raise lines.disagrees(Fault.FORM, "pool" if missing else "applications")
    entries = list(_entries(lines, int(count[1]), pools, int(wishes[1])))
    return FrozenList(draw[1], source[1], pools, entries)


def _pools(lines: Lines) -> Iterator[Pool]:
    """Read the pools of each program in turn: its quotas, and last the general one."""
    names: list[str] = []
    program_id = 0
    while (found := _POOL.fullmatch(lines.advance() or "")) is not None:
        pool = Pool(int(found[1]), found[2], int(found[3]), found[4])
        begins = not names or names[-1] == GENERAL
        if begins and pool.program_id > program_id:
            program_id, names = pool.program_id, []
        elif (
            begins
            or pool.program_id != program_id
            or pool.name in names
            or len(names) == MOST_POOLS
        ):
            raise lines.disagrees(Fault.ORDER, "pool")
        names.append(pool.name)
        yield pool
    if names and names[-1] != GENERAL:
        raise lines.disagrees(Fault.ORDER, "pool")


def _entries(lines: Lines, count: int, pools: tuple[Pool, ...], most: int) -> Iterator[Entry]:
    words = _words(pools)
    before = ""
    for _ in range(count):
        line = lines.advance() or ""
        found = _APPLICATION.fullmatch(line)
        if found is None:
            fault = Fault.FORM if line.startswith("application\t") else Fault.COUNT
            raise lines.disagrees(fault, "application")
        pseudonym, people, wishes = found.groups()
        if pseudonym <= before:
            raise lines.disagrees(Fault.ORDER, "application")
        before = pseudonym
        tried = [words.get(word, ()) for word in wishes.split("\t")]
        programs = {choices[-1] for choices in tried if choices}
        if not len(programs) == len(tried) <= most:
            raise lines.disagrees(Fault.WISH, "application")
        yield Entry(pseudonym, int(people), tuple(chain.from_iterable(tried)))


def _words(pools: tuple[Pool, ...]) -> dict[str, tuple[int, ...]]:
    """Return every way to name a program, with the pools that are then tried for it."""
    found: dict[str, tuple[int, ...]] = {}
    for program_id, group in groupby(enumerate(pools), lambda one: one[1].program_id):
        *quotas, general = (at for at, _ in group)
        for many in range(len(quotas) + 1):
            for some in combinations(quotas, many):
                word = wish_word(program_id, [pools[at].name for at in some])
                found[word] = (*some, general)
    return found
