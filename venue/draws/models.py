"""Tables of the lottery: a draw, its programs, applications with wishes, and what is published."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from venue.audit.rules import Channel
from venue.db import Base
from venue.draws.rules import DrawFact, Stage, stage_of
from venue.people.models import Person
from venue.places.models import Center
from venue.programs.models import Program, Term


class Draw(Base):
    """A lottery over programs of one term, run by one center of the district.

    It is prepared, then published (window, programs, quotas and the public number stand from then
    on), frozen at its closing, and drawn once. Its row's lock covers its applications.
    """

    __tablename__ = "draw"
    __table_args__ = (
        CheckConstraint("opens_at < closes_at", name="window"),
        CheckConstraint("wishes BETWEEN 1 AND 10", name="wishes"),
        CheckConstraint("confirm_hours > 0", name="confirm_hours"),
        CheckConstraint("(frozen_at IS NULL) = (list_digest IS NULL)", name="frozen"),
        CheckConstraint("(drawn_at IS NULL) = (seed IS NULL)", name="drawn"),
        CheckConstraint("drawn_at IS NULL OR frozen_at IS NOT NULL", name="frozen_before"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    center_id: Mapped[int] = mapped_column(ForeignKey("center.id"), index=True)
    term_id: Mapped[int] = mapped_column(ForeignKey("term.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    number_source: Mapped[str] = mapped_column(String(200))
    """Which public number will decide, named before closing and known only after it."""
    wishes: Mapped[int] = mapped_column(default=3)
    confirm_hours: Mapped[int] = mapped_column(default=72)
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    frozen_at: Mapped[datetime | None]
    list_digest: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of the frozen list, in hexadecimal digits."""
    seed: Mapped[str | None] = mapped_column(String(64))
    drawn_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]

    center: Mapped[Center] = relationship()
    term: Mapped[Term] = relationship()
    programs: Mapped[list[DrawProgram]] = relationship(back_populates="draw")
    numbers: Mapped[list[DrawNumber]] = relationship(back_populates="draw")

    def fact(self) -> DrawFact:
        """Return what the rules need to know of this row."""
        return DrawFact(
            self.opens_at,
            self.closes_at,
            self.published_at,
            self.frozen_at,
            self.drawn_at,
            self.cancelled_at,
        )

    def stage(self, now: datetime) -> Stage:
        """Return how far it has come."""
        return stage_of(self.fact(), now)


class DrawProgram(Base):
    """That the seats of a program are given out by a draw."""

    __tablename__ = "draw_program"

    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"), primary_key=True, unique=True)

    draw: Mapped[Draw] = relationship(back_populates="programs")
    program: Mapped[Program] = relationship()


class DrawNumber(Base):
    """The public number as one of the staff typed it; two must have typed the same."""

    __tablename__ = "draw_number"

    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    number: Mapped[str] = mapped_column(String(100))
    entered_at: Mapped[datetime]

    draw: Mapped[Draw] = relationship(back_populates="numbers")
    entered_by: Mapped[Person] = relationship()


class DrawRecord(Base):
    """What is published of a draw, byte for byte: the frozen list, and what the draw adds below."""

    __tablename__ = "draw_record"

    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    list_text: Mapped[str] = mapped_column(Text)
    result_text: Mapped[str | None] = mapped_column(Text)


class Application(Base):
    """The wishes of one person, or of a few who want to be together, in one draw.

    Withdrawn before closing, its people have no `Applicant` row any more.
    """

    __tablename__ = "application"
    __table_args__ = (
        CheckConstraint("(place IS NULL) OR place > 0", name="place"),
        Index(None, "draw_id", "place"),
        Index(
            "ix_application_active",
            "draw_id",
            "pseudonym",
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"))
    pseudonym: Mapped[str] = mapped_column(String(16), unique=True)
    """Sixteen random hexadecimal digits: all that the published file says of who it is."""
    channel: Mapped[Channel]
    applied_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    place: Mapped[int | None]
    """In the order that the draw made, from 1."""
    won_program_id: Mapped[int | None] = mapped_column(ForeignKey("program.id"))

    draw: Mapped[Draw] = relationship()
    people: Mapped[list[Applicant]] = relationship(
        back_populates="application", order_by="Applicant.person_id"
    )
    wish_rows: Mapped[list[Wish]] = relationship(
        back_populates="application", order_by="Wish.rank", cascade="all, delete-orphan"
    )


class Applicant(Base):
    """One of the people of an application; nobody is in two of one draw."""

    __tablename__ = "applicant"

    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)

    application: Mapped[Application] = relationship(back_populates="people")
    person: Mapped[Person] = relationship()


class Wish(Base):
    """A program that an application asks for; rank 1 is wanted most."""

    __tablename__ = "wish"
    __table_args__ = (
        CheckConstraint("rank > 0", name="rank"),
        UniqueConstraint("application_id", "program_id"),
    )

    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"), index=True)

    application: Mapped[Application] = relationship(back_populates="wish_rows")
    program: Mapped[Program] = relationship()
