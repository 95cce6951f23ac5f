"""What gunicorn serves in these tests: Venue as `wsgi.py` starts it, which can be told to die."""

from __future__ import annotations

import os
import signal

from flask import Response, request
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.browser.served import app
from venue.db import db
from venue.doctor import assert_sound

DIES = "X-Dies"
"""Header of a request during which the process is killed: before the `commit` or the `reply`."""

assert_sound(app)


@app.before_request
def die_before_the_commit() -> None:
    """Be killed when everything is written and nothing committed."""
    if request.headers.get(DIES) == "commit":

        def before_commit(session: Session) -> None:
            if not session.in_nested_transaction():
                _die()

        event.listen(db.session(), "before_commit", before_commit)


@app.after_request
def die_before_the_reply(response: Response) -> Response:
    """Be killed when everything is committed and nobody has heard of it."""
    if request.headers.get(DIES) == "reply":
        _die()
    return response


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
