"""A child goes: by code, with an adult whom the carer has identified, or alone; or it stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.door.addresses import blueprint, board_of, child_on, mark, on_board
from venue.blueprints.door.card import CHILD, card_page
from venue.blueprints.door.forms import CodeForm, StrangerForm, WhoForm
from venue.blueprints.forms import VenueForm
from venue.blueprints.taps import TapForm
from venue.childcare import releasing
from venue.childcare.codes import code_key
from venue.childcare.releasing import Kept, Released, ReleaseUndone
from venue.config import settings
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.submissions import ask_again


@blueprint.post(f"{CHILD}/release/code")
@staff(Permission.CARE)
def by_code(center: Center, session_id: int, person_id: int) -> Response:
    """Let a child go with whom knows a code of it."""
    form = CodeForm()

    def verb(session: Session, **by: Any) -> Any:
        key = code_key(settings().secret_key)
        code = form.code.data or ""
        return releasing.release_by_code(session, session_id, person_id, code, key=key, **by)

    return _release(center, session_id, person_id, form, verb)


@blueprint.post(f"{CHILD}/release/permitted")
@staff(Permission.CARE)
def to_permitted(center: Center, session_id: int, person_id: int) -> Response:
    """Let a child go with a permitted adult whom the carer has identified."""
    form = WhoForm()

    def verb(session: Session, **by: Any) -> Any:
        who = form.who_id.data or 0
        return releasing.release_to_permitted(session, session_id, person_id, who, **by)

    return _release(center, session_id, person_id, form, verb)


@blueprint.post(f"{CHILD}/release/guardian")
@staff(Permission.CARE)
def to_guardian(center: Center, session_id: int, person_id: int) -> Response:
    """Let a child go with a guardian whom the carer has identified."""
    form = WhoForm()

    def verb(session: Session, **by: Any) -> Any:
        who = form.who_id.data or 0
        return releasing.release_to_guardian(session, session_id, person_id, who, **by)

    return _release(center, session_id, person_id, form, verb)


@blueprint.post(f"{CHILD}/release/alone")
@staff(Permission.CARE)
def alone(center: Center, session_id: int, person_id: int) -> Response:
    """Let a child go home by itself."""

    def verb(session: Session, **by: Any) -> Any:
        return releasing.release_alone(session, session_id, person_id, **by)

    return _release(center, session_id, person_id, TapForm(), verb)


@blueprint.post(f"{CHILD}/release/refusal")
@staff(Permission.CARE)
def refuse(center: Center, session_id: int, person_id: int) -> Response:
    """Write down that somebody came who is on no list; the guardians are told at once."""
    form = StrangerForm()

    def verb(session: Session, **by: Any) -> Any:
        who = (form.stranger.data or "", form.stranger_relation.data or "")
        return releasing.refuse_stranger(session, session_id, person_id, who, **by)

    return _release(center, session_id, person_id, form, verb)


@blueprint.post(f"{CHILD}/release/withdrawal")
@staff(Permission.CARE)
def undo(center: Center, session_id: int, person_id: int) -> Response:
    """Take a release back: the wrong child was tapped."""

    def verb(session: Session, **by: Any) -> Any:
        return releasing.undo_release(session, session_id, person_id, **by)

    return _release(center, session_id, person_id, TapForm(), verb)


def _release(
    center: Center,
    session_id: int,
    person_id: int,
    form: VenueForm,
    verb: Callable[..., Any],
) -> Response:
    child_on(board_of(center, session_id, duty=False), person_id)

    def page(sent: VenueForm, refusal: Any, status: int) -> Response:
        return card_page(center, session_id, person_id, sent, refusal, status)

    if not form.validate():
        return ask_again(form) if form.expired else page(form, None, 422)

    def act(session: Session, actor: Actor) -> Any:
        # A code is checked when it arrives; the rest may have waited for a network.
        now = form.made_at if isinstance(form, TapForm) else clock.now()
        return verb(session, actor=actor, now=now)

    def address(outcome: Any) -> str:
        """Lead to the board, or to the card that says why the child stays."""
        if isinstance(outcome, Kept):
            return url_for(
                "door.child",
                slug=center.slug,
                session_id=session_id,
                person_id=person_id,
                tried=outcome.collection_id,
            )
        return on_board(center, f"child-{session_id}-{person_id}")(outcome)

    # A refusal is written down, and counted: sent twice, such a form must not be carried out twice.
    return mark(center, form, act, (Released, ReleaseUndone, Kept), page, address=address)
