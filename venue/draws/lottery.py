"""The lottery itself: who comes when and who gets what, as docs/lottery.md specifies it.

One pass, in an order that nobody could foresee; whoever's turn it is gets the first wish that has
seats for all who want to be together. Hashes are written, and go into other hashes, as hexadecimal
digits, so that everybody can compute them anew with the tools at hand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

GENERAL = "general"
"""The name of a program's pool that is for everybody."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Seats of a program that are drawn: those of a quota, or of the general pool."""

    program_id: int
    name: str
    """`general`, or that of the quota."""
    seats: int
    title: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An application as the list has it.

    `choices` are the pools in which it may get its seats, by their place in the list of pools, in
    the order in which they are tried: wish after wish, and within a wish the quotas first.
    """

    pseudonym: str
    people: int
    choices: tuple[int, ...]


def list_digest(text: str) -> str:
    """Return the SHA-256 of a list, whose bytes are those of the published file."""
    return sha256(text.encode()).hexdigest()


def seed_of(digest: str, number: str) -> str:
    """Return the seed that a list and the public number give, which nobody knew before."""
    return sha256((digest + number).encode()).hexdigest()


def drawn_order(seed: str, entries: Sequence[Entry]) -> list[Entry]:
    """Return the applications in the order of HMAC-SHA256(seed, pseudonym), ascending."""
    lots = list(lots_of(seed, (entry.pseudonym for entry in entries)))
    return [entries[at] for at in sorted(range(len(entries)), key=lots.__getitem__)]


def lots_of(seed: str, pseudonyms: Iterable[str]) -> Iterator[bytes]:
    """Yield for each pseudonym its HMAC, and itself behind: so equal lots have an order, too.

    The two halves of an HMAC that the key alone decides are computed once (RFC 2104; the key fills
    a block): a third of the time that `hmac.digest` takes.
    """
    key = seed.encode()
    inner = sha256(bytes(byte ^ 0x36 for byte in key))
    outer = sha256(bytes(byte ^ 0x5C for byte in key))
    for pseudonym in pseudonyms:
        message = pseudonym.encode()
        within, around = inner.copy(), outer.copy()
        within.update(message)
        around.update(within.digest())
        yield around.digest() + message


def allot(
    pools: Sequence[Pool], entries: Iterable[Entry], cancelled: Collection[int] = ()
) -> Iterator[int | None]:
    """Yield for each application, in drawn order, the pool in which it gets its seats.

    None for one that waits. Programs that were `cancelled` after the list was frozen have no seat
    to give. What a quota has left stays in it.
    """
    left = [0 if pool.program_id in cancelled else pool.seats for pool in pools]
    for entry in entries:
        for choice in entry.choices:
            if left[choice] >= entry.people:
                left[choice] -= entry.people
                yield choice
                break
        else:
            yield None
