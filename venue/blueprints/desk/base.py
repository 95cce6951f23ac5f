"""The blueprint of the desk, the channels by which wishes reach it, and how its forms are sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, abort
from sqlalchemy.orm import Session

from venue.audit.rules import Actor, Channel
from venue.blueprints.forms import VenueForm
from venue.blueprints.words import _l
from venue.people.models import Person
from venue.permissions import Permission, Viewer, patron_of
from venue.places.models import Center
from venue.submissions import Done, submit

blueprint = Blueprint("desk", __name__, url_prefix="/desk")

CHANNELS = {
    Channel.COUNTER: _l("本人在柜台"),
    Channel.TELEPHONE: _l("打电话来"),
    Channel.HOME_VISIT: _l("上门"),
    Channel.RELATIVE: _l("家人来办"),
}
"""How a wish may reach the desk; it is kept with every act."""

Refusal = TypeVar("Refusal")


def channel_of(text: str | None) -> Channel:
    """Return the channel that an address or a form names; the counter when it names none."""
    return Channel(text) if text in set(CHANNELS) else Channel.COUNTER


def send(
    form: VenueForm,
    center: Center,
    channel: Channel,
    act: Callable[[Session, Actor], Done | Refusal],
) -> Done | Refusal:
    """Carry out a valid form once, for a viewer who may still work at this desk."""

    def once(session: Session, who: Viewer | None) -> Done | Refusal:
        if who is None:
            abort(401)
        if not who.may(Permission.DESK, center):
            abort(403)
        return act(session, who.acts(channel))

    return submit(form.submission_key.data or "", once)


def send_for(
    form: VenueForm,
    center: Center,
    person: Person,
    channel: Channel,
    act: Callable[[Session, Actor], Done | Refusal],
) -> Done | Refusal:
    """Do the same for a person, whom the center must know; answers 404 for anybody else."""
    person_id = person.id

    def known(session: Session, actor: Actor) -> Done | Refusal:
        patron_of(session, center, person_id)
        return act(session, actor)

    return send(form, center, channel, known)
