"""The desk: whom it finds, whom it writes down, what it does for them, and whom it never sees."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

import pytest
from sqlalchemy import func, select

from tests import town as make
from venue.accounts.models import DeskCode, StaffRole, User
from venue.audit.models import AuditEntry
from venue.audit.rules import Channel
from venue.childcare.booking_days import ChildWish, DayWish, WhenFull, book_days
from venue.people.models import Delegation, DelegationRequest, Person
from venue.people.rules import Basis
from venue.places.models import Patron
from venue.programs.rules import Admission, Books
from venue.seats.models import Enrollment
from venue.seats.rules import EnrollmentStatus

DESK = "/desk/wutongli/"


@pytest.fixture
def town(db_session):
    made = make.build(db_session)
    for one in (made.xiao_he, made.lin_xiao):
        db_session.add(Patron(center_id=made.wutongli.id, person_id=one.id, since_at=make.OPENS_AT))
    db_session.commit()
    return made


@pytest.fixture
def desk(browse, db_session, town):
    browse.sign_in(make.user_of(db_session, town.he_jing))
    db_session.rollback()
    return browse


def page_of(person, **values) -> str:
    query = "&".join(f"{name}={value}" for name, value in values.items())
    return f"{DESK}people/{person.id}" + (f"?{query}" if query else "")


def found(desk, text: str) -> list[str]:
    """Return the names in the answer of a search, in order."""
    tables = desk.get(f"{DESK}?q={text}").by_class("list")
    return [row.findtext("th/a") for table in tables for row in table.findall("tbody/tr")]


def press(desk, path: str, action: str, typed=None, status: int = 303):
    """Open a page and send the form of it that leads to `action`."""
    return desk.submit(desk.get(path).form(action), typed or {}, status)


def forge(desk, person, path: str, typed=None, status: int = 404):
    """Send the code form of a person's page elsewhere, with other fields: what nobody offers."""
    form = desk.get(page_of(person)).form(f"{page_of(person)}/code")
    keys = {name: form.fields[name][0] for name in ("csrf_token", "submission_key")}
    return desk.post(path, {**keys, **(typed or {})}, status)


def only(session, kind, **values):
    return session.execute(select(kind).filter_by(**values)).scalar_one()


# ---- Finding ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("林晓", ["林晓"]),
        ("林", ["林晓"]),
        ("1956", ["周建国"]),
        ("周 1956", ["周建国"]),
        ("周 1957", []),
        ("0001", ["林晓"]),
        ("001", ["林晓"]),
        ("01", []),
        ("13900000001", ["林晓"]),
        ("139 0000 0001", ["林晓"]),
        ("%2B8613900000001", ["林晓"]),
        ("%25", []),
        ("_", []),
        ("9" * 60, []),
        ("١٢٣", []),
    ],
)
def test_a_person_is_found_by_name_year_and_number(desk, text, names):
    assert found(desk, text) == names


def test_an_empty_search_lists_nobody(desk):
    assert found(desk, "") == []
    assert found(desk, "+") == []


def test_people_whom_the_center_does_not_know_are_not_found(desk):
    page = desk.get(f"{DESK}?q=陈敏")
    assert "陈敏，" not in page.words
    assert "没有找到“陈敏”" in page.words
    assert found(desk, "0002") == []


def test_too_many_people_ask_for_another_word(desk, db_session, town):
    make.crowd(db_session, 31, known_to=[town.wutongli])
    db_session.commit()
    assert len(found(desk, "居民")) == 30
    assert "请再加一个词" in desk.get(f"{DESK}?q=居民").words
    assert found(desk, "居民31") == ["居民31"]


def test_a_whole_number_finds_a_stranger_who_can_then_be_taken_in(desk, db_session, town):
    page = desk.get(f"{DESK}?q=13900000002")
    assert "陈敏" in page.words
    desk.get(page_of(town.chen_min), 404)
    answer = desk.submit(page.form(f"{DESK}patrons"))
    assert answer.location == page_of(town.chen_min)
    assert "已登记到本中心" in desk.follow(answer).words
    entry = only(db_session, AuditEntry, action="person.welcomed")
    assert (entry.actor_id, entry.subject_id) == (town.he_jing.id, town.chen_min.id)
    assert found(desk, "陈敏") == ["陈敏"]


