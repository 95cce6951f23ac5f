"""The book of a center: every receipt of a month, and its files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import abort, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.formats import moment
from venue.blueprints.office.base import blueprint
from venue.blueprints.office.exports import Sheet, file_answer
from venue.blueprints.office.occupancy import Period, period_of
from venue.blueprints.office.times import EARLIEST_YEAR, LATEST_YEAR
from venue.blueprints.spreadsheets import Cell
from venue.db import db
from venue.htmx import render
from venue.payments.exporting import export_receipts
from venue.payments.models import Receipt
from venue.payments.reading import receipts_in, sums
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.timeline.local_time import whole_days


@blueprint.get("/<slug>/receipts")
@staff(Permission.OFFICE)
def receipts(center: Center) -> Response:
    """Show what was taken and given back in the month `?period=`."""
    period = _month()
    during = whole_days(period.first_on, period.last_on)
    return render(
        "office/receipts.html",
        period=period,
        receipts=receipts_in(db.session(), center.id, during),
        sums=sums(db.session(), center.id, [during])[0],
        kind_of=kind_of,
        periods=_links(center, period),
    )


@blueprint.post("/<slug>/receipts/exports")
@staff(Permission.OFFICE)
def export_book(center: Center) -> Response:
    """Answer with a file of the month, a line for each receipt: `kind` is csv or xlsx."""
    period = _month()
    during = whole_days(period.first_on, period.last_on)

    def take(session: Session, actor: Actor) -> Sequence[Receipt]:
        return export_receipts(session, center.id, during, actor=actor, now=clock.now())

    def sheet() -> Sheet:
        name = f"{center.name} {gettext('收据')} {period.written}"
        return Sheet(name, period.written, _head())

    back = url_for("office.receipts", slug=center.slug, period=period.written)
    return file_answer(back, take, sheet, _lines)


def kind_of(one: Receipt) -> str:
    """Return what an entry is, in a word."""
    if one.reverses_id is not None:
        return gettext("冲销")
    return gettext("收款") if one.amount_fen > 0 else gettext("退款")


def _month() -> Period:
    period = period_of(request.args.get("period"), clock.today())
    if period is None or period.month is None:
        abort(404)
    return period


def _links(center: Center, period: Period) -> list[dict[str, object]]:
    """Return the links to the month before and after."""
    steps = [
        ("‹", gettext("上个月"), period.shifted(-1)),
        ("›", gettext("下个月"), period.shifted(1)),
    ]
    return [
        {
            "label": label,
            "name": name,
            "url": url_for("office.receipts", slug=center.slug, period=other.written),
        }
        for label, name, other in steps
        if EARLIEST_YEAR <= other.year <= LATEST_YEAR
    ]


def _head() -> Sequence[str]:
    return [
        gettext("收据号"),
        gettext("时间"),
        gettext("种类"),
        gettext("姓名"),
        gettext("课程"),
        gettext("金额（元）"),
        gettext("经手人"),
        gettext("说明"),
    ]


def _lines(rows: Sequence[Receipt]) -> Iterator[list[Cell]]:
    for one in rows:
        yield [
            one.number,
            moment(one.at),
            kind_of(one),
            one.charge.person.full_name,
            one.charge.title,
            one.amount_fen / 100,
            one.by.full_name,
            one.note,
        ]
