"""Who gets at the records of a child in care: every route of them, as every kind of person.

The routes are taken from the application: one that is added and stands in no row below fails.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select

from tests import town as make
from tests.attacks.conftest import Loot, keys
from tests.routes import rules_of
from tests.town import Town
from venue.accounts.rules import Role
from venue.audit.models import AuditEntry
from venue.audit.rules import Actor, Channel
from venue.calendars import feed_tokens
from venue.childcare.booking_days import ChildWish, DayWish, WhenFull, book_days
from venue.childcare.child_files import ContactWish, add_contact
from venue.childcare.codes import code_key
from venue.childcare.noting_health import HealthWords, set_health_text, write_health
from venue.childcare.permitting import give_permit
from venue.childcare.presence import carer_comes
from venue.childcare.reporting_incidents import IncidentWish, report_incident
from venue.childcare.rules import PermitPlan
from venue.config import settings
from venue.programs import calendar
from venue.programs.models import Program

ALLERGY = "花生过敏"
CHILD = "陈小禾"
MOTHER, ON_DUTY, OFF_DUTY = "the mother", "a carer on duty", "a carer off duty"
OFFICE = frozenset({"the manager", "an administrator"})
AT_THE_DOOR = OFFICE | {ON_DUTY, OFF_DUTY}
SIGNED_IN = "everybody who is signed in, about their own family alone"
ANYBODY = "everybody: the address is the key"
ROLES = (
    "a stranger", "a resident", "a parent", MOTHER, ON_DUTY, OFF_DUTY, "carer elsewhere",
    "the desk", "desk elsewhere", "the teacher", "another teacher", "teacher elsewhere",
    "the manager", "manager elsewhere", "the officer", "a far officer", "an administrator",
)  # fmt: skip
WHO = {
    "children.": {MOTHER},
    "care.days": SIGNED_IN,
    "care.bill": SIGNED_IN,
    "my.today": SIGNED_IN,
    "care.": {MOTHER},
    "door.show": AT_THE_DOOR,
    "door.come": AT_THE_DOOR,
    "door.incident": OFFICE | {ON_DUTY},
    "door.": {ON_DUTY},
    "office.care_": OFFICE,
    "office.export_care_month": OFFICE,
    "office.incident": OFFICE,
    "office.kitchen": OFFICE,
    "office.program_line": OFFICE,
    "calendars.personal": ANYBODY,
}
"""Who may, by the beginning of an endpoint; the longest that fits decides."""
ABOUT_NOBODY = frozenset({"care.calendar", "care.choose", "care.book"})
"""They show the days and the visitor's own children; `test_doors` and `test_care` press them."""
LOGGED = {
    "door.show": "child_file.viewed",
    "door.child": "child_file.viewed",
    "office.care_month": "child_file.viewed",
    "office.incident": "child_file.viewed",
    "office.care_roll": "care.roll_opened",
}
"""What each look of the staff leaves behind."""
HEALTH_OPEN_TO = {MOTHER, ON_DUTY}
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Who may what is decided above the database."""
REFUSED = {401, 403, 404}
TYPED = {"full_name": "志愿者", "grade": "3", "stranger": "王先生", "code": "9999", "kind": "csv"}
"""What some of the forms ask for before they are looked at."""


@dataclass(frozen=True)
class Nursery:
    """A care day of today with 小禾, who has an allergy and has not come."""

    town: Town
    program: Program
    values: dict[str, object]
    visitors: dict[str, object]


@pytest.fixture
def nursery(loot: Loot, db_session, clock) -> Nursery:
    town, session = loot.town, db_session()
    care = make.care(session, town.wutongli)
    day, by = care.sessions[0], make.acts(town.chen_min)
    carers = {name: make.person(session, name, 1980) for name in (ON_DUTY, OFF_DUTY)}
    for number, one in enumerate(carers.values()):
        one.phone = f"+861390000007{number}"
        make.account(session, one)
        make.staff_role(session, one, Role.CARER, town.wutongli)
    text = set_health_text(session, care.id, "健康信息", "当天值班的老师看。", **by)
    wish = ChildWish(town.xiao_he.id, (DayWish(day.id),))
    book_days(session, care.id, [wish], when_full=WhenFull.REFUSE, agreed=False, **by)
    write_health(session, town.xiao_he.id, HealthWords(allergies=ALLERGY), [text.id], **by)
    plan = PermitPlan("陈阿婆", "外婆", None, 1958, "4071")
    permit = give_permit(session, town.xiao_he.id, plan, key=code_key(settings().secret_key), **by)
    add_contact(session, town.xiao_he.id, ContactWish("陈舅舅", "舅舅", "+8613900000088"), **by)
    at_start = {"actor": Actor(carers[ON_DUTY].id, Channel.ONLINE), "now": day.starts_at}
    present = carer_comes(session, day.id, carers[ON_DUTY].id, **at_start)
    fall = IncidentWish(
        town.xiao_he.id, day.starts_at, "摔了一跤", "贴了创可贴", tell_guardians=True
    )
    incident = report_incident(session, day.id, fall, **at_start)
    issued = feed_tokens.issue(
        session,
        by["actor"],
        person_id=town.chen_min.id,
        label=CHILD,
        child_id=town.xiao_he.id,
        now=by["now"],
    )
    calendar.publish_program(session, care.id, now=by["now"])
    db_session.commit()
    clock.set(day.ends_at)
    return Nursery(
        town,
        care,
        {
            **loot.values(),
            "program_id": care.id,
            "session_id": day.id,
            "person_id": town.xiao_he.id,
            "permit_id": permit.permit_id,
            "contact_id": 1,
            "presence_id": present.presence_id,
            "incident_id": incident.incident_id,
            "token": issued.token,
        },
        {**loot.visitors, **carers, MOTHER: town.chen_min},
    )


def allowed(endpoint: str, who: str) -> bool:
    names = [name for name in WHO if endpoint.startswith(name)]
    may = WHO[max(names, key=len)]
    if may == ANYBODY:
        return True
    return who != "a stranger" if may == SIGNED_IN else who in may


def of_records(app, method: str):
    """Return the routes about children in care; each has its row."""
    beginnings = tuple(WHO)
    found = [
        rule
        for rule in rules_of(app, method)
        if rule.endpoint.startswith(("children.", "care.", "door.", *beginnings))
        and rule.endpoint not in ABOUT_NOBODY
    ]
    assert {rule.endpoint for rule in found if not rule.endpoint.startswith(beginnings)} == set()
    # Whoever says that they came is on duty from then on: that is pressed last.
    return sorted(found, key=lambda rule: (rule.endpoint == "door.come", rule.endpoint))


def ask(app, browser, rule, values, method: str, data=None):
    with app.test_request_context():
        path = app.url_for(rule.endpoint, **{name: values[name] for name in rule.arguments})
    answer = browser.client.open(path, method=method, data=data)
    status = 401 if "/login" in answer.headers.get("Location", "") else answer.status_code
    return status, answer.get_data(as_text=True) if answer.mimetype.startswith("text/") else ""


def looks(session) -> int:
    session.rollback()
    said = AuditEntry.action.in_(set(LOGGED.values()))
    return session.scalar(select(func.count()).select_from(AuditEntry).where(said)) or 0


def test_every_route_about_a_child_stands_in_the_matrix(app) -> None:
    assert len(of_records(app, "GET")) >= 12
    assert len(of_records(app, "POST")) >= 25


@pytest.mark.parametrize("who", ROLES)
def test_each_role_reads_what_it_may_and_each_look_is_kept(
    app, nursery: Nursery, enter, db_session, who: str
) -> None:
    browser = enter(nursery.visitors[who])
    for rule in of_records(app, "GET"):
        before = looks(db_session)
        status, text = ask(app, browser, rule, nursery.values, "GET")
        seen = looks(db_session) - before
        if not allowed(rule.endpoint, who):
            assert status in REFUSED, rule.endpoint
            assert CHILD not in text, rule.endpoint
            assert seen == 0, rule.endpoint
            continue
        assert status in {200, 204}, rule.endpoint
        if who not in HEALTH_OPEN_TO:
            assert ALLERGY not in text, rule.endpoint
        if rule.endpoint in {"care.days", "care.bill", "my.today"} and who != MOTHER:
            assert CHILD not in text, rule.endpoint
        if rule.endpoint == "calendars.personal":
            assert "BEGIN:VEVENT" in text
            assert CHILD not in text
        wanted = rule.endpoint in LOGGED and (rule.endpoint != "door.show" or who == ON_DUTY)
        assert seen == (1 if wanted else 0), rule.endpoint


@pytest.mark.parametrize("who", ROLES)
def test_each_role_changes_what_it_may_and_nothing_else(
    app, nursery: Nursery, enter, db_session, who: str
) -> None:
    browser = enter(nursery.visitors[who])
    for rule in of_records(app, "POST"):
        sent = {**TYPED, **keys(browser), "submission_key": secrets.token_urlsafe(16)}
        entries = select(func.count()).select_from(AuditEntry)
        before = db_session.scalar(entries)
        db_session.rollback()
        status, text = ask(app, browser, rule, nursery.values, "POST", sent)
        if allowed(rule.endpoint, who):
            assert status not in REFUSED | {500}, rule.endpoint
            continue
        assert status in REFUSED, rule.endpoint
        assert CHILD not in text, rule.endpoint
        assert db_session.scalar(entries) == before, rule.endpoint
        db_session.rollback()


@pytest.mark.parametrize("who", ["carer elsewhere", "manager elsewhere", ON_DUTY, "the manager"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_under_the_name_of_another_center_a_child_is_not_found(
    app, nursery: Nursery, enter, who: str, method: str
) -> None:
    browser = enter(nursery.visitors[who])
    values = {**nursery.values, "slug": nursery.town.elsewhere.slug}
    for rule in of_records(app, method):
        if "slug" not in rule.arguments or rule.arguments <= {"slug", "year"}:
            continue
        sent = None if method == "GET" else {**TYPED, **keys(browser)}
        status, text = ask(app, browser, rule, values, method, sent)
        assert status in ({404} if who.endswith("elsewhere") else {403, 404}) or (
            # A carer has no office, wherever the child is.
            who == "carer elsewhere" and rule.endpoint.startswith("office.") and status == 403
        ), rule.endpoint
        assert CHILD not in text, rule.endpoint
