"""Care at a glance: a month in figures, whom to talk to, what is open, and the yearly record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.formats import day, moment
from venue.blueprints.office.asked_month import asked_month, month_steps
from venue.blueprints.office.base import blueprint
from venue.blueprints.office.exports import Sheet, file_answer
from venue.blueprints.office.occupancy import Period
from venue.blueprints.spreadsheets import Cell
from venue.childcare.incidents import open_incidents
from venue.childcare.month import ChildMonth, children_in, export_month, late_in, programs_in
from venue.childcare.reading_files import note_first_looks
from venue.childcare.rules import Seen
from venue.db import db, write_transaction
from venue.htmx import render
from venue.permissions import Permission, staff, the_viewer
from venue.places.models import Center
from venue.timeline.interval import Interval
from venue.timeline.local_time import whole_days


@blueprint.get("/<slug>/care")
@staff(Permission.OFFICE)
def care_month(center: Center) -> Response:
    """Show the figures of `?period=`, and the children to talk about; these looks are recorded."""
    period, now = asked_month(), clock.now()
    time = _time(period)
    late = late_in(db.session(), center.id, time)
    children = children_in(db.session(), center.id, time, late, now=now)
    page = render(
        "office/care_month.html",
        period=period,
        periods=month_steps("office.care_month", center, period),
        programs=programs_in(db.session(), center.id, time, late, now=now),
        children=children,
        open_count=open_incidents(db.session(), center.id),
        years=[clock.today().year, clock.today().year - 1],
    )
    if children:
        _note(center, children)
    return page


@blueprint.post("/<slug>/care/exports")
@staff(Permission.OFFICE)
def export_care_month(center: Center) -> Response:
    """Answer with a file of the children of a month, a line for each day: `kind` is csv or xlsx."""
    period = asked_month()

    def take(session: Session, actor: Actor) -> Sequence[ChildMonth]:
        return export_month(session, center.id, _time(period), actor=actor, now=clock.now())

    def sheet() -> Sheet:
        name = f"{center.name} {gettext('托管考勤')} {period.written}"
        return Sheet(name, period.written, _head())

    back = url_for("office.care_month", slug=center.slug, period=period.written)
    return file_answer(back, take, sheet, _lines)


def _time(period: Period) -> Interval:
    return whole_days(period.first_on, period.last_on)


def _note(center: Center, children: Sequence[ChildMonth]) -> None:
    seen = {(one.id, child.child.id) for child in children for one in child.missed}
    seen |= {(one.session.id, child.child.id) for child in children for one in child.late}
    with write_transaction() as session:
        actor = the_viewer().acts()
        note_first_looks(session, seen, Seen.MONTH, center.id, actor=actor, now=clock.now())


def _head() -> Sequence[str]:
    return [
        gettext("孩子"),
        gettext("日期"),
        gettext("项目"),
        gettext("情况"),
        gettext("晚了几分钟"),
        gettext("接走时间"),
        gettext("谁接的"),
    ]


def _lines(rows: Sequence[ChildMonth]) -> Iterator[list[Cell]]:
    for one in rows:
        name = one.child.full_name
        for missed in one.missed:
            what = gettext("没来，没有请假")
            yield [name, day(missed.starts_at), missed.program.title, what, None, "", ""]
        for late in one.late:
            yield [
                name,
                day(late.session.starts_at),
                late.session.program.title,
                gettext("接晚了"),
                late.minutes,
                moment(late.at),
                late.collector,
            ]
