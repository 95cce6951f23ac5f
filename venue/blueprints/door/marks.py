"""A child is there, or is not after all."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue.attendance.outcomes import Marked, NoSeat, Unmarked
from venue.audit.rules import Actor
from venue.blueprints.door.addresses import blueprint, board_of, child_on, mark, on_board
from venue.blueprints.door.card import CHILD, card_page
from venue.blueprints.door.forms import AbsenceForm, ArrivalForm
from venue.blueprints.taps import TapForm
from venue.childcare.arriving import let_in, seat_of_day, take_arrival_back
from venue.childcare.changing_days import Absent, tell_absence
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.submissions import ask_again


@blueprint.post(f"{CHILD}/arrival")
@staff(Permission.CARE)
def arrive(center: Center, session_id: int, person_id: int) -> Response:
    """Mark a child as there; its guardians are told."""
    form = ArrivalForm()
    seen = bool(form.allergy_seen.data)

    def verb(session: Session, actor: Actor) -> Any:
        return let_in(
            session, session_id, person_id, allergy_seen=seen, actor=actor, now=form.made_at
        )

    return _mark(center, session_id, person_id, form, verb, Marked)


@blueprint.post(f"{CHILD}/arrival/withdrawal")
@staff(Permission.CARE)
def correct(center: Center, session_id: int, person_id: int) -> Response:
    """Take the mark back: the wrong child was tapped."""
    form = TapForm()

    def verb(session: Session, actor: Actor) -> Any:
        return take_arrival_back(session, session_id, person_id, actor=actor, now=form.made_at)

    return _mark(center, session_id, person_id, form, verb, Unmarked)


@blueprint.post(f"{CHILD}/absence")
@staff(Permission.CARE)
def absence(center: Center, session_id: int, person_id: int) -> Response:
    """Note that a child does not come, as a guardian has just said; nobody looks for it then."""
    form = AbsenceForm()

    def verb(session: Session, actor: Actor) -> Any:
        seat = seat_of_day(session, session_id, person_id)
        if seat is None:
            return NoSeat()
        why = form.absence.data or ""
        return tell_absence(session, person_id, seat, why, actor=actor, now=form.made_at)

    return _mark(center, session_id, person_id, form, verb, Absent)


def _mark(
    center: Center, session_id: int, person_id: int, form: Any, verb: Any, well: type
) -> Response:
    child_on(board_of(center, session_id, duty=False), person_id)
    if not form.validate():
        if form.expired or not isinstance(form, AbsenceForm):
            return ask_again(form)
        return card_page(center, session_id, person_id, form, None, 422)
    return mark(
        center,
        form,
        verb,
        (well,),
        lambda sent, refusal, status: card_page(
            center, session_id, person_id, sent, refusal, status
        ),
        address=on_board(center, f"child-{session_id}-{person_id}"),
    )
