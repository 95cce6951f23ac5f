"""The page of one roll: who is expected, who came, what can be done about it now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Response, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from venue import clock
from venue.attendance.models import Attendance, Roll
from venue.attendance.reading import lessons_to_make_up
from venue.attendance.rolls import fact_of, roll_times, seated_in
from venue.attendance.rules import (
    RollFact,
    closes_at,
    closing_refusal,
    marking_refusal,
    reopening_refusal,
)
from venue.blueprints.desk.fields import birth_year_field
from venue.blueprints.forms import VenueForm, name_field
from venue.blueprints.office.fields import one_line
from venue.blueprints.teaching.addresses import blueprint, session_taken_by
from venue.blueprints.words import _l
from venue.db import db
from venue.htmx import render
from venue.people.models import Person
from venue.people.rules import age_on
from venue.permissions import Permission, signed_in, the_viewer
from venue.programs.models import ScheduledSession
from venue.seats.models import Enrollment
from venue.timeline.local_time import local_date

LONGEST_SEARCH = 40


class WalkInForm(VenueForm):
    """Somebody who came without a seat and says who they are."""

    full_name = name_field(_l("姓名"))
    birth_year = birth_year_field(_l("出生年份"))


@dataclass(frozen=True, slots=True)
class OnRoll:
    """Somebody on the roll: the name, the ten years that hold the age on that day, the mark."""

    person_id: int
    name: str
    youngest: int
    has_seat: bool
    arrived_at: datetime | None
    missed: bool
    makes_up: ScheduledSession | None
    to_make_up: Sequence[ScheduledSession] = ()
    """What being here could make up, of somebody without a seat."""

    @property
    def oldest(self) -> int:
        """The last of the ten years."""
        return self.youngest + 9


@dataclass(frozen=True, slots=True)
class RollPage:
    """What the page of a roll shows."""

    session: ScheduledSession
    people: list[OnRoll]
    walk_ins: int
    fact: RollFact
    opens_at: datetime
    closes_at: datetime | None
    may_mark: bool
    may_close: bool
    may_reopen: bool

    @property
    def seats(self) -> int:
        """How many have a seat."""
        return sum(one.has_seat for one in self.people)

    @property
    def arrived(self) -> int:
        """How many of those with a seat came."""
        return sum(one.has_seat and one.arrived_at is not None for one in self.people)

    @property
    def guests(self) -> int:
        """How many came without a seat, by name or counted."""
        return self.walk_ins + sum(not one.has_seat for one in self.people)


@blueprint.get("/sessions/<int:session_id>")
@signed_in
def session(session_id: int) -> Response:
    """Show the roll of one session; `?q=` shows those whose name has it."""
    return roll_page(session_id, 200)


def roll_page(
    session_id: int, status: int, refusal: object = None, walk_in: WalkInForm | None = None
) -> Response:
    """Return the page of a roll, with why a button of it was not carried out, if it was not."""
    who = the_viewer()
    one = session_taken_by(db.session(), who, session_id)
    page = _read(one, office=who.may(Permission.OFFICE, one.program.center))
    text = one_line(request.args.get("q"))[:LONGEST_SEARCH]
    return render(
        "teaching/session.html",
        "teaching/_roll.html",
        status=status,
        roll=page,
        shown=[person for person in page.people if text in person.name],
        text=text,
        refusal=refusal,
        walk_in=walk_in or WalkInForm(formdata=None),
        now=clock.now(),
        today=clock.today(),
    )


def _read(one: ScheduledSession, *, office: bool) -> RollPage:
    """Read a roll in five queries, however many are on it."""
    roll = db.session.get(Roll, one.id, populate_existing=True)
    fact, now = fact_of(one, roll), clock.now()
    marks = {
        mark.person_id: mark
        for mark in db.session.scalars(
            select(Attendance)
            .where(Attendance.session_id == one.id)
            .options(joinedload(Attendance.person))
            .execution_options(populate_existing=True)
        )
    }
    seated = {
        person.id: person
        for person in db.session.scalars(
            select(Person).join(Enrollment, Enrollment.person_id == Person.id).where(seated_in(one))
        )
    }
    guests = [mark for mark in marks.values() if mark.person_id not in seated]
    chances = lessons_to_make_up(
        db.session(), one, [mark.person_id for mark in guests if mark.enrollment_id is None]
    )
    made_up = _lessons([mark.makes_up_id for mark in guests if mark.makes_up_id is not None])
    people = {**{mark.person_id: mark.person for mark in guests}, **seated}
    on = local_date(one.starts_at)
    return RollPage(
        session=one,
        people=sorted(
            (
                _on_roll(
                    person,
                    marks.get(person.id),
                    youngest=age_on(on, person.birth_year, person.birth_on) // 10 * 10,
                    has_seat=person.id in seated or _had_seat(marks[person.id]),
                    chances=chances.get(person.id, ()),
                    made_up=made_up,
                )
                for person in people.values()
            ),
            key=lambda person: (not person.has_seat, person.name, person.person_id),
        ),
        walk_ins=roll.walk_ins if roll is not None else 0,
        fact=fact,
        opens_at=one.starts_at - roll_times().before,
        closes_at=closes_at(fact, roll_times()),
        may_mark=marking_refusal(fact, roll_times(), now) is None,
        may_close=fact.closed_at is None and closing_refusal(fact, now) is None,
        may_reopen=office
        and fact.closed_at is not None
        and reopening_refusal(fact, roll_times(), now) is None,
    )


def _had_seat(mark: Attendance) -> bool:
    """Tell whether somebody was marked by a seat that they have given back since."""
    return mark.enrollment_id is not None


def _on_roll(
    person: Person,
    mark: Attendance | None,
    *,
    youngest: int,
    has_seat: bool,
    chances: Sequence[ScheduledSession],
    made_up: dict[int, ScheduledSession],
) -> OnRoll:
    return OnRoll(
        person_id=person.id,
        name=person.full_name,
        youngest=youngest,
        has_seat=has_seat,
        arrived_at=mark.arrived_at if mark is not None else None,
        missed=mark is not None and mark.missed_at is not None,
        makes_up=made_up.get(mark.makes_up_id) if mark is not None and mark.makes_up_id else None,
        to_make_up=chances,
    )


def _lessons(session_ids: Sequence[int]) -> dict[int, ScheduledSession]:
    if not session_ids:
        return {}
    rows = db.session.scalars(
        select(ScheduledSession)
        .where(ScheduledSession.id.in_(session_ids))
        .options(joinedload(ScheduledSession.program))
    )
    return {one.id: one for one in rows}
