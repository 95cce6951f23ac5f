"""Values that nobody types, in every address and every field: refused with a page, never a 500."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextvars import Context
from urllib.parse import quote

import pytest

from tests.attacks.conftest import Loot, keys
from tests.browsing import Browser
from tests.routes import rules_of

HARD = {
    "NUL": "a\0b",
    "only NUL": "\0",
    "not UTF-8": b"\xed\xa0\x80\xff\xfe",
    "beyond 32 bits": "2147483648",
    "beyond 64 bits": str(10**30),
    "infinity": "1e999999",
    "the last day": "9999-12-31",
    "the first day": "0001-01-01",
}
"""What one of the two drivers or a calculation may choke on: all fields of each form get each."""
STRANGE = {
    "right to left": "\u202e林\u2066晓\u200f",
    "a billion": "1000000000",
    "five thousand digits": "9" * 5000,
    "below zero": "-1",
    "a fraction": "1.5",
    "not a number": "NaN",
    "superscript": "²",
    "day zero": "0000-00-00",
    "no such day": "2026-02-30",
    "the last hour": "23:59:59.999999",
    "no such hour": "25:61",
    "a week number": "2026-W53-7",
    "markup": "<script>alert(1)</script>\"'{{7*7}}",
    "an order by": "' OR 1=1 --",
    "wild cards": "%_\\",
    "a line end": "a\r\nSet-Cookie: b=c",
    "another host": "//evil.example",
    "nothing": "",
    "spaces": "   ",
}
"""What a parser of numbers, days or hours, or a page, may choke on. Forms share their parsers, so
each form gets a few mixtures, and all forms together every value in most of the fields."""
MIXTURES = 3
TEXTS = HARD | STRANGE
ASKED = {
    name: TEXTS[name]
    for name in ("NUL", "not UTF-8", "beyond 64 bits", "infinity", "the last day", "markup")
}
"""Enough to ask: what an address asks for is a text, a number or a day."""
IN_ADDRESSES = {
    name: TEXTS[name] for name in ("NUL", "not UTF-8", "beyond 32 bits", "below zero", "a line end")
}
OF_DRIVERS = {"NUL", "not UTF-8", "beyond 32 bits", "beyond 64 bits", "infinity"}
"""With SQLite, which takes what PostgreSQL refuses and the other way round, only these."""
FIELDS = (  # noqa: SIM905
    "address area_m2 birth_on birth_year booking_mode capacity category center channel code day"
    " district_id ends_on ends_time enroll_closes_at enroll_opens_at floor from full_name"
    " helper_phone joining kind label lang layer leave_out month name neighborhood_id new_equipment"
    " next note on only opens_on override page password people person person_id person_ids phone"
    " pool pool_id position price price_fen purpose q reason role room_id seen slug sort starts_on"
    " starts_time state step term_id text_size title topic up_to_id usual valid_from_on"
    " valid_until_on week weekdays year"
).split()


FORMS = {
    "a stranger": ("accounts.",),
    "the owner": (
        "my.",
        "family.",
        "calendars.",
        "courses.",
        "draws.",
        "reservations.",
        "accounts.logout",
    ),
    "the manager": ("desk.", "office.", "invitations."),
}
"""Who sends which forms."""


def quoted(value: str | bytes) -> str:
    return quote(value, safe="")


def sent(browser: Browser, method: str, path: str, **options) -> int:
    return Context().run(browser.client.open, path, method=method, **options).status_code


def fields_of(browser: Browser, path: str) -> set[str]:
    """Return the names of the fields of the forms of a page, if it is one."""
    answer = Context().run(browser.client.get, path)
    if answer.status_code != 200 or answer.mimetype != "text/html":
        return set()
    page = browser.get(path)
    return {
        element.get("name")
        for form in page.forms()
        for element in form.element.iter()
        if element.get("name")
    } - {"csrf_token", "submission_key"}


def address(app, rule, values) -> str:
    with app.test_request_context():
        return app.url_for(rule.endpoint, **{name: values[name] for name in rule.arguments})


def addresses_with(app, rule, values, hostile: str | bytes) -> Iterator[str]:
    """Yield the addresses of a route in which one part is hostile."""
    for name in rule.arguments:
        marked = {**values, name: 987654321 if name.endswith("_id") else "987654321"}
        yield address(app, rule, marked).replace("987654321", quoted(hostile), 1)


def for_(database: str, texts: Mapping[str, str | bytes]) -> dict[str, str | bytes]:
    """Return those of the texts that are tried on this database."""
    return {name: texts[name] for name in texts if database != "sqlite" or name in OF_DRIVERS}


def mixtures(form: int) -> Iterator[tuple[str, dict[str, str | bytes]]]:
    """Yield the fields of a form with a different strange text in each, by its name."""
    texts = list(STRANGE.values())
    for mixture in range(MIXTURES):
        first = form + mixture * len(texts) // MIXTURES
        chosen = {field: texts[(first + at) % len(texts)] for at, field in enumerate(FIELDS)}
        yield f"mixture {form}-{mixture}", chosen


@pytest.mark.parametrize("who", ["a stranger", "an administrator"])
def test_no_part_of_an_address_breaks_a_page(app, loot: Loot, enter, who: str) -> None:
    browser = enter(loot.visitors[who])
    values = loot.values()
    statuses = {
        (method, rule.endpoint, name): sent(browser, method, path)
        for method in ("GET", "POST")
        for rule in rules_of(app, method)
        for name, hostile in IN_ADDRESSES.items()
        for path in addresses_with(app, rule, values, hostile)
    }
    assert len(statuses) > 300
    assert {which: status for which, status in statuses.items() if status >= 500} == {}


def test_no_question_breaks_a_page(app, database: str, loot: Loot, enter) -> None:
    broken = []
    values = loot.values()
    browser = enter(loot.visitors["an administrator"])
    for rule in rules_of(app, "GET"):
        for name, hostile in for_(database, ASKED).items():
            query = "&".join(f"{field}={quoted(hostile)}" for field in FIELDS)
            path = f"{address(app, rule, values)}?{query}"
            if (status := sent(browser, "GET", path)) >= 500:
                broken.append((status, rule.endpoint, name))
    assert broken == []


def test_no_field_breaks_a_form(app, database: str, loot: Loot, enter) -> None:
    """Each form as it stands on its page, with one value in all its fields, or one in each."""
    values = loot.values()
    broken, forms = [], 0
    for who, endpoints in FORMS.items():
        browser = enter(loot.visitors[who])
        csrf = keys(browser)["csrf_token"]
        for rule in rules_of(app, "POST"):
            if not rule.endpoint.startswith(endpoints):
                continue
            path = address(app, rule, values)
            forms += 1
            hard = for_(database, HARD).items()
            tries = [(name, dict.fromkeys(FIELDS, text)) for name, text in hard]
            if database == "postgresql":
                tries += mixtures(forms)
            for name, fields in tries:
                data = fields | {
                    "csrf_token": csrf,
                    "submission_key": secrets.token_urlsafe(16),
                }
                if (status := sent(browser, "POST", path, data=data)) >= 500:
                    broken.append((status, rule.endpoint, name))
    assert forms > 50
    assert broken == []
