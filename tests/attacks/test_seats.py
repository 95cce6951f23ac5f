"""Seats that are not to be had: of drafts, of what was cancelled, of no size, of others."""

from __future__ import annotations

import pytest

from tests import town as make
from tests.attacks.conftest import Loot, keys
from tests.test_architecture import fingerprint
from venue.audit.rules import Actor
from venue.changes.cancelling import cancel_program
from venue.changes.publishing import retract_program

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

VERBS = ("enrollments", "waitlist")


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("what", ["draft", "cancelled"])
def test_the_pool_of_a_draft_or_of_what_was_cancelled_gives_nothing(
    loot: Loot, enter, db_session, what: str, verb: str
) -> None:
    pool_id = make.pool_of(db_session, getattr(loot, what)).id
    for who, status in (("a resident", 404 if what == "draft" else 409), ("the manager", 409)):
        browser = enter(loot.visitors[who])
        sent = {**keys(browser), "person_id": loot.visitors[who].id}
        before = fingerprint()
        browser.post(f"/pools/{pool_id}/{verb}", sent, status)
        assert fingerprint() == before


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("pool_id", [0, 999, 2**31 - 1])
def test_a_pool_that_there_is_not_is_not_found(loot: Loot, enter, pool_id: int, verb: str) -> None:
    browser = enter(loot.visitors["a resident"])
    sent = {**keys(browser), "person_id": loot.visitors["a resident"].id}
    browser.post(f"/pools/{pool_id}/{verb}", sent, 404)


@pytest.mark.parametrize("end", [retract_program, cancel_program])
def test_a_button_from_before_it_was_taken_back_gives_no_seat(
    loot: Loot, enter, db_session, end
) -> None:
    course = make.course(db_session, loot.town.wutongli, "合唱", lessons=2)
    db_session.commit()
    browser = enter(loot.visitors["a resident"])
    form = browser.get(f"/courses/{course.id}").form("/enrollments")
    more = {"reason": "老师病了"} if end is cancel_program else {}
    actor = Actor(loot.town.shen_lan.id, make.Channel.ONLINE)
    end(db_session, course.id, actor=actor, now=make.clock.now(), **more)
    db_session.commit()
    browser.submit(form, {}, 404 if end is retract_program else 409)
    assert make.pool_of(db_session, course).taken == 0


@pytest.mark.parametrize("typed", ["0", "-1", "1e3", "999999999", "", "NaN", "٣٠٠٠٠"])
def test_a_number_of_seats_that_cannot_be_is_refused(loot: Loot, enter, typed: str) -> None:
    browser = enter(loot.town.shen_lan)
    pool = loot.seat.pool
    path = f"/office/wutongli/programs/{loot.town.painting.id}/pools/{pool.id}/capacity"
    browser.post(path, {**keys(browser), "capacity": typed}, 422)
    assert pool.capacity == 25


def test_an_offer_is_for_the_family_alone_and_once(loot: Loot, enter, db_session) -> None:
    """The other parent of the class cannot take it, and its own parent not twice."""
    mother = enter(loot.town.chen_min)
    path = f"/enrollments/{loot.offer.id}"
    enter(loot.visitors["a parent"]).post(
        f"{path}/acceptance", keys(enter(loot.visitors["a parent"])), 422
    )
    mother.post(f"{path}/acceptance", keys(mother))
    mother.post(f"{path}/acceptance", keys(mother), 303)
    mother.post(f"{path}/refusal", keys(mother), 409)
    pool = loot.offer.pool
    assert (pool.taken, loot.offer.status) == (1, "confirmed")
