"""Lunch on pages: ordering as a family, at the desk, and what the office does with it."""

from __future__ import annotations

from datetime import date, time
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import func, select

from tests import town as make
from tests.lunch.conftest import HOME, PLAN, TOMORROW
from venue import clock as venue_clock
from venue.audit.models import AuditEntry
from venue.audit.rules import SYSTEM, Channel
from venue.lunch.kitchen_troubles import call_off_lunch
from venue.lunch.models import MealOrder, MenuDay
from venue.lunch.planning import write_menu
from venue.timeline.local_time import instant

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

MENU = "/centers/wutongli/lunch"


@pytest.fixture
def lunch(db_session, town) -> MenuDay:
    acts = {"actor": SYSTEM, "now": venue_clock.now()}
    made = write_menu(db_session(), town.wutongli.id, TOMORROW, PLAN, **acts)
    db_session.commit()
    return db_session.get_one(MenuDay, made.menu_day_id)


@pytest.fixture
def as_(browse, db_session):
    """Sign somebody in."""

    def signed_in(who):
        browse.sign_in(make.user_of(db_session, who))
        db_session.rollback()
        return browse

    return signed_in


def orders(session) -> list[MealOrder]:
    session.rollback()
    return session.scalars(select(MealOrder).order_by(MealOrder.id)).all()


def eaten_in(day, sitting=0, **more):
    way = f"sitting-{day.sittings[sitting].id}"
    return {"dish_id": str(day.dishes[0].id), "way": way, **more}


def test_a_family_orders_for_one_of_them_and_cancels_until_the_cut_off(
    as_, db_session, town, lunch, clock
):
    visitor = as_(town.chen_min)
    page = visitor.get(visitor.get(MENU).links()["订餐：9月17日 周四"])
    typed = eaten_in(lunch, person_id=str(town.xiao_he.id), diet="不吃花生")
    back = visitor.follow(visitor.submit(page.form("/order"), typed))
    assert "陈小禾：红烧肉" in back.words
    (one,) = orders(db_session)
    assert (one.person_id, one.channel) == (town.xiao_he.id, Channel.ONLINE)
    cancellation = back.form("/cancellation")
    clock.set(instant(date(2026, 9, 16), time(16)))
    assert "以后不能再订，也不能再退" in visitor.submit(cancellation, status=409).words
    clock.set(instant(date(2026, 9, 16), time(15, 59)))
    visitor.submit(cancellation)
    assert orders(db_session)[0].ended_at is not None


def test_what_is_wrong_with_an_order_is_said_and_nothing_typed_is_lost(
    as_, db_session, town, lunch, clock
):
    visitor = as_(town.lin_xiao)
    form = visitor.get(f"/lunch/{lunch.id}/order").form("/order")
    assert "请选一份菜。" in visitor.submit(form, {}, 422).words
    typed = {"dish_id": str(lunch.dishes[1].id), "way": "delivery", "diet": "少盐", "phone": ""}
    missing = visitor.submit(form, typed, 422)
    assert "送餐要写明送到哪里。" in missing.by_id("address-error").text
    assert "打得通的电话" in missing.by_id("phone-error").text
    assert missing.form("/order").fields["diet"] == ["少盐"]
    lunch.sittings[1].taken = 1
    db_session.commit()
    full = visitor.submit(form, eaten_in(lunch, 1), 409)
    assert "这个时间坐满了" in full.by_id("way-error").text
    visitor.submit(form, eaten_in(lunch))
    form = visitor.get(f"/lunch/{lunch.id}/order").form("/order")
    again = visitor.submit(form, eaten_in(lunch), 409)
    assert "一人一天一份" in again.words
    clock.set(instant(date(2026, 9, 16), time(16)))
    assert "不能再订" in visitor.submit(form, {**eaten_in(lunch), "diet": "无"}, 409).words
    assert len(orders(db_session)) == 1


def test_one_orders_for_nobody_else_and_cancels_nothing_of_others(as_, db_session, town, lunch):
    visitor = as_(town.lin_xiao)
    form = visitor.get(f"/lunch/{lunch.id}/order").form("/order")
    visitor.submit(form, eaten_in(lunch, person_id=str(town.xiao_he.id)), 422)
    done = visitor.follow(visitor.submit(form, eaten_in(lunch)))
    fields = done.form("/cancellation").fields
    order_id = orders(db_session)[0].id
    as_(town.zhou_wen).post(f"/lunch/orders/{order_id}/cancellation", fields, 404)
    assert orders(db_session)[0].ended_at is None


