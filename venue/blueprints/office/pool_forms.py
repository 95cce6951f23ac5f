"""The seats of one pool, in forms: how many there are, and how many are kept for the counter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.forms import VenueForm
from venue.blueprints.office.base import Page, answered
from venue.blueprints.office.fields import number_field
from venue.blueprints.office.program_form import MOST_SEATS
from venue.blueprints.office.times import optional_moment_field
from venue.blueprints.words import _l
from venue.seats.models import SeatPool
from venue.seats.opening import (
    BelowTaken,
    TooManyKept,
    keep_seats,
    usual_kept,
    usual_kept_until,
)
from venue.submissions import Done

Resize = Callable[..., Any]
"""`resize_pool`, or what a quota has instead."""


class CapacityForm(VenueForm):
    """The number of seats."""

    capacity = number_field(_l("座位数"), 1, MOST_SEATS)


class KeptForm(VenueForm):
    """How many seats are kept for counter and telephone, and until when."""

    kept = number_field(_l("留几席"), 0, MOST_SEATS)
    kept_until = optional_moment_field(_l("留到"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask until when, where any are kept."""
        valid = bool(super().validate(extra_validators))
        if valid and self.kept.data and self.kept_until.data is None:
            self.kept_until.errors = [_l("请填写留到什么时候。")]
            return False
        return valid


def kept_form(pool: SeatPool, closes_at: datetime | None) -> KeptForm:
    """Return the form with what is kept, or what is usual where nothing was decided yet.

    `closes_at` is when nobody enrolls any more.
    """
    kept, until = pool.kept, pool.kept_until
    if until is None:
        kept = usual_kept(pool.capacity)
        until = usual_kept_until(closes_at) if closes_at else None
    return KeptForm(formdata=None, data={"kept": kept, "kept_until": until})


def answer_capacity(
    form: CapacityForm, pool_id: int, resize: Resize, location: str, page: Page
) -> Response:
    """Change the number of seats; what stands against it is said beside the field."""

    def act(session: Session, actor: Actor) -> Any:
        capacity = form.capacity.data or 1
        outcome = resize(session, pool_id, capacity, actor=actor, now=clock.now())
        return Done(location) if isinstance(outcome, SeatPool) else outcome

    def shown(refusal: Any, status: int) -> Response:
        if isinstance(refusal, BelowTaken):
            form.capacity.errors = [
                gettext("已经有 %(n)s 人有座位，座位数不能比这更少。", n=refusal.taken)
            ]
            refusal = None
        return page(refusal, status)

    return answered(form, act, shown, _l("已保存。"))


def answer_kept(form: KeptForm, pool_id: int, location: str, page: Page) -> Response:
    """Keep seats for counter and telephone, or no longer."""

    def act(session: Session, actor: Actor) -> Any:
        until = form.kept_until.data or clock.now()
        outcome = keep_seats(
            session, pool_id, form.kept.data or 0, until, actor=actor, now=clock.now()
        )
        return Done(location) if isinstance(outcome, SeatPool) else outcome

    def shown(refusal: Any, status: int) -> Response:
        if isinstance(refusal, TooManyKept):
            form.kept.errors = [
                gettext("最多能留 %(n)s 席，其他的已经有人在网上报了。", n=refusal.most)
            ]
            refusal = None
        return page(refusal, status)

    return answered(form, act, shown, _l("已保存。"))
