"""What the logs do not say: tokens of calendars, invitations, check-in, and who is looked for."""

from __future__ import annotations

import logging
import re

_TOKEN = re.compile(
    r"((?:/calendars/my/|(?:/|%2F)(?:invitations|check-in(?:/|%2F)\d+)(?:/|%2F)))[A-Za-z0-9_-]{16,}"
)
"""Percent-encoded too: on the way through signing in, an invitation stands in the query."""
_SEARCH = re.compile(
    r"((?:/|%2F)(?:desk|teaching)(?:/|%2F)[^\s\"]*?(?:\?|&|%3F|%26)q(?:=|%3D))[^\s\"&]+"
)
"""Names and numbers of people, in the address of a search and of what is opened from there."""
_MASKED = r"\1…"

_LOGGERS = ("venue", "werkzeug", "gunicorn.access", "gunicorn.error")
"""All that write the address of a request; a filter of one does not reach the others."""


class LogMask(logging.Filter):
    """Replaces token or search in every record by `…`, wherever message or arguments have it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, masked where it must be."""
        message = record.getMessage()
        masked = _SEARCH.sub(_MASKED, _TOKEN.sub(_MASKED, message))
        if masked != message:
            record.msg, record.args = masked, None
        return True


_mask = LogMask()


def mask_logs() -> None:
    """Mask them in the logs of this process; doing it twice is doing it once."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_mask)
