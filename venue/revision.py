"""The revision of the whole database: two equal ones mean that not one row differs.

PostgreSQL names the transactions whose work is visible: its snapshot. SQLite has a number in the
header of the file for the application to use; it is raised within each transaction that changed a
row. Neither is a row that writers would wait for; see docs/decisions/014-rush.md.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.orm import Session

_CHANGES = "venue_changes"
"""What a connection to SQLite had changed when its transaction began."""
_HIGHEST = 2**31 - 1

# A number of a transaction means something only to the server that gave it.
_SNAPSHOT = text(
    "SELECT pg_current_snapshot()::text, extract(epoch FROM pg_postmaster_start_time())::text"
)


def revision(session: Session) -> str:
    """Return the revision that the next statement will see, or an older one.

    Whoever reads it before the rows of a page has at worst a page that is newer than it says.
    """
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        return str(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
    return " ".join(connection.execute(_SNAPSHOT).one())


def count_changes(engine: Engine) -> None:
    """Let every transaction of an engine of SQLite that changes something raise the revision."""
    if not event.contains(engine, "commit", _raise):
        event.listen(engine, "begin", _remember)
        event.listen(engine, "commit", _raise)


def _changes(connection: Connection) -> int:
    driver: Any = connection.connection.dbapi_connection
    return int(driver.total_changes)


def _remember(connection: Connection) -> None:
    connection.info[_CHANGES] = _changes(connection)


def _raise(connection: Connection) -> None:
    if _changes(connection) == connection.info[_CHANGES]:
        return
    before = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    connection.exec_driver_sql(f"PRAGMA user_version = {before % _HIGHEST + 1}")
