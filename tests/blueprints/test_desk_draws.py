"""The desk states wishes for people, prints their slip and tells what came of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.blueprints.lottery import Lottery
from venue.audit.rules import Channel
from venue.draws.models import Application

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def lottery(db_session, town, clock) -> Lottery:
    return Lottery(db_session, town, clock)


def test_wishes_by_telephone_are_written_down_printed_changed_and_answered(
    lottery, browse, sign_in, town, db_session
):
    sign_in(town.he_jing)
    root = f"/desk/wutongli/people/{town.zhou_jianguo.id}"
    person = browse.get(f"{root}?channel=telephone")
    form = browse.get(person.links()["代填志愿"]).form("/application")
    over = browse.submit(form, {"wish_1": str(lottery.seniors.id), "step": "review"}, 200)
    slip = browse.follow(browse.submit(over.form("/application"), {"step": "send"}))
    [application] = db_session.scalars(select(Application)).all()
    assert application.channel is Channel.TELEPHONE
    spoken = " ".join(application.pseudonym[at : at + 4] for at in range(0, 16, 4))
    [paper] = slip.by_class("slip")
    assert spoken in " ".join("".join(paper.itertext()).split())
    assert "周建国" in "".join(paper.itertext())
    assert spoken in browse.get(root).words

    change = browse.get(slip.links()["改志愿"]).form("/application")
    assert change.fields["wish_1"] == [str(lottery.seniors.id)]
    lottery.freeze()
    closed = browse.submit(change, {"step": "review"}, 409)
    assert "报名已经在" in closed.words
    late = browse.submit(slip.form("/withdrawal"), {}, 409)
    assert "名单不能再改" in late.words
    lottery.draw_it()
    result = browse.get(f"{root}/applications/{application.id}")
    assert "在 1 个号码里排第 1" in result.words
    assert "摇中" in browse.get(root).words


def test_the_desk_knows_only_its_own_people_and_their_own_applications(
    lottery, browse, sign_in, town, db_session
):
    mine = lottery.apply([town.lin_xiao], [lottery.photo])
    sign_in(town.he_jing)
    stranger = f"/desk/wutongli/people/{town.lin_xiao.id}"
    browse.get(f"{stranger}{lottery.path('/application')}", 404)
    browse.get(f"{stranger}/applications/{mine.id}", 404)
    known = f"/desk/wutongli/people/{town.zhou_jianguo.id}"
    browse.get(f"{known}/applications/{mine.id}", 404)
    form = browse.get(f"{known}{lottery.path('/application')}").form("/application")
    forged = {**form.fields, "person_ids": [str(town.lin_xiao.id)], "wish_1": "1", "step": "send"}
    browse.post(form.action, forged, 422)
    keys = {name: form.fields[name] for name in ("csrf_token", "submission_key")}
    browse.post(f"{known}/applications/{mine.id}/withdrawal", keys, 404)
    assert db_session.get_one(Application, mine.id).withdrawn_at is None
