"""Money at the desk: what its pages ask, say and refuse."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import town as make
from venue.payments.models import Receipt
from venue.places.models import Patron

DESK = "/desk/wutongli/"


@pytest.fixture
def town(db_session):
    made = make.build(db_session)
    for one in (made.lin_xiao, made.zhou_wen):
        db_session.add(Patron(center_id=made.wutongli.id, person_id=one.id, since_at=make.OPENS_AT))
    db_session.commit()
    return made


@pytest.fixture
def seat(db_session, town, pool):
    """Of 林晓, for ¥300."""
    return priced(db_session, pool, town.lin_xiao)


@pytest.fixture
def desk(sign_in, browse, town):
    sign_in(town.he_jing)
    return browse


def priced(session, pool, person):
    made = make.enrollment(session, pool, person)
    made.price_fen = 30_000
    session.commit()
    return made


def person_page(seat):
    return f"{DESK}people/{seat.person_id}"


def till(seat):
    return f"{person_page(seat)}/enrollments/{seat.id}/payments"


def fill(desk, seat, typed, status=303, action=None, page=None):
    return desk.submit(desk.get(page or till(seat)).form(action or till(seat)), typed, status)


def book(session):
    session.rollback()
    return [
        (one.number, one.amount_fen)
        for one in session.scalars(select(Receipt).order_by(Receipt.id))
    ]


def test_a_seat_is_paid_at_the_desk_and_the_page_says_so(desk, db_session, seat):
    page = desk.get(person_page(seat))
    assert "未付 ¥300" in page.words
    assert desk.get(till(seat)).form(till(seat)).fields["amount_fen"] == ["300"]
    done = fill(desk, seat, {"number": " ａ00 1 "})
    assert done.location == person_page(seat)
    said = desk.follow(done).words
    assert "收到 ¥300，收据号 A001。" in said
    assert "已付 ¥300" in said
    account = desk.get(till(seat))
    assert "没有要付的，也没有要退的。" in account.words
    assert "何静" in account.words
    assert book(db_session) == [("A001", 30_000)]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"number": ""}, "请填写收据号。"),
        ({"number": "9" * 41}, "最多 40 个字。"),
        ({"amount_fen": ""}, "请填写收了多少钱。"),
        ({"amount_fen": "0"}, "没有收钱就不用记。"),
        ({"amount_fen": "-5"}, "价格在 0 到"),
        ({"amount_fen": "三百"}, "请用数字填写"),
        ({"amount_fen": "1.234"}, "最多两位小数"),
    ],
)
def test_what_is_typed_wrongly_stays_and_is_explained(desk, db_session, seat, typed, sentence):
    whole = {"number": "A001", "amount_fen": "300"} | typed
    page = fill(desk, seat, whole, 422)
    assert sentence in page.words
    form = page.form(till(seat))
    assert {name: form.fields[name] for name in whole} == {
        name: [value] for name, value in whole.items()
    }
    assert book(db_session) == []


def test_a_number_that_stands_in_the_book_is_refused_with_whose_it_is(
    desk, db_session, town, pool, seat
):
    fill(desk, seat, {"number": "A001"})
    other = priced(db_session, pool, town.zhou_wen)
    page = fill(desk, other, {"number": "A001", "amount_fen": "120.5"}, 409)
    assert "收据号 A001 已经用过" in page.words
    assert "林晓，¥300" in page.words
    assert page.form(till(other)).fields["amount_fen"] == ["120.5"]
    assert len(book(db_session)) == 1


def test_too_much_is_refused_and_a_part_leaves_the_rest_open(desk, db_session, seat):
    assert "最多 ¥300" in fill(desk, seat, {"number": "A001", "amount_fen": "301"}, 409).words
    fill(desk, seat, {"number": "A001", "amount_fen": "99.5"})
    assert "未付 ¥200.50" in desk.get(person_page(seat)).words


def test_a_form_that_a_colleague_was_quicker_with_shows_how_it_stands_now(desk, db_session, seat):
    slow = desk.get(till(seat)).form(till(seat))
    fill(desk, seat, {"number": "A001", "amount_fen": "100"})
    page = desk.submit(slow, {"number": "A002", "amount_fen": "100"}, 409)
    assert "现在还应付 ¥200" in page.words
    desk.submit(page.form(till(seat)), {}, 303)
    assert book(db_session) == [("A001", 10_000), ("A002", 10_000)]


def test_what_goes_back_is_said_before_and_listed_until_it_is_handed_out(
    desk, db_session, clock, town, seat
):
    fill(desk, seat, {"number": "A001"})
    clock.set(town.painting.sessions[0].starts_at + timedelta(hours=3))
    page = desk.get(person_page(seat))
    assert "现在退出可退 ¥275。" in page.words
    leaving = f"{person_page(seat)}/enrollments/{seat.id}/withdrawal"
    assert "待退 ¥275" in desk.follow(desk.submit(page.form(leaving))).words
    listed = desk.get(f"{DESK}refunds").words
    assert "林晓" in listed
    assert "¥275" in listed
    back = f"{person_page(seat)}/enrollments/{seat.id}/refund"
    assert "请填写收据号" in fill(desk, seat, {"number": ""}, 422, back).words
    assert "已经用过" in fill(desk, seat, {"number": "A001"}, 409, back).words
    done = fill(desk, seat, {"number": "R001"}, 303, back)
    assert "退了 ¥275，收据号 R001。" in desk.follow(done).words
    assert "没有要退的钱" in desk.get(f"{DESK}refunds").words
    assert book(db_session) == [("A001", 30_000), ("R001", -27_500)]


def test_a_wrong_entry_is_undone_with_a_reason_and_entered_again(desk, db_session, seat):
    fill(desk, seat, {"number": "A001", "amount_fen": "30"})
    receipt_id = db_session.scalar(select(Receipt.id))
    undo = f"{person_page(seat)}/enrollments/{seat.id}/receipts/{receipt_id}/reversal"
    assert undo in desk.get(till(seat)).links().values()
    assert "请写明为什么冲销" in fill(desk, seat, {"reason": " "}, 422, undo, undo).words
    late = desk.get(undo).form(undo)
    done = fill(desk, seat, {"reason": "少打一个零"}, 303, undo, undo)
    assert "可以重新登记" in desk.follow(done).words
    assert "已经冲销过了" in desk.submit(late, {"reason": "少打一个零了"}, 409).words
    fill(desk, seat, {"number": "A001"})
    assert book(db_session) == [("A001", 3_000), ("A001", -3_000), ("A001", 30_000)]


def test_a_price_is_reduced_with_a_reason(desk, db_session, seat):
    less = f"{person_page(seat)}/enrollments/{seat.id}/reduction"
    page = fill(desk, seat, {"reduced_fen": "300"}, 422, less, less)
    assert "请写明为什么减免" in page.words
    too_much = fill(desk, seat, {"reduced_fen": "301", "because": "低保"}, 409, less, less)
    assert "最多 ¥300" in too_much.words
    done = fill(desk, seat, {"reduced_fen": "300", "because": "低保"}, 303, less, less)
    assert "低保" in desk.follow(done).words
    assert "免收" in desk.get(person_page(seat)).words
    fill(desk, seat, {"reduced_fen": "0", "because": ""}, 303, less, less)
    assert "未付 ¥300" in desk.get(person_page(seat)).words


def test_no_money_of_another_person_or_center_is_there(desk, db_session, town, pool, seat):
    other = priced(db_session, pool, town.zhou_wen)
    fill(desk, seat, {"number": "A001"})
    receipt_id = db_session.scalar(select(Receipt.id))
    of_seat = f"enrollments/{seat.id}"
    desk.get(f"{person_page(other)}/{of_seat}/payments", 404)
    desk.get(f"{person_page(other)}/{of_seat}/reduction", 404)
    desk.get(f"{person_page(other)}/enrollments/{other.id}/receipts/{receipt_id}/reversal", 404)
    free = make.course(db_session, town.wutongli, "合唱", lessons=2)
    far = make.course(db_session, town.elsewhere, "远处的课", lessons=2)
    nothing = make.enrollment(db_session, make.pool_of(db_session, free), town.lin_xiao)
    away = priced(db_session, make.pool_of(db_session, far), town.lin_xiao)
    db_session.commit()
    for one in (nothing, away):
        desk.get(f"{person_page(seat)}/enrollments/{one.id}/payments", 404)
    desk.get(f"/desk/hewan/people/{seat.person_id}/{of_seat}/payments", 403)
    assert "远处的课" not in desk.get(f"{DESK}refunds").words
    form = desk.get(till(other)).form(till(other))
    desk.submit(form, {"number": "B1", "seen_fen": "x"}, 404)


def test_the_page_of_a_person_costs_the_same_queries_for_many_seats(
    desk, db_session, town, seat, count_queries
):
    page = person_page(seat)

    def sent_with(number):
        days = timedelta(number)
        course = make.course(
            db_session, town.wutongli, f"课{number}", first_on=make.FIRST_LESSON + days
        )
        priced(db_session, make.pool_of(db_session, course), town.lin_xiao)
        with count_queries() as statements:
            desk.get(page)
        return len(statements)

    assert len({sent_with(number) for number in range(1, 5)}) == 1
