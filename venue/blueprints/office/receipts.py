"""The book of a center: every receipt of a month, and its files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import abort, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from venue import clock
from venue.blueprints.formats import moment
from venue.blueprints.office.base import blueprint
from venue.blueprints.office.occupancy import Period, period_of
from venue.blueprints.office.times import EARLIEST_YEAR, LATEST_YEAR
from venue.blueprints.spreadsheets import Cell, csv_answer, xlsx_answer
from venue.db import db
from venue.htmx import render
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


@blueprint.get("/<slug>/receipts.csv")
@staff(Permission.OFFICE)
def receipts_csv(center: Center) -> Response:
    """Answer with a line for each receipt."""
    period = _month()
    return csv_answer(_filename(center, period), _head(), _rows(center, period))


@blueprint.get("/<slug>/receipts.xlsx")
@staff(Permission.OFFICE)
def receipts_xlsx(center: Center) -> Response:
    """Answer with the same as a workbook."""
    period = _month()
    rows = _rows(center, period)
    return xlsx_answer(_filename(center, period), period.written, _head(), rows)


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


def _rows(center: Center, period: Period) -> Iterator[list[Cell]]:
    during = whole_days(period.first_on, period.last_on)
    for one in receipts_in(db.session(), center.id, during):
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


def _filename(center: Center, period: Period) -> str:
    return f"{center.name} {gettext('收据')} {period.written}"
