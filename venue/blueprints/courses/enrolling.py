"""Taking a seat, applying, and joining the line, for oneself or for some of the family."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import abort
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response
from wtforms import BooleanField

from venue import clock
from venue.blueprints.courses.addresses import blueprint, seats_address
from venue.blueprints.courses.showing import Seats, chosen_person, family, require_visible
from venue.blueprints.forms import PeopleField, VenueForm
from venue.blueprints.office.fields import optional_long_field
from venue.blueprints.words import _l
from venue.db import db
from venue.htmx import answer, render
from venue.people.models import Person
from venue.permissions import Viewer, people_for, signed_in, the_viewer
from venue.programs.models import Program, ScheduledSession
from venue.seats import enrolling
from venue.seats.glancing import Glance, glance
from venue.seats.outcomes import Applied, Enrolled, Refused, Waitlisted
from venue.seats.rules import ConsentMissing, Full, OnlyAtCounter, Refusal
from venue.seats.standing import PoolStanding, Standing, standings
from venue.submissions import Done, submit

Claim = Enrolled | Applied | Waitlisted | Refused
Verb = Callable[[Session, int, "EnrollForm", Viewer], Claim]


class EnrollForm(VenueForm):
    """For whom, and what they say to it."""

    person_id = PeopleField(_l("给谁报名"), _l("请选择给谁报名。"))
    agreed = BooleanField(_l("同意"))
    statement = optional_long_field(_l("您怎样符合条件"), 300)

    def stands(self, reason: Refusal) -> bool:
        """Tell whether a reason against it still stands with what the form says."""
        return not (self.agreed.data and isinstance(reason, ConsentMissing))


@blueprint.post("/pools/<int:pool_id>/enrollments")
@signed_in
def enroll(pool_id: int) -> Response:
    """Take seats, or apply for them where somebody approves."""

    def verb(session: Session, pool_id: int, form: EnrollForm, who: Viewer) -> Claim:
        return enrolling.enroll(
            session,
            pool_id,
            form.person_id.data,
            actor=who.acts(),
            now=clock.now(),
            agreed=form.agreed.data,
            statement=form.statement.data or "",
        )

    return _claim(pool_id, verb, ())


@blueprint.post("/pools/<int:pool_id>/waitlist")
@signed_in
def wait(pool_id: int) -> Response:
    """Join the line."""

    def verb(session: Session, pool_id: int, form: EnrollForm, who: Viewer) -> Claim:
        return enrolling.join_waitlist(
            session,
            pool_id,
            form.person_id.data,
            actor=who.acts(),
            now=clock.now(),
            agreed=form.agreed.data,
        )

    return _claim(pool_id, verb, (Full, OnlyAtCounter))


def _claim(pool_id: int, verb: Verb, no_matter: tuple[type[Refusal], ...]) -> Response:
    """Carry out a form of the seats panel; what the rule refuses already opens no transaction.

    `no_matter` are reasons that do not stand against it. In a rush almost everybody asks for
    themselves, and one query tells whether to ask the verb or to say that it is full; for others
    the rule is asked with all its facts first, and for several together by the verb.
    """
    who = the_viewer()
    form = EnrollForm()
    valid = form.validate_on_submit()
    seen = _glance(pool_id, who)

    def reasons_of(standing: Standing) -> list[Refusal]:
        reasons = (one for one in standing.reasons if not isinstance(one, no_matter))
        return [one for one in reasons if form.stands(one)]

    if valid and form.person_id.data == [who.person_id]:
        late = seen.too_late(who.person, clock.now())
        if late is not None and (reasons := reasons_of(late.people[0])):
            return _again(_seats(seen, late), [who.person], form, status=409, reasons=reasons)
        if seen.promising(clock.now()):
            return _send(seen, form, verb)
    people = family()
    pool = standings(db.session(), people, [pool_id], now=clock.now())[pool_id]
    if not valid:
        return _again(_seats(seen, pool), people, form, status=422)
    chosen = [chosen_person(people, person_id) for person_id in form.person_id.data]
    if len(chosen) == 1:
        standing = next(one for one in pool.people if one.person == chosen[0])
        if reasons := reasons_of(standing):
            return _again(_seats(seen, pool), people, form, status=409, reasons=reasons)
    return _send(seen, form, verb)


def _glance(pool_id: int, who: Viewer) -> Glance:
    """Return a pool that the viewer may see; answers 404 as the page of its program does."""
    seen = glance(db.session(), pool_id, who.person_id)
    if seen is None:
        abort(404)
    if not seen.fact.published:
        require_visible(_program(seen))
    return seen


def _send(seen: Glance, form: EnrollForm, verb: Verb) -> Response:
    """Ask the verb, once for each form; a refusal shows the seats as they are by now."""
    pool_id, person_ids = seen.seating.pool_id, form.person_id.data

    def act(session: Session, who: Viewer | None) -> Done | Refused:
        if who is None:
            abort(401)
        people_for(session, who, person_ids)
        outcome = verb(session, pool_id, form, who)
        if isinstance(outcome, Refused):
            return outcome
        return Done(seats_address(seen.seating.program_id, pool_id, person_ids[0]))

    outcome = submit(form.submission_key.data or "", act)
    if isinstance(outcome, Done):
        return answer(outcome.location)
    people = family()
    pool = standings(db.session(), people, [pool_id], now=clock.now())[pool_id]
    names = {person.id: person.full_name for person in people}
    return _again(
        _seats(seen, pool),
        people,
        form,
        status=409,
        reasons=outcome.reasons,
        told_people=[(names[person_id], reasons) for person_id, reasons in outcome.people],
    )


_PROGRAM = (
    select(Program)
    .where(Program.id == bindparam("program_id"))
    .options(joinedload(Program.center), joinedload(Program.consent_text))
)


def _program(seen: Glance) -> Program:
    ids = {"program_id": seen.seating.program_id}
    return db.session.execute(_PROGRAM, ids).scalar_one()


def _seats(seen: Glance, pool: PoolStanding) -> Seats:
    """Return the pool as a page shows it, with its program and, if it is of one, its session."""
    program = _program(seen)
    require_visible(program)
    session_id = seen.seating.session_id
    held = db.session.get_one(ScheduledSession, session_id) if session_id is not None else None
    return Seats(program, held, pool)


def _again(
    seats: Seats,
    people: Sequence[Person],
    form: EnrollForm,
    *,
    status: int,
    reasons: Sequence[Refusal] = (),
    told_people: Sequence[tuple[str, tuple[Refusal, ...]]] = (),
) -> Response:
    """Show the seats again with what stood against it, and with the same choice made."""
    chosen = next((one for one in people if one.id in (form.person_id.data or ())), people[0])
    return render(
        "courses/refused.html",
        "courses/_seats.html",
        status=status,
        seats=seats,
        people=people,
        chosen=chosen,
        now=clock.now(),
        said=(),
        reasons=reasons,
        told_people=told_people,
        form=form,
    )
