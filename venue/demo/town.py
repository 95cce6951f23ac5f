"""The demo town while it is being written: what was made so far, by name, and when it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.orm import Session

from venue.audit.rules import Actor, Channel
from venue.people.models import Neighborhood, Person
from venue.places.models import Center, District, Room
from venue.programs.models import Term
from venue.timeline.local_time import instant, local_date, week_start

Facts = dict[str, Any]
"""One entry of a YAML file."""

FOLDER = Path(__file__).parents[2] / "demo"


def read(name: str) -> Facts:
    """Return the content of `demo/<name>.yaml`."""
    facts: Facts = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return facts


def wall_time(text: str) -> time:
    """Return the time that a clock shows as `07:30`."""
    return time.fromisoformat(text)


@dataclass
class Town:
    """What the loaders pass on to each other."""

    session: Session
    now: datetime
    district: District
    centers: dict[str, Center] = field(default_factory=dict)
    rooms: dict[tuple[str, str], Room] = field(default_factory=dict)
    neighborhoods: dict[str, Neighborhood] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    crowds: dict[str, list[Person]] = field(default_factory=dict)
    acting: dict[int, Actor] = field(default_factory=dict)
    """Who enrolls somebody that does not do it alone, by the id of the person."""
    term: Term | None = None
    next_term: Term | None = None

    @property
    def today(self) -> date:
        """The day on which the demo is loaded."""
        return local_date(self.now)

    @property
    def monday(self) -> date:
        """The first day of this week."""
        return week_start(self.today)

    def in_days(self, days: int) -> date:
        """Return a day counted from today."""
        return self.today + timedelta(days=days)

    def in_weeks(self, weeks: int) -> date:
        """Return the Monday of a week counted from this one."""
        return self.monday + timedelta(weeks=weeks)

    def at(self, days: int, text: str) -> datetime:
        """Return the instant of a wall-clock time on a day counted from today."""
        return instant(self.in_days(days), wall_time(text))

    def actor_for(self, person: Person) -> Actor:
        """Return who acts when this person enrolls: somebody for them, or they themselves."""
        return self.acting.get(person.id, Actor(person.id, Channel.ONLINE))
