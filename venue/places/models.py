"""Tables of places: centers, rooms, opening hours, and every claim on room time."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from venue.db import Base, EnumText, EpochSeconds
from venue.people.models import Neighborhood, Person
from venue.places.rules import (
    BookingMode,
    BookingStatus,
    Category,
    ClosureFact,
    DayKind,
    Layer,
    OpeningFact,
    RoomFact,
)
from venue.timeline.interval import Interval

room_equipment = Table(
    "room_equipment",
    Base.metadata,
    Column("room_id", ForeignKey("room.id"), primary_key=True),
    Column("equipment_id", ForeignKey("equipment.id"), primary_key=True, index=True),
)

center_neighborhood = Table(
    "center_neighborhood",
    Base.metadata,
    Column("center_id", ForeignKey("center.id"), primary_key=True),
    Column("neighborhood_id", ForeignKey("neighborhood.id"), primary_key=True, index=True),
)


class District(Base):
    """The authority over some centers."""

    __tablename__ = "district"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)


class Center(Base):
    """One building with hours, rooms and staff; `phone` (E.164) is answered by a person."""

    __tablename__ = "center"

    id: Mapped[int] = mapped_column(primary_key=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"), index=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(String(20))
    about: Mapped[str] = mapped_column(Text, default="")

    district: Mapped[District] = relationship()
    neighborhoods: Mapped[list[Neighborhood]] = relationship(secondary=center_neighborhood)
    """Whose people count as residents of this center."""


class Equipment(Base):
    """Something a room may hold: projector, sink, stair-free access."""

    __tablename__ = "equipment"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)


class Room(Base):
    """A function room (功能室). `private` ones show the public only that they are in use."""

    __tablename__ = "room"
    __table_args__ = (
        CheckConstraint("capacity > 0", name="capacity"),
        Index("uq_room_center_name", "center_id", "name", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    center_id: Mapped[int] = mapped_column(ForeignKey("center.id"))
    name: Mapped[str] = mapped_column(String(40))
    floor: Mapped[int]
    area_m2: Mapped[int]
    capacity: Mapped[int]
    booking_mode: Mapped[BookingMode]
    private: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    """Its place in lists, as people walk through the house."""
    about: Mapped[str] = mapped_column(Text, default="")
    retired_at: Mapped[datetime | None]

    center: Mapped[Center] = relationship()
    equipment: Mapped[list[Equipment]] = relationship(
        secondary=room_equipment, order_by=Equipment.id
    )

    def fact(self) -> RoomFact:
        """Return what the rules need to know of this room."""
        return RoomFact(self.id, self.capacity, self.retired_at is not None)


class Patron(Base):
    """That a center knows a person: its staff may find them; the staff of others may not."""

    __tablename__ = "patron"

    center_id: Mapped[int] = mapped_column(ForeignKey("center.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    since_at: Mapped[datetime]

    person: Mapped[Person] = relationship()


class OpeningRule(Base):
    """One layer of hours on some weekdays; see `rules.open_intervals`."""

    __tablename__ = "opening_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    center_id: Mapped[int] = mapped_column(ForeignKey("center.id"), index=True)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    layer: Mapped[Layer]
    weekdays: Mapped[str] = mapped_column(String(7))
    opens_time: Mapped[time]
    closes_time: Mapped[time]
    valid_from_on: Mapped[date | None]
    valid_until_on: Mapped[date | None]

    room: Mapped[Room | None] = relationship()

    def fact(self) -> OpeningFact:
        """Return what the rules need to know of this row."""
        return OpeningFact(
            self.layer,
            self.weekdays,
            self.opens_time,
            self.closes_time,
            self.valid_from_on,
            self.valid_until_on,
            self.room_id,
        )


class Closure(Base):
    """The center, or one room, is closed from one instant to another, for a reason shown to all."""

    __tablename__ = "closure"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        Index(None, "center_id", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    center_id: Mapped[int] = mapped_column(ForeignKey("center.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(100))

    room: Mapped[Room | None] = relationship()

    def fact(self) -> ClosureFact:
        """Return what the rules need to know of this row."""
        return ClosureFact(Interval(self.starts_at, self.ends_at), self.reason, self.room_id)


class CalendarDay(Base):
    """A date of which the State Council's yearly notice says something; others are ordinary."""

    __tablename__ = "calendar_day"

    day_on: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[DayKind]
    name: Mapped[str] = mapped_column(String(20))


class RoomBooking(Base):
    """A claim on room time. Held and pending ones never overlap: the database refuses.

    `purpose` and `category` are of bookings that no session owns; a session's words are its own.
    The table is STRICT on SQLite, hence the plain column types.
    """

    __tablename__ = "room_booking"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        CheckConstraint("status IN ('held', 'pending', 'released')", name="status"),
        Index(None, "room_id", "starts_at"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    status: Mapped[BookingStatus] = mapped_column(EnumText(BookingStatus))
    starts_at: Mapped[datetime] = mapped_column(EpochSeconds)
    ends_at: Mapped[datetime] = mapped_column(EpochSeconds)
    category: Mapped[Category | None] = mapped_column(EnumText(Category))
    purpose: Mapped[str | None] = mapped_column(Text)

    room: Mapped[Room] = relationship()
