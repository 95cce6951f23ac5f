"""Programs: their list, making and changing them, publishing, hiding, cancelling, their seats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, request, url_for
from flask_babel import gettext
from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.forms import VenueForm
from venue.blueprints.office.base import answered, blueprint, of_center, pressed
from venue.blueprints.office.fields import number_field, text_field
from venue.blueprints.office.figures import ProgramState, program_rows
from venue.blueprints.office.names import JOINING, SEATING_SERIES, Joining
from venue.blueprints.office.program_form import MOST_SEATS, NewProgramForm, ProgramForm
from venue.blueprints.office.reading import sessions_of
from venue.blueprints.office.series_page import rhythm_words
from venue.blueprints.words import _l
from venue.changes.affected import people_of_program
from venue.changes.cancelling import cancel_program
from venue.changes.outcomes import CancelledFor
from venue.changes.publishing import publish_program, retract_program
from venue.db import db
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.places.sharing import NotNearby
from venue.programs.agreeing import let_agree
from venue.programs.editing import change_program, create_program
from venue.programs.models import Program, ScheduledSession, SeriesPattern
from venue.programs.partnering import run_together
from venue.seats.models import SeatPool
from venue.seats.opening import BelowTaken, open_program_pool, resize_pool
from venue.submissions import Done


class CapacityForm(VenueForm):
    """The number of seats."""

    capacity = number_field(_l("座位数"), 1, MOST_SEATS)


class ReasonForm(VenueForm):
    """Why something does not take place; everybody concerned reads it."""

    reason = text_field(_l("原因（会告诉每一个人）"), 100, _l("请写明原因。"))


@blueprint.get("/<slug>/programs")
@staff(Permission.OFFICE)
def programs(center: Center) -> Response:
    """List the programs in one state (`?state=`), with how many there are in each."""
    now = clock.now()
    rows = program_rows(db.session(), Program.center_id == center.id, now)
    asked = request.args.get("state", "")
    shown = ProgramState(asked) if asked in set(ProgramState) else None
    states = (ProgramState.DRAFT, ProgramState.PUBLISHED) if shown is None else (shown,)
    return render(
        "office/programs.html",
        rows=[row for row in rows if row.state(now) in states],
        counts={state: sum(row.state(now) is state for row in rows) for state in ProgramState},
        shown=shown,
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
        let_agree(session, program.id, form.agreement, actor=actor, now=clock.now())
        return _joined(session, program.id, form, actor) or _to_program(center, program.id)

    def page(refusal: Any, status: int) -> Response:
        return _form_page(form, None, refusal, status)

    return answered(form, act, page, _l("草稿已保存。接下来排课，再发布。"))


@blueprint.get("/<slug>/programs/<int:program_id>")
@staff(Permission.OFFICE)
def program(center: Center, program_id: int) -> Response:
    """Show a program: its state, its seats, its sessions, and what can be done."""
    return _program_page(of_center(Program, program_id, center), None, None, 200)


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
        lambda refusal: _program_page(found, None, refusal, 409),
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
        lambda refusal: _program_page(found, None, refusal, 409),
        _l("已改回草稿，居民看不到了。"),
    )


@blueprint.post("/<slug>/programs/<int:program_id>/capacity")
@staff(Permission.OFFICE)
def resize(center: Center, program_id: int) -> Response:
    """Change the number of seats of a series."""
    found = of_center(Program, program_id, center)
    pool_id = db.session.scalars(
        select(SeatPool.id).where(SeatPool.program_id == program_id, SeatPool.quota.is_(None))
    ).one_or_none()
    form = CapacityForm()

    def act(session: Session, actor: Actor) -> Any:
        if pool_id is None:
            return _to_program(center, program_id)
        capacity = form.capacity.data or 1
        outcome = resize_pool(session, pool_id, capacity, actor=actor, now=clock.now())
        return _to_program(center, program_id) if isinstance(outcome, SeatPool) else outcome

    return answered(
        form,
        act,
        lambda refusal, status: _program_page(found, form, refusal, status),
        _l("已保存。"),
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
            people=len(people_of_program(db.session(), found)),
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


def _program_page(found: Program, form: CapacityForm | None, refusal: Any, status: int) -> Response:
    now = clock.now()
    if form is not None and isinstance(refusal, BelowTaken):
        form.capacity.errors = [below_taken(refusal)]
    [row] = program_rows(db.session(), Program.id == found.id, now)
    pools = db.session.scalars(
        select(SeatPool)
        .outerjoin(ScheduledSession, ScheduledSession.id == SeatPool.session_id)
        .where(
            or_(SeatPool.program_id == found.id, ScheduledSession.program_id == found.id),
            SeatPool.quota.is_(None),
        )
    ).all()
    pool = next((one for one in pools if one.program_id is not None), None)
    if form is None:
        form = CapacityForm(formdata=None, data={"capacity": pool.capacity if pool else None})
    return render(
        "office/program.html",
        status=status,
        row=row,
        program=row.program,
        state=row.state(now),
        joining=Joining.of(row.program),
        joining_name=JOINING[Joining.of(row.program)],
        pool=pool,
        pools={one.session_id: one for one in pools if one.session_id is not None},
        sessions=sessions_of(db.session(), found.id),
        patterns=[(kept, rhythm_words(kept)) for kept in _patterns(found)],
        form=form,
        refusal=refusal,
        now=now,
    )


def _patterns(found: Program) -> Sequence[SeriesPattern]:
    return db.session.scalars(
        select(SeriesPattern)
        .where(SeriesPattern.program_id == found.id)
        .order_by(SeriesPattern.starts_on, SeriesPattern.id)
    ).all()


def below_taken(refusal: BelowTaken) -> str:
    """Say beside the field why there cannot be fewer seats."""
    return gettext("已经有 %(n)s 人有座位，座位数不能比这更少。", n=refusal.taken)


def _to_program(center: Center, program_id: int) -> Done:
    return Done(url_for("office.program", slug=center.slug, program_id=program_id))
