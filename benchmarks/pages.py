"""How fast pages are, beside their template alone, and when the database grows.

A town of 1, of 100 and of 1,000 centers lies in three PostgreSQL databases: a year of bookings,
about a million in the largest (see pages_town.py). The same center is looked at in each. A page is
asked for as a web server asks, through WSGI; its template is rendered from what the view gave it,
without a single query. One line for each page:

    ratio            requests a second among 1,000 centers, by those of the template alone
    cpu_ratio        the same in the time of this process alone: what others on the machine cannot
                     slow down; the server of the database, and waiting for it, is not in it
    growth           the page's time among 1,000 centers, by that among one
    growth_100       the same among 100 centers
    requests_per_s   of one process, and template_per_s of the template alone
    queries          how many the page asks, the same number in each database

All of them take turns within a run, so that ratio and growth, medians over the turns, hold on a
machine that is busy with other things too; the figures per second do not. Run it with:
python benchmarks/pages.py
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

from flask import Flask, before_render_template
from sqlalchemy import event
from werkzeug.test import EnvironBuilder, run_wsgi_app

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.pages_town import LOOKED_AT, SLUG, WEEKS, populate  # noqa: E402
from tests.browsing import Browser  # noqa: E402
from tests.databases import PostgresTemplate, postgres_server, settings_for  # noqa: E402
from tests.frozen_clock import START  # noqa: E402
from venue import clock, create_app  # noqa: E402
from venue.accounts.models import User  # noqa: E402
from venue.db import db  # noqa: E402

SIZES = (1, 100, 1000)
WARM_UP = 12
"""The driver prepares a statement that it is given for the sixth time, and the server keeps its
plan when it is carried out for the sixth time after that."""


@dataclass(frozen=True)
class Size:
    """How much is measured: requests before all rounds, rounds, requests of each in a round."""

    warm_up: int
    rounds: int
    requests: int


@dataclass(frozen=True)
class Page:
    """A page by its name: its address, where {room} is a room, and whether a manager looks."""

    name: str
    path: str
    by_manager: bool = False


PAGES = (
    Page("week", f"/centers/{SLUG}/rooms?week={LOOKED_AT}"),
    Page("day", f"/office/{SLUG}/day?on={LOOKED_AT}", by_manager=True),
    Page("search", f"/centers/{SLUG}/rooms/search?on={LOOKED_AT}&from=16:00&to=17:30&people=10"),
    Page(
        "search-nothing-free",
        f"/centers/{SLUG}/rooms/search?on={LOOKED_AT}&from=09:00&to=10:30&people=10",
    ),
    Page("room", f"/rooms/{{room}}?week={LOOKED_AT}"),
    Page("today", f"/centers/{SLUG}/"),
    Page("year", f"/centers/{SLUG}/year"),
)


class Town:
    """An application on a database of so many centers, and its visitors' cookies."""

    def __init__(self, database_url: str, folder: Path, centers: int, weeks: int) -> None:
        self.app = create_app(settings_for(database_url, folder))
        self._looker = populate(self.app, centers, weeks)
        self._cookies = {
            True: self._sign_in(self._looker.manager_id),
            False: self._sign_in(self._looker.resident_id),
        }
        self.sent = 0
        with self.app.app_context():
            event.listen(db.engine, "before_cursor_execute", self._count)

    def visit(self, page: Page) -> Callable[[], str]:
        """Return what asks for a page once, and gives its text."""
        environ = self._environ(page)

        def ask() -> str:
            body, status, _ = run_wsgi_app(self.app, dict(environ), buffered=True)
            if not status.startswith("200"):
                raise SystemExit(f"{page.path} was answered {status}")
            return b"".join(body).decode()

        return ask

    @contextmanager
    def template(self, page: Page) -> Iterator[Callable[[], str]]:
        """Give what renders the template of a page once more, from what its view gave it."""
        given: list[tuple[Any, dict[str, Any]]] = []

        def keep(_app: Flask, template: Any, context: dict[str, Any], **_: object) -> None:
            given.append((template, context))

        with (
            self.app.request_context(self._environ(page)),
            before_render_template.connected_to(keep, self.app),
        ):
            self.app.full_dispatch_request()
            template, context = given[0]
            # What the frame of the office asks while it is rendered is asked once.
            for name in ("waiting_requests", "waiting_applications", "waiting_appeals"):
                context[name] = cache(context[name])
            yield lambda: template.render(context)

    def close(self) -> None:
        """Close the connections."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def _environ(self, page: Page) -> dict[str, Any]:
        return EnvironBuilder(
            page.path.format(room=self._looker.room_id),
            headers={"Cookie": self._cookies[page.by_manager], "Accept-Language": "zh-CN"},
        ).get_environ()

    def _sign_in(self, account: int) -> str:
        browser = Browser(self.app)
        with self.app.app_context():
            browser.sign_in(db.session.get_one(User, account))
        name = self.app.config["SESSION_COOKIE_NAME"]
        cookie = browser.client.get_cookie(name)
        if cookie is None:
            raise SystemExit("signing in gave no cookie")
        return f"{name}={cookie.value}"

    def _count(self, *_: object) -> None:
        self.sent += 1


@dataclass(frozen=True)
class Spent:
    """Seconds by the clock on the wall, and by that of the processor."""

    wall: float
    cpu: float


@dataclass
class Measured:
    """What one page took in each town, and what its template took, turn by turn."""

    page: Page
    towns: list[list[Spent]]
    template: list[Spent]
    queries: list[int]

    def line(self) -> str:
        """Return the one line that is printed."""
        smallest, middle, largest = self.towns
        return (
            f"page={self.page.name}"
            f" ratio={_ratio(self.template, largest, 'wall'):.2f}"
            f" growth={_ratio(largest, smallest, 'wall'):.2f}"
            f" growth_100={_ratio(middle, smallest, 'wall'):.2f}"
            f" cpu_ratio={_ratio(self.template, largest, 'cpu'):.2f}"
            f" requests_per_s={1 / median(one.wall for one in largest):.0f}"
            f" template_per_s={1 / median(one.wall for one in self.template):.0f}"
            f" queries={'/'.join(map(str, sorted(set(self.queries))))}"
        )


def main(given: Sequence[str] | None = None) -> None:
    """Measure and print."""
    arguments = _arguments(given)
    with clock.reading(lambda: START), _towns(arguments.centers, arguments.weeks) as towns:
        for page in PAGES:
            if arguments.page is None or page.name in arguments.page:
                size = Size(arguments.warm_up, arguments.rounds, arguments.requests)
                print(_measure(page, towns, size).line(), flush=True)


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--page", action="append", choices=[page.name for page in PAGES])
    parser.add_argument(
        "--centers", type=int, nargs=3, default=SIZES, help="of the towns, in order of size"
    )
    parser.add_argument("--weeks", type=int, default=WEEKS, help="of bookings")
    parser.add_argument("--warm-up", type=int, default=WARM_UP, help="requests before all rounds")
    parser.add_argument("--rounds", type=int, default=15, help="in which all take turns")
    parser.add_argument("--requests", type=int, default=4, help="of each in a round")
    return parser.parse_args(given)


def _measure(page: Page, towns: Sequence[Town], size: Size) -> Measured:
    visits = [town.visit(page) for town in towns]
    queries = []
    for town, visit in zip(towns, visits, strict=True):
        for _ in range(size.warm_up):
            before = town.sent
            visit()
        queries.append(town.sent - before)
    measured = Measured(page, [[] for _ in towns], [], queries)
    for _ in range(size.rounds):
        for spent, visit in zip(measured.towns, visits, strict=True):
            spent.append(_spent(visit, size.requests))
        with towns[-1].template(page) as render:
            render()
            before = towns[-1].sent
            measured.template.append(_spent(render, size.requests))
            if towns[-1].sent != before:
                raise SystemExit(f"the template of {page.name} asks the database")
    return measured


def _spent(act: Callable[[], str], times: int) -> Spent:
    """Return what one of so many takes."""
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(times):
        act()
    return Spent((time.perf_counter() - wall) / times, (time.process_time() - cpu) / times)


def _ratio(above: Sequence[Spent], below: Sequence[Spent], by: str) -> float:
    pairs = zip(above, below, strict=True)
    return median(getattr(one, by) / getattr(other, by) for one, other in pairs)


@contextmanager
def _towns(sizes: Sequence[int], weeks: int) -> Iterator[list[Town]]:
    run = f"pages{os.getpid()}"
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(postgres_server(run))
        template = stack.enter_context(PostgresTemplate.migrated(server, f"venue_{run}", folder))
        towns = []
        for number, centers in enumerate(sizes):
            url = stack.enter_context(template.copy(f"of_{number}"))
            started = time.perf_counter()
            towns.append(Town(url, folder, centers, weeks))
            stack.callback(towns[-1].close)
            print(
                f"a town of {centers} centers in {time.perf_counter() - started:.0f} s",
                file=sys.stderr,
            )
        yield towns


if __name__ == "__main__":
    main()
