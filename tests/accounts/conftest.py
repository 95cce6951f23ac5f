"""The town, and what the verbs of accounts are asked with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from venue.accounts.rules import Throttle
from venue.audit.models import AuditEntry
from venue.notifications.models import Message

THROTTLE = Throttle(per_phone=5, per_address=20, codes=50, window=timedelta(minutes=15))


@pytest.fixture
def audited(db_session: scoped_session[Session]) -> Callable[[], list[tuple[str, str, dict]]]:
    """Return what was written into the audit: action, table and facts, in order."""

    def read() -> list[tuple[str, str, dict[str, Any]]]:
        entries = db_session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        return [(entry.action, entry.subject, entry.facts) for entry in entries]

    return read


@pytest.fixture
def told(db_session: scoped_session[Session]) -> Callable[[], list[tuple[int, str, dict]]]:
    """Return the messages: to whom, of which kind, with what."""

    def read() -> list[tuple[int, str, dict[str, Any]]]:
        messages = db_session.scalars(select(Message).order_by(Message.id))
        return [(one.person_id, str(one.kind), one.parameters) for one in messages]

    return read
