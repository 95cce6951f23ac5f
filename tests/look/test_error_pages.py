"""The error pages: calm, valid, and there even when the database is not."""

import pytest
from flask import Flask, abort

from tests.pages import page_problems, read_page, text_of

STATUSES = (400, 401, 403, 404, 405, 413, 422, 429, 500)


@pytest.fixture
def failing_app(bare_app: Flask) -> Flask:
    """The bare application with an address for each way to fail."""

    @bare_app.get("/fails/<int:status>")
    def fail(status: int) -> None:
        abort(status)

    return bare_app


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_error_page_needs_no_database(failing_app: Flask, status: int, language: str) -> None:
    browser = failing_app.test_client()
    browser.set_cookie("text_size", "extra")
    answer = browser.get(f"/fails/{status}", headers={"Accept-Language": language})
    assert answer.status_code == status
    root, errors = read_page(answer.text)
    assert errors == []
    assert page_problems(root) == []
    assert root.get("data-text-size") == "extra"
    assert len([link for link in root.iter("a") if link.get("class") == "button go"]) == 1


def test_a_page_that_is_not_there_says_so(failing_app: Flask) -> None:
    answer = failing_app.test_client().get("/nowhere", headers={"Accept-Language": "zh"})
    assert answer.status_code == 404
    root, _ = read_page(answer.text)
    assert [text_of(heading) for heading in root.iter("h1")] == ["没有找到这个页面"]
