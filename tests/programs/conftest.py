"""The town with its course in the calendars."""

import pytest

from tests import town as make


@pytest.fixture
def town(session, town):
    return make.in_calendars(session, town)
