"""Draws in the office: the list, what is said of one, and the page that leads through it."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response
from wtforms import Field, ValidationError

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.draws.offers import (
    Offer,
    count_applications,
    demand_of,
    offers_of,
    winners_of,
)
from venue.blueprints.draws.showing import published_number
from venue.blueprints.forms import VenueForm
from venue.blueprints.office.base import answered, blueprint, of_center
from venue.blueprints.office.draw_reading import answers_of, candidates
from venue.blueprints.office.fields import number_field, offer, row_field, text_field
from venue.blueprints.office.times import moment_field
from venue.blueprints.words import _l
from venue.config import settings
from venue.db import db
from venue.draws import preparing
from venue.draws.models import Draw, DrawProgram
from venue.draws.numbers import agreed_number
from venue.draws.preparing import DrawDescription
from venue.draws.rules import WrongStage
from venue.htmx import render
from venue.permissions import Permission, staff, the_viewer
from venue.places.models import Center
from venue.programs.models import Term
from venue.submissions import Done
from venue.timeline.local_time import instant, local_date

MOST_WISHES = 10
MOST_HOURS = 240
"""Ten days; whoever waits longer for an answer keeps others waiting (own)."""
OPENS_TIME, CLOSES_TIME = time(9), time(20)
"""What the form proposes: in the morning, and after work (own)."""


class DrawForm(VenueForm):
    """What is said of a draw."""

    term_id = row_field(_l("学期"))
    name = text_field(_l("名称"), 60, _l("请填写名称，例如 2027 年春季夜校。"))
    opens_at = moment_field(_l("报名开始"))
    closes_at = moment_field(_l("报名截止"))
    number_source = text_field(_l("用哪个公开的数字"), 200, _l("请写明用哪个公开的数字。"))
    wishes = number_field(_l("每人最多几个志愿"), 1, MOST_WISHES)
    confirm_hours = number_field(_l("摇中后几小时内确认"), 1, MOST_HOURS)

    def validate_closes_at(self, field: Field) -> None:
        """Check the order of the window."""
        opens = self.opens_at.data
        if field.data is not None and opens is not None and field.data <= opens:
            raise ValidationError(_l("报名截止要晚于报名开始。"))

    def validate_term_id(self, field: Field) -> None:
        """A draw is of a term."""
        if field.data is None:
            raise ValidationError(_l("请选择学期。"))

    def description(self) -> DrawDescription:
        """Return what was typed; the form is valid."""
        opens_at, closes_at = self.opens_at.data, self.closes_at.data
        if opens_at is None or closes_at is None:
            raise ValueError("the form was not validated")
        return DrawDescription(
            self.name.data or "",
            opens_at,
            closes_at,
            self.number_source.data or "",
            self.wishes.data or 1,
            self.confirm_hours.data or 1,
        )


@blueprint.get("/<slug>/draws")
@staff(Permission.OFFICE)
def draws(center: Center) -> Response:
    """List the draws of a center, and those of others in the district that it may still join."""
    programs = (
        select(func.count()).where(DrawProgram.draw_id == Draw.id).correlate(Draw).scalar_subquery()
    )
    rows = db.session.execute(
        select(Draw, programs)
        .join(Draw.center)
        .where(
            (Draw.center_id == center.id)
            | (
                (Center.district_id == center.district_id)
                & Draw.published_at.is_(None)
                & Draw.cancelled_at.is_(None)
            )
        )
        .options(joinedload(Draw.term), joinedload(Draw.center))
        .order_by(Draw.opens_at.desc(), Draw.id.desc())
    )
    now = clock.now()
    return render(
        "office/draws.html",
        draws=[(draw, draw.stage(now), count) for draw, count in rows],
    )


@blueprint.route("/<slug>/draws/new", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def new_draw(center: Center) -> Response:
    """Prepare a draw, still without programs."""
    opens_at = instant(local_date(clock.now()) + timedelta(days=1), OPENS_TIME)
    last_on = local_date(opens_at) + settings().draw_window
    form = DrawForm(
        data={
            "opens_at": opens_at,
            "closes_at": instant(last_on, CLOSES_TIME),
            "wishes": settings().draw_wishes,
            "confirm_hours": settings().draw_confirm_hours,
        }
    )
    terms = db.session.scalars(
        select(Term)
        .where(Term.district_id == center.district_id, Term.ends_on >= clock.today())
        .order_by(Term.starts_on, Term.id)
    ).all()
    offer(form.term_id, [(term.id, term.name) for term in terms])

    def act(session: Session, actor: Actor) -> Any:
        made = preparing.prepare(
            session,
            center.id,
            form.term_id.data or 0,
            form.description(),
            actor=actor,
            now=clock.now(),
        )
        return to_draw(center, made.id)

    def page(_refusal: Any, status: int) -> Response:
        return render("office/draw_form.html", status=status, form=form, draw=None, refusal=None)

    return answered(form, act, page, _l("已建好，再加上要摇号的课程。"))


@blueprint.route("/<slug>/draws/<int:draw_id>/editing", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def edit_draw(center: Center, draw_id: int) -> Response:
    """Change what is said of a draw that is not published."""
    found = of_center(Draw, draw_id, center)
    form = DrawForm(obj=found)
    del form.term_id

    def act(session: Session, actor: Actor) -> Any:
        outcome = preparing.change(
            session, draw_id, form.description(), actor=actor, now=clock.now()
        )
        return outcome if isinstance(outcome, WrongStage) else to_draw(center, draw_id)

    def page(refusal: Any, status: int) -> Response:
        return render(
            "office/draw_form.html", status=status, form=form, draw=found, refusal=refusal
        )

    return answered(form, act, page, _l("已保存。"))


class NumberForm(VenueForm):
    """The public number as one of the staff reads it."""

    number = text_field(_l("公开的数字"), 100, _l("请填写数字。"))


@blueprint.get("/<slug>/draws/<int:draw_id>")
@staff(Permission.OFFICE)
def draw(center: Center, draw_id: int) -> Response:
    """Show a draw with what comes next."""
    return draw_page(center, of_center(Draw, draw_id, center), None, None, 200)


def draw_page(
    center: Center, found: Draw, form: NumberForm | None, refusal: Any, status: int
) -> Response:
    """Return the page of a draw, with what stood against the last step."""
    mine = next((one for one in found.numbers if one.entered_by_id == the_viewer().person_id), None)
    offers: list[Offer] = offers_of(db.session(), found)
    return render(
        "office/draw.html",
        status=status,
        draw=found,
        stage=found.stage(clock.now()),
        offers=offers,
        candidates=candidates(db.session(), center, found),
        applications=count_applications(db.session(), found.id),
        demand=demand_of(db.session(), found.id) if found.frozen_at else {},
        winners=winners_of(db.session(), found.id) if found.drawn_at else {},
        answers=answers_of(db.session(), found),
        mine=mine,
        others=len(found.numbers) - (mine is not None),
        number=published_number(found),
        agreed=isinstance(agreed_number(one.number for one in found.numbers), str),
        form=form or NumberForm(formdata=None),
        refusal=refusal,
    )


def to_draw(center: Center, draw_id: int) -> Done:
    """Lead back to the page of a draw."""
    return Done(url_for("office.draw", slug=center.slug, draw_id=draw_id))
