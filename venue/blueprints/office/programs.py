"""Programs: their list, making and changing them, publishing, hiding, cancelling."""

from __future__ import annotations

from typing import Any

from flask import flash, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.forms import VenueForm
from venue.blueprints.office.base import answered, blueprint, of_center, pressed
from venue.blueprints.office.fields import text_field
from venue.blueprints.office.figures import ProgramOrder, ProgramState, ordered, program_rows
from venue.blueprints.office.names import JOINING, SEATING_SERIES, Joining
from venue.blueprints.office.program_form import NewProgramForm, ProgramForm
from venue.blueprints.office.program_page import program_page
from venue.blueprints.words import _l
from venue.changes.affected import people_of_cancelling
from venue.changes.cancelling import cancel_program
from venue.changes.outcomes import CancelledFor
from venue.changes.publishing import publish_program, retract_program
from venue.childcare.planning import set_terms
from venue.db import db
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.places.sharing import NotNearby
from venue.programs.agreeing import let_agree
from venue.programs.editing import change_program, create_program
from venue.programs.models import Program
from venue.programs.partnering import run_together
from venue.seats.opening import open_program_pool
from venue.submissions import Done


class ReasonForm(VenueForm):
    """Why something does not take place; everybody concerned reads it."""

    reason = text_field(_l("原因（会告诉每一个人）"), 100, _l("请写明原因。"))


@blueprint.get("/<slug>/programs")
@staff(Permission.OFFICE)
def programs(center: Center) -> Response:
    """List the programs in a state (`?state=`) and an order (`?order=`); count those of each."""
    now = clock.now()
    rows = program_rows(db.session(), Program.center_id == center.id, now)
    asked = request.args.get("state", "")
    shown = ProgramState(asked) if asked in set(ProgramState) else None
    order = request.args.get("order", "")
    by = ProgramOrder(order) if order in set(ProgramOrder) else ProgramOrder.NEXT
    states = (ProgramState.DRAFT, ProgramState.PUBLISHED) if shown is None else (shown,)
    return render(
        "office/programs.html",
        rows=ordered([row for row in rows if row.state(now) in states], by, now),
        counts={state: sum(row.state(now) is state for row in rows) for state in ProgramState},
        shown=shown,
        order=by,
        now=now,
    )


@blueprint.route("/<slug>/programs/new", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def new_program(center: Center) -> Response:
    """Make a draft, with its seats when the series is booked as a whole."""
    form = NewProgramForm.blank()
    form.offer_rows(center, None)

    def act(session: Session, actor: Actor) -> Any:
        joining: Joining = form.joining.data
        program = create_program(
            session,
            center.id,
            joining.books,
            form.description(None),
            actor=actor,
            now=clock.now(),
        )
        if joining in SEATING_SERIES:
            open_program_pool(session, program, form.capacity.data or 1)
        if joining is Joining.DAYS:
            set_terms(session, program.id, form.care_terms(), actor=actor, now=clock.now())
        let_agree(session, program.id, form.agreement, actor=actor, now=clock.now())
        return _joined(session, program.id, form, actor) or _to_program(center, program.id)

    def page(refusal: Any, status: int) -> Response:
        return _form_page(form, None, refusal, status)

    return answered(form, act, page, _l("草稿已保存。接下来排课，再发布。"))


@blueprint.route("/<slug>/programs/<int:program_id>/edit", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def edit_program(center: Center, program_id: int) -> Response:
    """Change what is said of a program."""
    found = of_center(Program, program_id, center)
    form = ProgramForm.about(found)
    form.offer_rows(center, found)

    def act(session: Session, actor: Actor) -> Any:
        description = form.description(session.get_one(Program, program_id))
        outcome = change_program(session, program_id, description, actor=actor, now=clock.now())
        if not isinstance(outcome, Program):
            return outcome
        let_agree(session, program_id, form.agreement, actor=actor, now=clock.now())
        return _joined(session, program_id, form, actor) or _to_program(center, program_id)

    def page(refusal: Any, status: int) -> Response:
        return _form_page(form, found, refusal, status)

    return answered(form, act, page, _l("已保存。"))


@blueprint.post("/<slug>/programs/<int:program_id>/publication")
@staff(Permission.OFFICE)
def publish(center: Center, program_id: int) -> Response:
    """Show a draft to everybody."""
    found = of_center(Program, program_id, center)

    def act(session: Session, actor: Actor) -> Any:
        outcome = publish_program(session, program_id, actor=actor, now=clock.now())
        return _to_program(center, program_id) if isinstance(outcome, Program) else outcome

    return pressed(
        act,
        lambda refusal: program_page(found, refusal, 409),
        _l("已发布，居民现在能看到了。"),
    )


@blueprint.post("/<slug>/programs/<int:program_id>/retraction")
@staff(Permission.OFFICE)
def retract(center: Center, program_id: int) -> Response:
    """Make a published program a draft again."""
    found = of_center(Program, program_id, center)

    def act(session: Session, actor: Actor) -> Any:
        outcome = retract_program(session, program_id, actor=actor, now=clock.now())
        return _to_program(center, program_id) if isinstance(outcome, Program) else outcome

    return pressed(
        act,
        lambda refusal: program_page(found, refusal, 409),
        _l("已改回草稿，居民看不到了。"),
    )


@blueprint.route("/<slug>/programs/<int:program_id>/cancellation", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def cancel(center: Center, program_id: int) -> Response:
    """Cancel a program with everything still to come; everybody is told why."""
    found = of_center(Program, program_id, center)
    form = ReasonForm()

    def act(session: Session, actor: Actor) -> Any:
        outcome = cancel_program(
            session, program_id, reason=form.reason.data or "", actor=actor, now=clock.now()
        )
        if not isinstance(outcome, CancelledFor):
            return outcome
        flash(gettext("已取消，通知了 %(n)s 人。", n=outcome.people), "ok")
        return _to_program(center, program_id)

    def page(refusal: Any, status: int) -> Response:
        return render(
            "office/program_cancellation.html",
            status=status,
            form=form,
            program=found,
            people=len(people_of_cancelling(db.session(), found)),
            refusal=refusal,
        )

    return answered(form, act, page, None)


def _joined(session: Session, program_id: int, form: ProgramForm, actor: Actor) -> NotNearby | None:
    """Run the program with the centers that the form names, where it could name any."""
    if "partner_ids" not in form:
        return None
    chosen = form.partner_ids.data or []
    return run_together(session, program_id, chosen, actor=actor, now=clock.now())


def _form_page(form: ProgramForm, found: Program | None, refusal: Any, status: int) -> Response:
    if isinstance(refusal, NotNearby):
        form.partner_ids.errors = [_l("只能和同一个区的别的中心合办。")]
        refusal = None
    return render(
        "office/program_form.html",
        status=status,
        form=form,
        program=found,
        joining_name=JOINING[Joining.of(found)] if found else None,
        refusal=refusal,
    )


def _to_program(center: Center, program_id: int) -> Done:
    return Done(url_for("office.program", slug=center.slug, program_id=program_id))
