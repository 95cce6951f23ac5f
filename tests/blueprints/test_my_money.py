"""What 我的 says of money: to pay, paid, what comes back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import town as make
from venue.audit.rules import Actor, Channel
from venue.seats.waitlist import withdraw
from venue.settlements.settling import hand_back, take_payment


@pytest.fixture
def seat(db_session, town, pool):
    made = make.enrollment(db_session, pool, town.lin_xiao)
    made.price_fen = 30_000
    db_session.commit()
    return made


@pytest.fixture
def mine(browse, sign_in, town):
    sign_in(town.lin_xiao)
    return lambda: browse.get("/my/").words


def test_mine_says_what_to_pay_what_was_paid_and_what_comes_back(
    mine, browse, db_session, town, seat, clock
):
    def at_the_desk():
        desk = Actor(town.he_jing.id, Channel.COUNTER)
        return {"center_id": town.wutongli.id, "actor": desk, "now": clock.now()}

    assert "应付 ¥300，到柜台付。" in mine()
    assert "现在退出可退" not in mine()
    take_payment(db_session(), seat.id, "A001", 30_000, open_fen=30_000, **at_the_desk())
    db_session.commit()
    clock.set(town.painting.sessions[0].starts_at + timedelta(hours=3))
    assert "已付 ¥300，收据号 A001。" in mine()
    assert "现在退出可退 ¥275。" in mine()
    withdraw(db_session(), seat.id, actor=Actor(town.lin_xiao.id, Channel.ONLINE), now=clock.now())
    db_session.commit()
    assert "待退 ¥275，带上收据到柜台领。" in mine()
    hand_back(db_session(), seat.id, "R001", refund_fen=27_500, **at_the_desk())
    db_session.commit()
    assert "待退" not in mine()
    assert "已退 ¥275，收据号 R001。" in mine()
    inbox = browse.get("/my/messages").words
    assert "收到“零基础国画”的 ¥300，收据号 A001。" in inbox
    assert "“零基础国画”退了 ¥275，收据号 R001。" in inbox


def test_what_is_free_says_nothing_of_money(mine, db_session, pool, town):
    make.enrollment(db_session, pool, town.lin_xiao)
    db_session.commit()
    assert "付" not in mine().replace("付款", "")
