"""What happened on a care day is written down, guardians are told, and it is followed up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from venue import clock as venue_clock
from venue.audit.models import AuditEntry
from venue.childcare.incident_models import Incident
from venue.childcare.incidents import (
    incident_of_center,
    incidents_of_center,
    incidents_told_of,
    open_incidents,
)
from venue.childcare.reporting_incidents import (
    FollowedUp,
    IncidentReported,
    IncidentWish,
    NotYetHappened,
    follow_up,
    report_incident,
)
from venue.notifications.models import Message


def report(door, child, *, tell=True, after=0):
    wish = IncidentWish(
        child_id=child.id if child is not None else None,
        happened_at=venue_clock.now() + timedelta(minutes=after),
        what="在操场上摔了一跤，膝盖破了。",
        measures="清洗，贴了创可贴。",
        tell_guardians=tell,
    )
    return door.run(report_incident, door.day.id, wish)


def test_guardians_are_told_that_something_happened_and_read_what_in_the_file(door, town):
    outcome = report(door, town.xiao_he)
    assert isinstance(outcome, IncidentReported)
    assert door.told()[-1] == "incident_reported"
    newest = door.session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()
    assert newest.parameters == {
        "title": "放学托管",
        "program_id": door.after.program.id,
        "at": venue_clock.now().isoformat(),
        "child_id": town.xiao_he.id,
        "phone": town.wutongli.phone,
    }, "a message may be read on a locked screen: it does not say what happened"
    (one,) = incidents_told_of(door.session, town.xiao_he.id)
    assert one.what == "在操场上摔了一跤，膝盖破了。"
    assert incidents_told_of(door.session, town.xiao_mai.id) == []


@pytest.mark.parametrize("of_child", [True, False])
def test_nobody_is_told_who_need_not_be(door, town, of_child):
    report(door, town.xiao_he if of_child else None, tell=not of_child)
    assert "incident_reported" not in door.told() + door.told(town.xiao_mai)
    assert incidents_told_of(door.session, town.xiao_he.id) == []
    assert open_incidents(door.session, town.wutongli.id) == 1


def test_what_lies_ahead_has_not_happened(door, town):
    assert isinstance(report(door, town.xiao_he, after=1), NotYetHappened)
    assert door.session.scalars(select(Incident)).all() == []


def test_it_is_open_until_a_follow_up_closes_it_and_another_opens_it_again(door, town):
    first = report(door, town.xiao_he).incident_id
    second = report(door, None).incident_id
    assert isinstance(door.run(follow_up, first, "打电话问过，没事了。", closes=True), FollowedUp)
    found = incidents_of_center(door.session, town.wutongli.id, most=10)
    assert [one.id for one in found] == [second, first], "what is open stands first"
    assert open_incidents(door.session, town.wutongli.id) == 1
    door.run(follow_up, first, "晚上发烧了，再问。", closes=False)
    one = incident_of_center(door.session, town.wutongli.id, first)
    assert one.closed_at is None
    assert [each.words for each in one.follow_ups] == ["打电话问过，没事了。", "晚上发烧了，再问。"]
    assert {each.by.id for each in one.follow_ups} == {town.chen_min.id}
    acts = select(AuditEntry.action, AuditEntry.facts).where(AuditEntry.subject == "incident")
    assert [tuple(row) for row in door.session.execute(acts.order_by(AuditEntry.id))][2:] == [
        ("incident.followed_up", {"closes": True}),
        ("incident.followed_up", {"closes": False}),
    ]


def test_another_center_has_no_such_incident(door, town):
    one = report(door, town.xiao_he).incident_id
    assert incident_of_center(door.session, town.elsewhere.id, one) is None
    assert incidents_of_center(door.session, town.elsewhere.id, most=10) == []
    assert open_incidents(door.session, town.elsewhere.id) == 0
