"""Is everything there that the promises of this house need? Asked by `flask doctor` and at start.

A promise such as one seat for one person is kept by the database itself. So each constraint,
index and trigger is looked up in the catalogs: a table that was rebuilt by hand, or a restored
dump that lost its triggers, is found before it can break a promise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from sqlalchemy import (
    CheckConstraint,
    Connection,
    Constraint,
    ForeignKeyConstraint,
    Index,
    Table,
    UniqueConstraint,
)
from sqlalchemy import inspect as inspector_of
from sqlalchemy.exc import DBAPIError

from venue.config import settings
from venue.db import Base, db

C = TypeVar("C", bound=Constraint)

OLDEST_SQLITE = (3, 37)
"""The first with STRICT tables."""
OLDEST_POSTGRESQL = 15
AGAIN = "Create it again as migrations/versions does, or restore a backup."


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, what is wrong with it (nothing: empty), and what to do."""

    name: str
    faults: tuple[str, ...]
    remedy: str


class UnsoundError(Exception):
    """The database does not keep the promises of this house; the message says which and why."""


def assert_sound(app: Flask) -> None:
    """Raise UnsoundError when something is missing: a site must not open without its promises."""
    with app.app_context():
        faults = [fault for check in examine() for fault in check.faults]
        # A server may fork after this: none of its children may inherit the connection.
        db.engine.dispose()
    if faults:
        raise UnsoundError(
            "Venue does not start:\n  "
            + "\n  ".join(faults)
            + "\nWhat to do, says: FLASK_APP=venue flask doctor"
        )


def examine() -> list[Check]:
    """Return every check with its faults; when one makes the next ones pointless, it is the last.

    Needs an application context.
    """
    checks = [Check("settings", tuple(settings().faults()), "Set them as docs/operations.md says.")]
    try:
        with db.engine.connect() as connection:
            checks += examine_database(connection)
    except DBAPIError as error:
        fault = f"The database does not answer: {error.orig}"
        checks.append(Check("connection", (fault,), "Is it running, and is its address right?"))
    return checks


def examine_database(connection: Connection) -> list[Check]:
    """Return the checks of a database as one connection sees it, open transaction included."""
    checks: list[Check] = []
    for name, look, remedy in _LOOKS:
        checks.append(Check(name, tuple(look(connection)), remedy))
        if checks[-1].faults and look in _FIRST:
            break
    return checks


def _version(connection: Connection) -> Iterator[str]:
    found: tuple[Any, ...] = connection.dialect.server_version_info or (0,)
    if connection.dialect.name == "sqlite":
        if found < OLDEST_SQLITE:
            yield f"SQLite {_dotted(found)} is too old; 3.37 or later is needed."
        if connection.exec_driver_sql("PRAGMA foreign_keys").scalar() != 1:
            yield "SQLite does not check foreign keys on this connection."
    elif found[0] < OLDEST_POSTGRESQL:
        yield f"PostgreSQL {_dotted(found)} is too old; {OLDEST_POSTGRESQL} or later is needed."


def _dotted(version: tuple[Any, ...]) -> str:
    return ".".join(str(part) for part in version)


def _migrations(connection: Connection) -> Iterator[str]:
    folder = current_app.extensions["migrate"].directory
    newest = set(ScriptDirectory(folder).get_heads())
    applied = set(MigrationContext.configure(connection).get_current_heads())
    if not applied:
        yield "The database is empty: no migration has been applied."
    elif applied != newest:
        yield f"The database is at migration {_names(applied)}, the program at {_names(newest)}."


def _names(revisions: set[str]) -> str:
    return ", ".join(sorted(revisions))


def _columns(connection: Connection) -> Iterator[str]:
    found = inspector_of(connection).get_multi_columns()
    for table in Base.metadata.sorted_tables:
        columns = {one["name"]: one for one in found.get((None, table.name), [])}
        if not columns:
            yield f"The table {table.name} is missing."
            continue
        for column in table.columns:
            if column.name not in columns:
                yield f"The column {table.name}.{column.name} is missing."
            elif columns[column.name]["nullable"] and not column.nullable:
                yield f"The column {table.name}.{column.name} may be empty, and must not."


def _keys(connection: Connection) -> Iterator[str]:
    inspector = inspector_of(connection)
    primary = inspector.get_multi_pk_constraint()
    uniques = inspector.get_multi_unique_constraints()
    foreign = inspector.get_multi_foreign_keys()
    for table in Base.metadata.sorted_tables:
        at = (None, table.name)
        if set(primary[at]["constrained_columns"]) != set(table.primary_key.columns.keys()):
            yield f"The primary key of {table.name} is missing."
        unique = [set(one["column_names"]) for one in uniques[at]]
        pointing = [(one["constrained_columns"], one["referred_table"]) for one in foreign[at]]
        for one in _named(table, UniqueConstraint):
            if set(one.columns.keys()) not in unique:
                yield _missing("unique constraint", one.name, table)
        for key in _named(table, ForeignKeyConstraint):
            if ([*key.column_keys], key.referred_table.name) not in pointing:
                yield _missing("foreign key", key.name, table)
    yield from _never_validated(connection)


def _checks(connection: Connection) -> Iterator[str]:
    found = inspector_of(connection).get_multi_check_constraints()
    for table in Base.metadata.sorted_tables:
        said = {one["name"]: _words(one["sqltext"], table) for one in found[None, table.name]}
        for one in _named(table, CheckConstraint):
            if said.get(str(one.name)) != _words(str(one.sqltext), table):
                yield _missing("check", one.name, table)


