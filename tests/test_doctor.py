"""The doctor finds every promise that a database has lost, and the site does not open without it.

Whatever is dropped here is dropped in a transaction that the doctor looks into and that is then
rolled back, so one database serves for all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from runpy import run_path

import pytest
from flask import Flask
from sqlalchemy import CheckConstraint, Connection, ForeignKeyConstraint, Table, UniqueConstraint

from venue import create_app
from venue.config import Settings
from venue.db import WRITES, Base, db
from venue.doctor import UnsoundError, assert_sound, examine, examine_database

ROOT = Path(__file__).parents[1]
TABLES = Base.metadata.sorted_tables
SEPARATOR = ", \n\t"
"""Between the lines of a CREATE TABLE as SQLAlchemy writes it and SQLite keeps it."""
CLAUSE = r"(CHECK \((?:[^()]|\([^()]*\))*\)|REFERENCES \w+ \(\w+\))"
"""What follows the name of a constraint that came with a column."""


@pytest.fixture
def connection(app: Flask) -> Iterator[Connection]:
    with (
        app.app_context(),
        db.engine.connect().execution_options(**{WRITES: True}) as connection,
    ):
        yield connection
        connection.rollback()


def faults(connection: Connection) -> str:
    return "\n".join(fault for check in examine_database(connection) for fault in check.faults)


def run(connection: Connection, statement: str) -> None:
    connection.exec_driver_sql(statement)


def definition_of(connection: Connection, table: str) -> str:
    """Return the CREATE TABLE that SQLite keeps."""
    query = "SELECT sql FROM sqlite_master WHERE name = ?"
    return connection.exec_driver_sql(query, (table,)).scalar_one()


def drop_constraint(connection: Connection, table: Table, name: str) -> None:
    """Drop a constraint; SQLite cannot, so its table is made again without it.

    It stands on a line of its own, or, when it came with a column, behind that column.
    """
    if connection.dialect.name == "postgresql":
        run(connection, f'ALTER TABLE "{table.name}" DROP CONSTRAINT {name} CASCADE')
        return
    written = definition_of(connection, table.name)
    head, body = written.split("(", 1)
    lines = body.rsplit(")", 1)[0].split(SEPARATOR)
    kept = [line for line in lines if not line.strip().startswith(f"CONSTRAINT {name} ")]
    text, behind = re.subn(rf" CONSTRAINT {name} {CLAUSE}", "", SEPARATOR.join(kept))
    assert len(lines) - len(kept) + behind == 1, f"{name} is not in {written}"
    run(connection, f'DROP TABLE "{table.name}"')
    run(connection, f"{head}({text}){body.rsplit(')', 1)[1]}")


def names(kind: type) -> list[tuple[Table, str]]:
    return [
        (table, str(one.name)) for table in TABLES for one in table.constraints
        if isinstance(one, kind)
    ]  # fmt: skip


def assert_each_is_missed(connection: Connection, kind: type, how_many: int) -> None:
    wanted = names(kind)
    assert len(wanted) >= how_many
    for table, name in wanted:
        drop_constraint(connection, table, name)
    found = faults(connection)
    assert [name for table, name in wanted if f"{name} of {table.name} is" not in found] == []


def test_a_migrated_database_has_no_fault(app: Flask) -> None:
    with app.app_context():
        checks = examine()
    assert [check.name for check in checks] == [
        "settings", "connection", "migrations", "tables", "keys", "checks", "indexes", "triggers",
    ]  # fmt: skip
    assert [fault for check in checks for fault in check.faults] == []
    assert_sound(app)


def test_every_check_is_missed(connection: Connection) -> None:
    assert_each_is_missed(connection, CheckConstraint, 16)


def test_every_unique_constraint_is_missed(connection: Connection) -> None:
    assert_each_is_missed(connection, UniqueConstraint, 10)


def test_every_foreign_key_is_missed(connection: Connection) -> None:
    assert_each_is_missed(connection, ForeignKeyConstraint, 40)


def test_every_index_is_missed(connection: Connection) -> None:
    indexes = [(table, str(index.name)) for table in TABLES for index in table.indexes]
    assert len(indexes) >= 30
    for _, name in indexes:
        run(connection, f"DROP INDEX {name}")
    found = faults(connection)
    assert [name for table, name in indexes if f"{name} of {table.name} is" not in found] == []


SERIES = "session_id IS NULL AND status IN ('applied', 'waitlisted', 'offered', 'confirmed')"


@pytest.mark.parametrize(
    "definition",
    [
        f"INDEX {{}} ON enrollment (person_id, program_id) WHERE {SERIES}",
        f"UNIQUE INDEX {{}} ON enrollment (person_id) WHERE {SERIES}",
        f"UNIQUE INDEX {{}} ON enrollment (person_id, program_id) WHERE {SERIES[:-14]})",
    ],
    ids=["not unique", "other columns", "a narrower condition"],
)
def test_an_index_of_the_right_name_must_also_say_the_right_thing(
    connection: Connection, definition: str
) -> None:
    run(connection, "DROP INDEX uq_enrollment_series")
    run(connection, "CREATE " + definition.format("uq_enrollment_series"))
    missed = "uq_enrollment_series of enrollment is missing or says something else"
    assert missed in faults(connection)


def test_a_missing_table_column_or_obligation_is_missed(connection: Connection) -> None:
    run(connection, "DROP TABLE feed_token")
    assert "The table feed_token is missing." in faults(connection)
    connection.rollback()
    run(connection, "ALTER TABLE message DROP COLUMN language" + cascade(connection))
    assert "The column message.language is missing." in faults(connection)
    connection.rollback()
    let_be_empty(connection, "seat_pool", "capacity")
    assert "The column seat_pool.capacity may be empty, and must not." in faults(connection)


def let_be_empty(connection: Connection, table: str, column: str) -> None:
    if connection.dialect.name == "postgresql":
        run(connection, f"ALTER TABLE {table} ALTER COLUMN {column} DROP NOT NULL")
        return
    written = definition_of(connection, table)
    run(connection, f"DROP TABLE {table}")
    run(connection, written.replace(f"{column} INTEGER NOT NULL", f"{column} INTEGER"))


def cascade(connection: Connection) -> str:
    if connection.dialect.name == "postgresql":
        return " CASCADE"
    run(connection, "DROP INDEX ix_message_unread")
    return ""


SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@SQLITE
@pytest.mark.parametrize(
    "name",
    [
        "room_booking_overlap_on_insert",
        "room_booking_overlap_on_update",
        "audit_entry_append_only_on_update",
        "audit_entry_append_only_on_delete",
    ],
)
def test_every_trigger_of_sqlite_is_missed(connection: Connection, name: str) -> None:
    run(connection, f"DROP TRIGGER {name}")
    assert f"The trigger {name} is missing" in faults(connection)
    event = name.rsplit("_", 1)[1]
    table = "audit_entry" if name.startswith("audit") else "room_booking"
    run(connection, f"CREATE TRIGGER {name} BEFORE {event} ON {table} BEGIN SELECT 1; END")
    assert f"The trigger {name} is missing or says something else" in faults(connection)


@SQLITE
def test_a_booking_table_that_is_not_strict_is_missed(connection: Connection) -> None:
    written = definition_of(connection, "room_booking")
    run(connection, "DROP TABLE room_booking")
    run(connection, written.rsplit("STRICT", 1)[0])
    assert "The table room_booking is not STRICT" in faults(connection)


@POSTGRESQL
def test_the_exclusion_constraint_is_missed(connection: Connection) -> None:
    run(connection, "ALTER TABLE room_booking DROP CONSTRAINT ex_room_booking_overlap")
    missed = "The exclusion constraint ex_room_booking_overlap of room_booking is missing."
    assert missed in faults(connection)
    run(
        connection,
        "ALTER TABLE room_booking ADD CONSTRAINT ex_room_booking_overlap EXCLUDE USING gist"
        " (int4range(room_id, room_id, '[]') WITH &&, int8range(starts_at, ends_at) WITH &&)"
        " WHERE (status = 'held')",
    )
    assert missed in faults(connection), "a pending booking must hold its room too"


EMPTIED = """
CREATE OR REPLACE FUNCTION audit_entry_append_only() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RETURN NULL; END $$
"""


@POSTGRESQL
@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER audit_entry_append_only_on_change ON audit_entry",
        "ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_append_only_on_change",
        EMPTIED,
    ],
    ids=["dropped", "switched off", "emptied"],
)
def test_the_append_only_trigger_is_missed(connection: Connection, statement: str) -> None:
    run(connection, statement)
    assert "The trigger audit_entry_append_only_on_change" in faults(connection)


@POSTGRESQL
def test_a_constraint_that_was_never_validated_is_missed(connection: Connection) -> None:
    run(connection, "ALTER TABLE seat_pool DROP CONSTRAINT ck_seat_pool_taken")
    run(
        connection,
        "ALTER TABLE seat_pool ADD CONSTRAINT ck_seat_pool_taken"
        " CHECK (taken BETWEEN 0 AND capacity) NOT VALID",
    )
    assert "The constraint ck_seat_pool_taken of seat_pool was never validated." in faults(
        connection
    )


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """Let programs that read their settings from the environment find those of this test."""
    monkeypatch.setenv("VENUE_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("VENUE_SECRET_KEY", settings.secret_key)
    monkeypatch.setenv("VENUE_JOBS_PATH", settings.jobs_path)


def lose_a_promise(app: Flask) -> None:
    with app.app_context(), db.engine.begin() as connection:
        run(connection, "DROP INDEX uq_enrollment_series")


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("program", ["wsgi.py", "venue/jobs.py"])
def test_web_and_jobs_start_only_on_a_sound_database(app: Flask, program: str) -> None:
    started = run_path(str(ROOT / program))
    dispose(started["app"])
    lose_a_promise(app)
    with pytest.raises(UnsoundError) as refused:
        run_path(str(ROOT / program))
    assert "The unique index uq_enrollment_series of enrollment is missing" in str(refused.value)
    assert "FLASK_APP=venue flask doctor" in str(refused.value)


def dispose(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()


def test_flask_doctor_prints_a_line_a_check_and_fails_on_a_fault(app: Flask) -> None:
    said = app.test_cli_runner().invoke(args=["doctor"])
    assert (said.exit_code, said.output.split()[::2]) == (0, ["ok"] * 8)
    lose_a_promise(app)
    said = app.test_cli_runner().invoke(args=["doctor"])
    assert said.exit_code == 1
    assert "fault  indexes\n       The unique index uq_enrollment_series" in said.output
    assert "Create it again as migrations/versions does" in said.output


@SQLITE
def test_an_empty_database_is_told_to_migrate_and_then_is_sound(
    settings: Settings, tmp_path: Path
) -> None:
    app = create_app(replace(settings, database_url=f"sqlite:///{tmp_path / 'new.db'}"))
    with pytest.raises(UnsoundError, match="no migration has been applied"):
        assert_sound(app)
    said = app.test_cli_runner().invoke(args=["doctor"])
    assert said.exit_code == 1
    assert "Run: flask db upgrade" in said.output
    assert app.test_cli_runner().invoke(args=["db", "upgrade"]).exit_code == 0
    assert_sound(app)
    dispose(app)


@POSTGRESQL
def test_a_database_that_does_not_answer_is_one_sentence(settings: Settings) -> None:
    url = "postgresql+psycopg://nobody@127.0.0.1:9/nowhere"
    said = create_app(replace(settings, database_url=url)).test_cli_runner().invoke(args=["doctor"])
    assert said.exit_code == 1
    assert "The database does not answer" in said.output
    assert "Traceback" not in said.output
