"""The channels by which an act reaches the center, and who is acting."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Channel(StrEnum):
    """How somebody's wish reached the center."""

    ONLINE = "online"
    COUNTER = "counter"
    TELEPHONE = "telephone"
    HOME_VISIT = "home_visit"
    RELATIVE = "relative"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who performs an act: a signed-in person, or nobody when the program acts by itself."""

    person_id: int | None
    channel: Channel


SYSTEM = Actor(person_id=None, channel=Channel.SYSTEM)
"""The program itself: background jobs, the demo, commands of the operator."""
