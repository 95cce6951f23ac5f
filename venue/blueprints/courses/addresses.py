"""The blueprint of courses, and the addresses that its pages give each other."""

from __future__ import annotations

from flask import Blueprint, url_for

blueprint = Blueprint("courses", __name__)


def seats_address(program_id: int, pool_id: int, person_id: int | None = None) -> str:
    """Return where one sees what a person has at a pool: the course page, at these seats.

    Asked for a part, the same address answers with the seats alone.
    """
    return url_for(
        "courses.show",
        program_id=program_id,
        pool=pool_id,
        person=person_id,
        _anchor=f"pool-{pool_id}",
    )
