"""Every address with somebody's ids in it, for everybody who has no business there."""

from __future__ import annotations

import re
import secrets
from contextvars import Context

import pytest

from tests.attacks.conftest import Loot, keys
from tests.routes import OPEN_TO_ALL, rules_of
from tests.test_architecture import fingerprint

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

STRANGERS = (
    "a stranger",
    "a parent",
    "desk elsewhere",
    "manager elsewhere",
    "teacher elsewhere",
    "a far officer",
    "the officer",
    "another teacher",
)
"""None of them may do anything with what is 林晓's or the center's."""
OWN = frozenset(
    {
        "my.show",
        "my.today",
        "care.bill",
        "my.inbox",
        "my.read",
        "family.show",
        "family.child",
        "family.add",
        "family.adult",
        "family.ask_adult",
        "calendars.mine",
        "consents.mine",
        "calendars.issue",
        "calendars.personal",
        "teaching.index",
        "check_in.enter",
        "check_in.find",
        "check_in.mark",
        "check_in.show",
        "invitations.accept",
        "invitations.join",
        "courses.enroll",
        "courses.wait",
        "draws.apply",
        "reservations.ask",
        "office.index",
    }
)
"""Everybody's own page, or, for seats, a form that names the person: see the test below."""
ACCOUNT = "accounts."
OF_CARE = frozenset({"door.child", "door.incident", "office.incident"})
"""What belongs to a day of care, which the loot has none of: not found, even by who may see it."""
AT_WORK = {
    "the desk": ("desk.", "teaching."),
    "the teacher": ("teaching.",),
    "the manager": ("desk.", "office.", "teaching.", "invitations.", "door."),
}
SECRETS = re.compile("林晓|周建国|陈小禾|13900000001|一家人的纠纷|还没公布的课|给新来的负责人")
TYPED = {
    "reason": "不该成功",
    "capacity": "1",
    "phone": "13900000099",
    "helper_phone": "13900000020",
    "full_name": "周建国",
    "birth_on": "2015-01-01",
    "birth_year": "1956",
    "role": "manager",
    "note": "自己",
    "label": "前台",
    "name": "改名",
    "number": "B001",
    "amount_fen": "1",
    "seen_fen": "20000",
    "reduced_fen": "300",
    "because": "自己",
}


def outcomes(app, browser, loot: Loot, method: str, **options) -> dict[str, tuple[int, str]]:
    """Return status and text of every address that is about something of 梧桐里 or 林晓."""
    values, found = loot.values(), {}
    for rule in rules_of(app, method):
        if rule.endpoint in OWN | OPEN_TO_ALL or rule.endpoint.startswith(ACCOUNT):
            continue
        with app.test_request_context():
            path = app.url_for(rule.endpoint, **{name: values[name] for name in rule.arguments})
        if "data" in options:
            options["data"]["submission_key"] = secrets.token_urlsafe(16)
        answer = Context().run(browser.client.open, path, method=method, **options)
        status = 401 if "/login" in answer.headers.get("Location", "") else answer.status_code
        readable = answer.mimetype.startswith("text/")
        found[rule.endpoint] = (status, answer.text if readable else "")
    return found


@pytest.mark.parametrize("who", STRANGERS)
def test_who_has_no_business_there_gets_in_nowhere_and_writes_nothing(
    app, loot: Loot, enter, who: str
) -> None:
    browser = enter(loot.visitors[who])
    sent = {**TYPED, **keys(browser), "person_id": loot.town.lin_xiao.id}
    before = fingerprint()
    seen = outcomes(app, browser, loot, "GET")
    if who.endswith("officer"):
        assert seen.pop("office.district")[0] == 200
    done = outcomes(app, browser, loot, "POST", data=sent)
    assert len(seen) > 25
    assert len(done) > 40
    allowed = {401} if who == "a stranger" else {403, 404}
    assert {end: status for end, (status, _) in seen.items() if status not in allowed} == {}
    assert {end: status for end, (status, _) in done.items() if status not in allowed} == {}
    assert fingerprint() == before


@pytest.mark.parametrize("who", AT_WORK)
def test_staff_get_into_their_own_rooms_and_no_others(app, loot: Loot, enter, who: str) -> None:
    seen = outcomes(app, enter(loot.visitors[who]), loot, "GET")
    inside = {end for end, (status, _) in seen.items() if status not in {403, 404}}
    wide = {"office.district", "office.new_district", "office.new_center"}
    expected = {end for end in seen if end.startswith(AT_WORK[who])} - wide - OF_CARE
    assert inside == expected


@pytest.mark.parametrize("who", ["a stranger", "a parent", "desk elsewhere", "the officer"])
def test_no_page_tells_of_a_resident_a_draft_or_a_private_matter(
    app, loot: Loot, enter, who: str
) -> None:
    browser, told = enter(loot.visitors[who]), {}
    values = {**loot.values(), "token": "unknown"}
    for rule in rules_of(app, "GET"):
        with app.test_request_context():
            path = app.url_for(rule.endpoint, **{name: values[name] for name in rule.arguments})
        for headers in ({}, {"HX-Request": "true", "HX-Request-Type": "partial"}):
            answer = Context().run(browser.client.get, path, headers=headers)
            if found := SECRETS.search(answer.text):
                told[rule.endpoint] = found.group()
    assert told == {}


