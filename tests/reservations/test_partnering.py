"""Partner organizations, and who books for them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from venue.audit.models import AuditEntry
from venue.audit.rules import Actor, Channel
from venue.reservations.models import Organization
from venue.reservations.partnering import (
    NameTaken,
    Partner,
    add_member,
    change_partner,
    end_partner,
    remove_member,
    take_on,
)
from venue.reservations.terms import organizations_of

CHOIR = Partner("梧桐合唱团", "+862155500999", 8)


@pytest.fixture
def manager(town, clock):
    return {"actor": Actor(town.shen_lan.id, Channel.ONLINE), "now": clock.now()}


@pytest.fixture
def choir(db_session, town, manager) -> Organization:
    made = take_on(db_session, town.wutongli.id, CHOIR, **manager)
    assert isinstance(made, Organization)
    return made


def test_a_center_has_each_name_once(db_session, town, choir, manager):
    assert take_on(db_session, town.wutongli.id, CHOIR, **manager) == NameTaken(CHOIR.name)
    assert isinstance(take_on(db_session, town.elsewhere.id, CHOIR, **manager), Organization)


def test_changing_it_says_which_facts_changed(db_session, choir, manager):
    change_partner(db_session, choir.id, Partner("梧桐合唱团", None, 2), **manager)

    last = db_session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert last.facts["fields"] == ["bookings_a_month", "phone"]
    assert (choir.phone, choir.bookings_a_month) == (None, 2)


def test_it_cannot_take_the_name_of_another(db_session, town, choir, manager):
    other = take_on(db_session, town.wutongli.id, Partner("书社", None, None), **manager)

    assert change_partner(db_session, other.id, CHOIR, **manager) == NameTaken(CHOIR.name)
    assert other.name == "书社"


def test_members_come_and_go_and_twice_is_once(db_session, town, choir, manager):
    for _ in range(2):
        add_member(db_session, choir.id, town.lin_xiao.id, **manager)
    assert organizations_of(db_session, town.lin_xiao.id) == [choir]

    for _ in range(2):
        remove_member(db_session, choir.id, town.lin_xiao.id, **manager)

    assert organizations_of(db_session, town.lin_xiao.id) == []
    acts = db_session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert acts == ["organization.changed", "organization.joined", "organization.left"]


def test_nobody_books_for_one_that_has_ended(db_session, town, choir, manager):
    add_member(db_session, choir.id, town.lin_xiao.id, **manager)

    for _ in range(2):
        end_partner(db_session, choir.id, **manager)

    assert choir.ended_at is not None
    assert organizations_of(db_session, town.lin_xiao.id) == []
