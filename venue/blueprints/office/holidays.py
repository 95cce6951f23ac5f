"""The official calendar: which years are announced, and entering the notice as pasted text."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from flask import flash, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import HiddenField, TextAreaField
from wtforms.validators import DataRequired, Length

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.forms import VenueForm
from venue.blueprints.office.base import answered, blueprint, is_administrator, pressed
from venue.blueprints.office.fields import lines, optional_number_field
from venue.blueprints.office.times import EARLIEST_YEAR, LATEST_YEAR
from venue.blueprints.words import _l
from venue.db import db
from venue.htmx import render
from venue.permissions import Permission, staff, the_viewer
from venue.places.holidays import announced_days, enter_notice, import_year
from venue.places.models import AnnouncedYear, CalendarDay, Center
from venue.places.notice import Notice, NoticeDay, read_notice
from venue.places.rules import DayKind
from venue.submissions import Done
from venue.timeline.local_time import local_date

LONGEST_NOTICE = 4000
"""Characters; the notice of 2026 has some 600."""
EVERY_YEAR = ("元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆")
"""The seven of the State Council's regulation on holidays, as the notice names them in short."""


class NoticeForm(VenueForm):
    """The pasted notice. `seen` is the text whose reading its sender was shown."""

    text = TextAreaField(
        _l("通知的文字"),
        validators=[
            DataRequired(_l("请把通知的文字粘贴到这里。")),
            Length(max=LONGEST_NOTICE, message=_l("最多 %(n)s 个字。", n=LONGEST_NOTICE)),
        ],
        filters=[lines],
        render_kw={"rows": 12},
    )
    year = optional_number_field(_l("年份"), EARLIEST_YEAR, LATEST_YEAR)
    seen = HiddenField()

    def notice(self) -> Notice:
        """Return what can be read of the text."""
        return read_notice(self.text.data or "", self.year.data)

    def key(self) -> str:
        """Return a short text for what was typed, by which two readings are compared."""
        return sha256(f"{self.year.data} {self.text.data}".encode()).hexdigest()


class Settled:
    """The year is announced already, and only an administrator corrects it."""


@blueprint.get("/<slug>/holidays")
@staff(Permission.OFFICE)
def holidays(center: Center) -> Response:
    """Show the holidays and make-up workdays of each year that is of interest."""
    today = clock.today()
    return _page(center, NoticeForm(), None, 200, today)


@blueprint.post("/<slug>/holidays")
@staff(Permission.OFFICE)
def enter_holidays(center: Center) -> Response:
    """Read a notice and show what it says; sent again, enter it."""
    form = NoticeForm()
    today = clock.today()

    def act(session: Session, actor: Actor) -> Any:
        notice = form.notice()
        year = notice.year or today.year
        if not may_enter(session, year):
            return Settled()
        count = enter_notice(session, year, notice.days, actor=actor, now=clock.now())
        flash(gettext("登记了 %(year)s 年的 %(n)s 天。", year=year, n=count), "ok")
        return _to_holidays(center)

    def page(refusal: Settled | None, status: int) -> Response:
        return _page(center, form, refusal, status, today)

    if not form.validate():
        return page(None, 422)
    notice = form.notice()
    if notice.year is None:
        form.year.errors = [_l("没有读到年份，请填写。")]
        return page(None, 422)
    if not notice.days and not notice.faults:
        form.text.errors = [_l("没有读到任何放假的日期，请粘贴通知的正文。")]
        return page(None, 422)
    if notice.faults:
        return page(None, 422)
    if form.seen.data != form.key():
        return page(None, 200)
    return answered(form, act, page, None)


@blueprint.post("/<slug>/holidays/<int:year>/import")
@staff(Permission.OFFICE)
def import_holidays(center: Center, year: int) -> Response:
    """Enter a year that the installed list knows."""
    today = clock.today()

    def act(session: Session, actor: Actor) -> Any:
        if not may_enter(session, year):
            return Settled()
        if not isinstance(import_year(session, year, actor=actor, now=clock.now()), int):
            return Settled()
        return _to_holidays(center)

    def refused(refusal: Settled) -> Response:
        return _page(center, NoticeForm(formdata=None), refusal, 409, today)

    return pressed(act, refused, _l("已登记。"))


def may_enter(session: Session, year: int) -> bool:
    """Tell whether the viewer may enter a year: all centers go by it, so it is entered once."""
    return session.get(AnnouncedYear, year) is None or is_administrator(the_viewer())


def _page(
    center: Center, form: NoticeForm, refusal: Settled | None, status: int, today: date
) -> Response:
    del center  # the frame of the page has it
    notice = form.notice() if form.is_submitted() and form.text.data else None
    form.seen.data = form.key() if notice is not None and notice.days and not notice.faults else ""
    announced = {one.year: one for one in db.session.scalars(select(AnnouncedYear))}
    coming = (year for year in announced if year > today.year)
    years = sorted({today.year, today.year + 1, *coming}, reverse=True)
    days = db.session.scalars(select(CalendarDay).order_by(CalendarDay.day_on)).all()
    by_year: dict[int, list[NoticeDay]] = defaultdict(list)
    for day in days:
        by_year[day.day_on.year].append(NoticeDay(day.day_on, day.kind, day.name))
    return render(
        "office/holidays.html",
        status=status,
        form=form,
        notice=notice,
        missing=_missing(notice),
        spans=spans,
        years=[(year, announced.get(year), spans(by_year[year])) for year in years],
        importable=[
            year
            for year in years
            if year not in announced and isinstance(announced_days(year), list)
        ],
        entered_on={year: local_date(one.entered_at) for year, one in announced.items()},
        refusal=refusal,
    )


def spans(days: list[NoticeDay] | tuple[NoticeDay, ...]) -> list[tuple[NoticeDay, date]]:
    """Return runs of days of one kind and name: the first of each, and its last date."""
    found: list[tuple[NoticeDay, date]] = []
    for day in days:
        if found:
            first, last_on = found[-1]
            if (first.kind, first.name) == (day.kind, day.name) and day.on == last_on + ONE_DAY:
                found[-1] = (first, day.on)
                continue
        found.append((day, day.on))
    return found


ONE_DAY = timedelta(days=1)


def _missing(notice: Notice | None) -> list[str]:
    """Return which of the seven holidays of every year a notice says nothing of."""
    if notice is None or not notice.days:
        return []
    names = {day.name for day in notice.days if day.kind is DayKind.HOLIDAY}
    return [one for one in EVERY_YEAR if not any(one in name for name in names)]


def _to_holidays(center: Center) -> Done:
    return Done(url_for("office.holidays", slug=center.slug))
