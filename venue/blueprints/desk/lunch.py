"""Lunch at the desk: ordering and cancelling for a person, and the orders of a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import Response, abort, flash, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from venue import clock
from venue.audit.rules import Actor, Channel
from venue.blueprints.desk.base import CHANNELS, blueprint, channel_of, send_for
from venue.blueprints.forms import ButtonForm
from venue.blueprints.lunch.form import MealForm, known
from venue.blueprints.lunch.menu import DAYS_SHOWN
from venue.blueprints.office.day import asked_day, day_links
from venue.db import db
from venue.htmx import answer, render
from venue.lunch import ordering
from venue.lunch.models import MealOrder, MenuDay
from venue.lunch.ordering import Cancelled, HasEnded, Refused, order_meal
from venue.lunch.prices import prices_of
from venue.lunch.reading import meals_between, menu_between, orders_ahead, profile_of
from venue.people.models import Person
from venue.permissions import Permission, patron_of, staff
from venue.places.models import Center
from venue.submissions import Done, ask_again


@blueprint.get("/<slug>/lunch")
@staff(Permission.DESK)
def lunch(center: Center) -> Response:
    """Show who eats on a day (`?on=`), tomorrow without it: that can still be changed."""
    on = asked_day() if "on" in request.args else clock.today() + timedelta(days=1)
    return render(
        "desk/lunches.html",
        on=on,
        today=clock.today(),
        days=day_links("desk.lunch", center, on),
        meals=meals_between(db.session(), center.id, on, on),
    )


@blueprint.route("/<slug>/people/<int:person_id>/lunch", methods=["GET", "POST"])
@staff(Permission.DESK)
def order_lunch(center: Center, person_id: int) -> BaseResponse:
    """Order a meal for a person on the day `?day=`, on the first open one without it."""
    who = patron_of(db.session(), center, person_id)
    channel = channel_of(request.values.get("channel"))
    days = _open_days(center)
    asked = request.args.get("day", type=int)
    day = next((one for one in days if one.id == asked), next(iter(days), None))
    if asked is not None and (day is None or day.id != asked):
        abort(404)
    form = MealForm(data=known(who, profile_of(db.session(), who.id)))
    if day is None or not form.is_submitted():
        return _page(center, who, channel, form, day, 200)
    form.offer_day(day, [who])
    if not form.validate():
        return _page(center, who, channel, form, day, 422)

    def act(session: Session, actor: Actor) -> Done | Refused:
        now = clock.database_now(session)
        outcome = order_meal(session, person_id, form.wish(), actor=actor, now=now)
        return outcome if isinstance(outcome, Refused) else _to_lunch(center, person_id, channel)

    outcome = send_for(form, center, who, channel, act)
    if isinstance(outcome, Done):
        flash(gettext("订好了。"), "ok")
        return answer(outcome.location)
    form.say(outcome.reason)
    who = patron_of(db.session(), center, person_id)
    return _page(center, who, channel, form, db.session.get_one(MenuDay, day.id), 409)


@blueprint.post("/<slug>/people/<int:person_id>/lunch/<int:order_id>/cancellation")
@staff(Permission.DESK)
def cancel_lunch(center: Center, person_id: int, order_id: int) -> BaseResponse:
    """Cancel a meal for a person."""
    form = ButtonForm()
    if not form.validate_on_submit():
        return ask_again(form)
    who = patron_of(db.session(), center, person_id)
    channel = channel_of(request.form.get("channel"))

    def act(session: Session, actor: Actor) -> Done | Refused | HasEnded:
        one = session.get(MealOrder, order_id)
        if one is None or one.person_id != person_id or one.day.center_id != center.id:
            abort(404)
        now = clock.database_now(session)
        outcome = ordering.cancel(session, order_id, actor=actor, now=now)
        return _to_lunch(center, person_id, channel) if isinstance(outcome, Cancelled) else outcome

    outcome = send_for(form, center, who, channel, act)
    if isinstance(outcome, Done):
        flash(gettext("退了，不收钱。"), "ok")
        return answer(outcome.location)
    reason = outcome.reason if isinstance(outcome, Refused) else outcome
    who = patron_of(db.session(), center, person_id)
    day = next(iter(_open_days(center)), None)
    fresh = MealForm(formdata=None, data=known(who, profile_of(db.session(), who.id)))
    return _page(center, who, channel, fresh, day, 409, reason)


def _page(
    center: Center,
    who: Person,
    channel: Channel,
    form: MealForm,
    day: MenuDay | None,
    status: int,
    refusal: object = None,
) -> Response:
    if day is not None:
        form.offer_day(day, [who])
    return render(
        "desk/lunch.html",
        status=status,
        person=who,
        channel=channel,
        channels=CHANNELS,
        form=form,
        day=day,
        days=_open_days(center),
        orders=orders_ahead(db.session(), [who.id], clock.today()),
        prices=prices_of(db.session(), center.id),
        refusal=refusal,
        now=clock.now(),
    )


def _open_days(center: Center) -> Sequence[MenuDay]:
    """Return the days ahead for which one can order still."""
    today, now = clock.today(), clock.now()
    found = menu_between(db.session(), center.id, today, today + timedelta(days=DAYS_SHOWN))
    return [one for one in found if one.called_off_at is None and now < one.orders_until_at]


def _to_lunch(center: Center, person_id: int, channel: Channel) -> Done:
    return Done(url_for("desk.order_lunch", slug=center.slug, person_id=person_id, channel=channel))
