"""Numbers of rows in addresses: one too large for the database is an address that leads nowhere."""

from __future__ import annotations

from typing import Any

from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**31 - 1
"""PostgreSQL's integer; a larger number would break the query instead of finding nothing."""


def optional_row_number(text: object) -> int | None:
    """Read the choice of a row in a form, where an empty one chooses none of them.

    Raises ValueError for what is no number.
    """
    return int(str(text)) if text not in {None, "", "None"} else None


class RowNumber(IntegerConverter):
    """The `int` of every route."""

    def __init__(self, map: Map, **options: Any) -> None:  # noqa: A002  (Werkzeug's name)
        super().__init__(map, **{"max": LARGEST, **options})
