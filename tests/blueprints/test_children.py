"""Guardians keep the file of a child: who collects it, its health, whom to call, who looked."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests import town as make
from venue import clock as venue_clock
from venue.childcare.booking_days import ChildWish, DayWish, WhenFull, book_days
from venue.childcare.child_files import lock_file
from venue.childcare.file_models import CollectionPermit, EmergencyContact, HealthNote
from venue.childcare.models import CareProgram
from venue.childcare.noting_health import set_health_text
from venue.childcare.reading_files import note_looks
from venue.childcare.rules import Seen

PERMIT = {
    "full_name": "陈阿婆",
    "relation": "外婆",
    "birth_year": "1958",
    "phone": "13900000031",
    "code": "4071",
    "valid_on": "",
}


@pytest.fixture
def care(session, town):
    """小禾 has the first day of a program that asks for its own consent."""
    made = make.care(session, town.wutongli)
    actor = make.acts(town.chen_min)
    set_health_text(session, made.id, "健康信息同意书", "只给当天值班的老师看。", **actor)
    wish = ChildWish(town.xiao_he.id, (DayWish(made.sessions[0].id),))
    book_days(session, made.id, [wish], when_full=WhenFull.REFUSE, agreed=False, **actor)
    session.commit()
    return made


@pytest.fixture
def mother(browse, sign_in, town, care):
    sign_in(town.chen_min)
    return browse


def at(child, more=""):
    return f"/my/children/{child.id}{more}"


def send(mother, child, more, status=303, **typed):
    page = mother.get(at(child))
    form = page.form(more)
    return mother.post(form.action, {**form.fields, **typed}, status)


def one(session, table):
    session.expire_all()
    return session.scalars(select(table)).one()


def test_an_empty_file_says_who_may_collect_and_who_looked(mother, town):
    page = mother.get(at(town.xiao_he))
    assert "陈敏 监护人" in page.words
    assert "还没有老师打开过。" in page.words
    assert "还没有核对过。" in page.words


def test_a_grandmother_gets_a_code_that_is_shown_nowhere(mother, town, session):
    send(mother, town.xiao_he, "/permits", **PERMIT)
    page = mother.get(at(town.xiao_he))
    assert "陈阿婆 可以来接了。" in page.words
    assert "陈阿婆 · 外婆" in page.words
    assert "4071" not in page.text
    assert one(session, CollectionPermit).phone == "+8613900000031"


@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [
        ({"code": "123"}, 409, "代码是四位数字。"),
        ({"code": "1234"}, 409, "这个代码太容易猜"),
        ({"code": ""}, 422, "请给来接的人定一个四位代码。"),
        ({"birth_year": "2012"}, 409, "来接的人要满 18 岁。"),
        ({"valid_on": "2026-09-01"}, 409, "这一天已经过去了。"),
        ({"relation": "外" * 21}, 422, "20"),
        ({"full_name": "123"}, 422, "请填写真实姓名"),
    ],
)
def test_a_bad_permit_gets_a_sentence_and_keeps_what_was_typed(
    mother, town, session, typed, status, sentence
):
    page = send(mother, town.xiao_he, "/permits", status, **{**PERMIT, **typed})
    assert sentence in page.words
    assert page.form("/permits").fields["phone"] == ["13900000031"]
    assert session.scalars(select(CollectionPermit)).all() == []


def test_a_fourth_permit_is_refused_and_a_pass_is_not(mother, town):
    for code in ("4071", "5093", "6182"):
        send(mother, town.xiao_he, "/permits", **{**PERMIT, "code": code})
    page = send(mother, town.xiao_he, "/permits", 409, **{**PERMIT, "code": "8365"})
    assert "已经有三位了。" in page.words
    today = venue_clock.today().isoformat()
    send(mother, town.xiao_he, "/permits", **{**PERMIT, "code": "8365", "valid_on": today})
    page = mother.get(at(town.xiao_he))
    assert "只限 9月16日" in page.words


def test_a_permit_is_taken_back_and_codes_count_again(mother, town, session):
    send(mother, town.xiao_he, "/permits", **PERMIT)
    send(mother, town.xiao_he, "/revocation")
    assert "陈阿婆" not in mother.get(at(town.xiao_he)).words.replace("已取消", "")
    _, file = lock_file(session, town.xiao_he.id)
    file.codes_locked_at = venue_clock.now()
    session.commit()
    assert "所有代码都停用了" in mother.get(at(town.xiao_he)).words
    send(mother, town.xiao_he, "/codes/unlocking")
    assert "所有代码都停用了" not in mother.get(at(town.xiao_he)).words


def test_who_is_eight_may_leave_alone_and_who_is_not_may_not(mother, town):
    send(mother, town.xiao_he, "/leaving-alone")
    assert "可以自己回家" in mother.get(at(town.xiao_he)).words
    send(mother, town.xiao_he, "/leaving-alone/withdrawal")
    page = mother.get(at(town.xiao_mai))
    assert "未满 8 岁一定要有人来接。" in page.words
    fields = page.form("/confirmation").fields
    refused = mother.post(at(town.xiao_mai, "/leaving-alone"), fields, 409)
    assert "未满 8 岁一定要有人来接。" in refused.words


def test_health_is_kept_by_consent_alone_and_goes_with_it(mother, town, session, care):
    page = send(mother, town.xiao_he, "/health", 409, allergies="花生")
    assert "没有您的同意，我们不保存健康信息。" in page.words
    assert page.form("/health").fields["allergies"] == ["花生"]
    text = page.form("/health")
    agreed = {**text.fields, "allergies": "花生", "agree_to": str(care_text(session, care))}
    mother.post(text.action, agreed, 303)
    assert one(session, HealthNote).allergies == "花生"
    page = mother.get(at(town.xiao_he))
    form = page.form("/withdrawal")
    assert form.action.startswith("/my/consents/")
    mother.post(form.action, form.fields, 303)
    session.expire_all()
    assert session.scalars(select(HealthNote)).all() == []


def care_text(session, care):
    return session.get_one(CareProgram, care.id).health_text_id


def test_nothing_to_keep_needs_no_consent_and_other_texts_are_not_found(mother, town, session):
    send(mother, town.xiao_he, "/health")
    assert session.scalars(select(HealthNote)).all() == []
    for forged in ("999999", "-1", "x"):
        send(mother, town.xiao_he, "/health", 404, allergies="花生", agree_to=forged)
    assert session.scalars(select(HealthNote)).all() == []


def test_an_allergy_of_five_thousand_characters_stays_on_the_page(mother, town):
    page = send(mother, town.xiao_he, "/health", 422, allergies="敏" * 5000)
    assert "500" in page.words
    assert page.form("/health").fields["allergies"] == ["敏" * 5000]


def test_contacts_come_and_go(mother, town, session):
    typed = {"contact_name": "陈阿姨", "contact_relation": "阿姨", "contact_phone": "13900000041"}
    page = send(mother, town.xiao_he, "/contacts", 422, **{**typed, "contact_phone": "12"})
    assert "这个电话号码拨不通" in page.words
    send(mother, town.xiao_he, "/contacts", **typed)
    assert one(session, EmergencyContact).phone == "+8613900000041"
    send(mother, town.xiao_he, "/removal")
    assert session.scalars(select(EmergencyContact)).all() == []


def test_a_file_is_confirmed_and_says_who_of_the_staff_has_read_it(mother, town, session, care):
    note_looks(
        session,
        [town.xiao_he.id],
        Seen.CARD,
        center_id=town.wutongli.id,
        session_id=care.sessions[0].id,
        **make.acts(town.he_jing),
    )
    session.commit()
    send(mother, town.xiao_he, "/confirmation")
    page = mother.get(at(town.xiao_he))
    assert "上次核对：" in page.words
    assert "何静" in page.words


def test_another_familys_child_and_a_grown_up_have_no_file_here(mother, browse, sign_in, town):
    mother.get(at(town.chen_min), 404)
    mother.get(at(town.zhou_jianguo), 404)
    fields = mother.get(at(town.xiao_he)).form("/confirmation").fields
    mother.post(at(town.zhou_jianguo, "/confirmation"), fields, 404)
    sign_in(town.zhou_wen)
    browse.get(at(town.xiao_he), 404)
    browse.get(at(town.zhou_jianguo), 404)
    sign_in(town.he_jing)
    browse.get(at(town.xiao_he), 404)


def test_another_childs_permit_and_contact_are_not_found(mother, town, session):
    send(mother, town.xiao_he, "/permits", **PERMIT)
    permit = one(session, CollectionPermit).id
    fields = mother.get(at(town.xiao_mai)).form("/confirmation").fields
    mother.post(at(town.xiao_mai, f"/permits/{permit}/revocation"), fields, 404)
    assert one(session, CollectionPermit).revoked_at is None


def test_the_office_writes_the_words_of_the_consent(browse, sign_in, town, care, session):
    sign_in(town.shen_lan)
    page = browse.get(f"/office/wutongli/programs/{care.id}/care/health")
    form = page.form("/care/health")
    assert form.fields["title"] == ["健康信息同意书"]
    bad = browse.post(form.action, {**form.fields, "body": ""}, 422)
    assert "请写清楚保存什么" in bad.words
    browse.post(form.action, {**form.fields, "body": "也给厨房看忌口。"}, 303)
    session.expire_all()
    assert "也给厨房看忌口。" in browse.get(f"/consents/{care_text(session, care)}").words
