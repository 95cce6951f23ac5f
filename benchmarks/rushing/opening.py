"""The opening of a whole term: case (c), a city's evening courses at the hour of their opening.

The people send their forms over 200 connections, all of one process that does nothing else: each
connection takes the next person, who tries one course after the other until one has a seat. The
load takes about a twentieth of what the answers take. In the first part everything is sold; in the
others everybody is refused, in turns with the empty page.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.rushing.clients import Clients, Tally, Trials, get
from benchmarks.rushing.town import Demand, Resident, Sold

CONNECTIONS = 200


@dataclass(frozen=True)
class Opening:
    """The part in which everything is sold, and the turns of refusals and the empty page."""

    sale: Trials
    rest: list[Trials]
    hellos: list[Tally]


async def open_term(
    clients: Clients,
    people: Sequence[Sequence[Demand]],
    residents: Sequence[Resident],
    seats: int,
    rounds: int,
    seconds: float,
) -> Opening:
    """Let everybody in, in so many rounds after the sale, each followed by seconds of hello."""
    # Three times as many people as seats try three courses each: nothing is left after them.
    first = min(len(people), 3 * seats)
    sale = await clients.try_in_turn(iter(people[:first]))
    others = people[first:]
    ends = [number * len(others) // rounds for number in range(rounds + 1)]
    hello = (get("/hello", one) for one in itertools.cycle(residents))
    rest, hellos = [], []
    for begin, end in itertools.pairwise(ends):
        rest.append(await clients.try_in_turn(iter(others[begin:end])))
        hellos.append(await clients.send(hello, seconds))
    return Opening(sale, rest, hellos)


def opening_line(database: str, people: int, opening: Opening, sold: Sold) -> str:
    """Return the one line that is printed; raises SystemExit when seats and answers differ."""
    parts = [opening.sale, *opening.rest]
    won = [one for part in parts for one in part.won]
    refused = [one for part in parts for one in part.refused]
    errors = sum((part.errors for part in parts), Counter[str]())
    if not won or not refused:
        raise SystemExit(f"nobody was answered: {dict(errors)}")
    if len(won) != sold.sold and not errors:
        raise SystemExit("a seat was promised and not given")
    per_second = [len(part.refused) / part.seconds for part in opening.rest]
    hellos = [tally.per_second(200) for tally in opening.hellos]
    ratio = median(one / other for one, other in zip(per_second, hellos, strict=True))
    return (
        f"rush db={database} case=c people={people} requests={len(won) + len(refused)}"
        f" sold={sold.sold} oversold={sold.oversold} unsold={sold.unsold} errors={errors.total()}"
        f" refusals_per_s={median(per_second):.0f} hello_per_s={median(hellos):.0f}"
        f" refusal_ratio={ratio:.2f} sold_out_s={opening.sale.last_won:.1f}"
        f" p99_ms={_ms([*won, *refused], 0.99)}"
        f" winner_ms={_all_ms(won)} refused_ms={_all_ms(refused)}"
    )


def _all_ms(seconds: Sequence[float]) -> str:
    """Return p50/p99/p99.9."""
    return "/".join(_ms(seconds, share) for share in (0.5, 0.99, 0.999))


def _ms(seconds: Sequence[float], share: float) -> str:
    ordered = sorted(seconds)
    return f"{1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)]:.0f}"
