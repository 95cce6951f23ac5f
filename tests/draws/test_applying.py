"""Wishes: who may state them, changing them, taking them back, and why not."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from sqlalchemy import select

from tests import town as make
from venue import clock as venue_clock
from venue.audit.rules import Actor, Channel
from venue.consents.models import Consent, ConsentText
from venue.draws.applying import Applied, CannotApply, TakenBack, apply, withdraw
from venue.draws.freezing import freeze_due
from venue.draws.models import Application
from venue.draws.wishes import (
    Ineligible,
    LeftOut,
    NobodyNamed,
    NotInDraw,
    NoWish,
    OtherApplication,
    TooManyWishes,
    WishedTwice,
)
from venue.notifications.models import Message
from venue.programs.rules import Admission
from venue.seats.rules import (
    Cancelled,
    Closed,
    ConsentMissing,
    GroupTooLarge,
    NotOpenYet,
    OneATerm,
    TooYoung,
    Unpublished,
)


class Wishes:
    """A draw over two courses for adults, one of which takes two together; one is not in it."""

    def __init__(self, session):
        self.session = session
        self.town = make.build(session)
        self.first = self.course("摄影", min_age=18)
        self.pair = self.course("合唱", group_limit=2)
        self.foreign = self.course("茶艺")
        self.draw = make.draw(session, self.town.wutongli, [self.first, self.pair], wishes=2)
        session.commit()

    def course(self, title, **facts):
        lottery = {"admission": Admission.LOTTERY, "term": self.town.term, "limit_group": "夜校"}
        return make.course(
            self.session, self.town.wutongli, title, starts=time(9), **{**lottery, **facts}
        )

    def apply(self, people, wishes, **how):
        by = Actor(people[0].id if people else None, Channel.ONLINE)
        outcome = apply(
            self.session,
            self.draw.id,
            [person.id for person in people],
            [one.id for one in wishes],
            actor=by,
            now=venue_clock.now(),
            **how,
        )
        self.session.commit()
        return outcome

    def withdraw(self, application_id):
        by = Actor(self.town.lin_xiao.id, Channel.ONLINE)
        outcome = withdraw(self.session, application_id, actor=by, now=venue_clock.now())
        self.session.commit()
        return outcome

    def written(self):
        return [
            ([one.person_id for one in row.people], [wish.program_id for wish in row.wish_rows])
            for row in self.session.scalars(select(Application).order_by(Application.id))
        ]


@pytest.fixture
def wishes(session):
    return Wishes(session)


def test_wishes_are_kept_in_order_changed_and_taken_back(wishes, session):
    lin, chen = wishes.town.lin_xiao, wishes.town.chen_min

    applied = wishes.apply([lin], [wishes.first, wishes.pair])

    assert isinstance(applied, Applied)
    assert len(applied.pseudonym) == 16
    assert wishes.written() == [([lin.id], [wishes.first.id, wishes.pair.id])]
    assert wishes.apply([lin], [wishes.pair]) == applied
    assert wishes.written() == [([lin.id], [wishes.pair.id])]
    # A friend may come along; then it is for both of them.
    assert wishes.apply([lin, chen], [wishes.pair]) == applied
    assert wishes.written() == [([lin.id, chen.id], [wishes.pair.id])]
    left_out = LeftOut(applied.application_id, chen.full_name)
    assert wishes.apply([lin], [wishes.first]) == CannotApply((left_out,))
    for _ in range(2):
        assert wishes.withdraw(applied.application_id) == TakenBack(applied.application_id)
    assert wishes.written() == [([], [wishes.pair.id])]
    again = wishes.apply([lin], [wishes.first])
    assert again.application_id != applied.application_id
    told = session.scalars(
        select(Message.kind).where(Message.person_id == lin.id).order_by(Message.id)
    ).all()
    assert told == [*["draw_applied"] * 3, "draw_withdrawn", "draw_applied"]


def test_every_reason_against_wishes_is_named_at_once(wishes, session):
    lin, chen, he = wishes.town.lin_xiao, wishes.town.chen_min, wishes.town.xiao_he
    first, pair, foreign = wishes.first, wishes.pair, wishes.foreign
    mine = wishes.apply([lin], [first]).application_id
    theirs = wishes.apply([chen], [first]).application_id
    make.enrollment(session, make.pool_of(session, wishes.town.painting), wishes.town.zhou_wen)
    session.commit()
    too_young = ((he.id, he.full_name, (TooYoung(18, 9),)),)
    cases = [
        ([], [first], [NobodyNamed()]),
        ([lin], [], [NoWish()]),
        ([lin], [first, pair, first], [TooManyWishes(2), WishedTwice(first.title)]),
        ([lin], [foreign], [NotInDraw(foreign.id)]),
        ([he], [first], [Ineligible(first.id, first.title, (), too_young)]),
        (
            [lin, he],
            [first, pair],
            [Ineligible(first.id, first.title, (GroupTooLarge(1),), too_young)],
        ),
        (
            [lin, chen],
            [pair],
            [
                OtherApplication(mine, lin.id, lin.full_name),
                OtherApplication(theirs, chen.id, chen.full_name),
            ],
        ),
        (
            [wishes.town.zhou_wen],
            [pair],
            [
                Ineligible(
                    pair.id,
                    pair.title,
                    (),
                    ((wishes.town.zhou_wen.id, "周文", (OneATerm("零基础国画"),)),),
                )
            ],
        ),
    ]
    before = wishes.written()

    for people, wanted, reasons in cases:
        assert wishes.apply(people, wanted) == CannotApply(tuple(reasons))

    assert wishes.written() == before


def test_a_text_is_agreed_to_with_the_wish_itself(wishes, session):
    text = ConsentText(title="肖像权", body="…", written_at=venue_clock.now())
    wishes.pair.consent_text = text
    session.commit()
    lin = wishes.town.lin_xiao

    refused = wishes.apply([lin], [wishes.pair])
    assert refused.reasons[0].people == (
        (lin.id, lin.full_name, (ConsentMissing(text.id, "肖像权"),)),
    )
    assert isinstance(wishes.apply([lin], [wishes.pair], agreed=True), Applied)
    assert session.scalars(select(Consent.person_id)).all() == [lin.id]
    assert isinstance(wishes.apply([lin], [wishes.pair]), Applied)


def test_nobody_applies_before_or_after_the_window_nor_takes_back_what_was_frozen(wishes, clock):
    lin, chen = wishes.town.lin_xiao, wishes.town.chen_min
    opens_at, closes_at = wishes.draw.opens_at, wishes.draw.closes_at
    clock.set(opens_at - timedelta(seconds=1))
    assert wishes.apply([lin], [wishes.first]) == CannotApply((NotOpenYet(opens_at),))
    clock.set(closes_at - timedelta(seconds=1))
    mine = wishes.apply([lin], [wishes.first]).application_id
    clock.set(closes_at)
    closed = CannotApply((Closed(closes_at),))
    assert wishes.apply([chen], [wishes.first]) == closed
    assert freeze_due(wishes.session, now=clock.now()) == 1
    # Even a process whose clock is late finds the list frozen.
    clock.set(closes_at - timedelta(seconds=1))
    assert wishes.apply([chen], [wishes.first]) == closed
    assert wishes.withdraw(mine) == closed


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_draw_that_is_a_draft_or_called_off_takes_no_wishes(wishes, session):
    wishes.draw.published_at = None
    session.commit()
    assert wishes.apply([wishes.town.lin_xiao], [wishes.first]) == CannotApply((Unpublished(),))
    wishes.draw.cancelled_at = venue_clock.now()
    session.commit()
    assert wishes.apply([wishes.town.lin_xiao], [wishes.first]) == CannotApply((Cancelled(),))