def _never_validated(connection: Connection) -> Iterator[str]:
    if connection.dialect.name == "postgresql":
        for name, of in connection.exec_driver_sql(
            "SELECT conname, conrelid::regclass FROM pg_constraint WHERE NOT convalidated"
        ):
            yield f"The constraint {name} of {of} was never validated."


def _named(table: Table, kind: type[C]) -> list[C]:
    """Return the constraints of one kind, in the order of their names."""
    found = [one for one in table.constraints if isinstance(one, kind)]
    return sorted(found, key=lambda one: str(one.name))


def _indexes(connection: Connection) -> Iterator[str]:
    found = inspector_of(connection).get_multi_indexes()
    where = f"{connection.dialect.name}_where"
    for table in Base.metadata.sorted_tables:
        present = {one["name"]: one for one in found[None, table.name]}
        for index in sorted(table.indexes, key=lambda one: str(one.name)):
            one = present.get(index.name)
            if (
                one is None
                or one["column_names"] != [column.name for column in index.columns]
                or bool(one["unique"]) != bool(index.unique)
                or _words(str(one.get("dialect_options", {}).get(where, "")), table)
                != _words(_condition(index, connection), table)
            ):
                yield _missing("unique index" if index.unique else "index", index.name, table)
    if connection.dialect.name == "postgresql":
        for (name,) in connection.exec_driver_sql(
            "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid"
        ):
            yield f"The index {name} is not valid."


def _condition(index: Index, connection: Connection) -> str:
    found = index.dialect_options[connection.dialect.name]["where"]
    return "" if found is None else str(found)


def _missing(kind: str, name: object, table: Table) -> str:
    return f"The {kind} {name} of {table.name} is missing or says something else."


def _words(condition: str, table: Table) -> set[str]:
    """Return columns, figures and literals of a condition: the rest each database words anew."""
    columns = {column.name for column in table.columns}
    words = re.findall(r"'[^']*'|\w+", condition)
    return {word for word in words if word[0] in "'0123456789" or word in columns}


NO_OVERLAP = "other.starts_at < new.ends_at and new.starts_at < other.ends_at"
SQLITE_TRIGGERS = {
    "room_booking_overlap_on_insert": ("before insert on room_booking", NO_OVERLAP),
    "room_booking_overlap_on_update": ("before update on room_booking", NO_OVERLAP),
    "audit_entry_append_only_on_update": ("before update on audit_entry",),
    "audit_entry_append_only_on_delete": ("before delete on audit_entry",),
}
"""Triggers of the first migration, each with what its text must say. Alembic compares none."""

OVERLAP = "ex_room_booking_overlap"
APPEND_ONLY = "audit_entry_append_only_on_change"


def _guards_of_sqlite(connection: Connection) -> Iterator[str]:
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    found = {row.name: " ".join(row.sql.lower().split()) for row in rows}
    for name, phrases in SQLITE_TRIGGERS.items():
        said = found.get(name, "")
        if not all(phrase in said for phrase in (*phrases, "select raise(abort")):
            yield f"The trigger {name} is missing or says something else."
    if not inspector_of(connection).get_table_options("room_booking").get("sqlite_strict"):
        yield "The table room_booking is not STRICT: its times could be text."


def _guards_of_postgresql(connection: Connection) -> Iterator[str]:
    excluding = connection.exec_driver_sql(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = 'room_booking'::regclass AND contype = 'x' AND conname = %s",
        (OVERLAP,),
    ).scalar()
    wanted = ("room_id, room_id", "int8range(starts_at, ends_at) WITH &&", "'held'", "'pending'")
    if not all(phrase in (excluding or "") for phrase in wanted):
        yield f"The exclusion constraint {OVERLAP} of room_booking is missing."
    trigger = connection.exec_driver_sql(
        "SELECT pg_get_triggerdef(one.oid) || function.prosrc FROM pg_trigger AS one"
        " JOIN pg_proc AS function ON function.oid = one.tgfoid"
        " WHERE tgrelid = 'audit_entry'::regclass AND tgname = %s AND tgenabled IN ('O', 'A')",
        (APPEND_ONLY,),
    ).scalar()
    said = ("BEFORE", "DELETE", "UPDATE", "TRUNCATE", "RAISE EXCEPTION")
    if not all(phrase in (trigger or "") for phrase in said):
        yield f"The trigger {APPEND_ONLY} of audit_entry is missing or switched off."


def _guards(connection: Connection) -> Iterator[str]:
    if connection.dialect.name == "sqlite":
        return _guards_of_sqlite(connection)
    return _guards_of_postgresql(connection)


_LOOKS: tuple[tuple[str, Callable[[Connection], Iterator[str]], str], ...] = (
    ("connection", _version, "Install a newer one."),
    ("migrations", _migrations, "Run: flask db upgrade"),
    ("tables", _columns, AGAIN),
    ("keys", _keys, AGAIN),
    ("checks", _checks, AGAIN),
    ("indexes", _indexes, AGAIN),
    ("triggers", _guards, AGAIN),
)
_FIRST = frozenset({_version, _migrations, _columns})
"""Where these find a fault, the looks after them would only repeat it."""
