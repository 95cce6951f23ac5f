"""Tables of incidents: what happened on a care day, what was done at once, and what followed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from venue.db import Base
from venue.people.models import Person
from venue.programs.models import ScheduledSession


class Incident(Base):
    """Something that happened on a care day, to one child or to all; open until it is closed."""

    __tablename__ = "incident"
    __table_args__ = (Index(None, "center_id", "happened_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    center_id: Mapped[int] = mapped_column(ForeignKey("center.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("scheduled_session.id"), index=True)
    child_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    happened_at: Mapped[datetime]
    what: Mapped[str] = mapped_column(Text)
    measures: Mapped[str] = mapped_column(Text)
    """What was done at once."""
    guardians_told_at: Mapped[datetime | None]
    """When the guardians were told by a message of the house; None where nobody was told."""
    written_at: Mapped[datetime]
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    session: Mapped[ScheduledSession] = relationship()
    child: Mapped[Person | None] = relationship(foreign_keys=child_id)
    written_by: Mapped[Person | None] = relationship(foreign_keys=written_by_id)
    closed_by: Mapped[Person | None] = relationship(foreign_keys=closed_by_id)
    follow_ups: Mapped[list[IncidentFollowUp]] = relationship(order_by="IncidentFollowUp.id")


class IncidentFollowUp(Base):
    """One thing that was done about an incident afterwards."""

    __tablename__ = "incident_follow_up"

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str] = mapped_column(Text)

    by: Mapped[Person | None] = relationship()
