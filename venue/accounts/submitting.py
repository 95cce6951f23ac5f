"""Forms that are sent once: a retry or a double click finds the first answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from venue.accounts.models import Submission
from venue.db import execute_core, insert_new


@dataclass(frozen=True, slots=True)
class Repeated:
    """The form was sent before; `outcome` is where its sender was led then."""

    outcome: str


@dataclass(frozen=True, slots=True)
class First:
    """The form arrives for the first time, and `submission_id` stands for it."""

    submission_id: int


_BEGIN = {
    dialect: insert.returning(Submission.id) for dialect, insert in insert_new(Submission).items()
}
_FINISH = (
    update(Submission)
    .where(Submission.id == bindparam("submission_id"))
    .values(outcome=bindparam("to"))
)


def begin(session: Session, key: str, actor: str, *, now: datetime) -> First | Repeated:
    """Note that `actor` sent the form with this key.

    Two at once: the second waits here for the first to commit, and is then `Repeated`.
    """
    statement = _BEGIN[session.get_bind().dialect.name]
    submission_id = execute_core(
        session, statement, {"key": key, "actor": actor, "at": now}
    ).scalar()
    if submission_id is not None:
        return First(submission_id)
    return Repeated(outcome_of(session, key, actor) or "/")


def outcome_of(session: Session, key: str, actor: str) -> str | None:
    """Return where the sender of a form was led when it was carried out, or None: it was not."""
    return session.scalar(
        select(Submission.outcome).where(Submission.key == key, Submission.actor == actor)
    )


def finish(session: Session, first: First, outcome: str) -> None:
    """Keep where the sender is led, for the next time the same form arrives."""
    execute_core(session, _FINISH, {"submission_id": first.submission_id, "to": outcome})


def forget(session: Session, first: First) -> None:
    """Let the form be sent again: this time it was refused."""
    session.execute(
        delete(Submission)
        .where(Submission.id == first.submission_id)
        .execution_options(synchronize_session=False)
    )
