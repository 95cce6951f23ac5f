"""The key of a form: whoever sends it again is answered, whoever sends another form is heard."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from tests import town as make
from tests.attacks.conftest import Loot, keys
from venue.people.models import Delegation, DelegationRequest, Person
from venue.seats.models import Enrollment

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_another_button_with_the_key_of_the_first_does_what_it_says(
    loot: Loot, enter, db_session
) -> None:
    """Going back in the browser shows a page whose buttons still have the key that was used."""
    other = DelegationRequest(
        delegate_id=loot.town.chen_min.id,
        full_name="林晓",
        phone=loot.town.lin_xiao.phone,
        requested_at=make.clock.now(),
    )
    db_session.add(other)
    db_session.commit()
    browser = enter(loot.town.lin_xiao)
    sent = keys(browser)
    browser.post(f"/delegation-requests/{loot.wish.id}/confirmation", sent)
    browser.post(f"/delegation-requests/{other.id}/refusal", sent)
    assert other.answered_at is not None
    assert other.delegation_id is None


def test_the_same_form_with_something_else_typed_is_another_form(
    loot: Loot, enter, db_session
) -> None:
    browser = enter(loot.town.chen_min)
    sent = {**keys(browser), "birth_on": "2016-02-03"}
    browser.post("/my/family/children", {**sent, "full_name": "陈小一"})
    browser.post("/my/family/children", {**sent, "full_name": "陈小二"})
    browser.post("/my/family/children", {**sent, "full_name": "陈小二"})
    names = db_session.scalars(
        select(Person.full_name)
        .join(Delegation, Delegation.principal_id == Person.id)
        .where(Person.full_name.in_(["陈小一", "陈小二"]))
        .order_by(Person.id)
    ).all()
    assert names == ["陈小一", "陈小二"]


def test_the_key_of_another_person_tells_nothing_and_blocks_nothing(
    loot: Loot, enter, db_session
) -> None:
    mine, theirs = enter(loot.visitors["a resident"]), enter(loot.visitors["a parent"])
    key = keys(mine)["submission_key"]
    path = f"/pools/{loot.seat.pool_id}/enrollments"
    for browser, who in ((mine, "a resident"), (theirs, "a parent")):
        sent = {**keys(browser), "submission_key": key, "person_id": loot.visitors[who].id}
        for _twice in range(2):
            answer = browser.post(path, sent)
            assert f"person={loot.visitors[who].id}" in answer.location
    count = select(func.count()).where(Enrollment.pool_id == loot.seat.pool_id)
    assert db_session.scalar(count.select_from(Enrollment)) == 3


@pytest.mark.parametrize("key", ["", "x" * 65, "\0", "钥匙"])
def test_a_key_that_no_page_has_given_breaks_nothing(loot: Loot, enter, key: str) -> None:
    browser = enter(loot.visitors["a resident"])
    sent = {**keys(browser), "submission_key": key, "label": "手机"}
    answer = browser.post("/calendars/my/links", sent, 422 if len(key) > 64 else 200)
    assert answer.status in {200, 422}
