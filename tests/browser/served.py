"""The application as gunicorn serves it to the browser: its clock is set once, and then runs."""

from __future__ import annotations

import os
import time
from datetime import datetime, timedelta

from venue import clock, create_app

BEGINS_AT = datetime.fromisoformat(os.environ["BROWSER_CLOCK"])
_started = time.monotonic()

# Kept in a name: when the context is collected, the clock is the system's again.
_set_clock = clock.reading(lambda: BEGINS_AT + timedelta(seconds=time.monotonic() - _started))
_set_clock.__enter__()

app = create_app()
