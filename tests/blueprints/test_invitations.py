"""Staff in the browser: invited by a link, joined once, removed at once, by the right people."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from tests import town as make
from tests.browsing import Browser
from venue.accounts.models import Invitation, StaffRole
from venue.accounts.rules import Role

TEAM = "/office/wutongli/staff"
SEND = "/office/wutongli/invitations"
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def administrator(db_session, town):
    """许静宜, who runs the installation."""
    made = make.person(db_session, "许静宜", 1979, phone="+8613900000088")
    make.account(db_session, made)
    db_session.add(
        StaffRole(person_id=made.id, role=Role.ADMINISTRATOR, granted_at=made.created_at)
    )
    db_session.commit()
    return made


def invite(browse: Browser, role="desk", note="给林晓", status=200):
    return browse.submit(browse.get(TEAM).form(SEND), {"role": role, "note": note}, status)


def link_on(page) -> str:
    return page.by_id("invitation-link").get("value")


def path_of(link: str) -> str:
    return urlsplit(link).path


def roles_of(session, person) -> list[str]:
    held = select(StaffRole).where(StaffRole.person_id == person.id, StaffRole.ended_at.is_(None))
    return [str(one.role) for one in session.scalars(held)]


def test_an_invited_person_joins(visit, db_session, town) -> None:
    manager, guest = visit(town.shen_lan), visit(town.lin_xiao)
    link = link_on(invite(manager))
    assert link.startswith("http://localhost/invitations/")
    page = guest.get(path_of(link))
    for words in ("梧桐里党群服务中心", "柜台", "您现在登录的是：林晓"):
        assert words in page.words
    answer = guest.submit(page.form(path_of(link)))
    assert answer.location == "/desk/wutongli/"
    assert roles_of(db_session, town.lin_xiao) == ["desk"]
    assert "林晓 柜台" in manager.get(TEAM).words
    assert guest.get(path_of(link), status=303).location == "/desk/wutongli/"


def test_a_newcomer_signs_in_on_the_way(browse: Browser, visit, db_session, town) -> None:
    path = path_of(link_on(invite(visit(town.shen_lan), role="teacher")))
    page = browse.get(path)
    assert "先登录，再接受。" in page.words
    form = browse.get(page.links()["注册"]).form("/register")
    typed = {
        "full_name": "孙悦",
        "phone": "13900001234",
        "birth_on": "1995-01-31",
        "password": "梧桐 里 的 早晨 7",
    }
    back = browse.submit(form, typed)
    assert back.location == path
    assert browse.submit(browse.follow(back).form(path)).location == "/teaching/"


def test_the_link_is_shown_once(visit, town) -> None:
    manager = visit(town.shen_lan)
    form = manager.get(TEAM).form(SEND)
    first = manager.submit(form, {"role": "desk", "note": "给林晓"}, 200)
    assert link_on(first)
    again = manager.follow(manager.submit(form, {"role": "desk", "note": "给林晓"}))
    assert "链接只显示一次" in again.words
    assert "invitation-link" not in again.text
    assert "给林晓" in again.words


def test_one_form_makes_one_invitation(visit, db_session, town) -> None:
    manager = visit(town.shen_lan)
    form = manager.get(TEAM).form(SEND)
    for status in (200, 303):
        manager.submit(form, {"role": "desk", "note": "给林晓"}, status)
    assert len(db_session.scalars(select(Invitation)).all()) == 1


WRONG = {
    "no role": ({"role": []}, "请选一项。"),
    "nobody named": ({"note": " "}, "请写上给谁，例如姓名。"),
    "a novel": ({"note": "长" * 61}, "最多 60 个字。"),
}


@ON_SQLITE
@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_is_said_and_kept(visit, db_session, town, case: str) -> None:
    changes, sentence = WRONG[case]
    typed = {"role": "teacher", "note": "给林晓", **changes}
    page = invite(visit(town.shen_lan), **typed, status=422)
    assert sentence in page.words
    kept = page.form(SEND).fields
    assert kept.get("role", []) == ([typed["role"]] if typed["role"] else [])
    assert kept["note"] == [typed["note"].strip()]
    assert db_session.scalars(select(Invitation)).all() == []


@ON_SQLITE
@pytest.mark.parametrize("role", ["administrator", "district_officer", "mayor"])
def test_a_manager_cannot_forge_a_role_beyond_their_own(visit, db_session, town, role: str) -> None:
    manager = visit(town.shen_lan)
    fields = {**manager.get(TEAM).form(SEND).fields, "role": role, "note": "给林晓"}
    manager.post(SEND, {**fields, "center_id": "2", "district_id": "1"}, status=422)
    assert db_session.scalars(select(Invitation)).all() == []


@ON_SQLITE
def test_an_administrator_invites_officers_of_the_district(
    visit, db_session, town, administrator
) -> None:
    browse = visit(administrator)
    path = path_of(link_on(invite(browse, role="district_officer")))
    guest = visit(town.lin_xiao)
    page = guest.get(path)
    assert "清江区" in page.words
    assert guest.submit(page.form(path)).location == "/office/district"
    assert roles_of(db_session, town.lin_xiao) == ["district_officer"]
    assert "林晓 区级人员" in browse.get(TEAM).words
    assert "区级人员" not in visit(town.shen_lan).get(TEAM).words


def test_a_used_link_is_gone(visit, db_session, town) -> None:
    path = path_of(link_on(invite(visit(town.shen_lan))))
    first, second = visit(town.lin_xiao), visit(town.zhou_wen)
    form = second.get(path).form(path)
    first.submit(first.get(path).form(path))
    page = second.submit(form, status=409)
    assert "这个邀请不能用了" in page.words
    assert "请让邀请您的人再发一个。" in second.get(path, status=410).words
    assert roles_of(db_session, town.zhou_wen) == []


@ON_SQLITE
def test_a_link_ends_after_its_week(visit, clock, town) -> None:
    path = path_of(link_on(invite(visit(town.shen_lan))))
    guest = visit(town.lin_xiao)
    clock.advance(timedelta(days=7))
    assert "这个邀请不能用了" in guest.get(path, status=410).words


@ON_SQLITE
def test_a_link_taken_back_is_gone(visit, town) -> None:
    manager = visit(town.shen_lan)
    path = path_of(link_on(invite(manager)))
    (form,) = [one for one in manager.get(TEAM).forms() if one.action.endswith("/revocation")]
    assert "邀请已撤回，链接不能再用。" in manager.follow(manager.submit(form)).words
    visit(town.lin_xiao).get(path, status=410)


@ON_SQLITE
def test_a_made_up_link_leads_nowhere(browse: Browser, visit, town) -> None:
    browse.get("/invitations/made-up", status=404)
    guest = visit(town.lin_xiao)
    keys = guest.get("/my/account").form("/logout").fields
    guest.post("/invitations/made-up", keys, status=404)


@ON_SQLITE
def test_whoever_works_here_already_leaves_the_link_for_another(visit, town) -> None:
    path = path_of(link_on(invite(visit(town.shen_lan))))
    desk = visit(town.he_jing)
    page = desk.submit(desk.get(path).form(path), status=409)
    assert "您已经有这项工作了。" in page.words
    guest = visit(town.lin_xiao)
    guest.submit(guest.get(path).form(path))


def test_a_removed_person_loses_the_right_at_once(visit, db_session, town) -> None:
    manager, desk = visit(town.shen_lan), visit(town.he_jing)
    held = db_session.scalars(select(StaffRole).where(StaffRole.person_id == town.he_jing.id)).one()
    page = manager.submit(manager.get(TEAM).form(f"/staff/{held.id}/ending"))
    assert "已移除，权限马上失效。" in manager.follow(page).words
    assert roles_of(db_session, town.he_jing) == []
    desk.get("/desk/wutongli/", status=403)


@ON_SQLITE
def test_a_manager_does_not_remove_themselves(visit, db_session, town) -> None:
    manager = visit(town.shen_lan)
    own = db_session.scalars(select(StaffRole).where(StaffRole.person_id == town.shen_lan.id)).one()
    page = manager.get(TEAM)
    assert f"/staff/{own.id}/ending" not in page.text
    keys = manager.get("/my/account").form("/logout").fields
    page = manager.post(f"{TEAM}/{own.id}/ending", keys, status=409)
    assert "不能移除自己。" in page.words


@ON_SQLITE
def test_a_manager_reaches_no_role_or_invitation_of_another_center(visit, db_session, town) -> None:
    elsewhere = make.person(db_session, "罗远", 1980, phone="+8613900000099")
    make.account(db_session, elsewhere)
    held = make.staff_role(db_session, elsewhere, Role.MANAGER, town.elsewhere)
    db_session.commit()
    there = visit(elsewhere)
    form = there.get("/office/hewan/staff").form("/office/hewan/invitations")
    there.submit(form, {"role": "desk", "note": "给某人"}, 200)
    sent = db_session.scalars(select(Invitation)).one()
    manager = visit(town.shen_lan)
    keys = manager.get("/my/account").form("/logout").fields
    manager.post(f"{TEAM}/{held.id}/ending", keys, status=404)
    manager.post(f"{SEND}/{sent.id}/revocation", keys, status=404)
    manager.get("/office/hewan/staff", status=403)
    assert roles_of(db_session, elsewhere) == ["manager"]


@ON_SQLITE
@pytest.mark.parametrize("who", ["lin_xiao", "he_jing", "teacher_gu", "wei_dong"])
def test_only_managers_see_the_team(visit, town, who: str) -> None:
    browse = visit(getattr(town, who))
    browse.get(TEAM, status=403)
    keys = browse.get("/my/account").form("/logout").fields
    browse.post(SEND, {**keys, "role": "desk", "note": "给我"}, status=403)


@ON_SQLITE
def test_the_team_page_asks_the_database_a_constant_number_of_times(
    visit, db_session, town, count_queries
) -> None:
    def queries() -> int:
        browse = visit(town.shen_lan)
        with count_queries() as sent:
            browse.get(TEAM)
        return len(sent)

    few = queries()
    for person in make.crowd(db_session, 20):
        make.staff_role(db_session, person, Role.TEACHER, town.wutongli)
    db_session.commit()
    manager = visit(town.shen_lan)
    for number in range(5):
        invite(manager, note=f"第 {number} 位")
    assert queries() == few
