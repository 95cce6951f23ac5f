"""The inbox: what the family was told, and marking it read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, abort, url_for
from sqlalchemy import literal, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from venue import clock
from venue.blueprints.forms import VenueForm
from venue.blueprints.my.addresses import blueprint
from venue.db import db
from venue.htmx import answer, render
from venue.notifications.models import Message
from venue.notifications.telling import mark_read
from venue.permissions import Viewer, family_ids, represented, signed_in, the_viewer
from venue.submissions import Done, ask_again, submit

MESSAGES_SHOWN = 100
"""The newest; what is older has long been done (own)."""


class ReadForm(VenueForm):
    """Up to which message everything was read: one that came meanwhile stays unread."""

    up_to_id = IntegerField(validators=[InputRequired(), NumberRange(1, 2**31 - 1)])


@blueprint.get("/my/messages")
@signed_in
def inbox() -> Response:
    """Show what the family was told, the newest first."""
    people = represented(db.session(), the_viewer())
    messages = db.session.scalars(
        select(Message)
        .where(Message.person_id.in_(family_ids(literal(the_viewer().person.id))))
        .order_by(Message.id.desc())
        .limit(MESSAGES_SHOWN)
    ).all()
    return render(
        "my/inbox.html",
        messages=[(message, moments(message.parameters)) for message in messages],
        people={person.id: person for person in people},
        newest_id=messages[0].id if messages else None,
        any_unread=any(message.read_at is None for message in messages),
    )


@blueprint.post("/my/messages/reading")
@signed_in
def read() -> BaseResponse:
    """Mark the messages as read, up to the newest that was on the page."""
    form = ReadForm()
    if not form.validate_on_submit():
        return ask_again(form)

    up_to_id = form.up_to_id.data or 0

    def act(session: Session, who: Viewer | None) -> Done:
        if who is None:
            abort(401)
        for person in represented(session, who):
            mark_read(session, person.id, up_to_id, now=clock.now())
        return Done(url_for("my.inbox"))

    return answer(submit(form.submission_key.data or "", act).location)


def moments(parameters: dict[str, Any]) -> dict[str, Any]:
    """Return a message's parameters with the instants, which JSON keeps as text, read back."""
    return {name: _read(name, value) for name, value in parameters.items()}


def _read(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return [moments(one) if isinstance(one, dict) else one for one in value]
    return datetime.fromisoformat(value) if value and name in INSTANTS else value


INSTANTS = frozenset(
    {
        "added_at",
        "at",
        "closes_at",
        "ends_at",
        "expires_at",
        "first_at",
        "from_at",
        "from_end",
        "last_at",
        "session_at",
        "starts_at",
        "to_at",
        "to_end",
    }
)
