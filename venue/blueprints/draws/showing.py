"""The page of a draw: what it is, how far it has come, what it gives out, and what came of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Response, abort, url_for
from flask import request as http
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from venue import clock
from venue.blueprints.courses.showing import require_visible
from venue.blueprints.destinations import public_address
from venue.blueprints.draws.addresses import blueprint, visible_draw
from venue.blueprints.draws.offers import (
    Drawn,
    count_applications,
    demand_of,
    drawn_of,
    find_number,
    offers_of,
    winners_of,
)
from venue.blueprints.draws.own import applications_of
from venue.blueprints.qr import qr_code
from venue.db import db
from venue.draws.models import Application, Draw, DrawProgram, Wish
from venue.draws.numbers import agreed_number
from venue.draws.rules import Stage
from venue.htmx import answer, render
from venue.permissions import represented, viewer
from venue.programs.models import Program
from venue.programs.rules import Admission

SHORTEST_NUMBER = 4
"""Digits by which one may look for one's own number, which is usually alone with them (own)."""
WAITING_SHOWN = 20
"""Of a course's line; no limit is kept (design, 候补)."""


@dataclass(frozen=True, slots=True)
class Found:
    """What looking for a number found: exactly one application, or none, or more than one."""

    typed: str
    too_short: bool = False
    several: bool = False
    one: Drawn | None = None


@blueprint.get("/draws/<int:draw_id>")
def show(draw_id: int) -> Response:
    """Show a draw; `?number=` looks for an application in its published list.

    `?wish=` names the course from whose page one comes: it will be the first wish.

    How many want what is shown once the list is frozen. Before that it would betray, in a small
    draw, whose wish came last, and invite everybody to wait for the last minute and to bargain
    with figures that still change; one's own wishes are best stated as they are.
    """
    draw = visible_draw(draw_id)
    now = clock.now()
    who = viewer()
    people = represented(db.session(), who) if who is not None else []
    own = applications_of(db.session(), draw_id, people)
    applied = {one.person_id for application in own for one in application.people}
    return render(
        "draws/show.html",
        draw=draw,
        stage=draw.stage(now),
        step=present_step(draw, now),
        confirm_until=confirm_until(draw),
        number=published_number(draw),
        offers=offers_of(db.session(), draw),
        applications=count_applications(db.session(), draw_id),
        demand=demand_of(db.session(), draw_id) if draw.frozen_at else {},
        winners=winners_of(db.session(), draw_id) if draw.drawn_at else {},
        own=own,
        more=any(person.id not in applied for person in people),
        found=_found(db.session(), draw) if draw.frozen_at else None,
        wish=http.args.get("wish", type=int),
    )


@blueprint.get("/courses/<int:program_id>/draw")
def of_program(program_id: int) -> BaseResponse:
    """Lead from a course to the draw that gives out its seats, or say that there is none yet."""
    found = db.session.get(Program, program_id)
    if found is None:
        abort(404)
    require_visible(found)
    if found.admission is not Admission.LOTTERY:
        return answer(url_for("courses.show", program_id=program_id))
    draw_id = db.session.scalar(
        select(Draw.id)
        .join(Draw.programs)
        .where(DrawProgram.program_id == program_id, Draw.published_at.is_not(None))
    )
    if draw_id is None:
        return render("draws/none.html", program=found)
    return answer(url_for("draws.show", draw_id=draw_id, wish=program_id))


@blueprint.get("/draws/<int:draw_id>/programs/<int:program_id>")
def program(draw_id: int, program_id: int) -> Response:
    """Show what came of one course: who won it and the head of its line, by number."""
    draw = visible_draw(draw_id)
    offered = db.session.scalar(
        select(Program)
        .join(DrawProgram, DrawProgram.program_id == Program.id)
        .where(DrawProgram.draw_id == draw_id, Program.id == program_id)
    )
    if offered is None or draw.drawn_at is None:
        abort(404)
    waiting = drawn_of(
        db.session(),
        Application.draw_id == draw_id,
        Application.won_program_id.is_(None),
        Application.wish_rows.any(Wish.program_id == program_id),
    )
    return render(
        "draws/program.html",
        draw=draw,
        program=offered,
        won=drawn_of(
            db.session(),
            Application.draw_id == draw_id,
            Application.won_program_id == program_id,
        ),
        waiting=waiting[:WAITING_SHOWN],
        waiting_count=len(waiting),
    )


@blueprint.get("/draws/<int:draw_id>/record")
def record(draw_id: int) -> Response:
    """Show what is hung up on the notice board: everything that a check needs, and every number."""
    draw = visible_draw(draw_id)
    if draw.drawn_at is None:
        abort(404)
    offers = offers_of(db.session(), draw)
    drawn = drawn_of(db.session(), Application.draw_id == draw_id)
    address = public_address("draws.show", draw_id=draw_id)
    return render(
        "draws/record.html",
        draw=draw,
        number=published_number(draw),
        offers=offers,
        won={
            offer.program.id: [one for one in drawn if one.won_program_id == offer.program.id]
            for offer in offers
        },
        waiting=[one for one in drawn if one.won_program_id is None],
        count=len(drawn),
        address=address,
        qr=qr_code(address),
    )


def published_number(draw: Draw) -> str | None:
    """Return the public number that decided a draw."""
    if draw.drawn_at is None:
        return None
    number = agreed_number(one.number for one in draw.numbers)
    return number if isinstance(number, str) else None


def confirm_until(draw: Draw) -> datetime | None:
    """Return until when winners were asked to answer, nights apart."""
    hours = timedelta(hours=draw.confirm_hours)
    return draw.drawn_at + hours if draw.drawn_at else None


def present_step(draw: Draw, now: datetime) -> int:
    """Return at which of its six steps a draw is, from 1; 0 before the first."""
    until = confirm_until(draw)
    if until is not None:
        return 5 if now < until else 6
    return {Stage.OPEN: 1, Stage.CLOSED: 2, Stage.FROZEN: 3}.get(draw.stage(now), 0)


def _found(session: Session, draw: Draw) -> Found | None:
    """Return what `?number=` finds; a number may be cut short."""
    typed = "".join((http.args.get("number") or "").lower().split())[:16]
    if not typed:
        return None
    if not re.fullmatch(f"[0-9a-f]{{{SHORTEST_NUMBER},}}", typed):
        return Found(typed, too_short=len(typed) < SHORTEST_NUMBER)
    rows = find_number(session, draw.id, typed)
    return Found(typed, several=len(rows) > 1, one=rows[0] if len(rows) == 1 else None)
