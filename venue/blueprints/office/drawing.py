"""The steps of a draw: publishing it, typing in the number, drawing, calling it off."""

from __future__ import annotations

from typing import Any

from flask import flash
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.draws.offers import count_applications, offers_of
from venue.blueprints.forms import ButtonForm, VenueForm
from venue.blueprints.office.base import answered, blueprint, of_center
from venue.blueprints.office.draws import NumberForm, draw_page, to_draw
from venue.blueprints.office.programs import ReasonForm
from venue.blueprints.words import _l
from venue.db import db
from venue.draws import drawing, preparing
from venue.draws.drawing import Entered, HasDrawn
from venue.draws.models import Draw
from venue.draws.preparing import CalledOff
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.models import Center


@blueprint.route("/<slug>/draws/<int:draw_id>/publication", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def publish_draw(center: Center, draw_id: int) -> Response:
    """Show once more what stands from then on, and publish it."""
    found = of_center(Draw, draw_id, center)
    form = ButtonForm()

    def act(session: Session, actor: Actor) -> Any:
        outcome = preparing.publish(session, draw_id, actor=actor, now=clock.now())
        return to_draw(center, draw_id) if isinstance(outcome, Draw) else outcome

    def page(refusal: Any, status: int) -> Response:
        return _confirm("office/draw_publication.html", found, form, refusal, status)

    return answered(form, act, page, _l("已发布，居民看得到了；时间、课程和规则都不能再改。"))


@blueprint.post("/<slug>/draws/<int:draw_id>/number")
@staff(Permission.OFFICE)
def enter_number(center: Center, draw_id: int) -> Response:
    """Write down the public number as this one of the staff reads it."""
    found = of_center(Draw, draw_id, center)
    form = NumberForm()

    def act(session: Session, actor: Actor) -> Any:
        outcome = drawing.enter_number(
            session, draw_id, form.number.data or "", actor=actor, now=clock.now()
        )
        if not isinstance(outcome, Entered):
            return outcome
        said = (
            gettext("两个人输入的一样，可以摇号了。")
            if outcome.agreed
            else gettext("记下了。请另一位同事用自己的账号再输入一遍。")
        )
        flash(said, "ok")
        return to_draw(center, draw_id)

    def page(refusal: Any, status: int) -> Response:
        db.session.refresh(found)
        return draw_page(center, found, form, refusal, status)

    return answered(form, act, page, None)


@blueprint.route("/<slug>/draws/<int:draw_id>/drawing", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def draw_lots(center: Center, draw_id: int) -> Response:
    """Show once more how many there are, and draw: once, for good."""
    found = of_center(Draw, draw_id, center)
    form = ButtonForm()

    def act(session: Session, actor: Actor) -> Any:
        outcome = drawing.draw(session, draw_id, actor=actor, now=clock.now())
        if not isinstance(outcome, HasDrawn):
            return outcome
        said = gettext(
            "摇好了：%(n)s 份报名，%(won)s 份摇中，每个人都收到了通知。",
            n=outcome.applications,
            won=outcome.offered,
        )
        flash(said, "ok")
        return to_draw(center, draw_id)

    def page(refusal: Any, status: int) -> Response:
        return _confirm("office/drawing.html", found, form, refusal, status)

    return answered(form, act, page, None)


@blueprint.route("/<slug>/draws/<int:draw_id>/cancellation", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def cancel_draw(center: Center, draw_id: int) -> Response:
    """Call a draw off; whoever applied is told why."""
    found = of_center(Draw, draw_id, center)
    form = ReasonForm()

    def act(session: Session, actor: Actor) -> Any:
        outcome = preparing.cancel(
            session, draw_id, reason=form.reason.data or "", actor=actor, now=clock.now()
        )
        if not isinstance(outcome, CalledOff):
            return outcome
        flash(gettext("已取消，通知了 %(n)s 人。", n=outcome.people), "ok")
        return to_draw(center, draw_id)

    def page(refusal: Any, status: int) -> Response:
        return _confirm("office/draw_cancellation.html", found, form, refusal, status)

    return answered(form, act, page, None)


def _confirm(template: str, found: Draw, form: VenueForm, refusal: Any, status: int) -> Response:
    """Show what a step will do, before it is done."""
    return render(
        template,
        status=status,
        draw=found,
        stage=found.stage(clock.now()),
        offers=offers_of(db.session(), found),
        applications=count_applications(db.session(), found.id),
        form=form,
        refusal=refusal,
    )
