"""Staff: a link that works once, in time, for its role alone; and roles that end at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests import town as make
from venue import clock as venue_clock
from venue.accounts.inviting import (
    AlreadyHeld,
    Joined,
    NotInForce,
    OwnRole,
    Removed,
    accept,
    appoint_administrator,
    invite,
    remove_role,
    revoke_invitation,
)
from venue.accounts.models import Invitation, StaffRole
from venue.accounts.rules import Role, token_hash
from venue.audit.rules import SYSTEM, Actor, Channel

WEEK = timedelta(days=7)


@pytest.fixture
def send(db_session, town):
    """Let the manager invite to a role at 梧桐里."""

    def send(role=Role.DESK):
        return invite(
            db_session,
            role,
            "给林晓",
            center_id=town.wutongli.id,
            lifetime=WEEK,
            actor=Actor(town.shen_lan.id, Channel.ONLINE),
            now=venue_clock.now(),
        )

    return send


@pytest.fixture
def take(db_session, town):
    """Let a person accept an invitation."""

    def take(token, person=town.lin_xiao):
        actor = Actor(person.id, Channel.ONLINE)
        return accept(db_session, token, person.id, actor=actor, now=venue_clock.now())

    return take


def roles_of(session, person) -> list[tuple[Role, int | None]]:
    held = select(StaffRole).where(StaffRole.person_id == person.id, StaffRole.ended_at.is_(None))
    return [(one.role, one.center_id) for one in session.scalars(held)]


def test_an_invitation_gives_its_role_at_its_center(send, take, db_session, town, audited) -> None:
    assert isinstance(take(send().token), Joined)
    assert roles_of(db_session, town.lin_xiao) == [(Role.DESK, town.wutongli.id)]
    facts = {"role": "desk", "center_id": town.wutongli.id}
    assert audited() == [
        ("staff.invited", "invitation", facts),
        ("staff.joined", "staff_role", facts),
    ]


def test_the_link_is_stored_as_its_hash(send, db_session) -> None:
    sent = send()
    assert db_session.scalars(select(Invitation.token_hash)).one() == token_hash(sent.token)
    assert sent.token not in repr(sent)


def test_an_invitation_works_once(send, take, db_session, town) -> None:
    sent = send()
    take(sent.token)
    assert take(sent.token, town.zhou_wen) == NotInForce()
    assert roles_of(db_session, town.zhou_wen) == []


def test_an_invitation_ends_after_its_week(send, take, clock) -> None:
    sent = send()
    clock.advance(WEEK)
    assert take(sent.token) == NotInForce()


def test_a_made_up_token_gives_nothing(take) -> None:
    assert take("made-up") == NotInForce()


def test_whoever_has_the_role_leaves_the_invitation_for_another(send, take, town) -> None:
    take(send().token)
    second = send()
    assert take(second.token) == AlreadyHeld()
    assert isinstance(take(second.token, town.zhou_wen), Joined)


def test_a_revoked_invitation_gives_nothing(send, take, db_session, town) -> None:
    sent = send()
    actor, now = Actor(town.shen_lan.id, Channel.ONLINE), venue_clock.now()
    revoked = revoke_invitation(db_session, sent.invitation_id, actor=actor, now=now)
    again = revoke_invitation(db_session, sent.invitation_id, actor=actor, now=now)
    assert (revoked, again) == (Removed(), NotInForce())
    assert take(sent.token) == NotInForce()


def test_a_removed_role_is_gone_and_can_be_given_again(send, take, db_session, town) -> None:
    joined = take(send().token)
    actor, now = Actor(town.shen_lan.id, Channel.ONLINE), venue_clock.now()
    assert remove_role(db_session, joined.role_id, actor=actor, now=now) == Removed()
    assert remove_role(db_session, joined.role_id, actor=actor, now=now) == NotInForce()
    assert roles_of(db_session, town.lin_xiao) == []
    assert isinstance(take(send().token), Joined)


def test_nobody_removes_themselves(db_session, town) -> None:
    own = db_session.scalars(select(StaffRole).where(StaffRole.person_id == town.shen_lan.id)).one()
    actor = Actor(town.shen_lan.id, Channel.ONLINE)
    assert remove_role(db_session, own.id, actor=actor, now=venue_clock.now()) == OwnRole()
    assert roles_of(db_session, town.shen_lan) == [(Role.MANAGER, town.wutongli.id)]


def test_the_invitations_of_a_removed_manager_end_with_them(send, take, db_session, town) -> None:
    sent = send()
    own = db_session.scalars(select(StaffRole).where(StaffRole.person_id == town.shen_lan.id)).one()
    remove_role(db_session, own.id, actor=SYSTEM, now=venue_clock.now())
    assert take(sent.token) == NotInForce()


def test_an_administrator_is_appointed_once(db_session, town) -> None:
    now = venue_clock.now()
    first = appoint_administrator(db_session, town.lin_xiao.id, actor=SYSTEM, now=now)
    again = appoint_administrator(db_session, town.lin_xiao.id, actor=SYSTEM, now=now)
    assert isinstance(first, Joined)
    assert again == AlreadyHeld()
    assert roles_of(db_session, town.lin_xiao) == [(Role.ADMINISTRATOR, None)]


def test_the_database_itself_refuses_a_role_that_is_held_already(db_session, town) -> None:
    with pytest.raises(IntegrityError):
        make.staff_role(db_session, town.he_jing, Role.DESK, town.wutongli)
    db_session.rollback()
    with pytest.raises(IntegrityError):
        make.staff_role(db_session, town.wei_dong, Role.DISTRICT_OFFICER, town.district)
