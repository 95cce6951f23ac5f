"""A year later the log of the door is gone, and the audit says how much of it there was."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from tests import town as make
from venue import clock as venue_clock
from venue.accounts.rules import Role
from venue.audit.models import AuditEntry
from venue.audit.rules import SYSTEM
from venue.childcare import releasing
from venue.childcare.door_models import CarerPresence, Collection
from venue.childcare.forgetting import forget_door
from venue.childcare.presence import carer_comes
from venue.config import settings

YEAR = timedelta(days=365)


def forget(door, at):
    door.clock.set(at)
    gone = forget_door(door.session, actor=SYSTEM, now=venue_clock.now())
    door.session.commit()
    return gone


def rows(session):
    return [
        session.scalar(select(func.count()).select_from(one)) for one in (Collection, CarerPresence)
    ]


def test_the_log_of_the_door_is_deleted_after_a_year_and_not_a_minute_before(door, town):
    make.staff_role(door.session, town.zhou_wen, Role.CARER, town.wutongli)
    came_at = venue_clock.now()
    door.run(carer_comes, door.day.id, town.zhou_wen.id)
    door.come()
    door.code("9999")
    door.clock.set(came_at + timedelta(hours=1))
    door.out(releasing.release_to_guardian, town.chen_min.id)
    assert settings().collection_log_days == YEAR.days
    assert forget(door, came_at + YEAR) == 0
    assert rows(door.session) == [2, 1]
    assert forget(door, came_at + YEAR + timedelta(minutes=1)) == 2
    assert rows(door.session) == [1, 0], "what came an hour later stays an hour longer"
    assert forget(door, came_at + YEAR + timedelta(hours=2)) == 1
    said = door.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "collection_log.deleted")
    ).all()
    assert [(one.subject_id, one.facts["rows"]) for one in said] == [
        (town.wutongli.id, 2),
        (town.wutongli.id, 1),
    ]
