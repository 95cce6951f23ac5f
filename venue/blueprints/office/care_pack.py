"""The yearly record of who opened the files of minors: one ZIP for the audit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from flask import abort, render_template, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.formats import full_date, moment, seen
from venue.blueprints.forms import ButtonForm, new_submission_key
from venue.blueprints.months import within_reach
from venue.blueprints.office.base import blueprint, carried_out
from venue.blueprints.office.exports import Exported
from venue.blueprints.spreadsheets import Cell, csv_body, download
from venue.childcare.access_log import Access, AccessYear, export_access
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.submissions import ask_again


@blueprint.post("/<slug>/care/access/<int:year>")
@staff(Permission.OFFICE)
def care_pack(center: Center, year: int) -> Response:
    """Answer with the record of a year: every look as CSV, the sums, and a report to print."""
    if not within_reach(year, clock.today()):
        abort(404)
    form = ButtonForm()
    if not form.validate_on_submit():
        return ask_again(form)

    def act(session: Session, actor: Actor) -> Any:
        found = export_access(session, center.id, year, actor=actor, now=clock.now())
        return Exported(url_for("office.care_month", slug=center.slug), [found])

    # As with every file: pressed twice it leaves twice, and is recorded twice.
    (found,) = carried_out(new_submission_key(), act).rows
    name = gettext("%(center)s 未成年人档案访问记录 %(year)s", center=center.name, year=year)
    return download(_packed(center, found), "application/zip", f"{name}.zip")


def _packed(center: Center, found: AccessYear) -> bytes:
    body = BytesIO()
    at = {"center": center, "found": found, "now": clock.now()}
    with ZipFile(body, "w", ZIP_DEFLATED) as pack:
        pack.writestr("README.txt", render_template("office/care_pack.txt", **at))
        pack.writestr("access.csv", csv_body(_head(), _lines(found.looks)))
        pack.writestr("totals.csv", csv_body(_sums_head(), _sums(found)))
        pack.writestr("report.html", render_template("office/care_pack.html", **at))
    return body.getvalue()


def _head() -> Sequence[str]:
    return [
        gettext("时间"),
        gettext("谁看的"),
        gettext("孩子编号"),
        gettext("孩子"),
        gettext("看了什么"),
        gettext("项目"),
        gettext("哪一天的"),
    ]


def _lines(looks: Iterable[Access]) -> Iterator[list[Cell]]:
    for one in looks:
        day = full_date(one.day_on) if one.day_on else ""
        at = one.at
        yield [moment(at), one.staff, one.child_id, one.child, seen(one.what), one.title, day]


def _sums_head() -> Sequence[str]:
    return [gettext("按什么"), gettext("名称"), gettext("次数")]


def _sums(found: AccessYear) -> Iterator[list[Cell]]:
    for name, count in found.by_staff:
        yield [gettext("人员"), name, count]
    for month, count in found.by_month:
        yield [gettext("月份"), str(month), count]
    for what, count in found.by_what:
        yield [gettext("内容"), seen(what), count]
