"""The card of a child: what the carer has to know now, and with whom it goes. Each look is kept."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from venue import clock
from venue.blueprints.door.addresses import blueprint, board_of, child_on, require_duty
from venue.blueprints.door.forms import AbsenceForm, CodeForm, StrangerForm
from venue.blueprints.forms import VenueForm
from venue.childcare.at_door import refused_try
from venue.childcare.reading_files import file_of, note_looks, readable_notes
from venue.childcare.rules import Seen, old_enough_to_leave_alone
from venue.config import settings
from venue.db import db, write_transaction
from venue.htmx import render
from venue.permissions import Permission, staff, the_viewer
from venue.places.models import Center

CHILD = "/<slug>/sessions/<int:session_id>/children/<int:person_id>"
"""Where a child of a care day is."""


@blueprint.get(CHILD)
@staff(Permission.CARE)
def child(center: Center, session_id: int, person_id: int) -> Response:
    """Show the card of a child to who is on duty today, and write down that they looked."""
    return card_page(center, session_id, person_id, None, None, 200)


def card_page(
    center: Center,
    session_id: int,
    person_id: int,
    sent: VenueForm | None,
    refusal: Any,
    status: int,
) -> Response:
    """Return the card, with the form that came back and why, if one did.

    `?tried=` names a try to collect the child that was refused: it is done, and only shown again.
    """
    board = board_of(center, session_id, duty=True)
    one = child_on(board, person_id)
    require_duty(center)
    who = the_viewer()
    file = file_of(db.session(), one.child, today=clock.today())
    program_id = board.session.program_id
    note = readable_notes(db.session(), [program_id], [person_id]).get((program_id, person_id))
    page = render(
        "door/child.html",
        status=status,
        board=board,
        one=one,
        file=file,
        note=note,
        passes=[permit for permit in file.passes if permit.valid_on == clock.today()],
        old_enough=old_enough_to_leave_alone(
            clock.today(), one.child.birth_year, one.child.birth_on
        ),
        code_form=sent if isinstance(sent, CodeForm) else CodeForm(formdata=None),
        absence_form=sent if isinstance(sent, AbsenceForm) else AbsenceForm(formdata=None),
        stranger_form=sent if isinstance(sent, StrangerForm) else StrangerForm(formdata=None),
        sent=sent,
        refusal=refusal,
        tried=refused_try(db.session(), session_id, person_id, request.args.get("tried", type=int)),
        tries_left=settings().care_wrong_codes - (file.file.wrong_codes if file.file else 0),
    )
    with write_transaction() as session:
        note_looks(
            session,
            [person_id],
            Seen.CARD,
            center_id=center.id,
            session_id=session_id,
            actor=who.acts(),
            now=clock.now(),
        )
    return page
