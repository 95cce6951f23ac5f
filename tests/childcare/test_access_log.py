"""The yearly record: every look of one center and one year, and the sums of it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from venue import clock as venue_clock
from venue.audit.models import AuditEntry
from venue.audit.rules import Actor, Channel
from venue.childcare.access_log import access_year, export_access
from venue.childcare.noting_health import HealthWords, set_health_text, write_health
from venue.childcare.reading_files import note_looks
from venue.childcare.rules import Seen
from venue.consents.giving import withdraw
from venue.consents.models import Consent


def look(door, who, child, what, *, center=None, day=True, at=None):
    note_looks(
        door.session,
        [child.id],
        what,
        center_id=(center or door.town.wutongli).id,
        session_id=door.day.id if day else None,
        actor=Actor(who.id, Channel.ONLINE),
        now=at or venue_clock.now(),
    )
    door.session.commit()


def test_a_year_has_every_look_of_its_center_and_no_other(door, town):
    look(door, town.zhou_wen, town.xiao_he, Seen.CARD)
    look(door, town.zhou_wen, town.xiao_mai, Seen.PHONES)
    look(door, town.he_jing, town.xiao_he, Seen.INCIDENT, day=False)
    look(door, town.he_jing, town.xiao_he, Seen.CARD, center=town.elsewhere)
    before = venue_clock.now() - timedelta(days=365)
    look(door, town.he_jing, town.xiao_he, Seen.CARD, at=before)
    found = access_year(door.session, town.wutongli.id, 2026)
    assert [(one.staff, one.child, one.what.value) for one in found.looks] == [
        ("周文", "陈小禾", "card"),
        ("周文", "陈小麦", "phones"),
        ("何静", "陈小禾", "incident"),
    ]
    assert (found.looks[0].title, found.looks[0].day_on) == ("放学托管", venue_clock.today())
    assert found.looks[2].day_on is None
    assert found.children == 2
    assert found.by_staff == [("周文", 2), ("何静", 1)]
    assert found.by_month == [(9, 3)]
    assert len(access_year(door.session, town.wutongli.id, 2025).looks) == 1


def test_a_year_counts_consents_and_what_was_deleted(door, town):
    text = door.run(set_health_text, door.after.program.id, "健康信息", "只给值班的老师看。")
    door.run(write_health, town.xiao_he.id, HealthWords(allergies="花生"), [text.id])
    given = door.session.scalars(select(Consent).where(Consent.text_id == text.id)).one()
    assert access_year(door.session, town.wutongli.id, 2026).given == 1
    door.run(withdraw, given.id)
    found = access_year(door.session, town.wutongli.id, 2026)
    assert (found.given, found.withdrawn) == (1, 1)
    assert access_year(door.session, town.elsewhere.id, 2026).given == 0


def test_taking_it_along_is_recorded(door, town):
    look(door, town.zhou_wen, town.xiao_he, Seen.CARD)
    found = door.run(export_access, town.wutongli.id, 2026)
    assert len(found.looks) == 1
    said = select(AuditEntry.facts).where(AuditEntry.action == "care_access.exported")
    assert door.session.scalars(said).all() == [{"year": 2026, "looks": 1}]


def test_the_record_takes_as_many_queries_for_many_looks(door, town, count_queries):
    def count():
        with count_queries() as sent:
            access_year(door.session, town.wutongli.id, 2026)
        return len(sent)

    look(door, town.zhou_wen, town.xiao_he, Seen.CARD)
    few = count()
    door.session.rollback()
    for _ in range(20):
        look(door, town.zhou_wen, town.xiao_mai, Seen.CARD)
    assert count() == few == 7
