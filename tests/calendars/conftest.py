"""A house to hold events in: one center, one open and one private room, one course."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import town
from venue.calendars.models import CalendarEntry
from venue.calendars.publishing import Occasion
from venue.people.models import Person
from venue.places.models import Center, Room
from venue.programs.models import Program

NOW = datetime(2026, 9, 16, 2, 0, tzinfo=UTC)
DOMAIN = "venue.example"


@dataclass(frozen=True)
class House:
    """The rows, and occasions that take place in them."""

    session: Session
    center: Center
    room: Room
    private_room: Room
    program: Program
    person: Person

    def occasion(self, number: int = 12, **changes: object) -> Occasion:
        """Describe lesson `number`: a week later each time, from 18:30 to 20:00 in Shanghai."""
        starts_at = datetime(2026, 9, 17, 10, 30, tzinfo=UTC) + timedelta(weeks=number - 12)
        lesson = Occasion(
            key=f"session-{number}",
            center_id=self.center.id,
            room_id=self.room.id,
            program_id=self.program.id,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=90),
            title="国画入门",
            place="东湖中心 书画室",
            description="带一支毛笔。",
            url="https://venue.example/programs/1",
            published=True,
            private=False,
        )
        return replace(lesson, **changes)

    def entry(self, key: str = "session-12") -> CalendarEntry:
        """Read the entry anew."""
        self.session.expire_all()
        return self.session.scalars(select(CalendarEntry).where(CalendarEntry.key == key)).one()


@pytest.fixture
def house(db_session) -> House:
    session = db_session()
    center = town.center(session, town.district(session), "donghu", "东湖中心")
    made = House(
        session,
        center,
        room=town.room(session, center, "书画室"),
        private_room=town.room(session, center, "调解室", private=True),
        program=town.program(session, center, "国画入门"),
        person=town.person(session, "林小满"),
    )
    session.commit()
    return made
