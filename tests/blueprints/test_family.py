"""Family in the browser: children at once, adults when they agree, strangers never."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from tests import town as make
from tests.browsing import Browser
from venue.audit.rules import Actor, Channel
from venue.people.models import Delegation, DelegationRequest, Person
from venue.seats.enrolling import join_waitlist

CHILD = {"full_name": "林小苗", "birth_on": "2018-04-01"}
CHEN_MIN = {"full_name": "陈敏", "phone": "13900000002"}
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def add_child(browse: Browser, status=303, **changes):
    path = "/my/family/children"
    return browse.submit(browse.get(path).form(path), {**CHILD, **changes}, status)


def ask(browse: Browser, status=303, **changes):
    path = "/my/family/adults"
    return browse.submit(browse.get(path).form(path), {**CHEN_MIN, **changes}, status)


def press(browse: Browser, ending: str, page="/my/family"):
    """Press the one button of the page that leads to an address with this ending."""
    (form,) = [one for one in browse.get(page).forms() if one.action.endswith(ending)]
    return browse.follow(browse.submit(form))


def test_a_child_is_added_at_once(visit, town) -> None:
    browse = visit(town.lin_xiao)
    page = browse.follow(add_child(browse))
    assert "林小苗已添加，报名时可以选。" in page.words
    assert "林小苗 孩子" in page.words


WRONG_CHILD = {
    "no name": ({"full_name": ""}, "请填写姓名。"),
    "a name of 300 characters": ({"full_name": "苗" * 300}, "姓名最多 40 个字。"),
    "a name of emoji": ({"full_name": "👶"}, "请填写真实姓名，只用文字。"),
    "no birth date": ({"birth_on": ""}, "请填写出生日期。"),
    "not born yet": ({"birth_on": "2026-09-17"}, "出生日期不能晚于今天。"),
    "born 121 years ago": ({"birth_on": "1905-09-16"}, "出生日期太早了，请核对年份。"),
}


@ON_SQLITE
@pytest.mark.parametrize("case", WRONG_CHILD)
def test_wrong_input_about_a_child_is_said_and_kept(visit, db_session, town, case: str) -> None:
    changes, sentence = WRONG_CHILD[case]
    browse = visit(town.lin_xiao)
    people = select(func.count()).select_from(Person)
    before = db_session.scalar(people)
    page = add_child(browse, 422, **changes)
    assert sentence in page.words
    assert "填的内容都还在。" in page.words
    assert "密码" not in page.words
    kept = page.form("/my/family/children").fields
    for name, value in {**CHILD, **changes}.items():
        assert kept[name] == [value]
    assert db_session.scalar(people) == before


def test_somebody_of_age_is_asked_first(visit, db_session, town) -> None:
    page = add_child(visit(town.lin_xiao), 409, birth_on="2008-09-16")
    assert "这个生日已满 18 岁，是大人了。" in page.words
    assert page.links()["为大人代办"] == "/my/family/adults"
    assert page.form("/my/family/children").fields["full_name"] == ["林小苗"]
    assert db_session.scalar(select(Person).where(Person.full_name == "林小苗")) is None


@ON_SQLITE
def test_a_child_is_not_added_twice(visit, db_session, town) -> None:
    browse = visit(town.lin_xiao)
    add_child(browse)
    assert "这个孩子已经在您的家人里了。" in add_child(browse, 409).words


def test_a_child_form_sent_twice_adds_one_child(visit, db_session, town) -> None:
    browse = visit(town.lin_xiao)
    form = browse.get("/my/family/children").form("/my/family/children")
    first, again = browse.submit(form, CHILD), browse.submit(form, CHILD)
    assert first.location == again.location
    named = select(func.count()).where(Person.full_name == "林小苗")
    assert db_session.scalar(named) == 1


def test_an_adult_agrees_and_both_know(visit, db_session, town) -> None:
    asker, adult = visit(town.lin_xiao), visit(town.chen_min)
    page = asker.follow(ask(asker))
    assert "等对方确认 陈敏" in page.words
    assert "林晓想替您办事" in adult.get("/my/family").words
    page = press(adult, "/confirmation")
    assert "已确认。对方可以替您报名和退课，您随时可以结束。" in page.words
    assert "谁可以替我办事 林晓" in page.words
    assert "我可以替他们办事 陈敏" in asker.get("/my/family").words


@ON_SQLITE
def test_an_adult_says_no(visit, db_session, town) -> None:
    asker, adult = visit(town.lin_xiao), visit(town.chen_min)
    ask(asker)
    assert "已拒绝。" in press(adult, "/refusal").words
    assert "等您确认" not in adult.get("/my/family").words
    assert "等对方确认" not in asker.get("/my/family").words
    assert len(db_session.scalars(select(Delegation)).all()) == 3


@ON_SQLITE
def test_the_asker_takes_a_wish_back(visit, town) -> None:
    asker = visit(town.lin_xiao)
    ask(asker)
    assert "已撤回。" in press(asker, "/withdrawal").words
    assert "等您确认" not in visit(town.chen_min).get("/my/family").words


@ON_SQLITE
def test_a_known_and_an_unknown_number_get_the_same_answer(visit, town) -> None:
    asker = visit(town.lin_xiao)
    words = []
    for changes in ({}, {"full_name": "无名氏", "phone": "13900009999"}):
        page = asker.follow(ask(asker, **changes))
        name, number = ({**CHEN_MIN, **changes})["full_name"], ({**CHEN_MIN, **changes})["phone"]
        grouped = f"{number[:3]} {number[3:7]} {number[7:]}"
        words.append(page.words.replace(name, "某人").replace(grouped, "某号"))
        press(asker, "/withdrawal")
    assert words[0] == words[1]


@ON_SQLITE
def test_another_of_the_household_cannot_agree_for_the_person_named(
    visit, db_session, town
) -> None:
    ask(visit(town.lin_xiao), full_name="陈老伯")
    adult = visit(town.chen_min)
    page = adult.get("/my/family")
    assert "对方填的姓名是“陈老伯”，和您的不一样。" in page.words
    endings = [form.action.rsplit("/", 1)[1] for form in page.forms()]
    assert "refusal" in endings
    assert "confirmation" not in endings
    wish = db_session.scalars(select(DelegationRequest)).one()
    refusal = page.form(f"/delegation-requests/{wish.id}/refusal")
    adult.post(f"/delegation-requests/{wish.id}/confirmation", refusal.fields, status=404)


@ON_SQLITE
@pytest.mark.parametrize("act", ["confirmation", "refusal", "withdrawal"])
def test_the_wishes_of_strangers_lead_nowhere(visit, db_session, town, act: str) -> None:
    ask(visit(town.lin_xiao))
    wish = db_session.scalars(select(DelegationRequest)).one()
    stranger = visit(town.zhou_wen)
    keys = stranger.get("/my/account").form("/logout").fields
    for number in (wish.id, 999, 2**40):
        stranger.post(f"/delegation-requests/{number}/{act}", keys, status=404)
    db_session.refresh(wish)
    assert wish.answered_at is None


@ON_SQLITE
def test_the_asker_cannot_agree_in_the_place_of_the_person(visit, db_session, town) -> None:
    asker = visit(town.lin_xiao)
    ask(asker)
    wish = db_session.scalars(select(DelegationRequest)).one()
    keys = asker.get("/my/account").form("/logout").fields
    asker.post(f"/delegation-requests/{wish.id}/confirmation", keys, status=404)


@pytest.mark.parametrize("who", ["chen_min", "lin_xiao"])
def test_either_side_ends_it(visit, db_session, town, who: str) -> None:
    made = make.may_act(db_session, town.lin_xiao, town.chen_min)
    db_session.commit()
    page = press(visit(getattr(town, who)), f"/delegations/{made.id}/ending")
    assert "已结束，双方都会收到通知。" in page.words
    db_session.refresh(made)
    assert made.ended_by_id == getattr(town, who).id


@ON_SQLITE
def test_nobody_ends_what_is_between_others(visit, db_session, town) -> None:
    others = db_session.scalars(select(Delegation)).all()
    stranger = visit(town.lin_xiao)
    keys = stranger.get("/my/account").form("/logout").fields
    for one in others:
        stranger.post(f"/delegations/{one.id}/ending", keys, status=404)
    db_session.expire_all()
    assert all(one.ended_at is None for one in others)


WRONG_ADULT = {
    "no name": (422, {"full_name": ""}, "请填写姓名。"),
    "a name of emoji": (422, {"full_name": "👵"}, "请填写真实姓名，只用文字。"),
    "a foreign number": (422, {"phone": "+1 415 555 2671"}, "请填写 11 位的中国大陆手机号。"),
    "a landline": (422, {"phone": "02166660018"}, "请填写 11 位的中国大陆手机号。"),
    "their own number": (409, {"phone": "13900000001"}, "这是您自己的手机号。"),
}


@ON_SQLITE
@pytest.mark.parametrize("case", WRONG_ADULT)
def test_wrong_input_about_an_adult_is_said_and_kept(visit, db_session, town, case: str) -> None:
    status, changes, sentence = WRONG_ADULT[case]
    page = ask(visit(town.lin_xiao), status, **changes)
    assert sentence in page.words
    kept = page.form("/my/family/adults").fields
    for name, value in {**CHEN_MIN, **changes}.items():
        assert kept[name] == [value]
    assert db_session.scalars(select(DelegationRequest)).all() == []


@ON_SQLITE
def test_only_so_many_wishes_wait(visit, town) -> None:
    browse = visit(town.lin_xiao)
    for number in range(10):
        ask(browse, full_name=f"某{'甲乙丙丁戊己庚辛壬癸'[number]}")
    assert "您已经有 10 个请求在等对方确认。" in ask(browse, 409).words


@ON_SQLITE
def test_a_young_person_adds_nobody(visit, db_session, town) -> None:
    young = make.person(db_session, "孙小悦", birth_on=date(2010, 1, 1), phone="+8613900000077")
    make.account(db_session, young)
    db_session.commit()
    browse = visit(young)
    for page in (add_child(browse, 409), ask(browse, 409)):
        assert "满 18 岁才能替别人办事。" in page.words


@ON_SQLITE
def test_an_old_button_asks_again(visit, db_session, town) -> None:
    browse = visit(town.chen_min)
    (form, _) = [one for one in browse.get("/my/family").forms() if "ending" in one.action]
    page = browse.post(form.action, {**form.fields, "csrf_token": "old"}, status=422)
    assert "页面放得太久了" in page.words
    browse.submit(page.form("/ending"))
    ended = select(Delegation).where(Delegation.ended_at.is_not(None))
    assert len(db_session.scalars(ended).all()) == 1


@ON_SQLITE
def test_the_family_page_asks_the_database_a_constant_number_of_times(
    visit, db_session, town, count_queries
) -> None:
    def queries() -> int:
        browse = visit(town.chen_min)
        with count_queries() as sent:
            browse.get("/my/family")
        return len(sent)

    few = queries()
    for child in make.crowd(db_session, 20):
        make.may_act(db_session, town.chen_min, child)
    for asker in make.crowd(db_session, 20):
        make.may_act(db_session, asker, town.chen_min)
    for asker in make.crowd(db_session, 20):
        db_session.add(
            DelegationRequest(
                delegate_id=asker.id,
                full_name="陈敏",
                phone="+8613900000002",
                requested_at=asker.created_at,
            )
        )
    db_session.commit()
    assert queries() == few


@ON_SQLITE
@pytest.mark.parametrize("path", ["/my/family", "/my/family/children", "/my/family/adults"])
def test_nobody_sees_a_family_without_signing_in(browse: Browser, town, path: str) -> None:
    assert browse.get(path, status=302).location.startswith("/login?next=")


def test_both_see_what_was_done_and_until_when(visit, session, town, clock) -> None:
    make.account(session, town.zhou_jianguo, "+8613900000066")
    make.delegation_of(session, town.zhou_wen, town.zhou_jianguo).until_on = date(2026, 12, 31)
    tea = make.course(session, town.wutongli, "茶会")
    for who in (town.zhou_wen, town.chen_min):
        acting = {"actor": Actor(who.id, Channel.ONLINE), "now": clock.now()}
        join_waitlist(session, make.pool_of(session, tea).id, [town.zhou_jianguo.id], **acting)
    session.commit()
    for who in (town.zhou_wen, town.zhou_jianguo):
        page = visit(who).get("/my/family")
        assert page.words.count("周文替周建国加入了候补：茶会") == 1
        assert "陈敏替" not in page.words
        assert "到 2026年12月31日 为止" in page.words


@ON_SQLITE
def test_for_how_long_is_chosen_while_confirming(visit, db_session, town) -> None:
    ask(visit(town.lin_xiao))
    browse = visit(town.chen_min)
    (form,) = [one for one in browse.get("/my/family").forms() if one.action.endswith("tion")]
    browse.submit(form, {"lasting": "2"}, 404)
    browse.submit(form, {"lasting": "1"})
    made = db_session.scalars(
        select(Delegation.until_on).where(Delegation.delegate_id == town.lin_xiao.id)
    )
    assert made.all() == [date(2026, 10, 16)]
