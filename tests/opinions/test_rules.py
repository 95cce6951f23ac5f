"""Who may say what they thought, and when, as a table of cases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from venue.opinions.rules import NotAsked, NotOver, TooLongAgo, WasNotThere, opinion_refusal

END = datetime(2026, 9, 22, 12, 0, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("asked", "there", "now", "refused"),
    [
        (False, True, END, NotAsked()),
        (True, True, END - 16 * MINUTE, NotOver(END - 15 * MINUTE)),
        (True, True, END - 15 * MINUTE, None),
        (True, True, END + 14 * DAY, None),
        (True, True, END + 14 * DAY + MINUTE, TooLongAgo(END + 14 * DAY)),
        (True, False, END, WasNotThere()),
    ],
)
def test_an_opinion_is_taken_of_who_was_there_when_it_is_over(asked, there, now, refused):
    assert opinion_refusal(asked=asked, was_there=there, ends_at=END, now=now) == refused
