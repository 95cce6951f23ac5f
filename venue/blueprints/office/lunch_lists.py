"""What follows from the orders: the kitchen's total, the list of deliveries, the month's bill."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import get_template_attribute, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.office.asked_month import asked_month, month_steps
from venue.blueprints.office.base import blueprint
from venue.blueprints.office.day import asked_day, day_links
from venue.blueprints.office.exports import Sheet, file_answer
from venue.blueprints.spreadsheets import Cell
from venue.db import db
from venue.htmx import render
from venue.lunch.reading import Meal, export_month, meals_between, menu_on, portion_of
from venue.lunch.totals import band_totals, kitchen_totals
from venue.permissions import Permission, staff
from venue.places.models import Center


@blueprint.get("/<slug>/lunch/totals")
@staff(Permission.OFFICE)
def lunch_totals(center: Center) -> Response:
    """Show how many portions the kitchen cooks on the day `?on=`, by dish, sitting and diet."""
    on = asked_day()
    portions = [portion_of(one) for one in meals_between(db.session(), center.id, on, on)]
    return render(
        "office/lunch_totals.html",
        on=on,
        day=menu_on(db.session(), center.id, on),
        dishes=kitchen_totals(portions),
        times=sorted({one.starts_time for one in portions if one.starts_time is not None}),
        portions=len(portions),
        delivered=sum(one.starts_time is None for one in portions),
        days=day_links("office.lunch_totals", center, on),
        today=clock.today(),
        now=clock.now(),
    )


@blueprint.get("/<slug>/lunch/deliveries")
@staff(Permission.OFFICE)
def lunch_deliveries(center: Center) -> Response:
    """Show what is brought where on the day `?on=`, in large type, to be printed."""
    on = asked_day()
    meals = meals_between(db.session(), center.id, on, on)
    brought = [one for one in meals if one[0].sitting_id is None]
    return render(
        "office/lunch_deliveries.html",
        on=on,
        meals=sorted(brought, key=lambda one: (one[0].address, one[0].id)),
        days=day_links("office.lunch_deliveries", center, on),
        today=clock.today(),
    )


@blueprint.get("/<slug>/lunch/month")
@staff(Permission.OFFICE)
def lunch_month(center: Center) -> Response:
    """Show what the meals of `?period=` cost, by age band."""
    period = asked_month()
    meals = meals_between(db.session(), center.id, period.first_on, period.last_on)
    return render(
        "office/lunch_month.html",
        period=period,
        periods=month_steps("office.lunch_month", center, period),
        bands=band_totals(map(portion_of, meals)),
        today=clock.today(),
    )


@blueprint.post("/<slug>/lunch/month/exports")
@staff(Permission.OFFICE)
def export_lunch_month(center: Center) -> Response:
    """Answer with a file of the meals of a month and their totals: `kind` is csv or xlsx."""
    period = asked_month()

    def take(session: Session, actor: Actor) -> Sequence[Meal]:
        first_on, last_on = period.first_on, period.last_on
        return export_month(session, center.id, first_on, last_on, actor=actor, now=clock.now())

    def sheet() -> Sheet:
        name = f"{center.name} {gettext('午餐结算')} {period.written}"
        head = [gettext("日期"), gettext("姓名"), gettext("年龄段"), gettext("菜")]
        return Sheet(
            name,
            period.written,
            [*head, gettext("在哪里吃"), gettext("份数"), gettext("金额（元）")],
        )

    back = url_for("office.lunch_month", slug=center.slug, period=period.written)
    return file_answer(back, take, sheet, _lines)


def _lines(meals: Sequence[Meal]) -> Iterator[list[Cell]]:
    band_word = get_template_attribute("lunch/_words.html", "band_word")
    way_words = get_template_attribute("lunch/_words.html", "way_words")
    for one, _diet in meals:
        yield [
            one.served_on.isoformat(),
            one.person.full_name,
            str(band_word(one.band)).strip(),
            one.dish.name,
            str(way_words(one)).strip(),
            1,
            one.price_fen / 100,
        ]
    bands = band_totals(map(portion_of, meals))
    for total in bands:
        word = str(band_word(total.band)).strip()
        yield [gettext("合计"), "", word, "", "", total.portions, total.owed_fen / 100]
    portions = sum(total.portions for total in bands)
    yield [gettext("一共"), "", "", "", "", portions, sum(t.owed_fen for t in bands) / 100]
