"""Two who reach for one draw meet: nobody slips into a frozen list, and lots are drawn once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import town as make
from tests.races.meeting import act, meeting
from venue.audit.rules import SYSTEM, Actor, Channel
from venue.draws.applying import Applied, CannotApply, TakenBack, apply, withdraw
from venue.draws.drawing import CannotDraw, HasDrawn, draw, enter_number
from venue.draws.freezing import freeze_due
from venue.draws.models import Applicant, Application, DrawRecord
from venue.draws.numbers import AlreadyDrawn
from venue.programs.rules import Admission
from venue.seats.models import Enrollment
from venue.seats.rules import Closed

pytestmark = [pytest.mark.race, meeting]

NUMBER = "02 07 11 19 23 30 + 08"


class Lottery:
    """A draw over one course, and the two moments between which its window ends."""

    def __init__(self, session, town):
        self.session = session
        self.course = make.course(
            session, town.wutongli, "摄影", capacity=1, admission=Admission.LOTTERY, term=town.term
        )
        self.draw = make.draw(session, town.wutongli, [self.course])
        make.application(session, self.draw, [town.chen_min], [self.course])
        self.closes_at = self.draw.closes_at
        self.just_before = self.closes_at - timedelta(seconds=1)
        session.commit()

    def apply(self, person):
        by = Actor(person.id, Channel.ONLINE)
        wishes = [self.course.id]
        return act(apply, self.draw.id, [person.id], wishes, actor=by, now=self.just_before)

    def withdraw(self, application):
        return act(withdraw, application.id, actor=SYSTEM, now=self.just_before)

    def freeze(self):
        return act(freeze_due, now=self.closes_at)

    def agree(self, people):
        for person in people:
            by = Actor(person.id, Channel.COUNTER)
            enter_number(self.session, self.draw.id, NUMBER, actor=by, now=self.closes_at)
        self.session.commit()

    def run(self):
        return act(draw, self.draw.id, actor=SYSTEM, now=self.closes_at)

    def listed(self):
        """Return the pseudonyms in the frozen list, once they are those who take part."""
        self.session.rollback()
        text = self.session.scalars(select(DrawRecord.list_text)).one()
        listed = {
            line.split("\t")[1] for line in text.splitlines() if line.startswith("application\t")
        }
        taking_part = self.session.scalars(
            select(Application.pseudonym).where(Application.withdrawn_at.is_(None))
        )
        assert listed == set(taking_part)
        assert len(listed) == self.session.query(Applicant).count()
        return listed


@pytest.fixture
def lottery(db_session, town):
    return Lottery(db_session(), town)


def test_who_applies_in_the_last_second_is_in_the_frozen_list(lottery, town, meet):
    applied, frozen = meet(lottery.apply(town.lin_xiao), lottery.freeze())
    assert isinstance(applied, Applied)
    assert frozen == 1
    assert applied.pseudonym in lottery.listed()


def test_who_applies_while_the_list_is_frozen_is_told_that_it_is_too_late(lottery, town, meet):
    frozen, applied = meet(lottery.freeze(), lottery.apply(town.lin_xiao))
    assert frozen == 1
    assert applied == CannotApply((Closed(lottery.closes_at),))
    assert len(lottery.listed()) == 1


def test_who_takes_wishes_back_in_the_last_second_is_not_in_the_list(lottery, town, meet):
    mine = lottery.session.scalars(select(Application)).one()
    withdrawn, frozen = meet(lottery.withdraw(mine), lottery.freeze())
    assert (withdrawn, frozen) == (TakenBack(mine.id), 1)
    assert lottery.listed() == set()


def test_lots_are_drawn_once_when_two_draw_at_the_same_moment(lottery, town, meet):
    lottery.freeze()(lottery.session)
    lottery.session.commit()
    lottery.agree([town.shen_lan, town.he_jing])

    first, second = meet(lottery.run(), lottery.run())

    assert first == HasDrawn(lottery.draw.id, 1, 1)
    assert second == CannotDraw(AlreadyDrawn(lottery.closes_at))
    assert lottery.session.query(Enrollment).count() == 1
