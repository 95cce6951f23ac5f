"""Opinions on both databases: one for each person and session, and any number at the door."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from tests import town as make
from venue.audit.rules import Actor, Channel
from venue.opinions.giving import Given, give
from venue.opinions.models import Opinion
from venue.opinions.reading import count_faces, own_faces
from venue.opinions.rules import Face, WasNotThere


@pytest.fixture
def say(session, town):
    town.painting.asks_opinions = True
    make.enrollment(session, make.pool_of(session, town.painting), town.lin_xiao)
    lesson = town.painting.sessions[0]

    def say(person, face):
        actor = Actor(town.he_jing.id, Channel.COUNTER)
        person_id = person.id if person else None
        return give(session, lesson.id, person_id, face, actor=actor, now=lesson.ends_at)

    return say


def test_a_mind_is_changed_and_the_door_counts_every_hand(session, town, say):
    lesson = town.painting.sessions[0]
    assert say(town.lin_xiao, Face.POOR) == Given(Face.POOR)
    assert say(town.lin_xiao, Face.GOOD) == Given(Face.GOOD)
    assert say(town.zhou_wen, Face.GOOD) == WasNotThere()
    for _ in range(2):
        say(None, Face.FAIR)

    assert count_faces(session, lesson.id) == {Face.GOOD: 1, Face.FAIR: 2, Face.POOR: 0}
    assert own_faces(session, lesson.id, [town.lin_xiao.id]) == {town.lin_xiao.id: Face.GOOD}


def test_the_database_holds_one_opinion_of_a_person_on_a_session(session, town, say):
    lesson = town.painting.sessions[0]
    say(town.lin_xiao, Face.GOOD)
    session.add(
        Opinion(
            session_id=lesson.id,
            person_id=town.lin_xiao.id,
            face=Face.POOR,
            given_at=lesson.ends_at,
        )
    )
    with pytest.raises(IntegrityError):
        session.flush()
