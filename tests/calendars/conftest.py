"""A house to hold events in: one center, one open and one private room, one course."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from venue.calendars.models import CalendarEntry
from venue.calendars.publishing import Occasion
from venue.people.models import Person
from venue.places.models import Center, District, Room
from venue.places.rules import BookingMode, Category
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
    center = Center(
        district=District(name="临湖区"),
        slug="donghu",
        name="东湖中心",
        address="临湖区东湖路 1 号",
        phone="+862155550100",
    )
    rooms = [
        Room(
            center=center,
            name=name,
            floor=2,
            area_m2=40,
            capacity=20,
            booking_mode=BookingMode.OPEN,
            private=private,
        )
        for name, private in (("书画室", False), ("调解室", True))
    ]
    program = Program(
        center=center,
        category=Category.COURSE,
        title="国画入门",
        published_at=NOW,
        created_at=NOW,
    )
    person = Person(full_name="林小满", birth_year=1998, created_at=NOW)
    session.add_all([*rooms, program, person])
    session.commit()
    return House(session, center, *rooms, program, person)
