"""The blueprint of care, and finding the program that an address names."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, abort

from venue import clock
from venue.blueprints.courses.showing import family, require_visible
from venue.childcare.reading import Care, care_of
from venue.db import db
from venue.people.models import Person
from venue.people.rules import ADULT, age_on
from venue.programs.models import Program

blueprint = Blueprint("care", __name__, url_prefix="/care")


def visible(program_id: int) -> tuple[Program, Care | None]:
    """Return a program, with its days when it is one of care; answers 404 for what is not seen."""
    program = db.session.get(Program, program_id)
    if program is None:
        abort(404)
    require_visible(program)
    return program, care_of(db.session(), program_id)


def visible_care(program_id: int) -> tuple[Program, Care]:
    """Return a program of care with its days; answers 404 when there is none to be seen."""
    program, care = visible(program_id)
    if care is None:
        abort(404)
    return program, care


def children() -> list[Person]:
    """Return the children for whom the visitor may act; nobody when not signed in."""
    return minors(family())


def minors(people: Iterable[Person]) -> list[Person]:
    """Return who of some people is under age today."""
    today = clock.today()
    return [one for one in people if age_on(today, one.birth_year, one.birth_on) < ADULT]
