"""How fast the desk finds one of a hundred thousand people, beside a bare indexed query.

Half of the people are known to the center that searches, and each of them is looked for as a
queue would have it: by the letters of a name, a tail of a number, a name and a year, a building
and letters. The bare query reads as many rows of people by their id, without any rule. One line
for each database and way of searching, and one for all:

    found          people in the answers, on average
    median_ms, p99_ms, bare_median_ms, bare_p99_ms
    ratio          the median by that of the bare query
    p99_ratio      the same of the slowest but one in a hundred

Search and bare query take turns, so that the ratios hold on a machine that is busy with other
things too; the milliseconds do not. Run it with: python benchmarks/desk.py
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from statistics import mean, median
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.turns import database  # noqa: E402
from tests import town as make  # noqa: E402
from tests.frozen_clock import START  # noqa: E402
from venue import clock, create_app  # noqa: E402
from venue.db import db, table  # noqa: E402
from venue.people.models import Person, PersonKey  # noqa: E402
from venue.people.rules import KeySource, Language  # noqa: E402
from venue.people.search_keys import person_keys  # noqa: E402
from venue.places.finding import MOST_FOUND, find_people  # noqa: E402
from venue.places.models import Center, Patron  # noqa: E402

FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余"
GIVEN = "秀英桂兰玉珍淑芳建国志明海燕晓梅文华丽娟永福金凤爱莲春生德顺子涵浩宇欣怡思远雨桐"
SAMPLES = 2000
"""People of whom the searches are made up."""
AT_ONCE = 5000

Row = dict[str, Any]
Way = Callable[[Row], str]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--database", action="append", choices=["postgresql", "sqlite"])
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--searches", type=int, default=300, help="of each way")
    arguments = parser.parse_args()
    for kind in arguments.database or ["postgresql", "sqlite"]:
        with database(kind, "desk") as settings, clock.reading(lambda: START):
            app = create_app(settings)
            with app.app_context():
                for line in _measure(kind, arguments.people, arguments.searches):
                    print(line, flush=True)
                db.session.remove()
                db.engine.dispose()


def _measure(kind: str, people: int, searches: int) -> Iterator[str]:
    center, crowd = _populate(people)
    session = db.session()
    chosen = _drawn(7)
    venue_all: list[float] = []
    bare_all: list[float] = []
    for way, typed in WAYS.items():
        venue: list[float] = []
        bare: list[float] = []
        found: list[int] = []
        for number in range(searches + 20):
            words = typed(chosen.choice(crowd))
            session.rollback()
            session.expunge_all()
            took, known = _timed(lambda: len(find_people(session, center, words).known))  # noqa: B023
            session.rollback()
            session.expunge_all()
            ids = chosen.sample(range(1, people), max(1, known))
            took_bare, _ = _timed(lambda: len(_bare(session, ids)))  # noqa: B023
            if number >= 20:  # the first ones compile statements and fill caches
                venue.append(took)
                bare.append(took_bare)
                found.append(known)
        venue_all += venue
        bare_all += bare
        yield _line(kind, way, people, venue, bare, mean(found))
    yield _line(kind, "all", people, venue_all, bare_all, 0)


def _timed(act: Callable[[], int]) -> tuple[float, int]:
    started = time.perf_counter()
    known = act()
    return 1000 * (time.perf_counter() - started), known


def _bare(session: Session, ids: list[int]) -> list[Person]:
    return list(session.scalars(select(Person).where(Person.id.in_(ids)).limit(MOST_FOUND + 1)))


def _line(
    kind: str, way: str, people: int, venue: list[float], bare: list[float], found: float
) -> str:
    return (
        f"desk db={kind} way={way} people={people} found={found:.1f}"
        f" median_ms={median(venue):.2f} p99_ms={_p99(venue):.2f}"
        f" bare_median_ms={median(bare):.2f} bare_p99_ms={_p99(bare):.2f}"
        f" ratio={median(venue) / median(bare):.2f} p99_ratio={_p99(venue) / _p99(bare):.2f}"
    )


def _drawn(seed: int) -> random.Random:
    """Return the same choices each time."""
    return random.Random(seed)  # noqa: S311  (nothing here is secret)


def _p99(times: list[float]) -> float:
    return sorted(times)[int(0.99 * (len(times) - 1))]


def _populate(people: int) -> tuple[Center, list[Row]]:
    """Write the people, every second of them known to the center; return it and those."""
    session = db.session()
    center = make.center(session, make.district(session))
    rows = _people(people)
    while batch := list(islice(rows, AT_ONCE)):
        session.execute(insert(table(Person)), batch)
        session.execute(insert(table(PersonKey)), [key for one in batch for key in _keys(one)])
        patrons = [
            {"center_id": center.id, "person_id": one["id"], "since_at": START}
            for one in batch
            if one["id"] % 2 == 0
        ]
        session.execute(insert(table(Patron)), patrons)
        session.commit()
    session.execute(text("ANALYZE"))
    session.commit()
    known = [one for one in _people(people) if one["id"] % 2 == 0]
    return center, _drawn(3).sample(known, min(SAMPLES, len(known)))


def _people(people: int) -> Iterator[Row]:
    """Return the same crowd each time: names of two or three characters, as people have them."""
    drawn = _drawn(1)
    for id_ in range(1, people + 1):
        given = "".join(drawn.choices(GIVEN, k=drawn.choice((1, 2, 2, 2))))
        yield {
            "id": id_,
            "full_name": drawn.choice(FAMILY) + given,
            "birth_year": drawn.randint(1930, 2020),
            "phone": f"+861{drawn.randint(3 * 10**9, 10**10 - 1)}",
            "building": f"{drawn.randint(1, 60)}号楼",
            "language": Language.CHINESE,
            "created_at": START,
        }


def _keys(one: Row) -> list[dict[str, object]]:
    keys = person_keys(one["full_name"], one["birth_year"], one["phone"], one["building"])
    return [{"person_id": one["id"], "source": KeySource.PERSON, "key": key} for key in keys]


def _initials(one: Row) -> str:
    """Return the shortest reading of the whole name: a letter for each character."""
    size = len(one["full_name"])
    keys = person_keys(one["full_name"], 0, None, None)
    return min(key for key in keys if len(key) == size and key.isascii() and key.isalpha())


WAYS: dict[str, Way] = {
    "initials": _initials,
    "initials_year": lambda one: f"{_initials(one)} {one['birth_year']}",
    "name": lambda one: one["full_name"],
    "family_name": lambda one: one["full_name"][:1],
    "name_year": lambda one: f"{one['full_name']} {one['birth_year']}",
    "phone_tail": lambda one: one["phone"][-4:],
    "year": lambda one: str(one["birth_year"]),
    "building": lambda one: f"{one['building']} {one['full_name'][:1]}",
    "nobody": lambda one: f"{one['full_name']} 1899",
}
"""What is typed for a person."""


if __name__ == "__main__":
    main()
