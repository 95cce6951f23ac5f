"""Reading what one agrees to, and taking it back: in 我的 and at the desk."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests import town as make
from venue.audit.models import AuditEntry
from venue.audit.rules import Actor, Channel
from venue.consents.giving import give
from venue.consents.models import Consent
from venue.consents.writing import write_text
from venue.notifications.models import Message
from venue.places.models import Patron
from venue.seats.models import Enrollment
from venue.seats.rules import EnrollmentStatus


@pytest.fixture
def text(db_session, town, pool):
    """What the painting course asks: 小禾 was enrolled and 陈敏 agreed, then a version followed."""
    body = "课上会拍照。\n\n照片只在中心张贴。"
    made = write_text(db_session(), "拍照须知", body, follows=None, **make.acts())
    town.painting.consent_text_id = made.id
    make.enrollment(db_session, pool, town.xiao_he)
    by = {"actor": Actor(town.chen_min.id, Channel.ONLINE), "now": make.clock.now()}
    give(db_session(), made.id, [town.xiao_he.id], **by)
    later = write_text(db_session(), "拍照须知", "课上不拍照。", follows=made, **make.acts())
    town.painting.consent_text_id = later.id
    for one in (town.xiao_he, town.lin_xiao):
        db_session.add(Patron(center_id=town.wutongli.id, person_id=one.id, since_at=make.OPENS_AT))
    db_session.commit()
    return made


def consent(session):
    session.rollback()
    return session.scalars(select(Consent)).one()


def test_anybody_reads_a_text_with_its_version_and_what_came_after(browse, text):
    page = browse.get(f"/consents/{text.id}")
    assert page.title.startswith("拍照须知")
    assert "第 1 版" in page.words
    assert "照片只在中心张贴。" in page.words
    newer = browse.get(page.links()["看新的版本"])
    assert "第 2 版" in newer.words
    assert "以前的版本" not in newer.words
    browse.get("/consents/999", 404)


def test_a_parent_takes_back_what_she_agreed_to_and_the_seat_stays(
    browse, sign_in, db_session, town, text
):
    sign_in(town.chen_min)
    page = browse.get("/my/consents")
    assert browse.get("/my/account").links()["看我的同意书"] == "/my/consents"
    assert "陈小禾：拍照须知" in page.words
    assert "网上" in page.words
    assert "已经有的名额照样保留" in page.words
    given = consent(db_session)
    action = f"/my/consents/{given.id}/withdrawal"
    done = browse.submit(page.form(action))
    assert done.location == "/my/consents"
    assert "已撤回" in browse.follow(done).words
    browse.submit(page.form(action))
    taken_back = consent(db_session)
    assert (taken_back.withdrawn_by_id, taken_back.withdrawn_at) == (
        town.chen_min.id, make.clock.now(),
    )  # fmt: skip
    seat = db_session.scalars(select(Enrollment)).one()
    assert seat.status is EnrollmentStatus.CONFIRMED
    told = db_session.execute(select(Message.person_id, Message.parameters)).all()
    facts = {
        "title": "零基础国画",
        "program_id": town.painting.id,
        "person": "陈小禾",
        "text": "拍照须知",
    }
    assert sorted(row[0] for row in told) == sorted([town.teacher_gu.id, town.shen_lan.id])
    assert all(row[1] == facts for row in told)
    sign_in(town.shen_lan)
    assert "陈小禾撤回了对《拍照须知》的同意" in browse.get("/my/messages").words


def test_nobody_takes_back_what_is_not_their_family_s(browse, sign_in, db_session, town, text):
    given = consent(db_session)
    sign_in(town.chen_min)
    form = browse.get("/my/consents").form(f"/my/consents/{given.id}/withdrawal")
    sign_in(town.lin_xiao)
    keys = browse.get("/my/account").form("/logout").fields["csrf_token"][0]
    typed = {"csrf_token": keys, "submission_key": form.fields["submission_key"][0]}
    browse.post(f"/my/consents/{given.id}/withdrawal", typed, 404)
    assert "还没有同意过什么" in browse.get("/my/consents").words
    assert consent(db_session).withdrawn_at is None


def test_at_the_desk_it_is_as_easy_and_the_way_is_kept(browse, sign_in, db_session, town, text):
    sign_in(town.he_jing)
    root = f"/desk/wutongli/people/{town.xiao_he.id}"
    page = browse.get(browse.get(f"{root}?channel=telephone").links()["同意书"])
    given = consent(db_session)
    action = f"{root}/consents/{given.id}/withdrawal"
    said = browse.follow(browse.submit(page.form(action))).words
    assert "会转告老师和中心" in said
    assert "已撤回" in said
    assert consent(db_session).withdrawn_by_id == town.he_jing.id
    way = select(AuditEntry.channel).filter_by(action="consent.withdrawn")
    assert db_session.scalar(way) is Channel.TELEPHONE
    other = f"/desk/wutongli/people/{town.lin_xiao.id}"
    keys = browse.get(root).form(f"{root}/code").fields["csrf_token"][0]
    typed = {"csrf_token": keys, "submission_key": "another"}
    browse.post(f"{other}/consents/{given.id}/withdrawal", typed, 404)


def test_the_desk_of_a_center_sees_its_own_texts_alone(browse, sign_in, db_session, town, text):
    town.painting.consent_text_id = None
    db_session.commit()
    sign_in(town.he_jing)
    page = browse.get(f"/desk/wutongli/people/{town.xiao_he.id}/consents")
    assert "没有同意过本中心的说明。" in page.words
