"""What holds for the whole house: the schema is the models', every door is guarded, GET is safe."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import url_for
from sqlalchemy import select, text

from tests import town as make
from tests.routes import OPEN_TO_ALL, example_url, rules_of
from venue.accounts.rules import Role
from venue.db import Base, db

TEMPLATES = Path(__file__).parents[1] / "venue" / "templates"
FORBIDDEN = {
    "an inline script or handler": re.compile(
        r"<script(?![^>]*\bsrc=)|javascript:|"
        r"\son(click|load|submit|change|input|error|focus|blur|toggle|key\w+|mouse\w+|pointer\w+)="
    ),
    "an inline style": re.compile(r"<style|\sstyle="),
    "htmx that evaluates text": re.compile(r"hx-on|hx-vals=.js:|hx-vars|hx-trigger=\"[^\"]*\["),
    "a text marked safe": re.compile(r"\|\s*safe\b"),
}


def fingerprint() -> dict[str, str]:
    """Return a digest of the rows of every table, so that any write shows."""
    with db.engine.connect() as connection:
        return {
            table.name: hashlib.sha256(
                repr(sorted(map(repr, connection.execute(select(table)).all()))).encode()
            ).hexdigest()
            for table in Base.metadata.sorted_tables
        }


@pytest.fixture
def town(db_session):
    made = make.build(db_session)
    administrator = make.person(db_session, "唐宁", 1979, phone="+8613900000008")
    make.account(db_session, administrator)
    made.administrator = administrator
    role = make.staff_role(db_session, administrator, Role.MANAGER, made.wutongli)
    role.role, role.center_id = Role.ADMINISTRATOR, None
    make.enrollment(db_session, make.pool_of(db_session, made.painting), made.lin_xiao)
    db_session.commit()
    return made


def test_the_migrations_make_the_schema_of_the_models(app):
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_page_that_is_not_for_all_leads_a_stranger_to_sign_in_or_away(app, browse, town):
    found = {}
    for rule in rules_of(app, "GET"):
        if rule.endpoint in OPEN_TO_ALL:
            continue
        answer = browse.client.get(example_url(app, rule, town))
        leads_to_sign_in = answer.status_code in {302, 303} and "/login" in answer.location
        if not leads_to_sign_in and answer.status_code not in {401, 403, 404}:
            found[rule.endpoint] = answer.status_code
    assert found == {}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_unsafe_route_accepts_a_post_without_the_token(app, browse, db_session, town):
    before = fingerprint()
    accepted = {}
    for person in (None, town.administrator):
        if person is not None:
            browse.sign_in(make.user_of(db_session, person))
            before = fingerprint()
        for rule in rules_of(app, "POST"):
            answer = browse.client.post(example_url(app, rule, town), data={"submission_key": "k"})
            refused = answer.status_code >= 400
            sent_to_sign_in = answer.status_code in {302, 303} and "/login" in answer.location
            if not refused and not sent_to_sign_in:
                accepted[rule.endpoint] = answer.status_code
    assert accepted == {}
    assert fingerprint() == before


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_looking_changes_nothing(app, browse, db_session, town):
    browse.sign_in(make.user_of(db_session, town.administrator))
    before = fingerprint()
    for rule in rules_of(app, "GET"):
        browse.client.get(example_url(app, rule, town))
    assert fingerprint() == before


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_route_takes_other_methods_than_get_and_post(app):
    methods = {method for rule in app.url_map.iter_rules() for method in rule.methods or ()}
    assert methods <= {"GET", "HEAD", "OPTIONS", "POST"}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_carries(what):
    found = [
        f"{path.relative_to(TEMPLATES)}:{number}"
        for path in TEMPLATES.rglob("*.html")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if FORBIDDEN[what].search(line)
    ]
    assert found == []


@pytest.mark.parametrize("table", ["audit_entry"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET action = 'x'", "DELETE FROM {}"])
def test_the_audit_is_only_ever_added_to(db_session, town, table, statement):
    db_session.execute(
        text(
            "INSERT INTO audit_entry (at, channel, action, subject, subject_id, facts)"
            " VALUES (CURRENT_TIMESTAMP, 'system', 'person.created', 'person', 1, '{}')"
        )
    )
    with pytest.raises(Exception, match="audit_entry_append_only"):
        db_session.execute(text(statement.format(table)))
    db_session.rollback()


def test_every_route_has_an_example(app, town):
    with app.test_request_context():
        for rule in [*rules_of(app, "GET"), *rules_of(app, "POST")]:
            assert example_url(app, rule, town).startswith("/"), url_for(rule.endpoint)
