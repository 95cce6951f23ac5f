"""What the stories ask for: a Chromium, the demo town on a server, and a visitor at a window."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

from tests.browser.server import Site, begin_again, load_town, serving
from tests.browser.visiting import Visitor, visiting
from tests.databases import SqliteTemplate

CHROMIUM = "chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
]

Open = Callable[..., Visitor]
"""Opens one more window, with the options of Playwright's `new_context`."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium; skip without it, which fails with CI=true."""
    path = os.environ.get("VENUE_TEST_CHROMIUM") or shutil.which(CHROMIUM)
    if path is None:
        pytest.skip("no Chromium: install Debian's `chromium`, or name one in VENUE_TEST_CHROMIUM")
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        except Error as error:
            pytest.skip(f"Chromium does not start: {error}")
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def town_file(
    sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory, worker: str
) -> Path:
    """Load the demo town once for all workers; every site is a copy of this file."""
    own = tmp_path_factory.getbasetemp()
    shared = own if worker == "master" else own.parent
    path = shared / "town.db"
    with (shared / "town.lock").open("w") as queue:
        fcntl.flock(queue, fcntl.LOCK_EX)
        if not path.exists():
            load_town(sqlite_template, own / "town-being-loaded.db")
            (own / "town-being-loaded.db").rename(path)
    return path


@pytest.fixture(scope="session")
def reading_site(town_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a town for those who only look."""
    with serving(town_file, tmp_path_factory.mktemp("reading")) as site:
        yield site


@pytest.fixture(scope="session")
def writing_site(town_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a town for those who write."""
    with serving(town_file, tmp_path_factory.mktemp("writing")) as site:
        yield site


@pytest.fixture
def site(writing_site: Site, town_file: Path) -> Site:
    """Give this story a town in which nobody has written yet."""
    begin_again(writing_site, town_file)
    return writing_site


@pytest.fixture
def visit(chromium: Browser, site: Site) -> Iterator[Open]:
    """Open windows on the story's town: `visit()`, `visit(java_script_enabled=False)`."""
    with ExitStack() as windows:
        yield lambda **options: windows.enter_context(visiting(chromium, site, **options))


@pytest.fixture
def look(chromium: Browser, reading_site: Site) -> Iterator[Open]:
    """Open windows on the town of those who only look."""
    with ExitStack() as windows:
        yield lambda **options: windows.enter_context(visiting(chromium, reading_site, **options))
