"""What tests of pages ask for by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests import town as make
from tests.browsing import Answer, Browser


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
def office(browse, db_session) -> Office:
    town = make.build(db_session)
    browse.sign_in(make.user_of(db_session, town.shen_lan))
    db_session.rollback()
    return Office(browse, town)
