"""What tests of pages ask for by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests import town as make
from tests.browsing import Answer, Browser
from venue.people.models import Person
from venue.seats.models import SeatPool


@dataclass
class Office:
    """沈岚 at work in the office of 梧桐里."""

    browse: Browser
    town: make.Town
    root: str = "/office/wutongli"

    def get(self, path: str = "/", status: int = 200) -> Answer:
        """Open a page of the office."""
        return self.browse.get(self.root + path, status)

    def fill(
        self, path: str, typed: Mapping[str, Any], status: int = 303, action: str | None = None
    ) -> Answer:
        """Open the page, fill in its form (the one that leads to `action`), and send it."""
        form = self.get(path).form(action or path)
        return self.browse.submit(form, typed, status)

    def press(self, path: str, action: str, status: int = 303) -> Answer:
        """Open the page and press the button that leads to `action`."""
        return self.browse.submit(self.get(path).form(action), {}, status)


@pytest.fixture
def pool(db_session, town) -> SeatPool:
    """Return the seats of the painting course."""
    return make.pool_of(db_session, town.painting)


@pytest.fixture
def sign_in(browse, db_session) -> Callable[[Person], None]:
    """Let the visitor be a person of the town."""

    def sign_in(person: Person) -> None:
        browse.sign_in(make.user_of(db_session, person))
        db_session.rollback()  # An older read would forbid SQLite the writes that follow.

    return sign_in


@pytest.fixture
def visit(app, db_session, town) -> Callable[[Person], Browser]:
    """Give each person of the town a browser of their own."""

    def visit(person: Person) -> Browser:
        browse = Browser(app)
        browse.sign_in(make.user_of(db_session, person))
        return browse

    return visit


@pytest.fixture
def office(browse, town, sign_in) -> Office:
    sign_in(town.shen_lan)
    return Office(browse, town)