def test_the_desk_orders_by_telephone_and_cancels(as_, db_session, town, lunch):
    desk = as_(town.he_jing)
    path = f"/desk/wutongli/people/{town.zhou_jianguo.id}"
    page = desk.get(desk.get(f"{path}?channel=telephone").links()["午餐"])
    typed = {"dish_id": str(lunch.dishes[0].id), "way": "delivery", "address": HOME.address}
    back = desk.follow(desk.submit(page.form("/lunch"), {**typed, "phone": "021-55500741"}))
    (one,) = orders(db_session)
    assert (one.channel, one.ordered_by_id) == (Channel.TELEPHONE, town.he_jing.id)
    assert "周建国" in desk.get("/desk/wutongli/lunch").words
    assert "一人一天一份" in desk.submit(back.form("/lunch"), typed, 409).words
    desk.submit(back.form("/cancellation"))
    assert orders(db_session)[0].ended_at is not None
    desk.get(f"/desk/wutongli/people/{town.lin_xiao.id}/lunch", 404)


def test_the_office_writes_a_menu_substitutes_a_dish_and_calls_a_day_off(as_, db_session, town):
    office = as_(town.shen_lan)
    page = office.get("/office/wutongli/lunch/menu?on=2026-09-18")
    wrong = office.submit(page.form("/lunch/menu"), {"dishes": "", "sittings": "11 点"}, 422)
    assert "请写至少一份菜。" in wrong.words
    assert "例如 11:00 40" in wrong.words
    typed = {"dishes": "狮子头：米饭\n素什锦", "sittings": "11:00 40\n12:00 20", "deliveries": "30"}
    office.submit(page.form("/lunch/menu"), typed)
    db_session.rollback()
    day = db_session.scalars(select(MenuDay)).one()
    assert [(one.name, one.sides) for one in day.dishes] == [("狮子头", "米饭"), ("素什锦", "")]
    page = office.get("/office/wutongli/lunch/menu?on=2026-09-18")
    assert (
        "换成什么菜"
        in office.submit(page.form(f"/{day.dishes[0].id}/substitution"), {"name": ""}, 422).words
    )
    back = office.follow(
        office.submit(page.form(f"/{day.dishes[0].id}/substitution"), {"name": "红烧鸡"})
    )
    assert "代替 狮子头" in back.words
    office.submit(page.form("/cancellation"), {"reason": "停水"})
    assert "不供应：停水" in office.get(MENU).words


def test_totals_list_and_month_say_what_was_ordered(as_, db_session, town, lunch):
    visitor = as_(town.lin_xiao)
    form = visitor.get(f"/lunch/{lunch.id}/order").form("/order")
    way = {"way": "delivery", "address": "桂花苑 3 号", "phone": "13900000001", "diet": "少盐"}
    visitor.submit(form, {"dish_id": str(lunch.dishes[0].id), **way})
    office = as_(town.shen_lan)
    total = office.get("/office/wutongli/lunch/totals?on=2026-09-17")
    assert "红烧肉 1 1 少盐 1" in total.words
    assert "桂花苑 3 号" in office.get("/office/wutongli/lunch/deliveries?on=2026-09-17").words
    month = office.get("/office/wutongli/lunch/month?period=2026-09")
    assert "其他人1¥15" in month.words
    sent = {**month.form("/exports").fields, "kind": "xlsx"}
    answer = office.client.post("/office/wutongli/lunch/month/exports?period=2026-09", data=sent)
    words = ZipFile(BytesIO(answer.data)).read("xl/sharedStrings.xml").decode()
    assert "林晓" in words
    assert "合计" in words
    db_session.rollback()
    entries = select(func.count()).where(AuditEntry.action == "lunch.exported")
    assert db_session.scalar(entries) == 1


def test_a_day_that_is_called_off_can_be_seen_but_not_ordered(as_, db_session, town, lunch):
    acts = {"actor": SYSTEM, "now": venue_clock.now()}
    call_off_lunch(db_session(), lunch.id, "停水", **acts)
    db_session.commit()
    page = as_(town.lin_xiao).get(MENU)
    assert "不供应：停水" in page.words
    assert "订餐：9月17日 周四" not in page.links()
