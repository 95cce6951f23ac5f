"""Tables of accounts: users, their roles and logins, codes, invitations, attempts, sent forms."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Connection,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    event,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from venue.accounts.rules import Role
from venue.db import Base, table
from venue.people.models import Person, write_keys
from venue.people.rules import KeySource
from venue.people.search_keys import number_keys


class User(Base):
    """An account: the phone number (E.164, mobile) and password with which a person signs in."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    phone: Mapped[str] = mapped_column(String(20), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]

    person: Mapped[Person] = relationship()


@event.listens_for(User, "after_insert")
@event.listens_for(User, "after_update")
def _tell_people(_mapper: Mapper[User], connection: Connection, user: User) -> None:
    """Write down in people what they must know of an account: that it is there, and its number."""
    person = table(Person)
    connection.execute(update(person).where(person.c.id == user.person_id).values(has_account=True))
    write_keys(connection, user.person_id, KeySource.ACCOUNT, number_keys(user.phone))


class StaffRole(Base):
    """A role at one center, over one district, or (administrator) over the installation."""

    __tablename__ = "staff_role"
    __table_args__ = (
        CheckConstraint(
            "(role = 'administrator' AND center_id IS NULL AND district_id IS NULL)"
            " OR (role = 'district_officer' AND center_id IS NULL AND district_id IS NOT NULL)"
            " OR (role NOT IN ('administrator', 'district_officer')"
            " AND center_id IS NOT NULL AND district_id IS NULL)",
            name="scope",
        ),
        Index(
            "uq_staff_role_center",
            "person_id",
            "role",
            "center_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL AND center_id IS NOT NULL"),
            postgresql_where=text("ended_at IS NULL AND center_id IS NOT NULL"),
        ),
        Index(
            "uq_staff_role_wide",
            "person_id",
            "role",
            unique=True,
            sqlite_where=text("ended_at IS NULL AND center_id IS NULL"),
            postgresql_where=text("ended_at IS NULL AND center_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Role]
    center_id: Mapped[int | None] = mapped_column(ForeignKey("center.id"), index=True)
    district_id: Mapped[int | None] = mapped_column(ForeignKey("district.id"))
    granted_at: Mapped[datetime]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=person_id)


class Invitation(Base):
    """A link that gives whoever opens it once, signed in, a role."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[Role]
    center_id: Mapped[int | None] = mapped_column(ForeignKey("center.id"), index=True)
    district_id: Mapped[int | None] = mapped_column(ForeignKey("district.id"))
    note: Mapped[str] = mapped_column(String(60))
    """For whom it is meant, as the manager wrote it."""
    invited_at: Mapped[datetime]
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None]


class LoginSession(Base):
    """One signed-in browser; the cookie carries the token whose SHA-256 is the key here."""

    __tablename__ = "login_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


class LoginAttempt(Base):
    """A wrong password or code, counted by what was typed (phone number or address)."""

    __tablename__ = "login_attempt"
    __table_args__ = (Index(None, "subject", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]


class DeskCode(Base):
    """A one-time code that the desk gave to a person: it attaches an account or sets a password."""

    __tablename__ = "desk_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    issued_at: Mapped[datetime]
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=person_id)


class Submission(Base):
    """A form that was sent: the second time, its sender gets the first answer again."""

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("key", "actor"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    actor: Mapped[str] = mapped_column(String(64))
    """Who sent it: `person-12`, or `browser-<token>` of somebody who is not signed in."""
    outcome: Mapped[str | None] = mapped_column(Text)
    """Where the first sender was led: a path of this site; null while the first is at work."""
    at: Mapped[datetime] = mapped_column(index=True)