def test_a_number_does_not_open_somebody_else(desk, db_session, town):
    form = desk.get(f"{DESK}?q=13900000002").form(f"{DESK}patrons")
    desk.submit(form, {"person_id": town.wei_dong.id}, 404)
    desk.submit(form, {"phone": "13900000003"}, 404)
    desk.submit(form, {"person_id": "x"}, 404)
    assert db_session.get(Patron, (town.wutongli.id, town.wei_dong.id)) is None


def test_a_number_does_not_find_people_of_another_district(desk, db_session, town):
    elsewhere = make.center(db_session, make.district(db_session, "远山区"), "yuanshan", "远山")
    make.person(db_session, "申远", 1990, phone="+8613900000077", known_to=[elsewhere])
    make.person(db_session, "何湾", 1990, phone="+8613900000078", known_to=[town.elsewhere])
    db_session.commit()
    assert "申远" not in desk.get(f"{DESK}?q=13900000077").words
    assert "何湾" in desk.get(f"{DESK}?q=13900000078").words


def test_the_search_takes_as_many_queries_for_thirty_people(desk, db_session, town, count_queries):
    def sent() -> int:
        with count_queries() as statements:
            desk.get(f"{DESK}?q=居民")
        return len(statements)

    make.crowd(db_session, 1, known_to=[town.wutongli])
    db_session.commit()
    few = sent()
    make.crowd(db_session, 40, known_to=[town.wutongli])
    db_session.commit()
    assert sent() == few


# ---- Doors -----------------------------------------------------------------------------------


@pytest.mark.parametrize("somebody", ["lin_xiao", "teacher_gu", "wei_dong"])
def test_nobody_but_the_desk_gets_in(browse, db_session, town, somebody):
    browse.sign_in(make.user_of(db_session, getattr(town, somebody)))
    for path in (DESK, f"{DESK}people/new", page_of(town.zhou_jianguo)):
        browse.get(path, 403)


def test_the_desk_of_one_center_is_no_desk_of_another(desk, town):
    desk.get("/desk/hewan/", 403)
    desk.get(f"/desk/hewan/people/{town.zhou_jianguo.id}", 403)


def test_another_centers_person_is_not_there(desk, db_session, town):
    stranger = make.person(db_session, "何湾", 1950, known_to=[town.elsewhere])
    db_session.commit()
    desk.get(page_of(stranger), 404)
    typed = {"pool_id": "1", "helper_phone": "13900000003", "neighborhood_id": ""}
    for action in ("code", "contact", "enrollments", "waitlist", "delegations"):
        forge(desk, town.zhou_jianguo, f"{page_of(stranger)}/{action}", typed)
    assert db_session.scalar(select(func.count(DeskCode.id))) == 0


def test_a_role_that_ends_while_the_page_is_open_does_nothing_more(desk, db_session, town):
    form = desk.get(page_of(town.zhou_jianguo)).form(f"{page_of(town.zhou_jianguo)}/code")
    only(db_session, StaffRole, person_id=town.he_jing.id).ended_at = make.OPENS_AT
    db_session.commit()
    desk.submit(form, {}, 403)


# ---- Writing down ----------------------------------------------------------------------------

NEW = f"{DESK}people/new"


def write_down(desk, status: int = 303, **typed):
    return press(desk, NEW, NEW, {"full_name": "马阿婆", "birth_year": "1941"} | typed, status)


def test_a_name_and_a_year_are_enough(desk, db_session, town):
    page = desk.follow(write_down(desk))
    assert "马阿婆已登记。" in page.words
    assert "1941 年出生，85 岁" in page.words
    person = only(db_session, Person, full_name="马阿婆")
    assert (person.birth_year, person.birth_on, person.phone) == (1941, None, None)
    assert db_session.get(Patron, (town.wutongli.id, person.id))
    entry = only(db_session, AuditEntry, action="person.created")
    assert (entry.actor_id, entry.channel) == (town.he_jing.id, Channel.COUNTER)


