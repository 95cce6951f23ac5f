"""The day board of a center: its care days of today, and where each child is."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.door.addresses import blueprint, on_duty
from venue.blueprints.door.forms import VolunteerForm
from venue.childcare.board import Board, boards, care_sessions
from venue.childcare.reading_files import note_first_looks
from venue.childcare.rules import Seen
from venue.db import db, write_transaction
from venue.htmx import render
from venue.permissions import Permission, staff, the_viewer
from venue.places.models import Center


@blueprint.get("/<slug>")
@staff(Permission.CARE)
def show(center: Center) -> Response:
    """Show the care days of today; the numbers of guardians that it shows are recorded as seen."""
    return board_page(center, None, None, 200)


def board_page(center: Center, sent: VolunteerForm | None, refusal: Any, status: int) -> Response:
    """Return the board, with a form that came back and why, if one did."""
    now, who = clock.now(), the_viewer()
    duty = on_duty(db.session(), center, who)
    days = care_sessions(db.session(), center.id, clock.today())
    found = boards(db.session(), days, on_duty=duty, now=now)
    _note_numbers(center, found, who.acts())
    return render(
        "door/board.html",
        "door/_boards.html",
        status=status,
        boards=found,
        duty=duty,
        sent=sent,
        refusal=refusal,
        volunteer_form=sent or VolunteerForm(formdata=None),
        now=now,
    )


def _note_numbers(center: Center, found: list[Board], actor: Actor) -> None:
    seen = {
        (board.session.id, one.child.id)
        for board in found
        for one in board.children
        if one.guardians
    }
    if not seen:
        return
    with write_transaction() as session:
        note_first_looks(session, seen, Seen.PHONES, center.id, actor=actor, now=clock.now())
