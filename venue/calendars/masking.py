"""Keeps the tokens of private calendar links and of invitations out of the logs."""

from __future__ import annotations

import logging
import re

_TOKEN = re.compile(r"((?:/calendars/my/|(?:/|%2F)invitations(?:/|%2F)))[A-Za-z0-9_-]{16,}")
"""Percent-encoded too: on the way through signing in, an invitation stands in the query."""
_MASKED = r"\1…"


_LOGGERS = ("venue", "werkzeug", "gunicorn.access", "gunicorn.error")
"""All that write the address of a request; a filter of one does not reach the others."""


class TokenMask(logging.Filter):
    """Replaces the token in every record by `…`, wherever the message or its arguments have it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, masked where it must be."""
        message = record.getMessage()
        if _TOKEN.search(message):
            record.msg, record.args = _TOKEN.sub(_MASKED, message), None
        return True


_mask = TokenMask()


def keep_tokens_out_of_logs() -> None:
    """Mask tokens in the logs of this process; doing it twice is doing it once."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_mask)
