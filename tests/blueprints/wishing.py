"""People who wish for 零基础国画 in a draw that is still to come."""

from __future__ import annotations

from datetime import timedelta

from tests import town as make
from venue.audit.rules import Channel
from venue.draws.models import Applicant, Application, Draw, DrawProgram, Wish
from venue.people.models import Person


def draw_of(session, town) -> Draw:
    found = session.query(Draw).first()
    if found is None:
        now = make.clock.now()
        found = Draw(
            center_id=town.wutongli.id, term_id=town.term.id, name="秋季摇号", opens_at=now,
            closes_at=now + timedelta(days=5), number_source="体彩", created_at=now,
        )  # fmt: skip
        session.add(found)
        session.flush()
        session.add(DrawProgram(draw_id=found.id, program_id=town.painting.id))
    return found


def wishes(session, town, people: list[Person], *, withdrawn_at=None) -> None:
    """Let each wish for painting: the last of several in the second place."""
    draw, now = draw_of(session, town), make.clock.now()
    other = make.program(session, town.wutongli, "别的课")
    for number, who in enumerate(people, start=1):
        one = Application(
            draw_id=draw.id, pseudonym=f"{who.id:016x}", channel=Channel.TELEPHONE,
            applied_at=now, changed_at=now, withdrawn_at=withdrawn_at,
        )  # fmt: skip
        last = 1 < number == len(people)
        ranks = (other, town.painting) if last else (town.painting, other)
        one.wish_rows = [Wish(rank=rank, program=of) for rank, of in enumerate(ranks, start=1)]
        if withdrawn_at is None:
            one.people = [Applicant(draw_id=draw.id, person_id=who.id)]
        session.add(one)
    session.flush()
