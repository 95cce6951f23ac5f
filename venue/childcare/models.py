"""Tables of care: what a program of it offers, and the days that were booked.

Seats and consents stay in their areas; here stands what only care knows.
"""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from venue.audit.rules import Channel
from venue.consents.models import ConsentText
from venue.db import Base
from venue.programs.models import Program
from venue.seats.models import Enrollment


class CareProgram(Base):
    """What a program of care has beyond others; each of its sessions is a care day with a pool.

    The price of a day is the program's, its agreement the program's consent text. Prices in fen.
    """

    __tablename__ = "care_program"
    __table_args__ = (
        CheckConstraint("min_grade BETWEEN 1 AND max_grade AND max_grade <= 6", name="grades"),
        CheckConstraint("meal_fen >= 0 AND nap_fen >= 0", name="prices"),
        CheckConstraint("change_days >= 0", name="change_days"),
    )

    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"), primary_key=True)
    min_grade: Mapped[int]
    max_grade: Mapped[int]
    whole_weeks: Mapped[bool] = mapped_column(default=False)
    """Whether one books whole weeks only, as in summer."""
    meal_fen: Mapped[int | None]
    """What a meal costs; None: there is none."""
    nap_fen: Mapped[int | None]
    """What a place to nap costs; None: there is none."""
    change_days: Mapped[int] = mapped_column(default=1)
    """How many days before a care day it can be booked or given back for nothing…"""
    change_time: Mapped[time] = mapped_column(default=time(16))
    """…and until what time of that day. Afterwards an absence can be told, and is owed."""

    health_text_id: Mapped[int | None] = mapped_column(ForeignKey("consent_text.id"))
    """The separate consent to keep allergies and health notes for this period (PIPL art. 29)."""

    program: Mapped[Program] = relationship()
    health_text: Mapped[ConsentText | None] = relationship()


class CareBooking(Base):
    """Days of one child in one program that were booked together."""

    __tablename__ = "care_booking"
    __table_args__ = (Index(None, "child_id", "program_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"), index=True)
    booked_at: Mapped[datetime]
    booked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    channel: Mapped[Channel]


class CareDay(Base):
    """What a booking asks of one day, beside the seat itself, which is the enrollment.

    The prices are those at the time of booking, in fen; of meal and nap 0 where there is none.
    """

    __tablename__ = "care_day"
    __table_args__ = (
        CheckConstraint("price_fen >= 0 AND meal_fen >= 0 AND nap_fen >= 0", name="prices"),
        CheckConstraint("(absent_at IS NULL) = (absence = '')", name="absent"),
    )

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("care_booking.id"), index=True)
    meal: Mapped[bool] = mapped_column(default=False)
    nap: Mapped[bool] = mapped_column(default=False)
    price_fen: Mapped[int]
    meal_fen: Mapped[int] = mapped_column(default=0)
    nap_fen: Mapped[int] = mapped_column(default=0)
    absent_at: Mapped[datetime | None]
    """When a guardian, or the carer whom they called, said that the child does not come.

    The seat is withdrawn with it. The day stays owed: it was too late to give it back.
    """
    absent_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    absence: Mapped[str] = mapped_column(String(100), default="")
    allergy_seen_at: Mapped[datetime | None]
    """When the carer who let the child in acknowledged its allergy."""
    allergy_seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    late_told_at: Mapped[datetime | None]
    """When the guardians were told that the child still waits to be collected."""

    enrollment: Mapped[Enrollment] = relationship()
