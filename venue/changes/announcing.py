"""Telling people of a change of a series: each of them once, and of the dates that concern them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from venue.changes.affected import tell_all
from venue.notifications.rules import MessageKind
from venue.programs.calendar import rooms_of
from venue.programs.models import Program, ScheduledSession
from venue.settlements.telling import tell_refunds
from venue.timeline.interval import Interval


@dataclass(frozen=True, slots=True)
class News:
    """What became of the sessions of a series; `changed` with the time before."""

    changed: Sequence[tuple[ScheduledSession, Interval]] = ()
    added: Sequence[ScheduledSession] = ()
    cancelled: Sequence[ScheduledSession] = ()
    reason: str = ""

    def about(self, ids: frozenset[int]) -> News:
        """Return the part of it for somebody who booked these sessions alone."""
        return News(
            changed=[(one, before) for one, before in self.changed if one.id in ids],
            cancelled=[one for one in self.cancelled if one.id in ids],
            reason=self.reason,
        )


def announce(
    session: Session,
    program: Program,
    news: News,
    people: dict[int | None, set[int]],
    *,
    now: datetime,
) -> int:
    """Tell everybody whom it concerns in one message; return how many these are.

    `people` are those of `people_by_session`, as they were before claims ended with the sessions
    that are cancelled. Who booked single dates is told of those alone.
    """
    concerned = [one.id for one, _ in news.changed] + [one.id for one in news.cancelled]
    dates: dict[int, set[int]] = {}
    for session_id in concerned:
        for person_id in people.get(session_id, ()):
            dates.setdefault(person_id, set()).add(session_id)
    everything = people[None]
    groups: dict[frozenset[int], list[int]] = {}
    for person_id, ids in dates.items():
        if person_id not in everything:
            groups.setdefault(frozenset(ids), []).append(person_id)
    _tell(session, program, news, sorted(everything), now=now)
    for only, told in groups.items():
        _tell(session, program, news.about(only), told, now=now)
    if news.cancelled:
        tell_refunds(session, program, now=now)
    return len(everything | dates.keys())


def _tell(
    session: Session, program: Program, news: News, people: Sequence[int], *, now: datetime
) -> None:
    parameters: dict[str, Any] = {
        "changed": len(news.changed),
        "added": len(news.added),
        "cancelled": len(news.cancelled),
        "reason": news.reason,
    }
    if news.changed:
        one, before = news.changed[0]
        parameters |= {
            "from_at": before.start.isoformat(),
            "from_end": before.end.isoformat(),
            "to_at": one.starts_at.isoformat(),
            "to_end": one.ends_at.isoformat(),
            "place": "，".join(room.name for room in rooms_of(one)),
        }
    if news.added:
        parameters["added_at"] = news.added[0].starts_at.isoformat()
    if news.cancelled:
        parameters["at"] = news.cancelled[0].starts_at.isoformat()
    tell_all(session, people, MessageKind.SERIES_CHANGED, program, parameters, now=now)
