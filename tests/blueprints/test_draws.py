"""Tests of draws as everybody sees them: wishes, results, files, the record, verification."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests import town as make
from tests.blueprints.lottery import NUMBER, Lottery
from venue.consents.models import Consent
from venue.consents.writing import write_text
from venue.draws.models import Application
from venue.draws.verifying import Verified, verify
from venue.programs.rules import Admission
from venue.seats.models import Enrollment
from venue.seats.rules import EnrollmentStatus


@pytest.fixture
def lottery(db_session, town, clock) -> Lottery:
    return Lottery(db_session, town, clock)


def chosen(lottery: Lottery, *programs, **typed):
    wishes = {f"wish_{rank}": str(one.id) for rank, one in enumerate(programs, 1)}
    return {**wishes, "step": "review", **typed}


def applications(db_session) -> list[Application]:
    db_session.rollback()
    return list(db_session.scalars(select(Application).order_by(Application.id)))


# ---- Wishes -------------------------------------------------------------------------------------


def test_wishes_are_chosen_looked_over_and_sent_and_the_receipt_has_the_number(
    lottery, browse, sign_in, town, db_session
):
    sign_in(town.lin_xiao)
    page = browse.get(lottery.path("/application"))
    looked_over = browse.submit(
        page.form("/application"), chosen(lottery, lottery.photo, lottery.guitar), 200
    )
    assert "第一志愿 摄影" in looked_over.words
    sent = browse.submit(looked_over.form("/application"), {"step": "send"})
    [application] = applications(db_session)
    receipt = browse.follow(sent)
    assert receipt.title.startswith("报名收据")
    spoken = " ".join(application.pseudonym[at : at + 4] for at in range(0, 16, 4))
    assert spoken in receipt.words
    assert [wish.program_id for wish in application.wish_rows] == [
        lottery.photo.id,
        lottery.guitar.id,
    ]
    assert spoken in browse.get("/my/").words


def test_buttons_move_wishes_without_losing_anything(lottery, browse, sign_in, town, db_session):
    sign_in(town.lin_xiao)
    form = browse.get(lottery.path("/application")).form("/application")
    typed = chosen(lottery, lottery.photo, lottery.guitar)
    moved = browse.submit(form, {**typed, "step": "up-2"}, 200).form("/application")
    assert moved.fields["wish_1"] == [str(lottery.guitar.id)]
    assert moved.fields["wish_2"] == [str(lottery.photo.id)]
    back = browse.submit(moved, {"step": "down-1"}, 200).form("/application")
    assert back.fields["wish_1"] == [str(lottery.photo.id)]
    assert applications(db_session) == []


@pytest.mark.parametrize(
    ("wishes", "sentence"),
    [
        ([], "至少要填一个志愿。"),
        (["photo", "photo"], "“摄影”填了不止一次。"),
        (["seniors"], "林晓不能报“书法”：开课那天要年满 60 岁"),
    ],
)
def test_wishes_that_cannot_be_are_refused_with_a_sentence_and_stay(
    lottery, browse, sign_in, town, db_session, wishes, sentence
):
    sign_in(town.lin_xiao)
    programs = [getattr(lottery, name) for name in wishes]
    form = browse.get(lottery.path("/application")).form("/application")
    again = browse.submit(form, chosen(lottery, *programs), 422)
    assert sentence in again.words
    for rank, one in enumerate(programs, 1):
        assert again.form("/application").fields[f"wish_{rank}"] == [str(one.id)]
    assert applications(db_session) == []


def test_nobody_applies_when_it_has_closed_meanwhile_and_what_was_typed_stays(
    lottery, browse, sign_in, town, clock, db_session
):
    sign_in(town.lin_xiao)
    form = browse.get(lottery.path("/application")).form("/application")
    clock.set(lottery.draw.closes_at)
    late = browse.submit(form, chosen(lottery, lottery.photo), 409)
    assert "报名已经在" in late.words
    assert late.form("/application").fields["wish_1"] == [str(lottery.photo.id)]
    assert applications(db_session) == []


def test_a_family_applies_together_changes_and_takes_back(
    lottery, browse, sign_in, town, db_session
):
    sign_in(town.zhou_wen)
    two = {"person_ids": [str(town.zhou_wen.id), str(town.zhou_jianguo.id)]}
    form = browse.get(lottery.path("/application")).form("/application")
    refused = browse.submit(form, {**chosen(lottery, lottery.guitar), **two}, 422)
    assert "“民谣吉他”：一张表最多报 1 个人。" in refused.words
    over = browse.submit(refused.form("/application"), chosen(lottery, lottery.photo), 200)
    receipt = browse.follow(browse.submit(over.form("/application"), {"step": "send"}))
    [application] = applications(db_session)
    assert len(application.people) == 2

    change = browse.get(receipt.links()["改志愿"])
    one = {"person_ids": [str(town.zhou_wen.id)], "step": "send"}
    left_out = browse.submit(change.form("/application"), one, 409)
    assert "这份报名里还有周建国，要改只能一起改。" in left_out.words

    browse.submit(receipt.form("/withdrawal"), {})
    [application] = applications(db_session)
    assert application.withdrawn_at is not None
    browse.get(f"/applications/{application.id}", 404)


def test_texts_are_agreed_to_with_the_wishes_and_a_form_counts_once(
    lottery, browse, sign_in, town, db_session
):
    text = write_text(db_session(), "暗房须知", "戴手套。", follows=None, **make.acts())
    lottery.photo.consent_text_id = text.id
    db_session.commit()
    sign_in(town.chen_min)
    form = browse.get(lottery.path("/application")).form("/application")
    over = browse.submit(form, chosen(lottery, lottery.photo), 200)
    assert "《暗房须知》" in over.words
    refused = browse.submit(over.form("/application"), {"step": "send"}, 422)
    assert "要先同意，才能报名。" in refused.words
    last = refused.form("/application")
    sent = browse.submit(last, {"step": "send", "agreed": "y"})
    assert browse.submit(last, {"step": "send", "agreed": "y"}).location == sent.location
    assert len(applications(db_session)) == 1
    assert db_session.scalars(select(Consent.person_id)).all() == [town.chen_min.id]


def test_nobody_applies_for_people_who_are_not_theirs(lottery, browse, sign_in, town, db_session):
    sign_in(town.lin_xiao)
    form = browse.get(lottery.path("/application")).form("/application")
    fields = {**form.fields, **chosen(lottery, lottery.photo), "step": "send"}
    browse.post(form.action, {**fields, "person_ids": [str(town.chen_min.id)]}, 422)
    assert applications(db_session) == []


# ---- What is public -----------------------------------------------------------------------------


def test_the_page_tells_how_many_want_a_course_only_once_the_list_is_frozen(
    lottery, browse, town, clock
):
    lottery.crowd(6)
    before = browse.get(lottery.path())
    assert "现在有 6 份报名。" in before.words
    assert "第一志愿 3 人" not in before.words
    lottery.freeze()
    after = browse.get(lottery.path())
    assert "第一志愿 3 人" in after.words
    assert lottery.draw.list_digest in after.words


def test_a_draw_is_seen_by_nobody_before_it_is_published_and_says_when_it_is_cancelled(
    lottery, browse, db_session, clock
):
    lottery.draw.published_at = None
    db_session.commit()
    browse.get(lottery.path(), 404)
    assert "还没有公布" in browse.get(f"/courses/{lottery.photo.id}/draw").words
    lottery.draw.published_at = clock.now()
    db_session.commit()
    assert browse.get(f"/courses/{lottery.photo.id}/draw", 303).location.startswith(lottery.path())
    lottery.draw.cancelled_at = clock.now()
    db_session.commit()
    assert "取消了，没有摇。" in browse.get(lottery.path()).words


def test_a_draw_that_is_drawn_shows_everybody_by_number_and_its_files_run_again(
    lottery, browse, town, db_session
):
    people = lottery.crowd(8)
    lottery.freeze()
    frozen = browse.get(lottery.path("/list.txt"))
    lottery.draw_it()
    page = browse.get(lottery.path())
    assert f"数字是 {NUMBER}" in page.words
    result = browse.get(lottery.path("/result.txt"))
    assert result.text.startswith(frozen.text)
    verdict = verify(line.encode() for line in result.text.splitlines(keepends=True))
    assert isinstance(verdict, Verified)
    assert verdict.won == 3
    for person in people:
        assert person.full_name not in result.text + page.text
    assert "phone" not in result.text

    everyone = applications(db_session)
    record = browse.get(lottery.path("/record"))
    assert all(one.pseudonym in record.text for one in everyone)
    assert record.by_class("qr")
    won = [one for one in everyone if one.won_program_id == lottery.photo.id]
    of_course = browse.get(lottery.path(f"/programs/{lottery.photo.id}"))
    assert len(won) == 2
    assert f"摇中（{len(won)} 份）" in of_course.words

    found = browse.get(lottery.path(f"?number={won[0].pseudonym}"))
    assert f"在 8 个号码里排第 {won[0].place}，摇中“摄影”。" in found.words
    assert "名单里没有这个号码" in browse.get(lottery.path("?number=ffff")).words
    assert "请至少填号码的前 4 位" in browse.get(lottery.path("?number=f")).words


def test_a_file_is_not_sent_twice(lottery, browse):
    lottery.crowd(1)
    browse.get(lottery.path("/list.txt"), 404)
    lottery.freeze()
    first = browse.get(lottery.path("/list.txt"))
    again = {"If-None-Match": first.headers["ETag"]}
    browse.get(lottery.path("/list.txt"), 304, headers=again)
    browse.get(lottery.path("/result.txt"), 404)


# ---- What came of it ----------------------------------------------------------------------------


def test_one_reads_ones_place_and_for_each_wish_why(lottery, browse, sign_in, town, db_session):
    people = [town.lin_xiao, town.zhou_wen, town.chen_min, town.shen_lan]
    for person in people:
        lottery.apply([person], [lottery.photo, lottery.guitar])
    lottery.freeze()
    lottery.draw_it()
    made = {one.people[0].person_id: one for one in applications(db_session)}
    by_place = sorted(people, key=lambda person: made[person.id].place)
    pages = {}
    for person in by_place:
        sign_in(person)
        pages[person.id] = browse.get(f"/applications/{made[person.id].id}").words
    first, _, third, last = (pages[person.id] for person in by_place)
    assert "在 4 个号码里排第 1。" in first
    assert "2 个名额，轮到您时还有，摇中了。" in first
    assert "前面的志愿已经摇中" in first
    assert "2 个名额，轮到您时已经给完：最后一个给了第 2 位。" in third
    assert "请确认“民谣吉他”" in third
    assert "1 个名额，轮到您时已经给完：最后一个给了第 3 位。" in last
    assert "“摄影”候补第 1 位" in last

    third_ = by_place[2]
    sign_in(by_place[0])
    page = browse.get(f"/applications/{made[by_place[0].id].id}")
    browse.submit(page.form("/acceptance"), {})
    sign_in(third_)
    page = browse.get(f"/applications/{made[third_.id].id}")
    browse.submit(page.form("/refusal"), {})
    assert "这个名额已经不在了" in browse.get(f"/applications/{made[third_.id].id}").words
    statuses = db_session.scalars(
        select(Enrollment.status).where(Enrollment.person_id == by_place[0].id)
    ).all()
    assert EnrollmentStatus.CONFIRMED in statuses


def test_nobody_sees_whose_number_another_is(lottery, browse, sign_in, town, db_session):
    made = lottery.apply([town.lin_xiao], [lottery.photo])
    sign_in(town.chen_min)
    browse.get(f"/applications/{made.id}", 404)
    browse.get(lottery.path(f"/application?application={made.id}"), 404)
    assert made.pseudonym not in browse.get(lottery.path()).text
    lottery.freeze()
    lottery.draw_it()
    browse.get(f"/applications/{made.id}", 404)
    assert "林晓" not in browse.get(lottery.path(f"?number={made.pseudonym}")).text


def test_the_pages_ask_the_same_however_many_apply(lottery, browse, sign_in, town, count_queries):
    mine = lottery.apply([town.lin_xiao], [lottery.photo, lottery.guitar])
    lottery.freeze()
    lottery.draw_it()
    paths = (lottery.path(), lottery.path("/record"), f"/applications/{mine.id}", "/my/")
    sign_in(town.lin_xiao)

    def asked() -> list[int]:
        counts = []
        for path in paths:
            with count_queries() as sent:
                browse.get(path)
            counts.append(len(sent))
        return counts

    alone = asked()
    for person in make.crowd(lottery.session, 12):
        lottery.apply([person], [lottery.photo])
    assert asked() == alone


def test_verification_needs_nothing_but_the_file(lottery, browse):
    assert "flask draw-verify" in browse.get("/draws/verification").words
    browse.get(lottery.path("/verification"), 404)
    lottery.crowd(1)
    lottery.freeze()
    page = browse.get(lottery.path("/verification"))
    assert page.by_id("check").get("data-file") == lottery.path("/list.txt")


def test_a_course_by_lottery_without_a_draw_says_so(browse, town, db_session):
    course = make.course(
        db_session, town.wutongli, "皮影", admission=Admission.LOTTERY, term=town.term
    )
    db_session.commit()
    assert "还没有公布" in browse.get(f"/courses/{course.id}/draw").words
    browse.get(f"/courses/{town.painting.id}/draw", 303)
