"""The published test vector: three programs, of which one knows nothing of the others, agree.

`vector/published.txt` was written by `independent.mjs` from `vector/list.txt`.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path

from tests.draws.node import run_node
from venue.draws.lottery import allot, drawn_order, list_digest, seed_of
from venue.draws.reading import read_list
from venue.draws.record import result_text
from venue.draws.verifying import Verified, verify

VECTOR = Path(__file__).parent / "vector"
LIST, PUBLISHED = (VECTOR / name for name in ("list.txt", "published.txt"))
NUMBER = "02 07 11 19 23 30 + 08"
CANCELLED = {8}


def test_the_independent_program_writes_the_vector(tmp_path):
    written = run_node(
        "tests/draws/independent.mjs", str(LIST), NUMBER, *(str(one) for one in CANCELLED)
    )
    assert written.encode() == PUBLISHED.read_bytes()


def test_python_draws_the_vector():
    with LIST.open("rb") as lines:
        frozen = read_list(lines)
    text = LIST.read_bytes().decode()
    digest = list_digest(text)
    seed = seed_of(digest, NUMBER)
    order = drawn_order(seed, frozen.entries)
    places = [
        (entry, None if won is None else frozen.pools[won])
        for entry, won in zip(order, allot(frozen.pools, order, CANCELLED), strict=True)
    ]
    drawn = text + result_text(digest, NUMBER, seed, CANCELLED, places)
    assert drawn.encode() == PUBLISHED.read_bytes()


def test_python_and_the_page_verify_the_vector():
    with PUBLISHED.open("rb") as lines:
        verdict = verify(lines)
    assert isinstance(verdict, Verified)
    given = [{"bytes": base64.b64encode(PUBLISHED.read_bytes()).decode()}]
    (said,) = json.loads(run_node("tests/draws/verify.mjs", given=given))
    assert (said["ok"], said["won"], said["digest"]) == (True, verdict.won, verdict.digest)