def test_number_and_neighborhood_are_kept_when_given(desk, db_session, town):
    write_down(
        desk, birth_year="1941年", phone="021-66660741", neighborhood_id=town.neighborhood.id
    )
    person = only(db_session, Person, full_name="马阿婆")
    assert (person.phone, person.neighborhood_id) == ("+862166660741", town.neighborhood.id)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"full_name": ""}, "请填写姓名。"),
        ({"full_name": "👵👵"}, "请填写真实姓名，只用文字。"),
        ({"full_name": "马" * 300}, "姓名最多 40 个字。"),
        ({"birth_year": ""}, "请填写出生年份。"),
        ({"birth_year": "四一"}, "请填写四位年份，例如 1957。"),
        ({"birth_year": "41"}, "请填写四位年份，例如 1957。"),
        ({"birth_year": "99999999999999999999"}, "请填写四位年份，例如 1957。"),
        ({"birth_year": "2027"}, "出生年份不能晚于今年。"),
        ({"birth_year": "1899"}, "出生年份太早了，请核对。"),
        ({"phone": "12345"}, "这个电话号码拨不通"),
        ({"neighborhood_id": "9999"}, ""),
    ],
)
def test_wrong_input_gets_its_sentence_and_stays(desk, db_session, typed, sentence):
    before = db_session.scalar(select(func.count(Person.id)))
    page = write_down(desk, 422, **typed)
    assert sentence in page.words
    kept = page.form(NEW).fields
    assert kept["full_name"] == [typed.get("full_name", "马阿婆")]
    assert kept["birth_year"] == [typed.get("birth_year", "1941")]
    assert db_session.scalar(select(func.count(Person.id))) == before


def test_somebody_of_the_same_name_and_year_is_shown_first(desk, db_session, town):
    page = write_down(desk, 409, full_name="周建国", birth_year="1956")
    assert "可能已经登记过" in page.words
    assert page.links()["周建国"] == page_of(town.zhou_jianguo)
    assert len(list(db_session.scalars(select(Person).filter_by(full_name="周建国")))) == 1
    desk.submit(page.form(NEW), {"somebody_else": "y"})
    assert len(list(db_session.scalars(select(Person).filter_by(full_name="周建国")))) == 2


def test_people_of_other_centers_are_not_shown_as_the_same(desk, db_session, town):
    make.person(db_session, "何湾", 1950, known_to=[town.elsewhere])
    db_session.commit()
    write_down(desk, full_name="何湾", birth_year="1950")


def test_a_form_sent_twice_writes_one_person_down(desk, db_session):
    form = desk.get(NEW).form(NEW)
    typed = {"full_name": "马阿婆", "birth_year": "1941"}
    assert desk.submit(form, typed).location == desk.submit(form, typed).location
    only(db_session, Person, full_name="马阿婆")


# ---- Seats -----------------------------------------------------------------------------------


@pytest.fixture
def chess(db_session, town):
    """Give the town a club that a man of seventy may join."""
    made = make.course(db_session, town.wutongli, "象棋课", room=town.classroom, capacity=1)
    db_session.commit()
    return made


def enrollment_of(session, person):
    return only(session, Enrollment, person_id=person.id)


def test_the_desk_enrolls_a_person_by_the_channel_they_came(desk, db_session, town, chess):
    path = page_of(town.zhou_jianguo, channel="telephone")
    answer = press(desk, path, f"{page_of(town.zhou_jianguo)}/enrollments")
    page = desk.follow(answer)
    assert "已报名。" in page.words
    assert "已报名 ✓" in page.words
    made = enrollment_of(db_session, town.zhou_jianguo)
    assert (made.status, made.channel) == (EnrollmentStatus.CONFIRMED, Channel.TELEPHONE)
    entry = only(db_session, AuditEntry, action="enrollment.confirmed")
    assert entry.actor_id == town.he_jing.id


def test_a_full_course_offers_the_line(desk, db_session, town, chess):
    make.enrollment(db_session, make.pool_of(db_session, chess), town.chen_min)
    db_session.commit()
    page = desk.follow(
        press(desk, page_of(town.zhou_jianguo), f"{page_of(town.zhou_jianguo)}/waitlist")
    )
    assert "候补第 1 位" in page.words
    assert enrollment_of(db_session, town.zhou_jianguo).channel is Channel.COUNTER


def test_a_seat_is_given_back_and_the_next_is_called(desk, db_session, town, chess):
    pool = make.pool_of(db_session, chess)
    make.enrollment(db_session, pool, town.lin_xiao)
    make.enrollment(db_session, pool, town.zhou_jianguo, EnrollmentStatus.WAITLISTED)
    delegation = only(db_session, Delegation, principal_id=town.zhou_jianguo.id)
    delegation.ended_at = make.OPENS_AT
    db_session.commit()
    mine = enrollment_of(db_session, town.lin_xiao).id
    action = f"{page_of(town.lin_xiao)}/enrollments/{mine}/withdrawal"
    assert "已退出。" in desk.follow(press(desk, page_of(town.lin_xiao), action)).words
    calls = desk.get(DESK)
    assert "请打电话（1） 周建国 没有电话" in calls.words
    offered = enrollment_of(db_session, town.zhou_jianguo)
    base = f"{page_of(town.zhou_jianguo)}/enrollments/{offered.id}"
    page = desk.follow(press(desk, page_of(town.zhou_jianguo), f"{base}/acceptance"))
    assert "名额已确认。" in page.words
    assert enrollment_of(db_session, town.zhou_jianguo).status is EnrollmentStatus.CONFIRMED
    assert "周建国" not in desk.get(DESK).words


