"""The office's pages of holidays and school days."""

from __future__ import annotations

from datetime import date

import pytest

from tests import town as make
from tests.places.notices import notice_of
from venue.accounts.rules import Role
from venue.audit.rules import SYSTEM
from venue.db import write_transaction
from venue.places.holidays import announced_days, import_year
from venue.places.models import AnnouncedYear, CalendarDay, SchoolTerm
from venue.places.notice import NoticeDay
from venue.places.opening import announced_years

HOLIDAYS = "/office/wutongli/holidays"
ENTER = f"{HOLIDAYS}#notice"


def notice_for_2027() -> str:
    """A notice that nobody has published yet: that of 2026, its dates those of 2027."""
    days = [NoticeDay(one.on.replace(year=2027), one.kind, one.name) for one in known(2026)]
    return notice_of(2027, [one for one in days if one.on.isoweekday() > 5 or _off(one)])


def known(year: int) -> list[NoticeDay]:
    found = announced_days(year)
    assert isinstance(found, list)
    return found


def _off(day: NoticeDay) -> bool:
    return day.kind == "holiday"


def read(office, text, status=200, **typed):
    return office.fill("/holidays", {"text": text, **typed}, status, action=ENTER)


def test_a_notice_is_read_back_before_it_is_entered(office, db_session):
    preview = read(office, notice_for_2027())

    assert "2027 年，读到" in preview.words
    assert "2027年10月1日至7日 国庆节" in preview.words
    assert announced_years(db_session) == set()

    done = office.browse.submit(preview.form(ENTER))
    page = office.browse.follow(done)
    assert "登记了 2027 年的" in page.words
    assert announced_years(db_session) == {2027}


def test_another_text_than_the_one_shown_is_shown_first(office, db_session):
    form = read(office, notice_for_2027()).form(ENTER)
    changed = form.fields["text"][0].replace("共7天", "")
    again = office.browse.submit(form, {"text": changed}, 200)
    assert "2027 年，读到" in again.words
    assert announced_years(db_session) == set()


def test_a_line_that_cannot_be_read_is_named_and_the_text_stays(office, db_session):
    text = notice_for_2027().replace("共7天", "共8天")
    page = read(office, text, 422)
    assert "写的是共 8 天，日期加起来是 7 天" in page.words
    assert "第 " in page.words
    assert "共8天" in page.form(ENTER).fields["text"][0]
    assert announced_years(db_session) == set()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "请把通知的文字粘贴到这里"),
        ("今天天气很好。", "没有读到年份"),
        ("关于2027年部分节假日安排的通知", "没有读到任何放假的日期"),
        ("长" * 4001, "最多 4000 个字"),
    ],
)
def test_what_is_no_notice_gets_a_sentence(office, text, sentence):
    assert sentence in read(office, text, 422).words


def test_a_holiday_that_every_year_has_and_the_text_has_not_is_missed(office):
    lines = [line for line in notice_for_2027().splitlines() if "端午" not in line]
    assert "没有读到：端午" in read(office, "\n".join(lines)).words


def test_an_announced_year_is_corrected_by_an_administrator_only(office, db_session):
    with write_transaction() as session:
        import_year(session, 2026, actor=SYSTEM, now=office.town.shen_lan.created_at)
    preview = read(office, notice_of(2026, known(2026)))
    refused = office.browse.submit(preview.form(ENTER), {}, 409)
    assert "这一年已经登记过了" in refused.words

    role = make.staff_role(
        db_session, office.town.shen_lan, Role.DISTRICT_OFFICER, office.town.wutongli.district
    )
    role.role, role.district_id = Role.ADMINISTRATOR, None
    db_session.commit()
    preview = read(office, notice_of(2026, known(2026)))
    office.browse.submit(preview.form(ENTER))
    assert db_session.get(AnnouncedYear, 2026).source == "notice"


def test_a_year_that_the_package_knows_is_entered_by_one_button(office, db_session):
    office.browse.follow(office.press("/holidays", f"{HOLIDAYS}/2026/import"))
    assert announced_years(db_session) == {2026}
    assert db_session.get(CalendarDay, date(2026, 10, 1)) is not None
    office.browse.post(f"{HOLIDAYS}/2027/import", {}, 422)


def test_pages_that_use_a_year_not_announced_say_so(office, browse, db_session):
    said = "2026 年的放假和调休还没有公布"
    room_id = office.town.studio.id
    paths = (
        "/centers/wutongli/rooms",
        "/centers/wutongli/rooms/search?on=2026-09-18&from=09:00&to=10:00",
        f"/rooms/{room_id}",
        f"/rooms/{room_id}/reservation?on=2026-09-18",
        f"/courses/{office.town.painting.id}",
        "/centers/wutongli/days/2026-09-18",
        "/office/wutongli/day?on=2026-09-18",
    )
    assert [path for path in paths if said not in browse.get(path).words] == []
    with write_transaction() as session:
        import_year(session, 2026, actor=SYSTEM, now=office.town.shen_lan.created_at)
    assert [path for path in paths if said in browse.get(path).words] == []


# ---- School days -----------------------------------------------------------------------------

TERM = {"name": "2026 学年第一学期", "starts_on": "2026-09-01", "ends_on": "2027-01-22"}


def test_a_term_of_the_schools_is_entered_changed_and_removed(office, db_session):
    with write_transaction() as session:
        import_year(session, 2026, actor=SYSTEM, now=office.town.shen_lan.created_at)
    page = office.browse.follow(office.fill("/school/terms/new", TERM))
    assert "上学 100 天" in page.words
    assert "其中周末上学：9月20日 周日、10月10日 周六" in page.words
    assert "2027 年的放假和调休还没有公布" in page.words
    term = db_session.query(SchoolTerm).one()

    office.fill(f"/school/terms/{term.id}", {"ends_on": "2026-09-04"})
    assert "上学 4 天" in office.get("/school").words
    office.fill(f"/school/terms/{term.id}", {"ends_on": "2026-08-04"}, 422)
    office.press("/school", f"/school/terms/{term.id}/removal")
    assert "还没有学校的学期" in office.get("/school").words


def test_a_day_is_taken_out_of_the_school_days_and_put_back(office):
    office.fill("/school/terms/new", TERM)
    typed = {"day_on": "2026-09-02", "reason": "运动会"}
    exceptions = "/office/wutongli/school/exceptions"
    add = f"{exceptions}#exceptions"
    page = office.browse.follow(office.fill("/school", typed, action=add))
    assert "9月2日 周三 不上学 运动会" in page.words
    office.press("/school", "/school/exceptions/2026-09-02/removal")
    assert "9月2日 周三" not in office.get("/school").words
    office.fill("/school", {**typed, "reason": ""}, 422, action=add)
    office.browse.post(f"{exceptions}/nonsense/removal", {}, 404)


def test_another_districts_term_is_not_there(office, db_session):
    far = make.district(db_session, "远山区")
    term = SchoolTerm(
        district_id=far.id, name="秋", starts_on=date(2026, 9, 1), ends_on=date(2026, 12, 1)
    )
    db_session.add(term)
    db_session.commit()
    office.get(f"/school/terms/{term.id}", 404)
    assert "远山的秋" not in office.get("/school").words
