"""A pause on 我的, at the desk and in the office: why, the appeal, its answer, the waiver."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import town as make
from venue.people.locking import lock_people
from venue.seats.models import Pause
from venue.seats.pausing import Missed, pause


@pytest.fixture
def paused(db_session, town) -> Pause:
    """小禾 may enroll in nothing at 梧桐里 for 30 days."""
    make.make_known(db_session, town.xiao_he, town.wutongli)
    lock_people(db_session(), [town.xiao_he.id])
    missed = [Missed(one.id, "国画", one.starts_at) for one in town.painting.sessions[:3]]
    made = pause(
        db_session(),
        town.xiao_he.id,
        town.wutongli.id,
        missed,
        length=timedelta(days=30),
        **make.acts(),
    )
    db_session.commit()
    return made


def send_appeal(browse, paused, text, status=303):
    form = browse.get("/my/").form(f"/my/pauses/{paused.id}/appeal")
    return browse.submit(form, {"text": text}, status)


def test_mine_says_until_when_why_and_what_still_works(visit, town, paused):
    words = visit(town.chen_min).get("/my/").words
    assert "陈小禾：在梧桐里党群服务中心暂停报名到 10月16日 周五 10:00" in words
    assert "9月22日 周二 18:30 国画" in words
    assert "已有的名额和候补都不变" in words


def test_an_appeal_is_sent_waits_and_is_answered(visit, town, paused):
    family, office = visit(town.chen_min), visit(town.shen_lan)
    assert "请写一两句" in send_appeal(family, paused, " ", 422).words
    long = send_appeal(family, paused, "病" * 301, 422)
    assert "最多 300 个字" in long.words
    assert long.form("/appeal").fields["text"] == ["病" * 301], "what was typed stays"
    family.follow(send_appeal(family, paused, "孩子发烧了"))
    assert "申诉已经交上去了" in family.get("/my/").words

    page = office.get("/office/wutongli/pauses")
    assert "申诉待回复" in page.words
    assert "孩子发烧了" in page.words
    assert "暂停报名 1" in office.get("/office/wutongli/").words
    empty = office.submit(page.form(f"/pauses/{paused.id}/answer"), {"answer": ""}, 422)
    assert "请写明为什么。" in empty.words
    office.submit(page.form(f"/pauses/{paused.id}/answer"), {"answer": "请带病历来看看。"})

    assert "申诉的回复：请带病历来看看。" in family.get("/my/").words
    assert "回复了申诉" in family.get("/my/messages").words
    late = office.submit(page.form(f"/pauses/{paused.id}/answer"), {"answer": "再说"}, 409)
    assert "没有办成" in late.words


def test_the_office_waives_with_a_reason(visit, town, paused):
    family, office = visit(town.chen_min), visit(town.shen_lan)
    send_appeal(family, paused, "孩子发烧了")
    page = office.get("/office/wutongli/pauses")
    form = page.form(f"/pauses/{paused.id}/waiver")
    assert "请写明原因。" in office.submit(form, {"reason": ""}, 422).words
    office.submit(form, {"reason": "看过病历"})
    assert "没有人暂停报名" in office.get("/office/wutongli/pauses").words
    words = family.get("/my/").words
    assert "撤销了暂停，现在就可以报名" in words
    assert "看过病历" in words


def test_the_desk_sees_the_pause_and_waives_it(visit, town, paused):
    desk = visit(town.he_jing)
    path = f"/desk/wutongli/people/{town.xiao_he.id}"
    page = desk.get(path)
    assert "暂停报名到 10月16日 周五 10:00" in page.words
    form = page.form(f"/pauses/{paused.id}/waiver")
    assert "请写明原因。" in desk.submit(form, {"reason": ""}, 422).words
    desk.submit(form, {"reason": "家长来说明了"})
    assert "暂停报名到" not in desk.get(path).words


def test_nobody_else_appeals_or_decides(visit, db_session, town, paused):
    fields = visit(town.chen_min).get("/my/").form("/appeal").fields
    stranger = visit(town.lin_xiao)
    stranger.post(f"/my/pauses/{paused.id}/appeal", {**fields, "text": "别人写的"}, 404)
    visit(town.chen_min).post("/my/pauses/999/appeal", {**fields, "text": "没有的"}, 404)
    manager = make.person(db_session, "罗海", 1979, phone="+8613900000021")
    make.account(db_session, manager)
    make.staff_role(db_session, manager, make.Role.MANAGER, town.elsewhere)
    db_session.commit()
    visit(manager).get("/office/wutongli/pauses", 403)
    visit(manager).post(f"/office/hewan/pauses/{paused.id}/waiver", {"reason": "不是我们的"}, 404)
