"""The database: engines for SQLite and PostgreSQL, the declarative base, the writers' turn."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import psycopg
from flask_sqlalchemy import SQLAlchemy
from psycopg.pq import TransactionStatus
from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Executable,
    Integer,
    MetaData,
    Table,
    Text,
    event,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.types import TypeDecorator

from venue.config import Settings, settings
from venue.revision import count_changes
from venue.turns import turn

WRITES = "venue_writes"
"""Execution option of a connection whose transaction will write."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant: timestamptz on PostgreSQL, naive UTC text on SQLite.

    Raises ValueError when given a naive datetime: nobody could say which hour it means.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a time zone: {value!r}")
        at = value.astimezone(UTC)
        return at if dialect.name == "postgresql" else at.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class EpochSeconds(TypeDecorator[datetime]):
    """An aware instant in whole seconds, for ranges that a database constraint compares."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        # SQLite's STRICT tables know INTEGER, not BIGINT; it holds 64 bits all the same.
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a time zone: {value!r}")
        return int(value.timestamp())

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromtimestamp(value, UTC)


class EnumText(TypeDecorator[enum.StrEnum]):
    """A member of an enum as TEXT, for STRICT tables, which know no VARCHAR."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[enum.StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: enum.StrEnum | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> enum.StrEnum | None:
        return None if value is None else self.kind(value)


class Base(DeclarativeBase):
    """What every model subclasses."""

    registry = registry(
        type_annotation_map={
            datetime: UtcDateTime(),
            enum.StrEnum: Enum(
                enum.StrEnum,
                native_enum=False,
                create_constraint=False,
                length=24,
                values_callable=lambda kinds: [kind.value for kind in kinds],
            ),
            dict[str, Any]: JSON(),
        },
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
    )


# Objects stay readable after the commit: the page that answers a form is rendered from them.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


def table(model: type[Base]) -> Table:
    """Return the table of a model, for statements of a hot path: they make no objects.

    Inserting a row takes a sixth of the time that adding an object takes.
    """
    return cast(Table, model.__table__)


def execute_core(
    session: Session,
    statement: Executable,
    values: Mapping[str, Any] | Sequence[Mapping[str, Any]],
) -> CursorResult[Any]:
    """Execute a statement of a hot path that makes no objects, with SQLAlchemy's Core alone.

    The ORM needs as much time again to find that there is nothing for it to do. What it has not
    written yet, it writes before, as it does whenever it is asked.
    """
    session.flush()
    return session.connection().execute(statement, values)


def insert_new(model: type[Base]) -> dict[str, postgresql.Insert | sqlite.Insert]:
    """Return, by the name of the database, an INSERT that adds nothing when a row is in the way.

    In the way by a unique index; one that is not committed yet is waited for.
    """
    return {
        dialect: insert(table(model)).on_conflict_do_nothing()
        for dialect, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
    }


def engine_options(settings: Settings) -> dict[str, Any]:
    """Return what `create_engine` is given for the database that the settings name."""
    if settings.database_url.startswith("sqlite"):
        return {"connect_args": {"timeout": settings.busy_timeout_ms / 1000}}
    return {
        "pool_size": settings.pool_size,
        "max_overflow": 0,
        "pool_timeout": settings.pool_timeout_seconds,
        "pool_pre_ping": True,
        "connect_args": {"options": f"-c lock_timeout={settings.lock_timeout_ms} -c timezone=UTC"},
    }


def prepare_engine(engine: Engine) -> None:
    """Attach the events that make an engine keep the promises of this house; idempotent."""
    if engine.dialect.name == "sqlite" and not event.contains(engine, "connect", _set_pragmas):
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin)
        count_changes(engine)
    if engine.dialect.name == "postgresql" and not event.contains(engine, "do_connect", _connect):
        event.listen(engine, "do_connect", _connect)


class PostgresConnection(psycopg.Connection):
    """A connection on which statements stay prepared.

    Psycopg prepares a statement that comes again and again, and forgets all of them with every
    rollback, in case tables were made before it. Here every request that only reads ends with
    one, so that PostgreSQL would plan each statement anew; and tables are made by migrations.
    """

    def rollback(self) -> None:
        """Undo the transaction; after an error in it, psycopg's own way also forgets."""
        if self.info.transaction_status is TransactionStatus.INTRANS:
            self.pgconn.exec_(b"ROLLBACK")
        super().rollback()  # nothing is left to undo, unless something is wrong


def _connect(_dialect: Dialect, _record: object, words: Any, options: Any) -> PostgresConnection:
    return PostgresConnection.connect(*words, **options)


def _set_pragmas(connection: Any, _record: object) -> None:
    # The driver must not open transactions on its own: its BEGIN comes too late and is a read.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def write_transaction() -> Iterator[Session]:
    """Open the one transaction in which a request writes; commit on leaving, roll back on an error.

    It first ends the read transaction in which the viewer was loaded: on SQLite a read that turns
    into a write fails at once when another process has committed in between. Whatever was loaded
    before is expired and is read again inside. Raises NoTurn when another writer has stalled.
    """
    session = db.session()
    session.rollback()
    with _writers_turn(db.engine):
        session.connection(execution_options={WRITES: True})
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise


@contextmanager
def _writers_turn(engine: Engine) -> Iterator[None]:
    """Queue the writers of one SQLite file fairly: its own lock polls and starves some of them."""
    if engine.dialect.name != "sqlite" or engine.url.database in (None, "", ":memory:"):
        yield
        return
    with turn(Path(f"{engine.url.database}.lock"), settings().lock_timeout_ms / 1000):
        yield
