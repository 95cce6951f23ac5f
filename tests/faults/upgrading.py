"""`flask db upgrade` that is killed on its way: `python -m tests.faults.upgrading STATEMENTS`.

With 0 it arrives.
"""

from __future__ import annotations

import itertools
import os
import signal
import sys

from flask_migrate import upgrade
from sqlalchemy import event

from venue import create_app
from venue.db import db


def main(statements: int) -> None:
    """Bring the database up to date, and be killed before the statement with this number."""
    with create_app().app_context():
        numbers = itertools.count(1)

        def die_in_time(*_statement: object) -> None:
            if next(numbers) == statements:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(db.engine, "before_cursor_execute", die_in_time)
        upgrade()


if __name__ == "__main__":
    main(int(sys.argv[1]))
