"""Ordering a meal for oneself or whom one acts for, and cancelling it."""

from __future__ import annotations

from flask import abort, flash, g, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.blueprints.forms import ButtonForm
from venue.blueprints.lunch.addresses import blueprint
from venue.blueprints.lunch.form import MealForm, known
from venue.blueprints.lunch.menu import menu_page
from venue.db import db
from venue.htmx import answer, render
from venue.lunch import ordering
from venue.lunch.models import MealOrder, MenuDay
from venue.lunch.ordering import Cancelled, HasEnded, Refused, order_meal
from venue.lunch.prices import prices_of
from venue.lunch.reading import profile_of
from venue.permissions import Viewer, person_for, represented, signed_in, the_viewer
from venue.submissions import Done, ask_again, submit


@blueprint.route("/lunch/<int:menu_day_id>/order", methods=["GET", "POST"])
@signed_in
def order(menu_day_id: int) -> Response:
    """Order a meal; `?person_id=` says for whom the form begins."""
    day = _day(menu_day_id)
    people = represented(db.session(), the_viewer())
    asked = request.args.get("person_id", type=int)
    first = next((one for one in people if one.id == asked), people[0])
    form = MealForm(data=known(first, profile_of(db.session(), first.id)))
    form.offer_day(day, people)
    if not form.is_submitted():
        return _page(day, form, 200)
    if not form.validate():
        return _page(day, form, 422)

    def act(session: Session, who: Viewer | None) -> Done | Refused:
        if who is None:
            abort(401)
        person = person_for(session, who, form.person_id.data)
        now = clock.database_now(session)
        outcome = order_meal(session, person.id, form.wish(), actor=who.acts(), now=now)
        if isinstance(outcome, Refused):
            return outcome
        slug = day.center.slug
        return Done(url_for("lunch.show", slug=slug, _anchor=f"order-{outcome.order_id}"))

    outcome = submit(form.submission_key.data or "", act)
    if isinstance(outcome, Done):
        flash(gettext("订好了。"), "ok")
        return answer(outcome.location)
    day = _day(menu_day_id)
    form.offer_day(day, represented(db.session(), the_viewer()))
    form.say(outcome.reason)
    return _page(day, form, 409)


@blueprint.post("/lunch/orders/<int:order_id>/cancellation")
@signed_in
def cancel(order_id: int) -> Response:
    """Cancel a meal of the viewer's own family."""
    form = ButtonForm()
    if not form.validate_on_submit():
        return ask_again(form)

    def act(session: Session, who: Viewer | None) -> Done | Refused | HasEnded:
        if who is None:
            abort(401)
        one = session.get(MealOrder, order_id)
        if one is None:
            abort(404)
        person_for(session, who, one.person_id)
        now = clock.database_now(session)
        outcome = ordering.cancel(session, order_id, actor=who.acts(), now=now)
        if not isinstance(outcome, Cancelled):
            return outcome
        return Done(url_for("lunch.show", slug=one.day.center.slug))

    outcome = submit(form.submission_key.data or "", act)
    if isinstance(outcome, Done):
        flash(gettext("退了，不收钱。"), "ok")
        return answer(outcome.location)
    center = _day(db.session.get_one(MealOrder, order_id).menu_day_id).center
    reason = outcome.reason if isinstance(outcome, Refused) else outcome
    return menu_page(center, status=409, refusal=reason)


def _page(day: MenuDay, form: MealForm, status: int) -> Response:
    return render(
        "lunch/order.html",
        status=status,
        day=day,
        form=form,
        prices=prices_of(db.session(), day.center_id),
        now=clock.now(),
    )


def _day(menu_day_id: int) -> MenuDay:
    day = db.session.get(MenuDay, menu_day_id)
    if day is None:
        abort(404)
    g.center = day.center
    return day
