"""What a program of care offers: its grades, meals and naps, and until when days change."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.forms import VenueForm
from venue.blueprints.office.base import answered, blueprint, never, of_center
from venue.blueprints.office.care_fields import OfferFields
from venue.blueprints.office.fields import long_field, number_field, text_field
from venue.blueprints.office.names import QUOTAS
from venue.blueprints.office.program_form import MOST_SEATS
from venue.blueprints.office.times import clock_field
from venue.blueprints.words import _l
from venue.childcare.models import CareProgram
from venue.childcare.noting_health import set_health_text
from venue.childcare.planning import CareTerms, set_terms
from venue.childcare.rules import FIRST_GRADE, LAST_GRADE
from venue.db import db
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.programs.models import Program
from venue.programs.rules import Books
from venue.seats.day_quotas import DayQuotasSet, set_day_quotas
from venue.seats.opening import day_quotas
from venue.seats.quotas import quotas_settled
from venue.seats.rules import Quota
from venue.submissions import Done

TITLE_LENGTH = 60
TEXT_LENGTH = 4000
WORDS = {
    "title": "健康信息同意书",
    "body": (
        "为了照看孩子，我们保存您填写的过敏、健康和饮食情况。\n"
        "只有当天值班的老师能看，每一次打开都有记录，您在孩子的档案里看得到。\n"
        "本期结束 30 天后自动删除；您随时可以撤回同意，撤回后马上删除。\n"
        "不同意也可以参加，只是老师不会知道这些情况。"
    ),
}
"""What is proposed until the center writes its own; a text of the center, so in Chinese."""
MOST_DAYS = 30
"""Nobody has to know earlier than a month before whether a child comes (own)."""


class CareForm(OfferFields):
    """The terms of care."""

    min_grade = number_field(_l("从几年级"), FIRST_GRADE, LAST_GRADE)
    max_grade = number_field(_l("到几年级"), FIRST_GRADE, LAST_GRADE)
    change_days = number_field(_l("提前几天可以报、可以退"), 0, MOST_DAYS)
    change_time = clock_field(_l("到那天几点"))

    def terms(self) -> CareTerms:
        """Return what was typed; the form is valid."""
        return CareTerms(
            min_grade=self.min_grade.data or FIRST_GRADE,
            max_grade=self.max_grade.data or LAST_GRADE,
            whole_weeks=bool(self.whole_weeks.data),
            meal_fen=self.meal_fen.data,
            nap_fen=self.nap_fen.data,
            change_days=self.change_days.data or 0,
            change_time=self.change_time.data or CareTerms().change_time,
        )


class DayQuotaForm(VenueForm):
    """Seats for priority groups on each day, beside those for everybody."""

    residents = number_field(QUOTAS[Quota.RESIDENTS], 0, MOST_SEATS)
    in_need = number_field(QUOTAS[Quota.IN_NEED], 0, MOST_SEATS)

    def wanted(self) -> dict[Quota, int]:
        """Return the seats by group."""
        return {
            Quota.RESIDENTS: self.residents.data or 0,
            Quota.IN_NEED: self.in_need.data or 0,
        }


class HealthTextForm(VenueForm):
    """The words to which guardians agree before anything about health is kept."""

    title = text_field(_l("标题"), TITLE_LENGTH, _l("请写标题。"))
    body = long_field(
        _l("同意的内容"), TEXT_LENGTH, _l("请写清楚保存什么、给谁看、何时删除。"), rows=8
    )


@blueprint.route("/<slug>/programs/<int:program_id>/care/health", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def program_health(center: Center, program_id: int) -> Response:
    """Say to what guardians agree before health notes are kept for a program of care."""
    found = of_center(Program, program_id, center)
    location = url_for("office.program", slug=center.slug, program_id=program_id)
    care = db.session.get(CareProgram, program_id)
    if care is None:
        return redirect(location)
    form = HealthTextForm(obj=care.health_text, data=None if care.health_text else WORDS)

    def act(session: Session, actor: Actor) -> Any:
        title, body = form.title.data or "", form.body.data or ""
        set_health_text(session, program_id, title, body, actor=actor, now=clock.now())
        return Done(location)

    def page(refusal: Any, status: int) -> Response:
        if refusal is not None:
            never(refusal)
        return render("office/program_health.html", status=status, program=found, form=form)

    return answered(form, act, page, _l("已保存，家长填写健康信息前要先同意。"))


@blueprint.route("/<slug>/programs/<int:program_id>/care", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def program_care(center: Center, program_id: int) -> Response:
    """Say what a program of care offers, for later bookings; what is no care has its own page."""
    found = of_center(Program, program_id, center)
    location = url_for("office.program", slug=center.slug, program_id=program_id)
    if found.books is not Books.DAYS:
        return redirect(location)
    form = CareForm(obj=_terms(program_id))

    def act(session: Session, actor: Actor) -> Any:
        set_terms(session, program_id, form.terms(), actor=actor, now=clock.now())
        return Done(location)

    def page(refusal: Any, status: int) -> Response:
        if refusal is not None:
            never(refusal)
        return _care_page(found, form, _quota_form(program_id), None, status)

    return answered(form, act, page, _l("已保存，以后报的日子按这个算。"))


@blueprint.post("/<slug>/programs/<int:program_id>/care/quotas")
@staff(Permission.OFFICE)
def program_day_quotas(center: Center, program_id: int) -> Response:
    """Give priority groups seats of their own on every day ahead."""
    found = of_center(Program, program_id, center)
    if found.books is not Books.DAYS:
        abort(404)
    form = DayQuotaForm()

    def act(session: Session, actor: Actor) -> Any:
        outcome = set_day_quotas(session, program_id, form.wanted(), actor=actor, now=clock.now())
        if not isinstance(outcome, DayQuotasSet):
            return outcome
        return Done(url_for("office.program_care", slug=center.slug, program_id=program_id))

    def page(refusal: Any, status: int) -> Response:
        return _care_page(
            found, CareForm(formdata=None, obj=_terms(program_id)), form, refusal, status
        )

    return answered(form, act, page, _l("已保存，家长选日子时看得到。"))


def _terms(program_id: int) -> CareProgram | CareTerms:
    return db.session.get(CareProgram, program_id) or CareTerms()


def _quota_form(program_id: int) -> DayQuotaForm:
    found = day_quotas(db.session(), program_id)
    return DayQuotaForm(
        formdata=None,
        data={"residents": found.get(Quota.RESIDENTS, 0), "in_need": found.get(Quota.IN_NEED, 0)},
    )


def _care_page(
    found: Program, form: CareForm, quota_form: DayQuotaForm, refusal: Any, status: int
) -> Response:
    return render(
        "office/program_care.html",
        status=status,
        program=found,
        form=form,
        quota_form=quota_form,
        settled=quotas_settled(found, clock.now()),
        refusal=refusal,
    )
