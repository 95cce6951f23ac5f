"""How a view writes: one form, one transaction, one verb, and the same answer when sent twice."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import session as cookie
from sqlalchemy.orm import Session

from venue import clock
from venue.accounts.submitting import Repeated, begin, finish, forget
from venue.db import write_transaction
from venue.permissions import Viewer, acting, viewer

Refusal = TypeVar("Refusal")


@dataclass(frozen=True, slots=True)
class Done:
    """The form did what it says; `location` is the page that shows it."""

    location: str


def submit(key: str, act: Callable[[Session, Viewer | None], Done | Refusal]) -> Done | Refusal:
    """Run `act` in one write transaction, with the viewer as that transaction sees them.

    The form with this key is carried out once: sent again, it gets the first `Done` without a
    second act. After a refusal it may be sent again.
    """
    with write_transaction() as session:
        who = acting()
        first = begin(session, key, sender(), now=clock.now())
        if isinstance(first, Repeated):
            return Done(first.outcome)
        outcome = act(session, who)
        if isinstance(outcome, Done):
            finish(session, first, outcome.location)
        else:
            forget(session, first)
        return outcome


def sender() -> str:
    """Return who sends forms here: the person, or the browser of somebody not signed in."""
    who = viewer()
    if who is not None:
        return f"person-{who.person.id}"
    return f"browser-{cookie.setdefault('browser', secrets.token_urlsafe(16))}"
