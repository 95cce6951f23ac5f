"""Runs the migrations on the application's database, SQLite or PostgreSQL, one transaction each."""

from __future__ import annotations

from alembic import context

from venue.db import WRITES, Base, db

connectable = db.engine

with connectable.connect().execution_options(**{WRITES: True}) as connection:
    if connection.dialect.name == "sqlite":
        # Building a table anew drops the old one, and with keys checked all that points to it.
        # Only outside of a transaction can it be switched off, and for this connection alone.
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        transaction_per_migration=True,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    if connection.dialect.name == "sqlite":
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")
