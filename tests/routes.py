"""Every route of the application with an example address in the tests' town."""

from __future__ import annotations

from typing import Any

from flask import Flask, url_for
from werkzeug.routing import Rule

from tests.town import Town

OPEN_TO_ALL = frozenset(
    {
        "today.front",
        "today.show",
        "today.choose",
        "wall.show",
        "year.show",
        "year.day",
        "rooms.index",
        "rooms.photo",
        "rooms.search",
        "rooms.show",
        "rooms.week",
        "courses.index",
        "courses.show",
        "care.calendar",
        "lunch.show",
        "draws.show",
        "draws.of_program",
        "draws.program",
        "draws.record",
        "draws.list_file",
        "draws.result_file",
        "draws.verify",
        "draws.verify_any",
        "calendars.index",
        "calendars.center",
        "calendars.room",
        "calendars.program",
        "calendars.event",
        "accounts.login",
        "accounts.register",
        "accounts.attach",
        "consents.text",
        "certificates.check",
        "preferences.change",
    }
)
"""The pages that anybody may see; all others are for people who are signed in."""


def rules_of(app: Flask, method: str) -> list[Rule]:
    """Return the routes that take a method, static files apart."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if method in (rule.methods or ()) and not rule.endpoint.endswith("static")
    ]


def example_url(app: Flask, rule: Rule, town: Town) -> str:
    """Return an address of the route at which something exists, whenever it names a thing."""
    known: dict[str, Any] = {
        "slug": town.wutongli.slug,
        "room_id": town.studio.id,
        "program_id": town.painting.id,
        "session_id": town.painting.sessions[0].id,
        "person_id": town.zhou_jianguo.id,
        "on": "2026-10-01",
        "token": "0" * 43,
        "pattern_id": town.pattern.id,
        "digest": "0" * 64,
        "key": f"session-{town.painting.sessions[0].id}",
    }
    with app.test_request_context():
        return url_for(rule.endpoint, **{name: known.get(name, 1) for name in rule.arguments})
