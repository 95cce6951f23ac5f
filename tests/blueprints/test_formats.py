"""How weekdays are said."""

from __future__ import annotations

from datetime import time

import pytest
from flask import Flask

from venue.blueprints.formats import recurring
from venue.timeline.rhythm import Rhythm


@pytest.mark.parametrize(
    ("weekdays", "chinese", "english"),
    [
        ((3,), "每周三 18:30–20:00", "Every Wed 18:30–20:00"),
        ((6, 7), "每周六、日 18:30–20:00", "Every Sat, Sun 18:30–20:00"),
        ((1, 3, 5), "每周一、三、五 18:30–20:00", "Every Mon, Wed, Fri 18:30–20:00"),
        ((1, 2, 3, 4, 5), "每周一至五 18:30–20:00", "Every Mon–Fri 18:30–20:00"),
        ((1, 2, 3, 4, 5, 6, 7), "每天 18:30–20:00", "Every day 18:30–20:00"),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_weekdays_in_a_row_are_said_by_the_first_and_the_last(
    app: Flask, weekdays, chinese, english
) -> None:
    rhythm = Rhythm(weekdays, True, time(18, 30), time(20))
    for language, words in (("zh_Hans", chinese), ("en", english)):
        with app.test_request_context(headers={"Cookie": f"lang={language}"}):
            assert recurring(rhythm) == words
