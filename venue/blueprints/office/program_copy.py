"""Copying a program into another term: a draft with the same settings and a series of new dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import flash, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.formats import recurring
from venue.blueprints.forms import VenueForm
from venue.blueprints.office.base import answered, blueprint, of_center
from venue.blueprints.office.fields import text_field
from venue.blueprints.office.names import BY_SESSION, Joining
from venue.blueprints.office.series_form import SCHEDULE, SeriesForm
from venue.blueprints.office.series_sheet import Sheet, dates_shown, sheet_before, sheet_of
from venue.blueprints.words import _l
from venue.changes.copying import FormerSeries, SeriesWish, copy_program, former_series
from venue.db import db
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.programs.copying import DraftFacts
from venue.programs.models import Program, ScheduledSession, Term
from venue.programs.rules import same_distance, same_weekday
from venue.seats.models import SeatPool
from venue.submissions import Done
from venue.timeline.local_time import local_date
from venue.timeline.rhythm import Rhythm


class CopyForm(SeriesForm):
    """What the copy is called, and when it takes place."""

    title = text_field(_l("名称"), 60, _l("请填写名称。"))


class BareCopyForm(VenueForm):
    """What the copy of a program without dates is called."""

    title = text_field(_l("名称"), 60, _l("请填写名称。"))


@dataclass(frozen=True)
class Copying:
    """What is copied and into which term, which the address names: it proposes the first day."""

    program: Program
    terms: Sequence[Term]
    term: Term | None
    series: list[FormerSeries]
    is_last: bool
    """Whether no term after its own was written down yet."""

    @property
    def address(self) -> str:
        """Where its form is sent."""
        return self.address_in(self.term)

    def address_in(self, term: Term | None) -> str:
        """Return where the same is copied into another term."""
        return url_for(
            "office.program_copy",
            slug=self.program.center.slug,
            program_id=self.program.id,
            term=term.id if term else 0,
        )

    @property
    def proposed_on(self) -> date:
        """The first day as it is proposed."""
        today = local_date(clock.now())
        old_on = self.series[0].first_on
        old_term = self.program.term
        return same_weekday(
            old_on,
            old_term.starts_on if old_term else None,
            self.term.starts_on if self.term else today,
            today,
        )

    def first_days(self, sheet: Sheet | None) -> tuple[date, date] | None:
        """Return the first day of the old dates and of the chosen new ones."""
        if sheet is None:
            return None
        days = [
            sheet.choices.moved[on].on if on in sheet.choices.moved else on
            for on in sheet.choices.wanted or [one.on for one in sheet.found if not one.left_out]
        ]
        return (self.series[0].first_on, min(days)) if days else None

    def window(
        self, first_days: tuple[date, date] | None, now: datetime
    ) -> tuple[datetime | None, datetime | None]:
        """Return when one may enroll: as long before the first day as before."""
        if first_days is None:
            return None, None
        opens_at = same_distance(self.program.enroll_opens_at, *first_days, now)
        closes_at = same_distance(self.program.enroll_closes_at, *first_days, now)
        return opens_at, closes_at


@blueprint.route("/<slug>/programs/<int:program_id>/copy", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def program_copy(center: Center, program_id: int) -> Response:
    """Ask when a copy takes place, show every date, then make the draft; `?term=` says in which."""
    copying = _copying(of_center(Program, program_id, center))
    if not copying.series:
        return _copy_alone(copying)
    form = _form(copying)
    if not form.is_submitted():
        return _page(copying, form, None, None, 200)
    valid = form.validate()
    sheet = sheet_of(copying.program, form, form) if form.makes_a_plan() else None
    if sheet is None or not form.has_dates(sheet.found):
        return _page(copying, form, sheet_before(copying.program, form), None, 422)
    wish = SeriesWish(
        sheet.plan,
        sheet.choices,
        form.override.data or None,
        form.capacity.data if "capacity" in form else None,
    )

    def page(refusal: Any, status: int) -> Response:
        return _page(copying, form, sheet, refusal, status)

    if not valid or not sheet.rows.fine:
        return page(None, 422)
    if form.step.data != SCHEDULE or form.seen.data != sheet.key:
        return page(None, 200)
    if not sheet.choices.wanted:
        form.dates.errors = [_l("没有勾选任何一天。")]
        return page(None, 422)
    title = form.title.data or ""
    return answered(form, _act(copying, title, wish, copying.first_days(sheet)), page, None)


def _copy_alone(copying: Copying) -> Response:
    """Copy a program that has no dates."""
    form = BareCopyForm(data={"title": copying.program.title})

    def act(session: Session, actor: Actor) -> Any:
        return _act(copying, form.title.data or "", None, None)(session, actor)

    return answered(form, act, lambda _, status: _page(copying, form, None, None, status), None)


def _act(
    copying: Copying,
    title: str,
    wish: SeriesWish | None,
    first_days: tuple[date, date] | None,
) -> Any:
    """Return what makes the draft and leads to it."""
    program_id, slug = copying.program.id, copying.program.center.slug
    term_id = copying.term.id if copying.term else None

    def act(session: Session, actor: Actor) -> Any:
        now = clock.now()
        facts = DraftFacts(title, term_id, *copying.window(first_days, now))
        outcome = copy_program(session, program_id, facts, wish, first_days, actor=actor, now=now)
        if not isinstance(outcome, Program):
            return outcome
        count = len(wish.choices.wanted or ()) if wish else 0
        flash(gettext("草稿建好了，排了 %(n)s 场。检查以后再发布。", n=count), "ok")
        return Done(url_for("office.program", slug=slug, program_id=outcome.id))

    return act


def _copying(program: Program) -> Copying:
    """Return what is copied; where nothing says so, into the next term, or else its own."""
    today = clock.today()
    terms = db.session.scalars(
        select(Term)
        .where(Term.district_id == program.center.district_id, Term.ends_on >= today)
        .order_by(Term.starts_on, Term.id)
    ).all()
    later = [one for one in terms if program.term is None or one.starts_on > program.term.starts_on]
    asked = request.args.get("term", type=int)
    found: dict[int | None, Term] = {one.id: one for one in terms}
    proposed = later[0].id if later else program.term_id
    term = found.get(proposed if asked is None else asked)
    series = former_series(db.session(), program.id)
    return Copying(program, terms, term, series, is_last=not later)


def _form(copying: Copying) -> CopyForm:
    former = copying.series[0]
    form = CopyForm(
        data={
            "title": copying.program.title,
            "starts_on": copying.proposed_on,
            "weekdays": sorted(former.weekdays),
            "every_weeks": former.every_weeks,
            "count": former.count,
            "follows": former.follows,
            "starts_time": former.starts_time,
            "ends_time": former.ends_time,
            "room_id": former.room_id,
            "capacity": _seats_of_a_session(copying.program),
        }
    )
    form.offer_rooms(copying.program.center)
    if Joining.of(copying.program) not in BY_SESSION:
        del form.capacity
    return form


def _seats_of_a_session(program: Program) -> int | None:
    """Return how many seats the last session has that can be booked by itself."""
    return db.session.scalar(
        select(SeatPool.capacity)
        .join(SeatPool.session)
        .where(ScheduledSession.program_id == program.id)
        .order_by(ScheduledSession.starts_at.desc())
        .limit(1)
    )


def _page(
    copying: Copying,
    form: CopyForm | BareCopyForm,
    sheet: Sheet | None,
    refusal: Any,
    status: int,
) -> Response:
    window = copying.window(copying.first_days(sheet), clock.now())
    dates = None
    if isinstance(form, CopyForm):
        dates = dates_shown(copying.program, form, sheet)
    return render(
        "office/program_copy.html",
        status=status,
        copying=copying,
        program=copying.program,
        form=form,
        dates=dates,
        others=[_words(one) for one in copying.series[1:]],
        opens_at=window[0],
        closes_at=window[1],
        refusal=refusal,
    )


def _words(one: FormerSeries) -> str:
    rhythm = Rhythm(
        tuple(sorted(one.weekdays)), one.every_weeks == 1, one.starts_time, one.ends_time
    )
    return recurring(rhythm)
