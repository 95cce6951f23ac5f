"""Keeps the tokens of private calendar links out of the logs."""

from __future__ import annotations

import logging
import re

_TOKEN = re.compile(r"(/calendars/my/)[A-Za-z0-9_-]{16,}")
_MASKED = r"\1…"


class FeedTokenMask(logging.Filter):
    """Replaces the token in every record by `…`, wherever the message or its arguments have it.

    It belongs on each logger that writes requests (`werkzeug`, `gunicorn.access`,
    `gunicorn.error`, the application's own): a filter does not pass down to other loggers.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, masked where it must be."""
        message = record.getMessage()
        if _TOKEN.search(message):
            record.msg, record.args = _TOKEN.sub(_MASKED, message), None
        return True
