"""Taking and giving up seats for the person at the counter or on the telephone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flask import abort, flash, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import BooleanField, IntegerField, SelectMultipleField
from wtforms.validators import InputRequired, NumberRange

from venue import clock
from venue.audit.rules import Actor, Channel
from venue.blueprints.desk.base import blueprint, channel_of, send_for
from venue.blueprints.desk.person_page import Told, person_page
from venue.blueprints.forms import ButtonForm, VenueForm
from venue.blueprints.office.fields import optional_long_field
from venue.blueprints.row_numbers import LARGEST
from venue.childcare.changing_days import GivenBack, HasEnded, TooLateToGiveBack, give_back
from venue.childcare.models import CareDay
from venue.db import db
from venue.htmx import answer
from venue.permissions import Permission, patron_of, staff
from venue.places.models import Center
from venue.programs.models import Program, ScheduledSession
from venue.programs.partnering import programs_run_at
from venue.seats import enrolling, waitlist
from venue.seats.models import Enrollment, SeatPool
from venue.seats.outcomes import Applied, Enrolled, NotActive, Refused, Waitlisted, Withdrawn
from venue.submissions import Done, ask_again

Outcome = (
    Enrolled
    | Applied
    | Waitlisted
    | Withdrawn
    | GivenBack
    | Refused
    | NotActive
    | TooLateToGiveBack
)
Stopped = Refused | NotActive | TooLateToGiveBack
"""Nothing has changed, and why."""
Verb = Callable[[Session, Actor], Outcome]


class ClaimForm(VenueForm):
    """At which pool, with whom, and what they said to it."""

    pool_id = IntegerField(validators=[InputRequired(), NumberRange(1, LARGEST)])
    companion_id = SelectMultipleField(coerce=int, validate_choice=False)
    agreed = BooleanField()
    statement = optional_long_field("", 300)


@blueprint.post("/<slug>/people/<int:person_id>/enrollments")
@staff(Permission.DESK)
def enroll(center: Center, person_id: int) -> Response:
    """Take a seat for a person, and for those who come along, or apply for it."""

    def verb(session: Session, actor: Actor, form: ClaimForm, people: list[int]) -> Outcome:
        return enrolling.enroll(
            session,
            form.pool_id.data or 0,
            people,
            actor=actor,
            now=clock.now(),
            agreed=form.agreed.data,
            statement=form.statement.data or "",
        )

    return _claim(center, person_id, verb)


@blueprint.post("/<slug>/people/<int:person_id>/waitlist")
@staff(Permission.DESK)
def wait(center: Center, person_id: int) -> Response:
    """Put a person in the line, with those who come along."""

    def verb(session: Session, actor: Actor, form: ClaimForm, people: list[int]) -> Outcome:
        return enrolling.join_waitlist(
            session,
            form.pool_id.data or 0,
            people,
            actor=actor,
            now=clock.now(),
            agreed=form.agreed.data,
        )

    return _claim(center, person_id, verb)


@blueprint.post("/<slug>/people/<int:person_id>/enrollments/<int:enrollment_id>/withdrawal")
@staff(Permission.DESK)
def withdraw(center: Center, person_id: int, enrollment_id: int) -> Response:
    """Give up a seat, an offer or a place in line for a person; a care day while it can be."""

    def verb(session: Session, actor: Actor) -> Outcome:
        if session.get(CareDay, enrollment_id) is None:
            return waitlist.withdraw(session, enrollment_id, actor=actor, now=clock.now())
        outcome = give_back(session, person_id, [enrollment_id], actor=actor, now=clock.now())
        if isinstance(outcome, HasEnded):
            return NotActive(session.get_one(Enrollment, enrollment_id).status)
        return outcome

    return _change(center, person_id, enrollment_id, verb, gettext("已退出。"))


@blueprint.post("/<slug>/people/<int:person_id>/enrollments/<int:enrollment_id>/group-withdrawal")
@staff(Permission.DESK)
def withdraw_together(center: Center, person_id: int, enrollment_id: int) -> Response:
    """Give up what a person has together with those who came along."""

    def verb(session: Session, actor: Actor) -> Outcome:
        return waitlist.withdraw_group(session, enrollment_id, actor=actor, now=clock.now())

    return _change(center, person_id, enrollment_id, verb, gettext("已一起退出。"))


@blueprint.post("/<slug>/people/<int:person_id>/enrollments/<int:enrollment_id>/acceptance")
@staff(Permission.DESK)
def accept(center: Center, person_id: int, enrollment_id: int) -> Response:
    """Take the seat that is offered to a person."""

    def verb(session: Session, actor: Actor) -> Outcome:
        return waitlist.accept_offer(session, enrollment_id, actor=actor, now=clock.now())

    return _change(center, person_id, enrollment_id, verb, gettext("名额已确认。"))


@blueprint.post("/<slug>/people/<int:person_id>/enrollments/<int:enrollment_id>/refusal")
@staff(Permission.DESK)
def decline(center: Center, person_id: int, enrollment_id: int) -> Response:
    """Let the seat that is offered to a person go to the next in line."""

    def verb(session: Session, actor: Actor) -> Outcome:
        return waitlist.decline_offer(session, enrollment_id, actor=actor, now=clock.now())

    return _change(center, person_id, enrollment_id, verb, gettext("已放弃，名额给下一位。"))


def _claim(
    center: Center,
    person_id: int,
    verb: Callable[[Session, Actor, ClaimForm, list[int]], Outcome],
) -> Response:
    form = ClaimForm()
    valid = form.validate_on_submit()
    if not valid and set(form.errors) != {"statement"}:
        return ask_again(form) if form.expired else abort(404)
    pool_id = form.pool_id.data or 0
    companions = form.companion_id.data or []
    kept = Told(
        pool_id=pool_id,
        companions=companions,
        agreed=form.agreed.data,
        statement=form.statement.data or "",
    )
    if not valid:
        told = replace(kept, status=422, statement_error=str(form.statement.errors[0]))
        who = patron_of(db.session(), center, person_id)
        return person_page(center, who, channel_of(request.form.get("channel")), told)

    def of_center(session: Session, actor: Actor) -> Outcome:
        if not _runs(session, center, pool_id):
            abort(404)
        for companion_id in companions:
            patron_of(session, center, companion_id)
        return verb(session, actor, form, [person_id, *companions])

    return _carry_out(form, center, person_id, of_center, None, kept)


def _change(center: Center, person_id: int, enrollment_id: int, verb: Verb, said: str) -> Response:
    form = ButtonForm()
    if not form.validate_on_submit():
        return ask_again(form)

    def of_person(session: Session, actor: Actor) -> Outcome:
        owned = session.scalar(
            select(Enrollment.pool_id)
            .join(Enrollment.program)
            .where(
                Enrollment.id == enrollment_id,
                Enrollment.person_id == person_id,
                Program.id.in_(programs_run_at(center.id)),
            )
        )
        if owned is None:
            abort(404)
        return verb(session, actor)

    pool_id = db.session.scalar(select(Enrollment.pool_id).where(Enrollment.id == enrollment_id))
    return _carry_out(form, center, person_id, of_person, said, Told(pool_id=pool_id))


def _carry_out(
    form: VenueForm,
    center: Center,
    person_id: int,
    verb: Verb,
    said: str | None,
    kept: Told,
) -> Response:
    """Run a verb for a person and lead back to their page, which says what was done or why not.

    Where nothing is `said`, the outcome says it. `kept` is what the page says of the form anyway.
    """
    channel: Channel = channel_of(request.form.get("channel"))
    text = request.form.get("q") or None
    back = url_for("desk.person", slug=center.slug, person_id=person_id, channel=channel, q=text)
    person = patron_of(db.session(), center, person_id)

    def act(session: Session, actor: Actor) -> Done | Stopped:
        outcome = verb(session, actor)
        if isinstance(outcome, Stopped):
            return outcome
        flash(said or _said(outcome), "ok")
        return Done(back)

    outcome: Done | Stopped = send_for(form, center, person, channel, act)
    if isinstance(outcome, Done):
        return answer(outcome.location)
    return person_page(
        center, patron_of(db.session(), center, person_id), channel, _refused(kept, outcome)
    )


def _refused(kept: Told, outcome: Stopped) -> Told:
    if isinstance(outcome, Refused):
        return replace(kept, status=409, reasons=outcome.reasons, people=outcome.people)
    if isinstance(outcome, TooLateToGiveBack):
        return replace(kept, status=409, day_settled=True)
    return replace(kept, status=409, gone=True)


def _said(outcome: Enrolled | Applied | Waitlisted | Withdrawn | GivenBack) -> str:
    if isinstance(outcome, Applied):
        return gettext("已提交申请，等待审核。")
    if isinstance(outcome, Waitlisted):
        return gettext("已加入候补，排在第 %(n)s 位。", n=outcome.position)
    return gettext("已报名。")


def _runs(session: Session, center: Center, pool_id: int) -> bool:
    """Tell whether a pool seats a program that the center runs, alone or with others."""
    found = session.scalar(
        select(Program.id)
        .select_from(SeatPool)
        .outerjoin(ScheduledSession, ScheduledSession.id == SeatPool.session_id)
        .join(
            Program,
            (Program.id == SeatPool.program_id) | (Program.id == ScheduledSession.program_id),
        )
        .where(
            SeatPool.id == pool_id,
            SeatPool.quota.is_(None),
            Program.id.in_(programs_run_at(center.id)),
        )
    )
    return found is not None
