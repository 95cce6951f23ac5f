"""Leaving a seat or the line, and answering an offered seat."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, aliased
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.my.addresses import blueprint
from venue.blueprints.my.pressing import press
from venue.blueprints.my.showing import show_mine
from venue.permissions import signed_in
from venue.programs.models import Program
from venue.programs.rules import Books
from venue.seats import waitlist
from venue.seats.models import Enrollment
from venue.seats.outcomes import Enrolled, NotActive, Refused, Withdrawn
from venue.seats.rules import ACTIVE

Outcome = Enrolled | Withdrawn | Refused | NotActive
Verb = Callable[[Session, int, Actor], Outcome]
_NO_DAY = Enrollment.program.has(Program.books != Books.DAYS)
"""Days are given back on their own page, which knows until when that costs nothing."""


@blueprint.post("/enrollments/<int:enrollment_id>/withdrawal")
@signed_in
def withdraw(enrollment_id: int) -> Response:
    """Give up a seat, an offer or a place in line."""

    def verb(session: Session, enrollment_id: int, actor: Actor) -> Outcome:
        return waitlist.withdraw(session, enrollment_id, actor=actor, now=clock.now())

    owner = _owner(enrollment_id).where(_NO_DAY)
    return _carry_out(enrollment_id, owner, verb, gettext("已经退出，名额会让给后面的人。"))


@blueprint.post("/enrollments/<int:enrollment_id>/group-withdrawal")
@signed_in
def withdraw_together(enrollment_id: int) -> Response:
    """Give up what all have who came together; answers 404 unless all are of the family."""

    def verb(session: Session, enrollment_id: int, actor: Actor) -> Outcome:
        return waitlist.withdraw_group(session, enrollment_id, actor=actor, now=clock.now())

    one = aliased(Enrollment)
    together = (
        select(Enrollment.person_id)
        .join(one, or_(Enrollment.id == one.id, Enrollment.group_id == one.group_id))
        .where(
            one.id == enrollment_id,
            _NO_DAY,
            or_(Enrollment.id == one.id, Enrollment.status.in_(ACTIVE)),
        )
    )
    return _carry_out(enrollment_id, together, verb, gettext("已经一起退出，名额会让给后面的人。"))


@blueprint.post("/enrollments/<int:enrollment_id>/acceptance")
@signed_in
def accept(enrollment_id: int) -> Response:
    """Take an offered seat."""

    def verb(session: Session, enrollment_id: int, actor: Actor) -> Outcome:
        return waitlist.accept_offer(session, enrollment_id, actor=actor, now=clock.now())

    return _carry_out(
        enrollment_id, _owner(enrollment_id), verb, gettext("名额确认好了，到时间来就行。")
    )


@blueprint.post("/enrollments/<int:enrollment_id>/refusal")
@signed_in
def decline(enrollment_id: int) -> Response:
    """Let an offered seat go to the next in line."""

    def verb(session: Session, enrollment_id: int, actor: Actor) -> Outcome:
        return waitlist.decline_offer(session, enrollment_id, actor=actor, now=clock.now())

    return _carry_out(
        enrollment_id, _owner(enrollment_id), verb, gettext("已经放弃，名额给了下一位。")
    )


def _owner(enrollment_id: int) -> Select[int]:
    return select(Enrollment.person_id).where(Enrollment.id == enrollment_id)


def _carry_out(enrollment_id: int, owners: Select[int], verb: Verb, done: str) -> Response:
    """Run a verb on an enrollment of the viewer's family, and say that it is done."""
    outcome = press(
        owners,
        lambda session, actor: verb(session, enrollment_id, actor),
        (Enrolled, Withdrawn),
        done,
    )
    if isinstance(outcome, Response):
        return outcome
    if isinstance(outcome, Refused):
        return show_mine(
            status=409,
            about=enrollment_id,
            reasons=outcome.reasons,
            told_people=outcome.people,
        )
    return show_mine(status=409, about=enrollment_id)
