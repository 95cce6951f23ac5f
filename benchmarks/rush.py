"""How fast seats are given away in a rush, beside what database and web server allow.

Gunicorn (2 workers x 4 threads) serves Venue on PostgreSQL and on SQLite; 32 keep-alive clients
that are signed in send enrollment forms, for (a) one 30-seat course after another and (b) 40
courses at once. One line for each database and case:

    enrollments_per_s  forms that got a seat
    floor_per_s        the same, when the SQL of such a form goes through psycopg or sqlite3 alone
    refusals_per_s     forms for full courses, each answered with the page that says why
    hello_per_s        an empty page: the same application, login check and frame, and nothing in it
    oversold, unsold   seats given twice, and seats left although somebody wanted them

(c), on PostgreSQL alone, is the opening of a term: 20,000 people want one of 40 courses of 25
seats and try up to three of them, over 200 connections. Its line has the figures of refusals, and

    errors             answers that are neither a seat nor a refusal, or none
    sold_out_s         seconds until the last seat was given
    p99_ms             of all answers; winner_ms and refused_ms are p50/p99/p99.9

Both databases lie on the disk, and every commit waits for it. What is compared warms up first and
then takes turns, round by round. A ratio is the median of the ratios within each round, so that
it holds on a machine that is busy with other things too; the figures per second, medians as well,
do not.

The floor uses the drivers as they come. Psycopg forgets its prepared statements with every
rollback, and one ends the reading before each form is carried out; Venue's connections keep them.
With --prepared-floor the floor keeps them too.

Run it with: python benchmarks/rush.py
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path

import psycopg
from flask import Flask

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.rushing.clients import Clients
from benchmarks.rushing.databases import DATABASES
from benchmarks.rushing.floor import Floor, record
from benchmarks.rushing.measuring import Rush, line
from benchmarks.rushing.opening import CONNECTIONS, open_term, opening_line
from benchmarks.rushing.serving import served
from benchmarks.rushing.town import CLIENTS, Town, all_at_once, one_after_another, wishes
from venue import create_app
from venue.config import Settings
from venue.db import PostgresConnection

TRIES = 3
"""Courses that one person of case (c) tries at most."""


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    signal.signal(signal.SIGALRM, _too_long)
    for name in arguments.database or DATABASES:
        signal.alarm(60 * arguments.minutes)
        with DATABASES[name]() as settings:
            asyncio.run(_measure(name, settings, arguments))
    signal.alarm(0)


def _too_long(*_signal: object) -> None:
    raise SystemExit("this takes too long; give it fewer courses or more --minutes")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--database", action="append", choices=DATABASES)
    parser.add_argument("--case", action="append", choices=("a", "b", "c"))
    parser.add_argument("--courses", type=int, default=30, help="of case a, one after another")
    parser.add_argument("--courses-at-once", type=int, default=40, help="of case b")
    parser.add_argument("--courses-before", type=int, default=10, help="of the warm-up")
    parser.add_argument("--seats", type=int, default=30, help="of each course")
    parser.add_argument("--people", type=int, default=20_000, help="of case c")
    parser.add_argument("--courses-of-term", type=int, default=40, help="of case c")
    parser.add_argument("--seats-of-term", type=int, default=25, help="of each course of case c")
    parser.add_argument("--rounds", type=int, default=10, help="into which a case is cut")
    parser.add_argument("--seconds", type=float, default=1.0, help="of refusals, and of hello")
    parser.add_argument("--prepared-floor", action="store_true", help="as Venue's connections are")
    parser.add_argument("--minutes", type=int, default=10, help="after which a database gives up")
    return parser.parse_args()


async def _measure(name: str, settings: Settings, arguments: argparse.Namespace) -> None:
    app = create_app(settings)
    town = Town(app, arguments.seats)
    cases = set(arguments.case or "abc")
    if cases & {"a", "b"}:
        await _sell(name, settings, arguments, app, town, cases)
    if "c" in cases and name == "postgresql":
        await _open(name, settings, arguments, town)


async def _sell(
    name: str,
    settings: Settings,
    arguments: argparse.Namespace,
    app: Flask,
    town: Town,
    cases: set[str],
) -> None:
    """Measure cases (a) and (b)."""
    # Each twice: for the product and for the floor.
    before = [town.crowd(all_at_once, arguments.courses_before) for _ in range(2)]
    orders = {
        "a": (one_after_another, arguments.courses),
        "b": (all_at_once, arguments.courses_at_once),
    }
    crowds = {
        case: [town.crowd(*order) for _ in range(2)]
        for case, order in orders.items()
        if case in cases
    }
    latecomers = town.residents(CLIENTS)
    script = record(app, *town.crowd(one_after_another, 1).demands[:2])
    psycopg_as = PostgresConnection if arguments.prepared_floor else psycopg.Connection
    with (
        Floor.at_work(settings.database_url, psycopg_as, script) as floor,
        served(settings) as port,
    ):
        clients = Clients(port, CLIENTS)
        rush = Rush(clients, floor, latecomers, arguments.seconds)
        await rush.carry_out(*before, 1)
        for case, (crowd, floor_crowd) in crowds.items():
            rounds = await rush.carry_out(crowd, floor_crowd, arguments.rounds)
            sold, floor_sold = town.sold(crowd.courses), town.sold(floor_crowd.courses)
            print(line(name, case, rounds, sold, floor_sold), flush=True)
        await clients.close()


async def _open(name: str, settings: Settings, arguments: argparse.Namespace, town: Town) -> None:
    """Measure case (c)."""
    courses = town.courses(arguments.courses_of_term, arguments.seats_of_term)
    residents = town.residents(arguments.people)
    people = wishes(courses, residents, TRIES)
    before = wishes(
        town.courses(2, 1), town.residents(min(arguments.people, 2 * CONNECTIONS)), TRIES
    )
    seats = arguments.courses_of_term * arguments.seats_of_term
    with served(settings) as port:
        clients = Clients(port, CONNECTIONS)
        await clients.try_in_turn(iter(before))
        opening = await open_term(
            clients, people, residents, seats, arguments.rounds, arguments.seconds
        )
        await clients.close()
    print(opening_line(name, len(people), opening, town.sold(courses)), flush=True)


if __name__ == "__main__":
    main()
