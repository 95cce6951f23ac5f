"""Tables of people: Person, Neighborhood, and the delegations between persons."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Connection,
    ForeignKey,
    Index,
    String,
    delete,
    event,
    false,
    insert,
    text,
)
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from venue.db import Base, table
from venue.people.rules import BUILDING_LENGTH, Basis, DelegationFact, KeySource, Language
from venue.people.search_keys import LONGEST_KEY, person_keys


class Neighborhood(Base):
    """A residential community (居委会); where a person lives, set by staff."""

    __tablename__ = "neighborhood"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)


class Person(Base):
    """Somebody whom a center knows. An account (User) is a thing apart, and optional.

    `phone` is a number to call, in E.164, and may be shared by a household.
    """

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("birth_year BETWEEN 1900 AND 2200", name="birth_year"),
        CheckConstraint("grade BETWEEN 1 AND 9", name="grade"),
        CheckConstraint("(grade IS NULL) = (grade_year IS NULL)", name="grade_year"),
        CheckConstraint("(merged_into_id IS NULL) = (merged_at IS NULL)", name="merged"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    full_name: Mapped[str] = mapped_column(String(60), index=True)
    birth_year: Mapped[int]
    birth_on: Mapped[date | None]
    phone: Mapped[str | None] = mapped_column(String(20), index=True)
    neighborhood_id: Mapped[int | None] = mapped_column(ForeignKey("neighborhood.id"), index=True)
    building: Mapped[str | None] = mapped_column(String(BUILDING_LENGTH))
    """Where in the neighborhood: the building, as people there call it (3号楼); found by it too."""
    in_need_until: Mapped[date | None]
    """Until when the desk, having seen the certificate, counts the family among those in need."""
    grade: Mapped[int | None]
    """The school grade in the school year that began in `grade_year`; see `rules.grade_on`."""
    grade_year: Mapped[int | None]
    language: Mapped[Language] = mapped_column(default=Language.CHINESE)
    has_account: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether they sign in, and so read what they are told; written down by accounts."""
    created_at: Mapped[datetime]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """The record that has all of this one since they were found to be one person.

    The row stays: whoever acted under it, acted under it, and old links lead on from here.
    """
    merged_at: Mapped[datetime | None]

    neighborhood: Mapped[Neighborhood | None] = relationship()


class PersonKey(Base):
    """A beginning of what may be typed to find a person; see `search_keys`.

    Compared byte by byte on both databases, so that one index answers a search for beginnings.
    """

    __tablename__ = "person_key"
    __table_args__ = (Index(None, "key", "person_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    source: Mapped[KeySource] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(
        String(LONGEST_KEY).with_variant(String(LONGEST_KEY, collation="C"), "postgresql"),
        primary_key=True,
    )


def write_keys(
    connection: Connection, person_id: int, source: KeySource, keys: Iterable[str]
) -> None:
    """Replace what a person is found by out of one source."""
    held = table(PersonKey)
    connection.execute(delete(held).where(held.c.person_id == person_id, held.c.source == source))
    rows = [{"person_id": person_id, "source": source, "key": key} for key in sorted(keys)]
    if rows:
        connection.execute(insert(held), rows)


# With every row that is written, by whichever verb: nobody is left out of the search.
@event.listens_for(Person, "after_insert")
@event.listens_for(Person, "after_update")
def _find_by(_mapper: Mapper[Person], connection: Connection, person: Person) -> None:
    keys = person_keys(person.full_name, person.birth_year, person.phone, person.building)
    write_keys(connection, person.id, KeySource.PERSON, keys)


class Delegation(Base):
    """`delegate` acts for `principal` since it was confirmed, and until it is ended.

    Whether it is in force, `rules.may_act_for` says of a fact, and `acting.in_force` to a query.
    """

    __tablename__ = "delegation"
    __table_args__ = (
        CheckConstraint("delegate_id <> principal_id", name="two_people"),
        CheckConstraint("until_on IS NULL OR basis <> 'guardian'", name="guardian"),
        Index(
            "uq_delegation_active",
            "delegate_id",
            "principal_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    delegate_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    principal_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    basis: Mapped[Basis]
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    until_on: Mapped[date | None]
    """The last local day on which it holds; None, as for every guardian: until it is ended."""

    delegate: Mapped[Person] = relationship(foreign_keys=delegate_id)
    principal: Mapped[Person] = relationship(foreign_keys=principal_id)

    def fact(self) -> DelegationFact:
        """Return what the rules need to know of this row."""
        return DelegationFact(
            self.delegate_id, self.principal_id, self.confirmed_at, self.ended_at, self.until_on
        )


class DelegationRequest(Base):
    """A wish to act for an adult, named by name and phone; they or the desk answer it.

    It keeps the typed name and number, not a person: whether such a person exists is not the
    asker's to learn.
    """

    __tablename__ = "delegation_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    delegate_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    full_name: Mapped[str] = mapped_column(String(60))
    phone: Mapped[str] = mapped_column(String(20), index=True)
    requested_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    delegation_id: Mapped[int | None] = mapped_column(ForeignKey("delegation.id"))

    delegate: Mapped[Person] = relationship()
