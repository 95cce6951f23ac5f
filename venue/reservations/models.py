"""Tables of reservations: partner organizations, and who asked for which booking."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from venue.audit.rules import Channel
from venue.db import Base, table
from venue.people.models import Person
from venue.places.models import RoomBooking
from venue.reservations.rules import ReservationEnding, Standing, standing_of


class Organization(Base):
    """A partner of a center that books rooms: a residents' committee, a club, a company nearby."""

    __tablename__ = "organization"
    __table_args__ = (Index("uq_organization_name", "center_id", "name", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    center_id: Mapped[int] = mapped_column(ForeignKey("center.id"))
    name: Mapped[str] = mapped_column(String(60))
    phone: Mapped[str | None] = mapped_column(String(20))
    bookings_a_month: Mapped[int | None]
    """Its own limit; None: that of a resident."""
    since_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    members: Mapped[list[Person]] = relationship(secondary=lambda: table(OrganizationMember))


class OrganizationMember(Base):
    """That a person books for an organization."""

    __tablename__ = "organization_member"

    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    since_at: Mapped[datetime]


class Reservation(Base):
    """Who asked for a booking, and what became of it: one row beside a RoomBooking.

    Pending until `expires_at` unless approved; what ended it, by whom and why stays.
    """

    __tablename__ = "reservation"
    __table_args__ = (
        CheckConstraint("people > 0", name="people"),
        CheckConstraint("(ended_at IS NULL) = (ending IS NULL)", name="ending"),
        Index(
            "ix_reservation_expiry",
            "expires_at",
            sqlite_where=text("expires_at IS NOT NULL"),
            postgresql_where=text("expires_at IS NOT NULL"),
        ),
    )

    booking_id: Mapped[int] = mapped_column(ForeignKey("room_booking.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    """Who will be there and is told."""
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    people: Mapped[int]
    contact_phone: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(200), default="")
    channel: Mapped[Channel]
    requested_at: Mapped[datetime]
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    expires_at: Mapped[datetime | None]
    """Until when a request holds the room without an answer; None once it is answered."""
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    moved_from_at: Mapped[datetime | None]
    """When it would have started before it was last moved; the card then says 改期."""
    arrived_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ending: Mapped[ReservationEnding | None]
    ending_reason: Mapped[str] = mapped_column(String(100), default="")

    booking: Mapped[RoomBooking] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=person_id)
    organization: Mapped[Organization | None] = relationship()

    def standing(self, now: datetime) -> Standing:
        """Return what it is at an instant."""
        return standing_of(self.ending, self.expires_at, self.booking.use, now)
