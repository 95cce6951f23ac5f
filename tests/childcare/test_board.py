"""The day board: where the children are, who is with them, and what only staff on duty read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from venue import clock as venue_clock
from venue.childcare.arriving import let_in
from venue.childcare.board import boards, care_session, care_sessions
from venue.childcare.board_rules import Place
from venue.childcare.codes import code_key
from venue.childcare.noting_health import HealthWords, set_health_text, write_health
from venue.childcare.permitting import give_permit
from venue.childcare.presence import (
    CarerCame,
    CarerLeft,
    NotCareTime,
    carer_comes,
    carer_leaves,
    carers_of,
    is_on_duty,
    volunteer_comes,
)
from venue.childcare.releasing import release_by_code
from venue.childcare.rules import PermitPlan
from venue.duty.models import Assignment, Clearance, Shift

KEY = code_key("a secret of the house")


class Today:
    """The first care day has begun; both children have a place, 何静 looks after them."""

    def __init__(self, after, town, clock):
        after.book([town.xiao_he, town.xiao_mai], 0)
        self.after, self.town, self.session, self.clock = after, town, after.session, clock
        self.day = after.days[0]
        clock.set(self.day.starts_at)

    def run(self, verb, *arguments, **more):
        outcome = verb(
            self.session, *arguments, actor=self.after.by(), now=venue_clock.now(), **more
        )
        self.session.commit()
        return outcome

    def come(self, child):
        return self.run(let_in, self.day.id, child.id, allergy_seen=True)

    def board(self, *, on_duty=True):
        days = care_sessions(self.session, self.town.wutongli.id, venue_clock.today())
        (found,) = boards(self.session, days, on_duty=on_duty, now=venue_clock.now())
        return found

    def places(self):
        return {one.child.full_name: one.place for one in self.board().children}

    def clear(self, person, until):
        today = venue_clock.today()
        self.session.add(
            Clearance(
                person_id=person.id,
                checked_on=today - timedelta(days=300),
                expires_on=until,
                entered_at=venue_clock.now(),
            )
        )
        self.session.commit()

    def on_duty(self, person):
        return is_on_duty(self.session, self.town.wutongli.id, person.id, now=venue_clock.now())


@pytest.fixture
def today(after, town, clock):
    return Today(after, town, clock)


def test_the_board_follows_the_children_through_the_afternoon(today, town):
    assert today.places() == {"陈小禾": Place.EXPECTED, "陈小麦": Place.EXPECTED}
    today.come(town.xiao_he)
    today.clock.advance(timedelta(minutes=15))
    assert today.places() == {"陈小禾": Place.THERE, "陈小麦": Place.MISSING}
    (missing,) = today.board().at(Place.MISSING)
    assert [one.phone for one in missing.guardians] == ["+8613900000002"]
    assert today.board(on_duty=False).at(Place.MISSING)[0].guardians == ()
    today.clock.set(today.day.ends_at + timedelta(minutes=15))
    assert today.places()["陈小禾"] is Place.LATE
    today.run(
        give_permit, town.xiao_he.id, PermitPlan("陈阿婆", "外婆", None, 1958, "4071"), key=KEY
    )
    today.run(release_by_code, today.day.id, town.xiao_he.id, "4071", key=KEY)
    gone = today.board().at(Place.GONE)[0]
    assert (gone.gone.relation, today.board().heads) == ("外婆", 0)


def test_an_allergy_is_on_the_board_for_who_is_on_duty_alone(today, town):
    text = today.run(set_health_text, today.after.program.id, "健康信息", "当天值班的老师看。")
    today.run(write_health, town.xiao_he.id, HealthWords(allergies="花生"), [text.id])
    assert [one.has_allergy for one in today.board().children] == [True, False]
    assert not any(one.has_allergy for one in today.board(on_duty=False).children)


def test_only_who_was_checked_counts_and_nobody_twice(today, town):
    today.come(town.xiao_he)
    today.clear(town.he_jing, venue_clock.today())
    today.clear(town.shen_lan, venue_clock.today() - timedelta(days=1))
    first = today.run(carer_comes, today.day.id, town.he_jing.id)
    assert today.run(carer_comes, today.day.id, town.he_jing.id) == first
    today.run(carer_comes, today.day.id, town.shen_lan.id)
    today.run(volunteer_comes, today.day.id, "王同学")
    board = today.board()
    assert [(one.full_name, one.counts) for one in board.carers] == [
        ("何静", True),
        ("沈岚", False),
        ("王同学", False),
    ]
    assert (board.ratio.children, board.ratio.carers, board.ratio.needed) == (1, 1, 2)
    assert isinstance(first, CarerCame)
    assert today.run(carer_leaves, today.day.id, first.presence_id) == CarerLeft()
    assert today.board().ratio.carers == 0


def test_carers_are_noted_around_their_day(today, town):
    today.clock.set(today.day.starts_at - timedelta(hours=3))
    outcome = today.run(carer_comes, today.day.id, town.he_jing.id)
    assert outcome == NotCareTime(
        today.day.starts_at - timedelta(hours=2), today.day.ends_at + timedelta(hours=2)
    )
    assert carers_of(today.session, [today.day.id], venue_clock.today()) == {today.day.id: []}


def test_on_duty_is_who_has_a_shift_today_or_is_with_the_children(today, town):
    assert not today.on_duty(town.he_jing)
    today.run(carer_comes, today.day.id, town.he_jing.id)
    assert today.on_duty(town.he_jing)
    shift = Shift(
        center_id=town.wutongli.id,
        label="托管",
        starts_at=today.day.starts_at,
        ends_at=today.day.ends_at,
        assignments=[Assignment(person_id=town.shen_lan.id)],
    )
    today.session.add(shift)
    today.session.commit()
    assert today.on_duty(town.shen_lan)
    assert not is_on_duty(today.session, town.elsewhere.id, town.shen_lan.id, now=venue_clock.now())
    today.clock.advance(timedelta(days=1))
    assert not today.on_duty(town.shen_lan)
    assert not today.on_duty(town.he_jing)


def test_a_board_asks_as_often_for_ten_days_as_for_one(today, town, count_queries):
    center = town.wutongli.id
    today.after.book([town.xiao_he, town.xiao_mai], *range(2, 10))
    one = care_sessions(today.session, center, venue_clock.today())
    all_days = [care_session(today.session, center, day.id) for day in today.after.days]
    asked = []
    for days in (one, all_days):
        with count_queries() as queries:
            boards(today.session, days, on_duty=True, now=venue_clock.now())
        asked.append(len(queries))
    assert asked[0] == asked[1]
    assert care_session(today.session, town.elsewhere.id, today.day.id) is None
