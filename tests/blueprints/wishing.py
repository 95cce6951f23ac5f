"""People who wish for 零基础国画 in a draw that is still to come."""

from __future__ import annotations

from tests import town as make
from venue.audit.rules import Channel
from venue.draws.models import Applicant, Draw
from venue.people.models import Person


def wishes(session, town: make.Town, people: list[Person], *, withdrawn_at=None) -> None:
    """Let each wish for painting first, by telephone, and the last of several second."""
    draw = session.query(Draw).first() or make.draw(session, town.wutongli, [town.painting])
    other = make.program(session, town.wutongli, "别的课", term=town.term)
    for number, who in enumerate(people, start=1):
        last = 1 < number == len(people)
        ranked = [other, town.painting] if last else [town.painting, other]
        made = make.application(session, draw, [who], ranked)
        made.channel = Channel.TELEPHONE
        if withdrawn_at is not None:
            made.withdrawn_at = withdrawn_at
            session.query(Applicant).where(Applicant.application_id == made.id).delete()
    session.flush()