def test_an_offer_can_be_declined_for_them(desk, db_session, town, chess):
    offered = make.enrollment(
        db_session,
        make.pool_of(db_session, chess),
        town.zhou_jianguo,
        EnrollmentStatus.OFFERED,
    )
    db_session.commit()
    action = f"{page_of(town.zhou_jianguo)}/enrollments/{offered.id}/refusal"
    form = desk.get(page_of(town.zhou_jianguo)).form(action)
    assert "已放弃" in desk.follow(desk.submit(form)).words
    assert enrollment_of(db_session, town.zhou_jianguo).status is EnrollmentStatus.WITHDRAWN


def test_who_looks_into_an_inbox_needs_no_call(desk, db_session, town, chess):
    pool = make.pool_of(db_session, chess)
    make.enrollment(db_session, pool, town.zhou_jianguo, EnrollmentStatus.OFFERED)
    db_session.commit()
    assert "有名额等回复" not in desk.get(DESK).words, "his daughter acts for him"


def test_a_refusal_says_why_and_what_the_desk_can_do(desk, db_session, town):
    page = desk.get(page_of(town.zhou_jianguo))
    assert "只收 55 岁及以下，开课那天是 70 岁。 请另选一门。" in page.words
    pool = make.pool_of(db_session, town.painting)
    typed = {"pool_id": str(pool.id), "channel": "relative"}
    path = f"{page_of(town.zhou_jianguo)}/enrollments"
    refused = forge(desk, town.zhou_jianguo, path, typed, 409)
    assert "没有办成： 只收 55 岁及以下" in refused.words
    assert db_session.scalar(select(func.count(Enrollment.id))) == 0


def test_somebody_was_faster(desk, db_session, town, chess):
    page = desk.get(page_of(town.zhou_jianguo, q="象棋"))
    form = page.form(f"{page_of(town.zhou_jianguo)}/enrollments")
    make.enrollment(db_session, make.pool_of(db_session, chess), town.chen_min)
    db_session.commit()
    refused = desk.submit(form, {}, 409)
    assert "1 个名额已经报满。 可以加入候补。" in refused.words
    assert refused.form(f"{page_of(town.zhou_jianguo)}/waitlist").fields["q"] == ["象棋"]


def test_a_claim_that_has_ended_is_said_to_be_gone(desk, db_session, town, chess):
    pool = make.pool_of(db_session, chess)
    held = make.enrollment(db_session, pool, town.zhou_jianguo, EnrollmentStatus.OFFERED)
    db_session.commit()
    action = f"{page_of(town.zhou_jianguo)}/enrollments/{held.id}/acceptance"
    form = desk.get(page_of(town.zhou_jianguo)).form(action)
    held.status = EnrollmentStatus.CANCELLED
    db_session.commit()
    assert "这个名额已经不在了" in desk.submit(form, {}, 409).words


def test_seats_of_another_center_or_person_are_out_of_reach(desk, db_session, town, chess):
    far = make.course(db_session, town.elsewhere, "河湾合唱", starts=time(9))
    held = make.enrollment(db_session, make.pool_of(db_session, chess), town.lin_xiao)
    there = make.enrollment(db_session, make.pool_of(db_session, far), town.zhou_jianguo)
    db_session.commit()
    assert "河湾合唱" not in desk.get(page_of(town.zhou_jianguo)).words
    base = f"{page_of(town.zhou_jianguo)}/enrollments"
    for pool_id in (str(make.pool_of(db_session, far).id), "999999", "x", ""):
        forge(desk, town.zhou_jianguo, base, {"pool_id": pool_id})
    for enrollment_id in (held.id, there.id):
        for act in ("withdrawal", "acceptance", "refusal"):
            forge(desk, town.zhou_jianguo, f"{base}/{enrollment_id}/{act}")
    statuses = set(db_session.scalars(select(Enrollment.status)))
    assert statuses == {EnrollmentStatus.CONFIRMED}


