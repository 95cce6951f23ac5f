"""Today of a family: where everybody is expected, where the children are, what was just told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import make_response, request
from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.blueprints.my.addresses import blueprint
from venue.blueprints.my.claims import Appearance, Claim, appearances, claims_of
from venue.blueprints.my.inbox import moments
from venue.childcare.whereabouts import Whereabouts, whereabouts_today
from venue.db import db
from venue.htmx import render
from venue.notifications.models import Message
from venue.notifications.rules import MessageKind
from venue.people.models import Person
from venue.permissions import Viewer, family_ids, represented, signed_in, the_viewer
from venue.timeline.local_time import day_start, local_date

NEWS_SHOWN = 5
"""The newest of today about coming and going that nobody has read yet (own)."""


@dataclass(frozen=True, slots=True)
class Today:
    """What today holds for a family; `newest_id` is the last message that it takes into account."""

    care: list[Whereabouts]
    appearances: list[Appearance]
    news: list[tuple[Message, dict[str, Any], Person | None]]
    """Unread ones with what they tell, and to whom of the family when it is not the viewer."""
    newest_id: int


@blueprint.get("/my/today")
@signed_in
def today() -> Response:
    """Answer a page that lies open: 204 as long as nobody of the family was told anything new.

    `?seen=` is the newest message that the page knows; to know that costs one query.
    """
    who = the_viewer()
    if _newest_id(db.session(), who) == request.args.get("seen", type=int):
        return make_response("", 204)
    now = clock.now()
    people = represented(db.session(), who)
    live = claims_of(db.session(), people, now=now).live
    return render(
        "my/_today.html",
        today=today_of(db.session(), who, people, live, now=now),
        family=len(people) > 1,
        now=now,
    )


def today_of(
    session: Session,
    who: Viewer,
    people: Sequence[Person],
    claims: Sequence[Claim],
    *,
    now: datetime,
) -> Today:
    """Return today of a family that has these claims; a care day stands in it once, as care."""
    starts_at = day_start(local_date(now))
    care = whereabouts_today(session, [one.id for one in people], now=now)
    in_care = {one.day.enrollment_id for one in care}
    others = [one for one in claims if one.enrollment.id not in in_care]
    newest_id = _newest_id(session, who)
    return Today(
        care=care,
        appearances=appearances(others, starts_at, starts_at + timedelta(days=1)),
        news=_news(session, who, people, starts_at, newest_id) if care else [],
        newest_id=newest_id,
    )


def _newest_id(session: Session, who: Viewer) -> int:
    family = family_ids(literal(who.person_id))
    return session.scalar(select(func.max(Message.id)).where(Message.person_id.in_(family))) or 0


def _news(
    session: Session, who: Viewer, people: Sequence[Person], since: datetime, newest_id: int
) -> list[tuple[Message, dict[str, Any], Person | None]]:
    named = {one.id: one for one in people if one.id != who.person_id}
    rows = session.scalars(
        select(Message)
        .where(
            Message.person_id.in_([one.id for one in people]),
            Message.read_at.is_(None),
            Message.created_at >= since,
            Message.kind.in_([kind for kind in MessageKind if kind.at_door]),
            Message.id <= newest_id,
        )
        .order_by(Message.id.desc())
        .limit(NEWS_SHOWN)
    )
    return [(one, moments(one.parameters), named.get(one.person_id)) for one in rows]
