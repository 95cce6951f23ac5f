"""Forgetting what was kept only for a while: forms that were sent, and wrong passwords."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from venue.accounts.models import LoginAttempt, Submission

FORMS_KEPT = timedelta(days=7)
"""A page that lay open for longer asks again (own); its token has expired by then anyway."""
ATTEMPTS_KEPT = timedelta(days=1)
"""Far beyond any window in which wrong passwords are counted (own)."""


def forget_old_traces(session: Session, *, now: datetime) -> None:
    """Delete old sent forms and wrong passwords; nothing else points to them."""
    session.execute(delete(Submission).where(Submission.at < now - FORMS_KEPT))
    session.execute(delete(LoginAttempt).where(LoginAttempt.at < now - ATTEMPTS_KEPT))
