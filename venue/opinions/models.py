"""The table of opinions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from venue.db import Base
from venue.opinions.rules import Face


class Opinion(Base):
    """What somebody thought of a session; the office sees how many, never who.

    Without a person it was given at the door, where nobody is asked for a name.
    """

    __tablename__ = "opinion"
    __table_args__ = (Index("uq_opinion_person", "session_id", "person_id", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("scheduled_session.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    face: Mapped[Face]
    given_at: Mapped[datetime]
