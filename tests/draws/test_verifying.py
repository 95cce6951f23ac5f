"""Running a draw again from its file: Python and the page's JavaScript name the same line."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict

import pytest

from tests.draws.files import FILE, NUMBER, lines_of
from tests.draws.node import run_node
from venue.draws.reading import Disagreement, Fault
from venue.draws.verifying import Verified, verify

SCRIPT = "tests/draws/verify.mjs"


def at(start):
    """Return the place of the first line that begins so."""
    return next(at for at, line in enumerate(FILE) if line.startswith(start))


def replaced(start, old, new):
    """Edit one line."""
    place = at(start)
    assert old in FILE[place]
    return [*FILE[:place], FILE[place].replace(old, new, 1), *FILE[place + 1 :]]


def swapped(start, by=1):
    place = at(start)
    lines = list(FILE)
    lines[place], lines[place + by] = lines[place + by], lines[place]
    return lines


def without(start):
    return [*FILE[: at(start)], *FILE[at(start) + 1 :]]


def doubled(start):
    return [*FILE[: at(start) + 1], *FILE[at(start) :]]


DIGEST, FIRST, POOL = at(b"list-digest"), at(b"application\t"), at(b"pool")
NINTH = at(b"place\t9")
EDITS = {
    "another version": (replaced(b"venue-draw", b"1", b"2"), 0, Fault.FORM),
    "another name": (replaced(b"draw", "秋".encode(), "春".encode()), DIGEST, Fault.DIGEST),
    "no name": (replaced(b"draw\t", "\t秋季夜校".encode(), b""), 1, Fault.FORM),
    "another source": (replaced(b"number-source", b"107", b"108"), DIGEST, Fault.DIGEST),
    "no source": (without(b"number-source"), 2, Fault.FORM),
    "a longer window": (replaced(b"window", b"18:00:00", b"19:00:00"), DIGEST, Fault.DIGEST),
    "a window without zone": (replaced(b"window", b"+08:00", b""), 3, Fault.FORM),
    "more wishes": (replaced(b"wishes", b"3", b"4"), DIGEST, Fault.DIGEST),
    "fewer wishes": (replaced(b"wishes", b"3", b"1"), FIRST, Fault.WISH),
    "a seat more": (replaced(b"pool", b"\t2\t", b"\t3\t"), DIGEST, Fault.DIGEST),
    "seats of which there are none": (replaced(b"pool", b"\t2\t", b"\t-2\t"), POOL, Fault.FORM),
    "pools in another order": (swapped(b"pool"), POOL + 1, Fault.ORDER),
    "a pool twice": (doubled(b"pool"), POOL + 1, Fault.ORDER),
    "a program without a general pool": (without(b"pool\t3\tgeneral"), POOL + 1, Fault.ORDER),
    "no pool": ([line for line in FILE if not line.startswith(b"pool")], POOL, Fault.FORM),
    "no count": (without(b"applications"), FIRST - 1, Fault.FORM),
    "an application too few": (without(b"application\t"), DIGEST - 1, Fault.COUNT),
    "an application twice": (doubled(b"application\t"), FIRST + 1, Fault.ORDER),
    "an application elsewhere": (swapped(b"application\t"), FIRST + 1, Fault.ORDER),
    "another pseudonym": (replaced(b"application\t", b"\t0", b"\tX"), FIRST, Fault.FORM),
    "nobody": (replaced(b"application\t", b"\t1\t", b"\t0\t"), FIRST, Fault.FORM),
    "more people": (replaced(b"application\t", b"\t1\t", b"\t2\t"), DIGEST, Fault.DIGEST),
    "a foreign wish": (replaced(b"application\t", b"\t5", b"\t6"), FIRST, Fault.WISH),
    "a wish twice": (replaced(b"application\t", b"\t5", b"\t3"), FIRST, Fault.WISH),
    "a quota that is not": (
        replaced(b"application\t", b"\t5", b"\t5:residents"),
        FIRST,
        Fault.WISH,
    ),
    "another digest": (replaced(b"list-digest", b"\t", b"\t0"), DIGEST, Fault.DIGEST),
    "no digest": (without(b"list-digest"), DIGEST, Fault.FORM),
    "another number": (replaced(b"public-number", b"08", b"09"), DIGEST + 2, Fault.SEED),
    "no number": (replaced(b"public-number", NUMBER.encode(), b""), DIGEST + 1, Fault.FORM),
    "another seed": (replaced(b"seed", b"\t", b"\t0"), DIGEST + 2, Fault.SEED),
    "cancelled what is not": (replaced(b"cancelled", b"7", b"9"), DIGEST + 3, Fault.ORDER),
    "nothing cancelled": (without(b"cancelled"), None, Fault.PLACE),
    "a place twice": (doubled(b"place\t4"), at(b"place\t4") + 1, Fault.PLACE),
    "places exchanged": (swapped(b"place\t2"), at(b"place\t2"), Fault.PLACE),
    "a place left out": (without(b"place\t3"), at(b"place\t3"), Fault.PLACE),
    "the last left out": (FILE[:-1], len(FILE) - 1, Fault.ENDS),
    "a friend wins": (
        replaced(b"place\t9", b"waiting", b"5\tgeneral"),
        at(b"place\t9"),
        Fault.PLACE,
    ),
    "a word for a place": (replaced(b"place\t9", b"place", b"Place"), at(b"place\t9"), Fault.FORM),
    "more at the end": ([*FILE, FILE[-1]], len(FILE), Fault.MORE),
    "the end without a line feed": ([*FILE[:-1], FILE[-1][:-1]], len(FILE) - 1, Fault.ENCODING),
    "saved with CR LF": ([line[:-1] + b"\r\n" for line in FILE], 0, Fault.ENCODING),
    "saved with a mark": ([b"\xef\xbb\xbf" + FILE[0], *FILE[1:]], 0, Fault.FORM),
    "saved in GB 18030": (
        [line.decode().encode("gb18030") for line in FILE],
        at(b"draw"),
        Fault.ENCODING,
    ),
    "nothing at all": ([], 0, Fault.ENDS),
}


@pytest.fixture(scope="module")
def in_javascript():
    """Return what the page's verifier says of every edited file, of the file and of its list."""
    files = [lines for lines, _, _ in EDITS.values()]
    asked = [
        {"bytes": base64.b64encode(b"".join(lines)).decode()}
        for lines in [*files, FILE, FILE[:DIGEST]]
    ]
    return json.loads(run_node(SCRIPT, given=asked))


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_file_names_the_line(edit):
    lines, place, fault = EDITS[edit]
    found = verify(lines)
    assert isinstance(found, Disagreement)
    assert found.fault is fault
    if place is not None:
        assert found.line == place + 1
    if found.says is not None and fault is not Fault.ENCODING:
        assert lines[found.line - 1].decode() == f"{found.says}\n"


