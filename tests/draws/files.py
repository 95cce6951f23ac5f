"""A small draw and its published file: quotas, groups, a program cancelled after the closing."""

from __future__ import annotations

from datetime import UTC, datetime

from venue.draws.lottery import Entry, Pool, allot, drawn_order, list_digest, seed_of
from venue.draws.record import Heading, list_text, result_text

NUMBER = "02 07 11 19 23 30 + 08"
POOLS = (
    Pool(3, "residents", 2, "零基础国画"),
    Pool(3, "general", 2, "零基础国画"),
    Pool(5, "general", 1, "手机摄影\t与剪辑"),
    Pool(7, "first_timers", 1, "民谣吉他"),
    Pool(7, "in_need", 1, "民谣吉他"),
    Pool(7, "general", 3, "民谣吉他"),
)
HEADING = Heading(
    12,
    "秋季夜校",
    "双色球第 2026107 期",
    datetime(2026, 9, 12, 1, tzinfo=UTC),
    datetime(2026, 9, 18, 10, tzinfo=UTC),
    3,
)
ENTRIES = tuple(
    Entry(f"{number:x}" * 16, people, choices)
    for number, (people, choices) in enumerate(
        [
            (1, (1, 2)),
            (1, (0, 1, 2, 5)),
            (2, (0, 1, 3, 4, 5)),
            (1, (2, 3, 5, 1)),
            (3, (1, 5)),
            (1, (2,)),
            (1, (4, 5, 0, 1)),
            (2, (5, 2)),
            (1, (3, 4, 5)),
            (1, (1,)),
            (1, (0, 1)),
        ]
    )
)


def published(pools, entries, number=NUMBER, cancelled=(), heading=HEADING):
    """Return the text of a file whose draw is over."""
    text = list_text(heading, pools, entries)
    digest = list_digest(text)
    seed = seed_of(digest, number)
    order = drawn_order(seed, entries)
    places = [
        (entry, None if won is None else pools[won])
        for entry, won in zip(order, allot(pools, order, cancelled), strict=True)
    ]
    return text + result_text(digest, number, seed, cancelled, places)


def lines_of(lines, start):
    return [line for line in lines if line.startswith(start)]


FILE = [f"{line}\n".encode() for line in published(POOLS, ENTRIES, cancelled={7}).split("\n")[:-1]]
