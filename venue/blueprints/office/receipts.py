"""The book of a center: every receipt of a month, and its files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.formats import moment
from venue.blueprints.office.asked_month import asked_month, month_steps
from venue.blueprints.office.base import blueprint
from venue.blueprints.office.exports import Sheet, file_answer
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
    period = asked_month()
    during = whole_days(period.first_on, period.last_on)
    return render(
        "office/receipts.html",
        period=period,
        receipts=receipts_in(db.session(), center.id, during),
        sums=sums(db.session(), center.id, [during])[0],
        kind_of=kind_of,
        periods=month_steps("office.receipts", center, period),
    )


@blueprint.post("/<slug>/receipts/exports")
@staff(Permission.OFFICE)
def export_book(center: Center) -> Response:
    """Answer with a file of the month, a line for each receipt: `kind` is csv or xlsx."""
    period = asked_month()
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
