"""Tables of the door: who left with whom or was refused, and who looked after the children."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from venue.childcare.file_models import CollectionPermit
from venue.childcare.rules import ReleaseRefusal, ReleaseWay
from venue.db import Base
from venue.people.models import Person
from venue.programs.models import ScheduledSession


class Collection(Base):
    """That a child left, or that somebody came for it and was refused: the log of the door."""

    __tablename__ = "collection"
    __table_args__ = (
        Index(
            "uq_collection_released",
            "session_id",
            "child_id",
            unique=True,
            sqlite_where=text("refusal IS NULL AND undone_at IS NULL"),
            postgresql_where=text("refusal IS NULL AND undone_at IS NULL"),
        ),
        Index(None, "child_id", "at"),
        Index(None, "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("scheduled_session.id"), index=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """The carer at the door."""
    way: Mapped[ReleaseWay]
    permit_id: Mapped[int | None] = mapped_column(ForeignKey("collection_permit.id"))
    guardian_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who came, when it was a guardian; they need no permit."""
    collector: Mapped[str] = mapped_column(String(60), default="")
    """Who came, as the permit or the carer names them; empty: the child alone, or unknown."""
    relation: Mapped[str] = mapped_column(String(20), default="")
    refusal: Mapped[ReleaseRefusal | None]
    undone_at: Mapped[datetime | None]
    """When a release was taken back: the wrong child was tapped."""
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    session: Mapped[ScheduledSession] = relationship()
    child: Mapped[Person] = relationship(foreign_keys=child_id)
    permit: Mapped[CollectionPermit | None] = relationship()
    by: Mapped[Person | None] = relationship(foreign_keys=by_id)


class CarerPresence(Base):
    """That somebody looks after the children of a care day, from when until when.

    A volunteer who is nobody's record here has a name and no person, and counts for no child.
    """

    __tablename__ = "carer_presence"
    __table_args__ = (
        CheckConstraint("came_at <= left_at", name="order"),
        Index(None, "session_id"),
        Index(
            "uq_carer_presence_open",
            "session_id",
            "person_id",
            unique=True,
            sqlite_where=text("left_at IS NULL AND person_id IS NOT NULL"),
            postgresql_where=text("left_at IS NULL AND person_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("scheduled_session.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    full_name: Mapped[str] = mapped_column(String(60))
    came_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