def test_single_sessions_are_booked_one_by_one(desk, db_session, town):
    make.course(
        db_session, town.wutongli, "书法沙龙", room=town.classroom, lessons=9, books=Books.SESSION
    )
    db_session.commit()
    page = desk.get(page_of(town.zhou_jianguo, q="沙龙"))
    buttons = [form for form in page.forms() if form.action.endswith("/enrollments")]
    assert len(buttons) == 4
    desk.submit(buttons[1])
    assert enrollment_of(db_session, town.zhou_jianguo).session.starts_at.day == 29


def test_what_the_person_can_join_comes_first(desk, db_session, town):
    make.course(db_session, town.wutongli, "象棋课", first_on=date(2026, 12, 1))
    db_session.commit()
    titles = [
        heading.findtext("a")
        for heading in desk.get(page_of(town.zhou_jianguo)).root.iter("h3")
        if heading.get("class") == "row"
    ]
    assert titles == ["象棋课", "零基础国画"], "at 70 he is too old for the earlier one"


def test_drop_in_and_drafts_are_not_offered(desk, db_session, town):
    make.course(db_session, town.wutongli, "晨练", admission=Admission.DROP_IN, lessons=2)
    make.course(db_session, town.wutongli, "草稿课", lessons=2, published_at=None)
    db_session.commit()
    words = desk.get(page_of(town.zhou_jianguo)).words
    assert "晨练" not in words
    assert "草稿课" not in words


def test_the_page_takes_as_many_queries_for_many_programs(desk, db_session, town, count_queries):
    def sent() -> int:
        with count_queries() as statements:
            desk.get(page_of(town.zhou_jianguo))
        return len(statements)

    def add(how_many: int) -> None:
        for number in range(how_many):
            made = make.course(
                db_session, town.wutongli, f"沙龙{number}", lessons=3, books=Books.SESSION
            )
            pool = make.pool_of(db_session, made.sessions[0])
            make.enrollment(db_session, pool, town.zhou_jianguo)
        db_session.commit()

    add(2)
    few = sent()
    add(12)
    assert sent() == few


# ---- About the person ------------------------------------------------------------------------


def test_number_neighborhood_and_need_can_be_changed(desk, db_session, town):
    path = page_of(town.zhou_jianguo)
    typed = {
        "phone": "13900000055",
        "neighborhood_id": town.other_neighborhood.id,
        "in_need_until": "2027-06-30",
    }
    assert "已保存。" in desk.follow(press(desk, path, f"{path}/contact", typed)).words
    person = only(db_session, Person, id=town.zhou_jianguo.id)
    assert (person.phone, person.neighborhood_id) == ("+8613900000055", town.other_neighborhood.id)
    assert person.in_need_until == date(2027, 6, 30)
    entry = only(db_session, AuditEntry, action="person.changed")
    assert entry.facts == {"fields": ["in_need_until", "neighborhood_id", "phone"]}
    press(desk, path, f"{path}/contact", {"phone": "", "neighborhood_id": ""})
    assert only(db_session, Person, id=town.zhou_jianguo.id).phone is None


def test_a_wrong_number_stays_in_its_field_and_changes_nothing(desk, db_session, town):
    path = page_of(town.zhou_jianguo)
    page = press(desk, path, f"{path}/contact", {"phone": "110"}, 422)
    assert "这个电话号码拨不通" in page.words
    assert page.form(f"{path}/contact").fields["phone"] == ["110"]
    assert only(db_session, Person, id=town.zhou_jianguo.id).phone is None


def test_further_fields_of_the_form_change_nothing(desk, db_session, town):
    typed = {"full_name": "张三", "birth_year": "2000", "id": "1", "neighborhood_id": ""}
    forge(desk, town.zhou_jianguo, f"{page_of(town.zhou_jianguo)}/contact", typed, 303)
    person = only(db_session, Person, id=town.zhou_jianguo.id)
    assert (person.full_name, person.birth_year) == ("周建国", 1956)


def test_a_code_is_shown_once_and_opens_an_account(desk, browse, db_session, town):
    path = page_of(town.zhou_jianguo)
    form = desk.get(path).form(f"{path}/code")
    shown = desk.submit(form, {}, 200)
    code = re.search(r"\d{4} \d{4}", shown.words)[0]
    again = desk.follow(desk.submit(form, {}, 303))
    assert "只显示一次" in again.words
    assert code not in again.words
    desk.client.delete_cookie("venue")
    press(
        desk,
        "/code",
        "/code",
        {"code": code, "phone": "13900000088", "password": "three quiet boats"},
    )
    assert only(db_session, User, person_id=town.zhou_jianguo.id).phone == "+8613900000088"


