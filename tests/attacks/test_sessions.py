"""Logins that were ended, roles that were taken away meanwhile, hosts and pages made up."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import update

from tests import town as make
from tests.attacks.conftest import Loot, keys
from tests.browsing import Browser
from venue import create_app
from venue.accounts.models import DeskCode, Invitation, StaffRole
from venue.blueprints.courses import enrolling
from venue.blueprints.desk import base as desk
from venue.blueprints.invitations import team
from venue.blueprints.office import base as office
from venue.config import Environment
from venue.db import db
from venue.people.models import Delegation
from venue.seats.models import Enrollment

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def end_roles(session, who) -> None:
    session.execute(
        update(StaffRole).where(StaffRole.person_id == who.id).values(ended_at=make.clock.now())
    )
    session.commit()


def test_a_cookie_kept_from_before_signing_out_opens_nothing(app, loot: Loot, enter) -> None:
    browser = enter(loot.town.lin_xiao)
    with browser.client.session_transaction() as cookie:
        kept = dict(cookie)
    browser.post("/logout", keys(browser))
    thief = Browser(app)
    with thief.client.session_transaction() as cookie:
        cookie.update(kept)
    assert "/login" in thief.get("/my/", 302).location


def test_a_former_teacher_sees_no_roll(loot: Loot, enter, db_session) -> None:
    browser = enter(loot.town.teacher_gu)
    roll = f"/teaching/sessions/{loot.town.painting.sessions[0].id}"
    assert "林晓" in browser.get(roll).words
    end_roles(db_session, loot.town.teacher_gu)
    browser.get(roll, 404)


def test_a_form_opened_before_the_role_ended_does_nothing(loot: Loot, enter, db_session) -> None:
    manager, desk = enter(loot.town.shen_lan), enter(loot.town.he_jing)
    of_manager, of_desk = keys(manager), keys(desk)
    for who in (loot.town.shen_lan, loot.town.he_jing):
        end_roles(db_session, who)
    sent = {**of_manager, "role": "manager", "note": "同伙"}
    manager.post("/office/wutongli/invitations", sent, 403)
    manager.post(f"/office/wutongli/programs/{loot.draft.id}/publication", of_manager, 403)
    desk.post(f"/desk/wutongli/people/{loot.town.lin_xiao.id}/code", of_desk, 403)
    assert db_session.query(Invitation).count() == 1
    assert db_session.query(DeskCode).count() == 0
    assert loot.draft.published_at is None


@pytest.fixture
def ended_as_it_arrives(monkeypatch):
    """Let somebody end what a form rests on between the door of its page and its transaction."""

    def ended_as_it_arrives(module, kind) -> None:
        submit = module.submit

        def ended_first(key, act):
            with db.engine.begin() as connection:
                connection.execute(update(kind).values(ended_at=make.clock.now()))
            return submit(key, act)

        monkeypatch.setattr(module, "submit", ended_first)

    return ended_as_it_arrives


def test_a_role_that_ends_while_its_last_form_arrives_invites_nobody(
    loot: Loot, enter, db_session, ended_as_it_arrives
) -> None:
    browser = enter(loot.town.shen_lan)
    sent = {**keys(browser), "role": "manager", "note": "同伙"}
    ended_as_it_arrives(team, StaffRole)
    browser.post("/office/wutongli/invitations", sent, 403)
    assert db_session.query(Invitation).count() == 1


def test_a_role_that_ends_while_its_last_form_arrives_publishes_nothing(
    loot: Loot, enter, ended_as_it_arrives
) -> None:
    browser = enter(loot.town.shen_lan)
    sent = keys(browser)
    ended_as_it_arrives(office, StaffRole)
    browser.post(f"/office/wutongli/programs/{loot.draft.id}/publication", sent, 403)
    assert loot.draft.published_at is None


def test_a_role_that_ends_while_its_last_form_arrives_gives_no_code(
    loot: Loot, enter, db_session, ended_as_it_arrives
) -> None:
    browser = enter(loot.town.he_jing)
    sent = keys(browser)
    ended_as_it_arrives(desk, StaffRole)
    browser.post(f"/desk/wutongli/people/{loot.town.lin_xiao.id}/code", sent, 403)
    assert db_session.query(DeskCode).count() == 0


def test_a_delegation_that_ends_while_its_last_form_arrives_enrolls_nobody(
    loot: Loot, enter, db_session, ended_as_it_arrives
) -> None:
    browser = enter(loot.town.zhou_wen)
    chess = make.course(db_session, loot.town.wutongli, "长者象棋", min_age=60)
    pool_id = make.pool_of(db_session, chess).id
    db_session.commit()
    sent = {**keys(browser), "person_id": loot.town.zhou_jianguo.id}
    ended_as_it_arrives(enrolling, Delegation)
    browser.post(f"/pools/{pool_id}/enrollments", sent, 404)
    assert db_session.query(Enrollment).where(Enrollment.pool_id == pool_id).count() == 0


@pytest.mark.parametrize("who", ["an administrator", "the manager", "the officer", "the teacher"])
def test_the_desk_gives_nobody_a_way_into_the_account_of_its_superiors(
    loot: Loot, enter, db_session, who: str
) -> None:
    """With a code and the number anybody sets a new password; a clerk would become manager."""
    session, person = db_session, loot.visitors[who]
    session.add(make.Patron(center_id=loot.town.wutongli.id, person_id=person.id,
                            since_at=make.clock.now()))  # fmt: skip
    session.commit()
    path = f"/desk/wutongli/people/{person.id}"
    clerk = enter(loot.town.he_jing)
    assert "请中心负责人或系统管理员来发" in clerk.get(path).words
    clerk.post(f"{path}/code", keys(clerk), 403)
    chief = enter(loot.visitors["an administrator"])
    chief.submit(chief.get(path).form("/code"), {}, 200)
    assert session.query(DeskCode).count() == 1


def test_a_manager_lets_in_their_own_staff_and_not_those_above(
    loot: Loot, enter, db_session
) -> None:
    manager = enter(loot.town.shen_lan)
    for who, status in (("the desk", 200), ("an administrator", 403), ("desk elsewhere", 403)):
        person = loot.visitors[who]
        patron = make.Patron(center_id=loot.town.wutongli.id, person_id=person.id,
                             since_at=make.clock.now())  # fmt: skip
        db_session.add(patron)
        db_session.commit()
        manager.post(f"/desk/wutongli/people/{person.id}/code", keys(manager), status)


@pytest.mark.parametrize(
    "referrer", ["http://[", "http://localhost/%00", "http://localhost//evil.example", "script:x"]
)
def test_a_page_made_up_as_the_one_before_is_no_fault(loot: Loot, enter, referrer: str) -> None:
    answer = enter(None).post("/login", {}, 422, headers={"Referer": referrer})
    assert "evil" not in answer.text


def test_only_the_named_hosts_are_answered(settings) -> None:
    strict = create_app(
        replace(
            settings,
            environment=Environment.PRODUCTION,
            trusted_hosts="venue.test",
            site_domain="venue.test",
        )
    )
    client = strict.test_client()
    assert client.get("/login", base_url="https://venue.test").status_code == 200
    for host in ("evil.example", "venue.test.evil.example", "evil.example:443", "venue.test@evil"):
        answer = client.get("/login", headers={"Host": host})
        assert answer.status_code == 400
        assert "evil" not in answer.text
        assert "Content-Security-Policy" in answer.headers
    with strict.app_context():
        db.engine.dispose()