def test_the_page_names_the_same_lines_and_says_the_same(in_javascript):
    *edited, whole, frozen = in_javascript
    assert edited == [{"ok": False, **asdict(verify(lines))} for lines, _, _ in EDITS.values()]
    for said, lines in ((whole, FILE), (frozen, FILE[:DIGEST])):
        verdict = verify(lines)
        assert isinstance(verdict, Verified)
        assert said.pop("own") is None
        said["number_source"] = said.pop("numberSource")
        assert said == {"ok": True, **asdict(verdict)}


def test_a_pseudonym_learns_why(in_javascript):
    """Each number of a file learns its place, and what was left of each wish at its turn."""
    places = [line.decode().split("\t")[1:] for line in lines_of(FILE, b"place")]
    asked = [
        {"bytes": base64.b64encode(b"".join(FILE)).decode(), "pseudonym": pseudonym}
        for _, pseudonym, *_ in places
    ]
    for (place, pseudonym, outcome, *_), said in zip(
        places, json.loads(run_node(SCRIPT, given=asked)), strict=True
    ):
        own = said["own"]
        assert (own["pseudonym"], own["place"], own["of"]) == (pseudonym, int(place), len(places))
        for wish in own["wishes"]:
            assert wish["won"] == (str(wish["programId"]) == outcome)
            if wish["won"]:
                assert wish["left"] >= own["people"]
                break
            assert wish["left"] < own["people"] or wish["cancelled"]