def test_a_wish_to_act_for_somebody_is_confirmed_at_the_desk(desk, db_session, town):
    db_session.add(
        DelegationRequest(
            delegate_id=town.chen_min.id,
            full_name="周建国",
            phone="+8613900000099",
            requested_at=make.OPENS_AT,
        )
    )
    db_session.commit()
    wish = only(db_session, DelegationRequest, full_name="周建国")
    path = page_of(town.zhou_jianguo)
    action = f"{path}/delegation-requests/{wish.id}/confirmation"
    form = desk.get(path).form(action)
    other = desk.get(page_of(town.lin_xiao)).form(f"{page_of(town.lin_xiao)}/code")
    other.action = f"{page_of(town.lin_xiao)}/delegation-requests/{wish.id}/confirmation"
    desk.submit(other, {}, 404)
    assert "已确认" in desk.follow(desk.submit(form)).words
    made = only(db_session, Delegation, delegate_id=town.chen_min.id, basis=Basis.RELATIVE)
    assert (made.principal_id, made.confirmed_by_id) == (town.zhou_jianguo.id, town.he_jing.id)


def test_the_desk_adds_and_ends_who_acts_for_somebody_without_a_phone(desk, db_session, town):
    path = page_of(town.zhou_jianguo)
    before = only(db_session, Delegation, principal_id=town.zhou_jianguo.id).id
    press(desk, path, f"{path}/delegations/{before}/ending")
    press(desk, path, f"{path}/delegations", {"helper_phone": "13900000001", "lasting": "3"})
    assert "2026年9月16日 起，到 2026年12月16日 为止" in desk.get(path).text
    made = db_session.scalars(
        select(Delegation).where(
            Delegation.principal_id == town.zhou_jianguo.id, Delegation.ended_at.is_(None)
        )
    ).one()
    assert made.delegate_id == town.lin_xiao.id
    others = only(db_session, Delegation, principal_id=town.xiao_mai.id).id
    form = desk.get(path).form(f"{path}/delegations/{made.id}/ending")
    form.action = f"{path}/delegations/{others}/ending"
    desk.submit(form, {}, 404)


@pytest.mark.parametrize(
    ("number", "status", "sentence"),
    [
        ("13900000066", 409, "没有人用这个号码登录。"),
        ("021-66660018", 422, "请填写 11 位的中国大陆手机号。"),
        ("", 422, "请填写手机号。"),
    ],
)
def test_a_helper_must_be_able_to_sign_in(desk, db_session, town, number, status, sentence):
    path = page_of(town.zhou_jianguo)
    page = press(desk, path, f"{path}/delegations", {"helper_phone": number}, status)
    assert sentence in page.words
    assert page.form(f"{path}/delegations").fields["helper_phone"] == [number]


def test_an_expired_page_asks_to_press_again_and_keeps_what_it_carried(
    desk, db_session, town, chess
):
    path = page_of(town.zhou_jianguo)
    form = desk.get(path).form(f"{path}/enrollments")
    again = desk.submit(form, {"csrf_token": "old"}, 422)
    assert "请再按一次" in again.words
    desk.submit(again.forms()[0])
    assert enrollment_of(db_session, town.zhou_jianguo).status is EnrollmentStatus.CONFIRMED


def test_a_day_of_care_is_given_back_at_the_desk_until_its_time_is_over(
    desk, town, db_session, clock
):
    care = make.care(db_session, town.wutongli)
    days = tuple(DayWish(one.id) for one in care.sessions[:2])
    wishes = [ChildWish(town.xiao_he.id, days)]
    by = make.acts(town.chen_min)
    book_days(db_session(), care.id, wishes, when_full=WhenFull.REFUSE, agreed=False, **by)
    db_session.commit()
    first, second = db_session.scalars(select(Enrollment.id).order_by(Enrollment.id)).all()
    page = f"{page_of(town.xiao_he)}/enrollments"
    press(desk, page_of(town.xiao_he), f"{page}/{second}/withdrawal")
    assert db_session.get(Enrollment, second, populate_existing=True).status == "withdrawn"
    form = desk.get(page_of(town.xiao_he)).form(f"{page}/{first}/withdrawal")
    clock.set(care.sessions[0].starts_at - timedelta(hours=2))
    late = desk.submit(form, {}, 409)
    assert "这一天已经过了能退的时间，没有退。" in late.words
    assert db_session.get(Enrollment, first, populate_existing=True).status == "confirmed"
