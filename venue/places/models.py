"""Tables of places: centers, rooms, opening hours, and every claim on room time."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from venue.db import Base, EnumText, EpochSeconds, table
from venue.people.models import Neighborhood, Person
from venue.places.rules import (
    BookingMode,
    BookingStatus,
    CalendarSource,
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
    bookings_a_month: Mapped[int | None]
    """How many bookings of its rooms one resident may have in a month; None: the setting."""

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
        CheckConstraint("setup_minutes >= 0 AND cleanup_minutes >= 0", name="preparation"),
        CheckConstraint("advance_days > 0 AND longest_minutes > 0", name="limits"),
        Index("uq_room_center_name", "center_id", "name", unique=True),
        Index(None, "capacity", "id"),
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
    setup_minutes: Mapped[int] = mapped_column(default=0, server_default="0")
    cleanup_minutes: Mapped[int] = mapped_column(default=0, server_default="0")
    """Held before and after each use, for chairs and floors; part of every booking's range."""
    advance_days: Mapped[int | None]
    """How many days ahead residents may book; None: the setting."""
    longest_minutes: Mapped[int | None]
    """How long residents may have it at a time; None: the setting."""
    residents_only: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Whether only people of the center's neighborhoods, or of a center it shares the room with,
    may book it."""
    retired_at: Mapped[datetime | None]

    center: Mapped[Center] = relationship()
    shared_with: Mapped[list[Center]] = relationship(secondary=lambda: table(RoomSharing))
    """Centers that use the room like one of their own."""
    equipment: Mapped[list[Equipment]] = relationship(
        secondary=room_equipment, order_by=Equipment.id
    )
    photo: Mapped[RoomPhoto | None] = relationship()

    def name_from(self, center_id: int) -> str:
        """Return its name as it is said at a center: of another's room with that center's name."""
        return self.name if self.center_id == center_id else f"{self.center.name} {self.name}"

    def fact(self) -> RoomFact:
        """Return what the rules need to know of this room."""
        return RoomFact(
            self.id,
            self.capacity,
            self.retired_at is not None,
            timedelta(minutes=self.setup_minutes),
            timedelta(minutes=self.cleanup_minutes),
            self.center_id,
        )


class RoomSharing(Base):
    """That another center uses a room like its own: for its sessions, and its people book it."""

    __tablename__ = "room_sharing"

    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), primary_key=True)
    center_id: Mapped[int] = mapped_column(ForeignKey("center.id"), primary_key=True, index=True)
    since_at: Mapped[datetime]


class RoomPhoto(Base):
    """The picture of a room as it is served: encoded anew, without what the camera wrote into it.

    It lies in the database, so that every web process and every backup has it.
    """

    __tablename__ = "room_photo"

    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the content; part of its address, so that it can be kept for good."""
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    width: Mapped[int]
    height: Mapped[int]
    shows: Mapped[str] = mapped_column(String(100))
    """What is to be seen, for people who do not see it."""
    taken_in_at: Mapped[datetime]


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
    phone: Mapped[str | None] = mapped_column(String(20))
    """Who is called (E.164) while nobody of the staff is there; of unattended hours only."""

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
            self.phone,
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


class AnnouncedYear(Base):
    """A year whose holidays and make-up workdays are known; every other year is provisional."""

    __tablename__ = "announced_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[CalendarSource]
    entered_at: Mapped[datetime]
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class SchoolTerm(Base):
    """A stretch in which the schools of a district teach, first and last day included."""

    __tablename__ = "school_term"
    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    starts_on: Mapped[date]
    ends_on: Mapped[date]


class SchoolException(Base):
    """A date on which the schools of a district do otherwise than their term says."""

    __tablename__ = "school_exception"

    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"), primary_key=True)
    day_on: Mapped[date] = mapped_column(primary_key=True)
    teaches: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(60))


class RoomBooking(Base):
    """A claim on room time. Held and pending ones never overlap: the database refuses.

    The range includes the time for setting up and cleaning up. `purpose` and `category` are of
    bookings that no session owns; a session's words are its own. The table is STRICT on SQLite,
    hence the plain column types.
    """

    __tablename__ = "room_booking"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        CheckConstraint("status IN ('held', 'pending', 'released')", name="status"),
        CheckConstraint("setup_minutes >= 0 AND cleanup_minutes >= 0", name="preparation"),
        CheckConstraint("ends_at - starts_at <= 604800", name="length"),
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
    setup_minutes: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    cleanup_minutes: Mapped[int] = mapped_column(Integer, default=0, server_default="0")

    room: Mapped[Room] = relationship()

    @property
    def use(self) -> Interval:
        """The time for which people have the room, without setting up and cleaning up."""
        return Interval(
            self.starts_at + timedelta(minutes=self.setup_minutes),
            self.ends_at - timedelta(minutes=self.cleanup_minutes),
        )
