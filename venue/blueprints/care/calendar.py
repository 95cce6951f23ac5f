"""The calendar of a program of care: choosing children and days, and what it will cost."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from venue import clock
from venue.blueprints.care.addresses import blueprint, children, visible, visible_care
from venue.blueprints.care.choosing import (
    Choice,
    ChoiceForm,
    calendar_weeks,
    said_of_all,
    summarize,
)
from venue.blueprints.office.names import QUOTAS
from venue.childcare.booking_days import DaysRefused
from venue.childcare.judging_days import CareVerdict, judge_days
from venue.childcare.reading import Care
from venue.consents.models import ConsentText
from venue.db import db
from venue.htmx import render
from venue.permissions import signed_in
from venue.programs.models import Program
from venue.seats.opening import day_quotas
from venue.seats.rules import ConsentMissing


@blueprint.get("/<int:program_id>")
def calendar(program_id: int) -> BaseResponse:
    """Show what each day holds; what is no care is booked on its own page."""
    program, care = visible(program_id)
    if care is None:
        return redirect(url_for("courses.show", program_id=program_id))
    return calendar_page(program, care, ChoiceForm(formdata=None), None)


@blueprint.post("/<int:program_id>")
@signed_in
def choose(program_id: int) -> Response:
    """Take a step with what was chosen: `step` is pattern, summary, or edit. Nothing is written."""
    program, care = visible_care(program_id)
    form = ChoiceForm()
    valid, mine = form.read(), children()
    verdict = judge_days(db.session(), care, mine, now=clock.now())
    choice = form.chosen(care, verdict, mine)
    if not valid:
        return calendar_page(program, care, form, choice, status=422)
    step = request.form.get("step")
    if step == "summary" and choice.children and choice.session_ids:
        return summary_page(program, care, form, choice, None)
    missing = step == "summary"
    status = 422 if missing else 200
    return calendar_page(program, care, form, choice, status=status, missing=missing)


def calendar_page(
    program: Program,
    care: Care,
    form: ChoiceForm,
    choice: Choice | None,
    *,
    status: int = 200,
    missing: bool = False,
) -> Response:
    """Return the calendar with what was chosen so far; `missing`: no child, or no day."""
    mine = children()
    verdict = judge_days(db.session(), care, mine, now=clock.now(), agreed=True)
    weeks = calendar_weeks(care, verdict, mine)
    now = clock.now()
    ahead = [one for one in weeks if one.cells[-1].day.ends_at > now]
    chosen_ids = {one.id for one in choice.children} if choice else set()
    if choice is None:
        chosen_ids = {one.id for one in mine if not verdict.children[one.id]}
    return render(
        "care/calendar.html",
        status=status,
        program=program,
        care=care.fact,
        form=form,
        people=mine,
        reasons=verdict.children,
        quotas=_quotas(program.id),
        weeks=ahead,
        said=said_of_all(verdict),
        weekdays=sorted(
            {cell.day.on.isoweekday(): cell.day.on for week in ahead for cell in week.cells}.items()
        ),
        chosen_ids=chosen_ids,
        chosen_days=choice.session_ids if choice else frozenset(),
        missing=missing,
    )


def _quotas(program_id: int) -> list[tuple[str, int]]:
    """Return for whom each day has seats beside those for everybody, in words, and how many."""
    seats = day_quotas(db.session(), program_id)
    return [(name, seats[quota]) for quota, name in QUOTAS.items() if quota in seats]


def summary_page(
    program: Program,
    care: Care,
    form: ChoiceForm,
    choice: Choice,
    refused: DaysRefused | None,
    *,
    status: int = 200,
) -> Response:
    """Return what was chosen with its price, and what stands against it."""
    verdict = judge_days(db.session(), care, choice.children, now=clock.now())
    children_ = summarize(care, verdict, choice, refused.days if refused else {})
    return render(
        "care/summary.html",
        status=status,
        program=program,
        care=care.fact,
        form=form,
        choice=choice,
        summaries=children_,
        agreement=_agreement(care, verdict),
        total_fen=sum(one.total_fen for one in children_),
        blocked=any(one.refused for one in children_),
        refused=refused,
    )


def _agreement(care: Care, verdict: CareVerdict) -> ConsentText | None:
    """Return the text to which somebody has not agreed yet."""
    missing = [
        one
        for reasons in verdict.children.values()
        for one in reasons
        if isinstance(one, ConsentMissing)
    ]
    if not missing or care.consent_text_id is None:
        return None
    return db.session.get(ConsentText, care.consent_text_id)
