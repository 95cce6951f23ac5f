"""Files with people's names: who took which along, and how many, is written down with each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import abort, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue.audit.rules import Actor
from venue.blueprints.forms import ButtonForm, new_submission_key
from venue.blueprints.office.base import carried_out
from venue.blueprints.spreadsheets import Cell, csv_answer, xlsx_answer
from venue.submissions import Done, ask_again

Row = TypeVar("Row")


@dataclass(frozen=True)
class Exported(Done):
    """The file was asked for and that was written down: this answer is the file."""

    rows: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands in a file, but for its lines: its name without ending, its title, its head."""

    filename: str
    title: str
    head: Sequence[str]


def file_answer(
    back: str,
    verb: Callable[[Session, Actor], Sequence[Row]],
    sheet: Callable[[], Sheet],
    lines: Callable[[Sequence[Row]], Iterable[list[Cell]]],
) -> Response:
    """Answer the buttons of a download: `kind` is csv or xlsx, `back` the page they stand on.

    `verb` returns what leaves and records it, also for the second of a button pressed twice.
    """
    form = ButtonForm()
    if not form.validate_on_submit():
        return ask_again(form)
    kind = request.form.get("kind", "")
    if kind not in {"csv", "xlsx"}:
        abort(400)

    def act(session: Session, actor: Actor) -> Any:
        return Exported(back, verb(session, actor))

    rows: Sequence[Row] = carried_out(new_submission_key(), act).rows
    made = sheet()
    if kind == "csv":
        return csv_answer(made.filename, made.head, lines(rows))
    return xlsx_answer(made.filename, made.title, made.head, lines(rows))
