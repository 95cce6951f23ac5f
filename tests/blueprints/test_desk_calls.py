"""The desk at the telephone: the call list as a page, and the search that leads to a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import town as make
from venue.notifications.models import Call, Message
from venue.notifications.rules import CallResult, MessageKind
from venue.notifications.telling import tell

# What the verbs write is tested on both databases; here it is the pages.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

DESK = "/desk/wutongli/"
CALLS = f"{DESK}calls"


@pytest.fixture
def wu(db_session, town, clock):
    """Return somebody of 72 whose course is cancelled and who has nothing to read it on."""
    made = make.person(db_session(), "吴桂兰", 1954, known_to=[town.wutongli])
    told = {"title": "书法", "program_id": town.painting.id, "reason": "停电"}
    kind = MessageKind.PROGRAM_CANCELLED
    tell(db_session(), [made.id], kind, told, center_id=town.wutongli.id, now=clock.now())
    db_session.commit()
    return made


@pytest.fixture
def desk(browse, db_session, town):
    browse.sign_in(make.user_of(db_session, town.he_jing))
    db_session.rollback()
    return browse


def send(desk, wu, status=303, **typed):
    return desk.submit(desk.get(CALLS).form(f"{CALLS}/{wu.id}"), typed, status)


def test_the_list_says_whom_to_call_what_to_say_and_that_there_is_no_number(desk, wu):
    page = desk.get(CALLS)
    assert "吴桂兰 1954 年出生 没有电话" in page.words
    assert "“书法”取消了：停电" in page.words
    assert "吴桂兰" in desk.get(DESK).words


def test_who_was_not_reached_stays_and_who_was_reached_goes(desk, wu, db_session, clock):
    page = desk.follow(send(desk, wu, result="not_reached"))
    assert "打过，没说上" in page.words
    clock.advance(timedelta(hours=1))
    page = desk.follow(send(desk, wu, result="reached"))
    assert "吴桂兰已经知道了" in page.words
    assert "没有要打的电话。" in page.words
    assert db_session.scalars(select(Message.read_at)).all() == [clock.now()]


@pytest.mark.parametrize(
    ("again", "hours"), [("soon", 1), ("late", 7), ("morning", 23)]
)  # the clock stands at 10:00
def test_somebody_is_called_again_when_they_want(desk, wu, db_session, clock, again, hours):
    send(desk, wu, result="again", again=again, note="在外面")
    tried = db_session.scalars(select(Call)).one()
    assert (tried.result, tried.note) == (CallResult.AGAIN, "在外面")
    assert tried.again_at == clock.now() + timedelta(hours=hours)
    assert "在外面" in desk.get(CALLS).words


def test_a_note_that_is_too_long_stays_in_its_field(desk, wu, db_session):
    page = send(desk, wu, 422, result="again", note="很" * 101)
    assert page.form(f"{CALLS}/{wu.id}").fields["note"] == ["很" * 101]
    assert db_session.scalars(select(Call)).all() == []


@pytest.mark.parametrize("typed", [{"result": "forgotten"}, {"result": "reached", "up_to_id": "x"}])
def test_what_no_form_offers_is_not_found(desk, wu, typed):
    send(desk, wu, 404, **typed)


def test_whom_a_colleague_has_reached_is_not_called_again(desk, wu, db_session):
    form = desk.get(CALLS).form(f"{CALLS}/{wu.id}")
    send(desk, wu, result="reached")
    page = desk.follow(desk.submit(form, {"result": "not_reached"}, 303))
    assert "已经不用再打电话了" in page.words or "没有要打的电话" in page.words
    assert len(db_session.scalars(select(Call)).all()) == 1


# ---- The search that leads there -------------------------------------------------------------


def test_enter_opens_the_only_one_who_fits(desk, wu):
    page = desk.get(f"{DESK}?q=wgl&go=1", 302)
    assert page.location == f"{DESK}people/{wu.id}"


def test_enter_lists_several_and_none(desk, wu, town, db_session):
    make.person(db_session(), "吴国良", 1950, known_to=[town.wutongli])
    db_session.commit()
    assert "吴国良" in desk.get(f"{DESK}?q=wgl&go=1").words
    assert "没有找到“zzz”" in desk.get(f"{DESK}?q=zzz&go=1").words


def test_while_one_types_only_what_is_found_is_sent(desk, wu):
    answer = desk.fragment(f"{DESK}?q=wg")
    assert "吴桂兰" in answer.words
    assert "柜台" not in answer.words


def test_what_was_looked_for_in_vain_is_filled_in(desk):
    page = desk.get(f"{DESK}?q=%E9%92%B1%E9%98%BF%E5%A9%86+1944+13900138765")
    form = desk.get(page.links()["登记新人"]).form(f"{DESK}people/new")
    assert (form.fields["full_name"], form.fields["birth_year"]) == (["钱阿婆"], ["1944"])
    assert form.fields["phone"] == ["13900138765"]
