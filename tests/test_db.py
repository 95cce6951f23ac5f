"""What the house adds to the drivers: on PostgreSQL, statements that stay prepared."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DataError

from venue.db import write_transaction
from venue.people.models import Neighborhood

AGAIN_AND_AGAIN = 8
"""Psycopg prepares what comes for the sixth time."""

PREPARED = text(
    "SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%neighborhood%'"
)

on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def read_again_and_again(session) -> None:
    for _ in range(AGAIN_AND_AGAIN):
        session.scalars(select(Neighborhood)).all()
        session.rollback()  # as a request ends that only reads


@on_postgresql
def test_what_many_requests_ask_stays_prepared(db_session) -> None:
    read_again_and_again(db_session)
    assert len(db_session.scalars(PREPARED).all()) == 1


@on_postgresql
def test_after_an_error_statements_are_prepared_anew(db_session) -> None:
    """A migration may have changed what they return."""
    read_again_and_again(db_session)
    with pytest.raises(DataError):
        db_session.execute(text("SELECT 1 / 0"))
    db_session.rollback()
    assert db_session.scalars(PREPARED).all() == []


def write_and_fail() -> None:
    with write_transaction() as session:
        session.add(Neighborhood(name="东湖社区"))
        session.flush()
        raise ZeroDivisionError


def test_an_error_undoes_what_a_transaction_wrote(db_session) -> None:
    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    assert db_session.scalars(select(Neighborhood)).all() == []
