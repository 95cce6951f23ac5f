"""Closing the center or a room for a time, after seeing what that hits; and opening again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask import flash, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.office.base import answered, blueprint, never, pressed
from venue.blueprints.office.closure_form import ClosureForm, HitForm, hit_form
from venue.blueprints.office.fields import offer_or_none
from venue.blueprints.office.reading import rooms_in_use
from venue.blueprints.words import _l
from venue.changes.closing import (
    MOST_HITS,
    ClosedAndResolved,
    NotClosed,
    Problem,
    TooManyHits,
    close_and_resolve,
)
from venue.changes.hits import Hit, hits, hits_by_key
from venue.db import db
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.editing_hours import end_closure
from venue.places.models import Center, Closure
from venue.submissions import Done

REMEMBERED = timedelta(days=30)


@blueprint.get("/<slug>/closures")
@staff(Permission.OFFICE)
def closures(center: Center) -> Response:
    """List the closures that hold or come, and those that have just ended."""
    now = clock.now()
    found = db.session.scalars(
        select(Closure)
        .where(Closure.center_id == center.id, Closure.ends_at > now - REMEMBERED)
        .options(joinedload(Closure.room))
        .order_by(Closure.starts_at)
    ).all()
    return render("office/closures.html", closures=found, now=now)


@blueprint.route("/<slug>/closures/new", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def new_closure(center: Center) -> Response:
    """Close the center or a room; each thing that this hits is shown, and decided about first."""
    form = ClosureForm()
    rooms = [(room.id, room.name) for room in rooms_in_use(db.session(), center.id)]
    offer_or_none(form.room_id, _l("整个中心"), rooms)
    is_good = form.validate_on_submit()
    shown = _shown(center, form, rooms, is_good=is_good)
    decided = [one for one in shown if one.was_seen]
    if is_good and [one for one in decided if not one.form.validate()]:
        return _page(form, shown, 422)

    def act(session: Session, actor: Actor) -> Any:
        outcome = close_and_resolve(
            session,
            center.id,
            form.plan(),
            {one.hit.key: one.form.decision(form.reason.data or "") for one in decided},
            actor=actor,
            now=clock.now(),
        )
        if not isinstance(outcome, ClosedAndResolved):
            return outcome
        if outcome.people:
            flash(gettext("已登记，通知了 %(n)s 人。", n=outcome.people), "ok")
        else:
            flash(gettext("已登记。"), "ok")
        return Done(url_for("office.closures", slug=center.slug))

    def page(refusal: NotClosed | TooManyHits | None, status: int) -> Response:
        if isinstance(refusal, TooManyHits):
            form.ends_on.errors = [_too_many(refusal)]
            return _page(form, [], status)
        if refusal is None:
            return _page(form, shown, status)
        return _page(form, _with_problems(refusal, shown, rooms), status)

    return answered(form, act, page, None)


@blueprint.post("/<slug>/closures/<int:closure_id>/end")
@staff(Permission.OFFICE)
def open_again(center: Center, closure_id: int) -> Response:
    """End a closure now, or take it back before it begins."""

    def act(session: Session, actor: Actor) -> Any:
        closure = session.get(Closure, closure_id)
        if closure is not None and closure.center_id == center.id:
            end_closure(session, closure_id, actor=actor, now=clock.now())
        return Done(url_for("office.closures", slug=center.slug))

    return pressed(act, never, _l("已恢复开放。"))


@dataclass(frozen=True, slots=True)
class Shown:
    """One hit with its form; `was_seen` says that the sender was asked about it already.

    `problem` is why the decision cannot be carried out.
    """

    hit: Hit
    form: HitForm
    was_seen: bool
    problem: Problem | None = None

    @property
    def is_open(self) -> bool:
        """Whether something is still to be decided, or decided anew."""
        return bool(self.problem or self.form.errors) or not self.was_seen


def _shown(
    center: Center, form: ClosureForm, rooms: list[tuple[int, str]], *, is_good: bool
) -> list[Shown]:
    """Return what the closure hits as far as it was shown before, with what was decided.

    While the times cannot be read, that is what the sender had before them.
    """
    seen = form.seen_keys
    if not seen:
        return []
    if is_good:
        plan = form.plan()
        found = hits(db.session(), center.id, plan.room_id, plan.interval)
    else:
        found = hits_by_key(db.session(), center.id, seen)
    return [Shown(hit, hit_form(hit, rooms, sent=True), True) for hit in found if hit.key in seen]


def _with_problems(
    refusal: NotClosed, shown: list[Shown], rooms: list[tuple[int, str]]
) -> list[Shown]:
    """Return everything that it hits: what was decided with what is wrong with it, what is new."""
    before = {one.hit.key: one for one in shown}
    found = []
    for hit in refusal.hits:
        known = before.get(hit.key)
        if known is None:
            found.append(Shown(hit, hit_form(hit, rooms, sent=False), was_seen=False))
        else:
            found.append(replace(known, hit=hit, problem=refusal.problems.get(hit.key)))
    return found


def _page(form: ClosureForm, shown: list[Shown], status: int) -> Response:
    is_second = bool(form.seen_keys)
    form.seen.data = " ".join(one.hit.key for one in shown)
    return render("office/closure.html", status=status, form=form, shown=shown, is_second=is_second)


def _too_many(refusal: TooManyHits) -> str:
    return gettext(
        "这段时间里有 %(n)s 个安排，一次最多处理 %(most)s 个，请缩短日期，分几次登记。",
        n=refusal.count,
        most=MOST_HITS,
    )
