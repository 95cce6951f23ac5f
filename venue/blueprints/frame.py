"""What surrounds every page: who looks at it, in which language and size, at which center."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from flask import current_app, g, request
from sqlalchemy import Integer, bindparam, func, select

from venue import clock
from venue.blueprints.destinations import own_path
from venue.blueprints.preferences import language, text_size
from venue.config import settings
from venue.db import db
from venue.htmx import wants_fragment
from venue.notifications.models import Message
from venue.permissions import Viewer, family_ids, viewer
from venue.places.models import Center
from venue.reservations.reading import count_requests
from venue.seats.applications import count_applications
from venue.seats.pausing import count_appeals

CENTER_COOKIE = "center"


def home_center() -> Center | None:
    """Return the center that this browser looked at last, else the default one, else the first."""
    wanted = request.cookies.get(CENTER_COOKIE) or settings().default_center
    return db.session.scalar(
        select(Center).order_by((Center.slug == wanted).desc(), Center.id).limit(1)
    )


def leads_elsewhere(center: Center) -> bool:
    """Tell whether `/` would show this browser another center, unless it remembers this one.

    Where it would not, nothing needs to be remembered, and the page can be shared.
    """
    wanted = request.cookies.get(CENTER_COOKIE)
    if wanted is not None:
        return wanted != center.slug
    return home_center() != center


def frame() -> dict[str, Any]:
    """Return what `layout.html` needs; a view that knows the center of its page set `g.center`."""
    who = viewer()
    return {
        "viewer": who,
        "unread": _unread(who) if who is not None and not wants_fragment() else 0,
        "text_size": text_size(),
        "locale": language(),
        "center": g.get("center") or home_center(),
        "here": _here(),
        "waiting_requests": waiting_requests,
        "waiting_applications": waiting_applications,
        "waiting_appeals": waiting_appeals,
    }


def waiting_requests(center: Center) -> int:
    """Return how many requests for rooms wait for an answer; the office's own frame asks."""
    return count_requests(db.session(), center.id, now=clock.now())


def waiting_applications(center: Center) -> int:
    """Return how many applications for programs wait for an answer; the office's frame asks."""
    return count_applications(db.session(), center.id)


def waiting_appeals(center: Center) -> int:
    """Return how many appeals against a pause wait for an answer; the office's own frame asks."""
    return count_appeals(db.session(), center.id, now=clock.now())


def _here() -> str:
    """Return where this page can be opened again: of what answers a form, the page of the form."""
    if request.method == "GET":
        return request.full_path.removesuffix("?")
    try:
        asked_from = urlsplit(request.referrer or "")
    except ValueError:  # no address at all
        return "/"
    site = current_app.create_url_adapter(request)
    if asked_from.netloc != request.host or site is None or not site.test(asked_from.path, "GET"):
        return "/"
    return own_path(urlunsplit(("", "", asked_from.path, asked_from.query, "")))


_UNREAD = (
    select(func.count())
    .select_from(Message)
    .where(
        Message.person_id.in_(family_ids(bindparam("person_id", type_=Integer))),
        Message.read_at.is_(None),
    )
)
"""Built once, as every page asks it."""


def _unread(who: Viewer) -> int:
    return db.session.scalar(_UNREAD, {"person_id": who.person.id}) or 0
