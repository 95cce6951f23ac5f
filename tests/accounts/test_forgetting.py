"""What is kept for a while only is forgotten afterwards, on both databases."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from tests.frozen_clock import FrozenClock
from venue.accounts.forgetting import ATTEMPTS_KEPT, FORMS_KEPT, forget_old_traces
from venue.accounts.models import LoginAttempt, Submission

MOMENT = timedelta(seconds=1)


def test_old_forms_and_attempts_are_forgotten_and_new_ones_stay(
    db_session: scoped_session[Session], clock: FrozenClock
) -> None:
    now = clock.now()
    for name, age in {"old": FORMS_KEPT + MOMENT, "new": FORMS_KEPT - MOMENT}.items():
        db_session.add(Submission(key=name, actor="person-1", outcome="/", at=now - age))
    for name, age in {"old": ATTEMPTS_KEPT + MOMENT, "new": ATTEMPTS_KEPT - MOMENT}.items():
        db_session.add(LoginAttempt(subject=name, at=now - age))
    db_session.commit()
    forget_old_traces(db_session, now=now)
    assert db_session.scalars(select(Submission.key)).all() == ["new"]
    assert db_session.scalars(select(LoginAttempt.subject)).all() == ["new"]