def test_ids_of_others_in_a_form_are_not_found_and_nothing_is_written(
    app, loot: Loot, enter
) -> None:
    town, pool_id = loot.town, loot.seat.pool_id
    at_desk = f"/desk/wutongli/people/{town.zhou_jianguo.id}/enrollments"
    elsewhere = f"/desk/hewan/people/{town.lin_xiao.id}"
    beside = f"/desk/wutongli/people/{town.zhou_jianguo.id}"
    reservation = f"reservations/{loot.reservation.booking_id}"
    parent = loot.visitors["a parent"]
    of_others = {
        "manager elsewhere": [
            (f"/office/hewan/{reservation}/approval", {}),
            (f"/office/hewan/{reservation}/refusal", {"reason": "不该成功"}),
            (f"/office/hewan/{reservation}/cancellation", {"reason": "不该成功"}),
            (f"/office/hewan/organizations/{loot.organization.id}/ending", {}),
            (f"/office/hewan/applications/{loot.seat.id}/approval", {}),
            (f"/office/hewan/draws/{loot.draw.id}/number", {"number": "1"}),
            (f"/office/hewan/draws/{loot.draw.id}/drawing", {}),
            (f"/office/hewan/draws/{loot.draw.id}/cancellation", {"reason": "不该成功"}),
        ],
        "a parent": [
            (f"/{reservation}/cancellation", {}),
            (f"/applications/{loot.application.id}/withdrawal", {}),
            (f"/pools/{pool_id}/enrollments", {"person_id": town.zhou_jianguo.id}),
            (f"/pools/{pool_id}/waitlist", {"person_id": town.xiao_he.id}),
            (f"/pools/{pool_id}/enrollments", {"person_id": [parent.id, town.xiao_he.id]}),
            (f"/enrollments/{loot.seat.id}/withdrawal", {}),
            (f"/enrollments/{loot.seat.id}/group-withdrawal", {}),
            (f"/enrollments/{loot.offer.id}/acceptance", {}),
            (f"/enrollments/{loot.offer.id}/refusal", {}),
        ],
        "desk elsewhere": [
            (f"/desk/hewan/{reservation}/arrival", {}),
            (f"/desk/hewan/{reservation}/no-show", {}),
            (f"/desk/hewan/people/{town.zhou_jianguo.id}/enrollments", {"pool_id": pool_id}),
            (f"/desk/hewan/people/{town.zhou_jianguo.id}/code", {}),
            (f"{elsewhere}/applications/{loot.application.id}/withdrawal", {}),
            ("/desk/hewan/patrons", {"person_id": town.zhou_jianguo.id, "phone": "13900000001"}),
        ],
        "the desk": [
            (f"/desk/wutongli/people/{town.zhou_jianguo.id}/{reservation}/cancellation", {}),
            (f"/desk/wutongli/people/{town.xiao_he.id}/enrollments", {"pool_id": pool_id}),
            (f"{at_desk}/{loot.seat.id}/withdrawal", {}),
            (f"{at_desk}/{loot.seat.id}/group-withdrawal", {}),
            (
                f"/desk/wutongli/people/{town.zhou_jianguo.id}/enrollments",
                {"pool_id": pool_id, "companion_id": town.xiao_he.id},
            ),
            (f"{at_desk}/{loot.offer.id}/acceptance", {}),
            (f"{beside}/applications/{loot.application.id}/withdrawal", {}),
            (f"/desk/wutongli/people/{town.lin_xiao.id}/delegations/1/ending", {}),
        ],
    }
    for who, forms in of_others.items():
        browser = enter(loot.visitors[who])
        for path, typed in forms:
            sent = {**keys(browser), **typed}
            before = fingerprint()
            browser.post(path, sent, 404)
            assert fingerprint() == before, path
    browser = enter(parent)
    browser.get(f"/courses/{town.painting.id}?person={town.lin_xiao.id}", 404)


def test_fields_that_a_form_does_not_have_change_nothing(
    app, loot: Loot, enter, db_session
) -> None:
    who = loot.visitors["a resident"]
    browser = enter(who)
    roles = db_session.query(type(loot.visitors["the owner"])).count()
    more = {
        "role": "administrator",
        "center_id": loot.town.wutongli.id,
        "capacity": 999,
        "taken": 0,
        "status": "confirmed",
        "person_id": [str(who.id)],
        "companion_id": [str(loot.town.lin_xiao.id)],
        "id": 1,
        "guardian_id": loot.town.zhou_wen.id,
        "basis": "staff",
        "neighborhood_id": loot.town.neighborhood.id,
    }
    browser.post(f"/pools/{loot.seat.pool_id}/enrollments", {**keys(browser), **more})
    child = {"full_name": "外小人", "birth_on": "2016-02-03", "confirmed_by_id": 1}
    browser.post("/my/family/children", {**keys(browser), **more, **child})
    pool = loot.seat.pool
    assert (pool.capacity, pool.taken) == (25, 2)
    added = db_session.query(type(who)).where(type(who).full_name == "外小人").one()
    assert added.neighborhood_id is None
    assert db_session.query(type(who)).count() == roles + 1
    browser.get("/desk/wutongli/", 403)
