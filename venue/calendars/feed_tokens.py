"""The links of private calendars: issued, replaced and taken back, one by one."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.calendars.models import FeedToken
