"""Acting for an adult: wished without learning anything, confirmed, and ended by either side."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests import town as make
from venue import clock as venue_clock
from venue.accounts.delegating import (
    AlreadyActing,
    Closed,
    Confirmed,
    NotAnAdult,
    NotOpen,
    OwnNumber,
    Requested,
    TooManyRequests,
    close_request,
    confirm_request,
    delegations_around,
    end_delegation,
    end_expired,
    let_act,
    request_delegation,
    requests_of,
    requests_to,
)
from venue.accounts.rules import PENDING_REQUESTS
from venue.audit.rules import Actor, Channel
from venue.people.models import Delegation, DelegationRequest
from venue.people.rules import Basis, may_act_for
from venue.permissions import Viewer, represented
from venue.timeline.local_time import instant, local_date

UNKNOWN = "+8613900009999"


def online(person) -> Actor:
    return Actor(person.id, Channel.ONLINE)


@pytest.fixture
def ask(db_session, town):
    """Let 林晓 wish to act for somebody."""

    def ask(name="陈敏", phone=None, asker=town.lin_xiao):
        phone = phone or town.chen_min.phone
        actor = online(asker)
        return request_delegation(
            db_session, asker, name, phone, actor=actor, now=venue_clock.now()
        )

    return ask


@pytest.fixture
def confirm(db_session, town):
    """Let 陈敏 confirm a wish."""

    def confirm(request_id, principal=town.chen_min, by=town.chen_min):
        actor = online(by)
        return confirm_request(
            db_session, request_id, principal.id, actor=actor, now=venue_clock.now()
        )

    return confirm


def acts_for(session, person) -> list[str]:
    viewer = Viewer("", make.user_of(session, person).id, person.id, person, ())
    return [one.full_name for one in represented(session, viewer)[1:]]


def test_a_wish_gives_nothing_until_it_is_confirmed(ask, confirm, db_session, town) -> None:
    wish = ask()
    assert acts_for(db_session, town.lin_xiao) == []
    assert isinstance(confirm(wish.request_id), Confirmed)
    assert acts_for(db_session, town.lin_xiao) == ["陈敏"]
    made = db_session.scalars(
        select(Delegation).where(Delegation.delegate_id == town.lin_xiao.id)
    ).one()
    assert (made.basis, made.confirmed_by_id) == (Basis.RELATIVE, town.chen_min.id)


def test_asking_says_nothing_about_who_has_an_account(ask) -> None:
    known, unknown = ask(), ask(name="无名氏", phone=UNKNOWN)
    assert type(known) is type(unknown) is Requested


def test_the_named_person_sees_the_wish_and_nobody_else_does(ask, db_session, town) -> None:
    ask()
    seen = requests_to(db_session, make.user_of(db_session, town.chen_min))
    assert [one.delegate.full_name for one in seen] == ["林晓"]
    assert requests_to(db_session, make.user_of(db_session, town.zhou_wen)) == []
    assert [one.full_name for one in requests_of(db_session, town.lin_xiao.id)] == ["陈敏"]


def test_both_are_told_of_a_confirmation_and_of_the_end(
    ask, confirm, db_session, town, told, audited
) -> None:
    made = confirm(ask().request_id)
    delegation_id, now = made.delegation_id, venue_clock.now()
    by_asker = online(town.lin_xiao)
    assert end_delegation(db_session, delegation_id, actor=by_asker, now=now) == Closed()
    assert told() == [
        (town.lin_xiao.id, "delegation_confirmed", {"person": "陈敏"}),
        (town.chen_min.id, "delegation_confirmed", {"person": "林晓"}),
        (town.lin_xiao.id, "delegation_ended", {"person": "陈敏"}),
        (town.chen_min.id, "delegation_ended", {"person": "林晓"}),
    ]
    pair = {"delegate_id": town.lin_xiao.id, "principal_id": town.chen_min.id}
    assert audited() == [
        ("delegation.requested", "delegation_request", {}),
        ("delegation.confirmed", "delegation", pair),
        ("delegation.ended", "delegation", pair),
    ]


def test_after_the_end_nobody_acts_and_it_ends_once(ask, confirm, db_session, town) -> None:
    made = confirm(ask().request_id)
    ended = end_delegation(
        db_session, made.delegation_id, actor=online(town.chen_min), now=venue_clock.now()
    )
    again = end_delegation(
        db_session, made.delegation_id, actor=online(town.chen_min), now=venue_clock.now()
    )
    assert (ended, again) == (Closed(), NotOpen())
    assert acts_for(db_session, town.lin_xiao) == []
    assert delegations_around(db_session, town.lin_xiao.id, now=venue_clock.now()) == []


def test_a_wish_is_answered_once(ask, confirm, db_session, town) -> None:
    wish = ask()
    now = venue_clock.now()
    refused = close_request(db_session, wish.request_id, actor=online(town.chen_min), now=now)
    assert refused == Closed()
    assert confirm(wish.request_id) == NotOpen()
    again = close_request(db_session, wish.request_id, actor=online(town.chen_min), now=now)
    assert again == NotOpen()
    assert acts_for(db_session, town.lin_xiao) == []


def test_the_desk_says_who_is_meant_even_when_the_number_is_another(
    ask, confirm, db_session, town
) -> None:
    wish = ask(name="周建国", phone=UNKNOWN)
    assert isinstance(
        confirm(wish.request_id, principal=town.zhou_jianguo, by=town.he_jing), Confirmed
    )
    assert acts_for(db_session, town.lin_xiao) == ["周建国"]


def test_nobody_acts_for_themselves(ask, confirm, town) -> None:
    assert confirm(ask().request_id, principal=town.lin_xiao) == NotOpen()
    assert ask(phone=town.lin_xiao.phone) == OwnNumber()


def test_a_second_confirmation_is_no_second_delegation(ask, confirm, db_session, town) -> None:
    confirm(ask().request_id)
    wish = ask(name="陈敏敏")
    assert confirm(wish.request_id) == AlreadyActing()
    assert requests_of(db_session, town.lin_xiao.id) == []
    assert acts_for(db_session, town.lin_xiao) == ["陈敏"]


def test_the_desk_lets_somebody_act_for_a_person_without_a_phone(db_session, town, told) -> None:
    desk = Actor(town.he_jing.id, Channel.COUNTER)
    made = let_act(
        db_session, town.lin_xiao.id, town.zhou_jianguo.id, actor=desk, now=venue_clock.now()
    )
    assert isinstance(made, Confirmed)
    assert acts_for(db_session, town.lin_xiao) == ["周建国"]
    assert len(told()) == 2


def test_the_same_wish_is_kept_once(ask, db_session, town) -> None:
    assert ask() == ask()
    assert len(requests_of(db_session, town.lin_xiao.id)) == 1


def test_only_so_many_wishes_wait(ask, db_session, town) -> None:
    for number in range(PENDING_REQUESTS):
        assert isinstance(ask(name=f"某某{number}", phone=UNKNOWN), Requested)
    assert ask() == TooManyRequests(limit=PENDING_REQUESTS)
    one = requests_of(db_session, town.lin_xiao.id)[0]
    close_request(db_session, one.id, actor=online(town.lin_xiao), now=venue_clock.now())
    assert isinstance(ask(), Requested)


def test_children_do_not_ask_to_act_for_adults(ask, db_session, town) -> None:
    assert ask(asker=town.xiao_he) == NotAnAdult()
    assert db_session.scalars(select(DelegationRequest)).all() == []


def test_the_database_itself_refuses_to_let_one_act_twice_for_another(db_session, town) -> None:
    with pytest.raises(IntegrityError):
        make.may_act(db_session, town.zhou_wen, town.zhou_jianguo)


def test_whoever_acts_until_a_day_acts_on_it_and_not_after_it(db_session, town, told, clock):
    people = (db_session, town.lin_xiao.id, town.zhou_jianguo.id)
    last = local_date(clock.now()) + timedelta(days=3)
    made = let_act(*people, until_on=last, **make.acts(town.he_jing))
    assert isinstance(made, Confirmed)
    assert let_act(*people, until_on=last, **make.acts(town.he_jing)) == AlreadyActing()
    clock.set(instant(last, time(23, 59)))
    assert acts_for(db_session, town.lin_xiao) == ["周建国"]
    assert end_expired(db_session, now=clock.now()) == 0
    clock.set(instant(last + timedelta(days=1), time(0)))
    assert acts_for(db_session, town.lin_xiao) == []
    assert delegations_around(db_session, town.lin_xiao.id, now=clock.now()) == []
    assert not may_act_for(
        *people[1:], [db_session.get_one(Delegation, made.delegation_id).fact()], clock.now()
    )
    assert end_expired(db_session, now=clock.now()) == 1
    assert len(told()) == 4
    assert isinstance(let_act(*people, **make.acts(town.he_jing)), Confirmed)


def test_a_longer_time_takes_the_place_of_a_shorter_and_guardians_have_no_last_day(
    db_session, town, clock
):
    last = local_date(clock.now()) + timedelta(days=3)
    people = (db_session, town.lin_xiao.id, town.zhou_jianguo.id)
    let_act(*people, until_on=last, **make.acts(town.he_jing))
    assert isinstance(let_act(*people, **make.acts(town.he_jing)), Confirmed)
    child = let_act(
        db_session, town.lin_xiao.id, town.xiao_he.id, until_on=last, **make.acts(town.he_jing)
    )
    of = select(Delegation.until_on).where(
        Delegation.delegate_id == town.lin_xiao.id, Delegation.ended_at.is_(None)
    )
    assert isinstance(child, Confirmed)
    assert db_session.scalars(of).all() == [None, None]


def test_nobody_under_age_acts_for_others(db_session, town):
    young = make.person(db_session, "孙小悦", birth_on=date(2010, 1, 1))
    outcome = let_act(db_session, young.id, town.zhou_jianguo.id, **make.acts(town.he_jing))
    assert outcome == NotAnAdult()
