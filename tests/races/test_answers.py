"""Two who answer a wish, an invitation or a role meet: one of them decides."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import town as make
from tests.races.facts import by, count
from tests.races.meeting import act, meeting
from venue.accounts import delegating, inviting
from venue.accounts.models import Invitation, StaffRole
from venue.accounts.rules import Role
from venue.notifications.models import Message
from venue.people.models import Delegation, DelegationRequest, Person

pytestmark = [pytest.mark.race, meeting]

DAY = timedelta(hours=24)


# ---- Acting for others -------------------------------------------------------------------------


@pytest.fixture
def wish(db_session, town):
    """Let 林晓 wish to act for 陈敏."""
    asked = delegating.request_delegation(
        db_session, town.lin_xiao, "陈敏", town.chen_min.phone, **by(town.lin_xiao)
    )
    db_session.commit()
    return asked.request_id


def acting(session, town):
    pair = (Delegation.delegate_id == town.lin_xiao.id, Delegation.ended_at.is_(None))
    return count(session, Delegation, *pair)


def test_a_wish_that_is_just_refused_is_not_confirmed(db_session, town, wish, meet):
    answers = meet(
        act(delegating.close_request, wish, **by(town.chen_min)),
        act(delegating.confirm_request, wish, town.chen_min.id, **by(town.he_jing)),
    )

    assert answers == (delegating.Closed(), delegating.NotOpen())
    assert acting(db_session, town) == 0


def test_a_wish_that_is_just_confirmed_is_not_refused(db_session, town, wish, meet):
    _, refused = meet(
        act(delegating.confirm_request, wish, town.chen_min.id, **by(town.he_jing)),
        act(delegating.close_request, wish, **by(town.chen_min)),
    )

    assert refused == delegating.NotOpen()
    assert acting(db_session, town) == 1


def test_two_ways_to_let_one_act_for_another_meet_in_one(db_session, town, wish, meet):
    confirmed, at_the_desk = meet(
        act(delegating.confirm_request, wish, town.chen_min.id, **by(town.chen_min)),
        act(delegating.let_act, town.lin_xiao.id, town.chen_min.id, **by(town.he_jing)),
    )

    assert isinstance(confirmed, delegating.Confirmed)
    assert at_the_desk == delegating.AlreadyActing()
    assert acting(db_session, town) == 1


def test_a_wish_sent_twice_waits_once(db_session, town, meet):
    def asking(session):
        asker = session.get_one(Person, town.lin_xiao.id)
        return delegating.request_delegation(
            session, asker, "陈敏", town.chen_min.phone, **by(town.lin_xiao)
        )

    first, second = meet(asking, asking)

    assert first == second
    assert count(db_session, DelegationRequest) == 1


def test_acting_for_somebody_that_both_end_ends_once(db_session, town, meet):
    made = make.delegation_of(db_session, town.zhou_wen, town.zhou_jianguo).id

    answers = meet(
        act(delegating.end_delegation, made, **by(town.zhou_wen)),
        act(delegating.end_delegation, made, **by(town.he_jing)),
    )

    assert answers == (delegating.Closed(), delegating.NotOpen())
    assert count(db_session, Message) == 2


# ---- Staff -------------------------------------------------------------------------------------


@pytest.fixture
def invite(db_session, town):
    """Let the manager invite somebody to the desk."""

    def invite():
        invited = inviting.invite(
            db_session,
            Role.DESK,
            "给新来的同事",
            center_id=town.wutongli.id,
            lifetime=DAY,
            **by(town.shen_lan),
        )
        db_session.commit()
        return invited

    return invite


def test_a_link_takes_in_one_of_two(town, invite, meet):
    token = invite().token

    first, second = meet(
        act(inviting.accept, token, town.lin_xiao.id, **by(town.lin_xiao)),
        act(inviting.accept, token, town.chen_min.id, **by(town.chen_min)),
    )

    assert isinstance(first, inviting.Joined)
    assert second == inviting.NotInForce()


def test_a_link_that_is_just_taken_back_takes_in_nobody(db_session, town, invite, meet):
    invited = invite()

    answers = meet(
        act(inviting.revoke_invitation, invited.invitation_id, **by(town.shen_lan)),
        act(inviting.accept, invited.token, town.lin_xiao.id, **by(town.lin_xiao)),
    )

    assert answers == (inviting.Removed(), inviting.NotInForce())
    assert count(db_session, StaffRole, StaffRole.person_id == town.lin_xiao.id) == 0


def test_a_link_that_is_just_accepted_is_not_taken_back(db_session, town, invite, meet):
    invited = invite()

    _, revoked = meet(
        act(inviting.accept, invited.token, town.lin_xiao.id, **by(town.lin_xiao)),
        act(inviting.revoke_invitation, invited.invitation_id, **by(town.shen_lan)),
    )

    assert revoked == inviting.NotInForce()
    assert count(db_session, Invitation, Invitation.revoked_at.is_not(None)) == 0


def test_two_links_for_one_role_give_it_once_and_leave_the_other(db_session, town, invite, meet):
    first, second = meet(
        *(
            act(inviting.accept, invite().token, town.lin_xiao.id, **by(town.lin_xiao))
            for _ in range(2)
        )
    )

    assert isinstance(first, inviting.Joined)
    assert second == inviting.AlreadyHeld()
    assert count(db_session, Invitation, Invitation.accepted_at.is_(None)) == 1


def removing(session, person, by_whom):
    role = session.scalar(select(StaffRole.id).where(StaffRole.person_id == person.id))
    session.commit()
    return act(inviting.remove_role, role, **by(by_whom))


def sending(town):
    facts = {"center_id": town.wutongli.id, "lifetime": DAY, **by(town.shen_lan)}
    return act(inviting.invite, Role.MANAGER, "同伙", **facts)


def test_a_role_ended_twice_ends_once(db_session, town, meet):
    ending = removing(db_session, town.he_jing, town.shen_lan)

    assert meet(ending, ending) == (inviting.Removed(), inviting.NotInForce())


def test_an_invitation_that_is_just_sent_ends_with_the_role_of_its_sender(db_session, town, meet):
    sent, removed = meet(sending(town), removing(db_session, town.shen_lan, town.he_jing))

    assert (type(sent), removed) == (inviting.Invited, inviting.Removed())
    assert count(db_session, Invitation, Invitation.revoked_at.is_(None)) == 0


def test_a_manager_whose_role_is_just_ended_invites_nobody(db_session, town, meet):
    _, sent = meet(removing(db_session, town.shen_lan, town.he_jing), sending(town))

    assert sent == inviting.NotInForce()
