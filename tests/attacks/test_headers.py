"""What goes out with every answer, and what must not: headers, tokens, more than the page says."""

from __future__ import annotations

from contextvars import Context

import pytest

from tests.attacks.conftest import Loot, keys
from tests.browsing import PARTIAL
from tests.routes import OPEN_TO_ALL, rules_of

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
FORMS = frozenset({"accounts.login", "accounts.register", "accounts.attach"})


def paths(app, loot: Loot, endpoints=None) -> dict[str, str]:
    values = loot.values()
    with app.test_request_context():
        return {
            rule.endpoint: app.url_for(
                rule.endpoint, **{name: values[name] for name in rule.arguments}
            )
            for rule in rules_of(app, "GET")
            if endpoints is None or rule.endpoint in endpoints
        }


def test_every_answer_has_the_policy_whatever_its_status(app, loot: Loot, enter) -> None:
    browser, seen = enter(None), set()
    asked = [
        ("GET", "/login", {}),
        ("GET", "/static/css/base.css", {}),
        ("GET", "/static/none", {}),
        ("GET", "/static/../config.py", {}),
        ("GET", "/nowhere", {}),
        ("GET", "/centers/%00/", {}),
        ("DELETE", "/login", {}),
        ("OPTIONS", "/login", {}),
        ("GET", "/my/", {}),
        ("POST", "/login", {}),
        ("POST", "/login", {"data": {"phone": "1" * (1024 * 1024 + 1)}}),
        ("GET", "/centers/wutongli", {}),
        ("GET", f"/calendars/programs/{loot.town.painting.id}.ics", {}),
    ]
    for method, path, options in asked:
        answer = Context().run(browser.client.open, path, method=method, buffered=True, **options)
        seen.add(answer.status_code)
        assert {**answer.headers}.items() >= ALWAYS.items(), path
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "'unsafe" not in policy
        assert "Server" not in answer.headers
    assert seen >= {200, 302, 308, 400, 404, 405, 413, 422}


def test_a_page_for_everybody_carries_no_token_and_sets_no_session(app, loot, enter) -> None:
    for endpoint, path in paths(app, loot, OPEN_TO_ALL - FORMS - {"preferences.change"}).items():
        answer = Context().run(enter(None).client.get, path)
        assert answer.status_code < 400, path
        assert "csrf_token" not in answer.text, endpoint
        assert "submission_key" not in answer.text, endpoint
        cookies = {line.split("=")[0] for line in answer.headers.getlist("Set-Cookie")}
        assert cookies <= {"center"}, endpoint


def test_a_page_with_a_token_is_shared_with_nobody(app, loot, enter) -> None:
    for path in paths(app, loot, FORMS).values():
        browser = enter(None)
        for _first_and_again in range(2):
            answer = browser.get(path)
            assert "csrf_token" in answer.text
            assert "private" in answer.headers["Cache-Control"]
            assert "Cookie" in answer.headers["Vary"]


def test_what_one_sees_signed_in_is_stored_nowhere(app, loot, enter) -> None:
    browser = enter(loot.town.lin_xiao)
    for endpoint, path in paths(app, loot).items():
        answer = Context().run(browser.client.get, path)
        if endpoint == "rooms.photo":  # the same for everybody, and its address is its digest
            assert "Set-Cookie" not in answer.headers
            continue
        assert answer.headers["Cache-Control"] == "no-store", endpoint
        assert "Cookie" in answer.headers["Vary"], endpoint


def test_a_part_tells_no_more_than_its_page_and_names_what_it_depends_on(app, loot, enter) -> None:
    """Everybody, at every address: the same status, and no id or name that the page has not."""
    for who in ("a stranger", "the owner"):
        browser = enter(loot.visitors[who])
        for endpoint, path in paths(app, loot).items():
            for asked in ("", f"?pool={loot.seat.pool_id}"):
                page = Context().run(browser.client.get, path + asked)
                part = Context().run(browser.client.get, path + asked, headers=PARTIAL)
                if part.headers.get("HX-Redirect", "").startswith("/login"):
                    assert "/login" in page.headers["Location"]
                    continue
                assert part.status_code == page.status_code, endpoint
                if "<html" in page.text and "<html" not in part.text:
                    assert "HX-Request" in page.headers["Vary"], endpoint
                    assert len(part.data) < len(page.data), endpoint
                for name in ("林晓", "周文", "一家人的纠纷"):
                    assert name in page.text or name not in part.text, endpoint


def test_a_private_calendar_is_kept_by_its_asker_alone(loot, enter) -> None:
    path = f"/calendars/my/{loot.link}.ics"
    first = enter(None).get(path)
    assert first.headers["Cache-Control"] == "private, no-cache"
    tag = first.headers["ETag"]
    assert not enter(None).get(path, 304, headers={"If-None-Match": tag}).body
    owner = enter(loot.town.lin_xiao)
    form = owner.get("/calendars/my/").form("/revocation")
    owner.submit(form)
    enter(None).get(path, 404, headers={"If-None-Match": tag})


def test_a_person_is_told_of_wrong_tries_the_same_whoever_has_the_number(loot, enter) -> None:
    said = []
    for phone in ("13900000001", "13900000098"):
        browser = enter(None)
        sent = {**keys(browser), "phone": phone, "password": "not-the-password"}
        answers = [browser.post("/login", sent, 409) for _ in range(4)]
        answers.append(browser.post("/login", sent, 429))
        answers.append(browser.post("/login", sent, 429))
        said.append([one.words.replace(phone, "") for one in answers])
    assert said[0] == said[1]
    assert "柜台" in said[0][-1]
