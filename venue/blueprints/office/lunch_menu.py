"""The menu of a week, a day of it, and what becomes of a day when the kitchen cannot."""

from __future__ import annotations

from datetime import date, timedelta

from flask import abort, flash, get_template_attribute, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.office.base import answered, blueprint, of_center
from venue.blueprints.office.day import asked_day
from venue.blueprints.office.lunch_form import (
    CallOffForm,
    MenuForm,
    PricesForm,
    SubstituteForm,
    written,
)
from venue.blueprints.words import _l
from venue.db import db
from venue.htmx import render
from venue.lunch.kitchen_troubles import call_off_lunch, substitute
from venue.lunch.models import Dish, MenuDay
from venue.lunch.planning import MenuWritten, write_menu
from venue.lunch.prices import prices_of, set_prices
from venue.lunch.reading import last_menu, menu_between, menu_on
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.submissions import Done
from venue.timeline.local_time import week_start

WEEK = timedelta(weeks=1)


@blueprint.get("/<slug>/lunch")
@staff(Permission.OFFICE)
def lunch(center: Center) -> Response:
    """Show the menu of the week of `?on=`, and what a meal costs."""
    on = asked_day()
    monday = week_start(on)
    found = menu_between(db.session(), center.id, monday, monday + timedelta(days=6))
    by_date = {one.served_on: one for one in found}
    return render(
        "office/lunch.html",
        monday=monday,
        today=clock.today(),
        week=[(one, by_date.get(one)) for one in (monday + timedelta(days=n) for n in range(7))],
        weeks=[
            _link(center, "‹", gettext("上一周"), monday - WEEK),
            _link(center, gettext("本周"), gettext("本周"), week_start(clock.today())),
            _link(center, "›", gettext("下一周"), monday + WEEK),
        ],
        prices=prices_of(db.session(), center.id),
    )


def _link(center: Center, label: str, name: str, on: date) -> dict[str, str]:
    return {"label": label, "name": name, "url": _week(center, on)}


def _week(center: Center, on: date) -> str:
    return url_for("office.lunch", slug=center.slug, on=on)


@blueprint.route("/<slug>/lunch/menu", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def lunch_day(center: Center) -> Response:
    """Write the menu of the day `?on=`; a new one begins as the latest before it."""
    on = asked_day()
    form = MenuForm()

    def act(session: Session, actor: Actor) -> object:
        plan = form.plan()
        outcome = write_menu(session, center.id, on, plan, actor=actor, now=clock.now())
        return Done(_week(center, on)) if isinstance(outcome, MenuWritten) else outcome

    return answered(
        form,
        act,
        lambda refusal, status: _day_page(center, on, status, menu=form, refusal=refusal),
        _l("菜单写好了。"),
    )


def _day_page(
    center: Center,
    on: date,
    status: int,
    *,
    menu: MenuForm | None = None,
    refusal: object = None,
    sent: tuple[int, SubstituteForm] | None = None,
    call_off: CallOffForm | None = None,
) -> Response:
    day = menu_on(db.session(), center.id, on)
    if menu is None or not menu.is_submitted():
        menu = MenuForm(formdata=None, data=written(day or last_menu(db.session(), center.id, on)))
    if refusal is not None:
        words = get_template_attribute("office/_lunch_words.html", "menu_refusal")(refusal)
        menu.form_errors = [*menu.form_errors, str(words).strip()]
    return render(
        "office/lunch_day.html",
        status=status,
        on=on,
        day=day,
        form=menu,
        substitutes={
            dish.id: sent[1] if sent and sent[0] == dish.id else SubstituteForm(formdata=None)
            for dish in (day.dishes if day else ())
        },
        open_dish=sent[0] if sent else None,
        call_off=call_off or CallOffForm(formdata=None),
        now=clock.now(),
    )


@blueprint.post("/<slug>/lunch/dishes/<int:dish_id>/substitution")
@staff(Permission.OFFICE)
def substitute_dish(center: Center, dish_id: int) -> Response:
    """Put another dish in the place of one, and tell who ordered it."""
    on = _day_of_dish(center, dish_id).served_on
    form = SubstituteForm()

    def act(session: Session, actor: Actor) -> Done:
        name, sides = form["name"].data or "", form.sides.data or ""
        outcome = substitute(session, dish_id, name, sides, actor=actor, now=clock.now())
        flash(gettext("换好了，通知了 %(n)s 个人。", n=outcome.people), "ok")
        return Done(_week(center, on))

    return answered(
        form, act, lambda _, status: _day_page(center, on, status, sent=(dish_id, form)), None
    )


@blueprint.post("/<slug>/lunch/days/<int:menu_day_id>/cancellation")
@staff(Permission.OFFICE)
def call_off_day(center: Center, menu_day_id: int) -> Response:
    """Say that there is no lunch on a day, and tell everybody who ordered."""
    on = of_center(MenuDay, menu_day_id, center).served_on
    form = CallOffForm()

    def act(session: Session, actor: Actor) -> Done:
        reason = form.reason.data or ""
        outcome = call_off_lunch(session, menu_day_id, reason, actor=actor, now=clock.now())
        flash(gettext("取消了，通知了 %(n)s 个人。", n=outcome.people), "ok")
        return Done(_week(center, on))

    return answered(form, act, lambda _, status: _day_page(center, on, status, call_off=form), None)


@blueprint.route("/<slug>/lunch/prices", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def lunch_prices(center: Center) -> Response:
    """Set what a meal costs for each age band."""
    now = prices_of(db.session(), center.id)
    form = PricesForm(data={band.name.lower(): fen for band, fen in now.items()})

    def act(session: Session, actor: Actor) -> Done:
        set_prices(session, center.id, form.prices(), actor=actor, now=clock.now())
        return Done(url_for("office.lunch", slug=center.slug))

    return answered(
        form,
        act,
        lambda _, status: render("office/lunch_prices.html", status=status, form=form),
        _l("价格改好了，已经订的不变。"),
    )


def _day_of_dish(center: Center, dish_id: int) -> MenuDay:
    dish = db.session.get(Dish, dish_id)
    if dish is None:
        abort(404)
    return of_center(MenuDay, dish.menu_day_id, center)
