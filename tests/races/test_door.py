"""Two carers, or two guardians, at one child in the same moment."""

from __future__ import annotations

import pytest

from tests import town as make
from tests.races.facts import count
from tests.races.meeting import act, meeting
from venue import clock as venue_clock
from venue.attendance.outcomes import Marked
from venue.childcare.arriving import AlreadyThere, let_in
from venue.childcare.booking_days import ChildWish, DayWish, WhenFull, book_days
from venue.childcare.codes import code_key
from venue.childcare.door_models import Collection
from venue.childcare.file_models import ChildFile, CollectionPermit
from venue.childcare.permitting import NotPermitted, Permitted, give_permit
from venue.childcare.releasing import Kept, Released, release_by_code, release_to_guardian
from venue.childcare.rules import PermitFault, PermitPlan, ReleaseRefusal
from venue.config import settings
from venue.notifications.models import Message

pytestmark = pytest.mark.race

KEY = code_key("a secret of the house")


class Door:
    """小禾 has a day of care that has begun; her grandmother and an aunt have a code."""

    def __init__(self, session, town, clock):
        self.session, self.child, self.mother = session, town.xiao_he.id, town.chen_min.id
        self.by = {"actor": make.acts(town.chen_min)["actor"]}
        program = make.care(session, town.wutongli)
        self.day = program.sessions[0].id
        starts_at = program.sessions[0].starts_at
        wish = ChildWish(self.child, (DayWish(self.day),))
        book_days(
            session(),
            program.id,
            [wish],
            when_full=WhenFull.REFUSE,
            agreed=False,
            now=venue_clock.now(),
            **self.by,
        )
        session.commit()
        clock.set(starts_at)
        self.by["now"] = venue_clock.now()
        for name, code in (("陈阿婆", "4071"), ("陈阿姨", "5093")):
            self.permit(name, code)(session())
            session.commit()

    def permit(self, name, code):
        plan = PermitPlan(name, "家人", None, 1958, code)
        return act(give_permit, self.child, plan, key=KEY, **self.by)

    def arrival(self):
        return act(let_in, self.day, self.child, allergy_seen=True, **self.by)

    def come(self):
        self.arrival()(self.session())
        self.session.commit()

    def code(self, code):
        return act(release_by_code, self.day, self.child, code, key=KEY, **self.by)


@pytest.fixture
def door(db_session, town, clock):
    return Door(db_session, town, clock)


@meeting
def test_a_child_leaves_once_and_the_second_carer_reads_that_it_has_gone(door, meet):
    door.come()
    mother = act(release_to_guardian, door.day, door.child, door.mother, **door.by)
    first, second = meet(door.code("4071"), mother)
    assert isinstance(first, Released)
    assert isinstance(second, Kept)
    assert second.reason is ReleaseRefusal.GONE
    assert count(door.session, Collection, Collection.refusal.is_(None)) == 1
    assert count(door.session, Message, Message.kind == "child_collected") == 1


@meeting
def test_a_child_arrives_once_and_its_mother_is_told_once(door, meet):
    first, second = meet(door.arrival(), door.arrival())
    assert isinstance(first, Marked)
    assert isinstance(second, AlreadyThere)
    assert count(door.session, Message, Message.kind == "child_arrived") == 1


@meeting
def test_the_third_permit_goes_to_one_of_two(door, meet):
    first, second = meet(door.permit("陈舅舅", "6182"), door.permit("陈叔叔", "8365"))
    assert isinstance(first, Permitted)
    assert second == NotPermitted((PermitFault.NO_PLACE,))
    assert count(door.session, CollectionPermit, CollectionPermit.revoked_at.is_(None)) == 3


@meeting
def test_no_wrong_code_is_lost_count_of(door, meet):
    door.come()
    meet(door.code("9999"), door.code("8888"))
    door.session.rollback()
    assert door.session.get_one(ChildFile, door.child).wrong_codes == 2
    assert settings().care_wrong_codes > 2
