"""The yearly record of who opened the files of minors, for the audit that the law asks for.

Regulations on the Protection of Minors Online (2024), art. 36 and 37: access of staff to personal
information of minors is recorded, and each year its handling is audited.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from venue.audit.models import AuditEntry
from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.childcare.incident_models import Incident
from venue.childcare.models import CareProgram
from venue.childcare.reading_files import VIEWED
from venue.childcare.rules import Seen
from venue.consents.models import Consent
from venue.people.models import Person
from venue.programs.models import Program, ScheduledSession
from venue.timeline.interval import Interval
from venue.timeline.local_time import local_date, whole_days


@dataclass(frozen=True, slots=True)
class Access:
    """That somebody of the staff saw something of a child's file."""

    at: datetime
    staff: str
    child_id: int
    child: str
    what: Seen
    title: str
    """The program on whose day it was."""
    day_on: date | None


@dataclass(frozen=True, slots=True)
class AccessYear:
    """A year of a center: every look, and what else an auditor asks about."""

    year: int
    looks: Sequence[Access]
    given: int
    """Consents to health notes that were given in the year."""
    withdrawn: int
    incidents: int
    notes_deleted: int
    """Health notes that were deleted, of all centers: the note belongs to a child, not a center."""
    log_deleted: int
    """Rows of the log of the door that were deleted."""

    @property
    def by_staff(self) -> list[tuple[str, int]]:
        """How often each has looked, the most first."""
        return Counter(one.staff for one in self.looks).most_common()

    @property
    def by_month(self) -> list[tuple[int, int]]:
        """How often somebody has looked in each month that had looks, in order."""
        return sorted(Counter(local_date(one.at).month for one in self.looks).items())

    @property
    def by_what(self) -> list[tuple[Seen, int]]:
        """How often each part of the files was seen, the most first."""
        return Counter(one.what for one in self.looks).most_common()

    @property
    def children(self) -> int:
        """How many children's files were seen."""
        return len({one.child_id for one in self.looks})


def export_access(
    session: Session, center_id: int, year: int, *, actor: Actor, now: datetime
) -> AccessYear:
    """Return the record of a year, and write down who took it along."""
    found = access_year(session, center_id, year)
    facts = {"year": year, "looks": len(found.looks)}
    record(session, actor, "care_access.exported", ("center", center_id), at=now, facts=facts)
    return found


def access_year(session: Session, center_id: int, year: int) -> AccessYear:
    """Return the record of a year of a center, in seven queries."""
    time = whole_days(date(year, 1, 1), date(year, 12, 31))
    texts = (
        select(CareProgram.health_text_id)
        .join(Program, Program.id == CareProgram.program_id)
        .where(Program.center_id == center_id)
    )
    about = Consent.text_id.in_(texts)
    deleted = session.scalars(
        select(AuditEntry.facts).where(
            AuditEntry.action == "collection_log.deleted",
            AuditEntry.subject == "center",
            AuditEntry.subject_id == center_id,
            _within(AuditEntry.at, time),
        )
    )
    return AccessYear(
        year=year,
        looks=_looks(session, center_id, time),
        given=_count(session, about, _within(Consent.given_at, time)),
        withdrawn=_count(session, about, _within(Consent.withdrawn_at, time)),
        incidents=_count(
            session, Incident.center_id == center_id, _within(Incident.happened_at, time)
        ),
        notes_deleted=_count(
            session, AuditEntry.action == "health_note.deleted", _within(AuditEntry.at, time)
        ),
        log_deleted=sum(facts["rows"] for facts in deleted),
    )


def _count(session: Session, *chosen: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).where(*chosen)) or 0


def _within(at: InstrumentedAttribute[Any], time: Interval) -> ColumnElement[bool]:
    return and_(at >= time.start, at < time.end)


def _looks(session: Session, center_id: int, time: Interval) -> list[Access]:
    days = {
        session_id: (title, local_date(starts_at))
        for session_id, title, starts_at in session.execute(
            select(ScheduledSession.id, Program.title, ScheduledSession.starts_at)
            .join(ScheduledSession.program)
            .join(CareProgram, CareProgram.program_id == Program.id)
            .where(Program.center_id == center_id)
        )
    }
    staff, child = aliased(Person), aliased(Person)
    rows = session.execute(
        select(
            AuditEntry.at, AuditEntry.facts, AuditEntry.subject_id, staff.full_name, child.full_name
        )
        .outerjoin(staff, staff.id == AuditEntry.actor_id)
        .outerjoin(child, child.id == AuditEntry.subject_id)
        .where(AuditEntry.action == VIEWED, _within(AuditEntry.at, time))
        .order_by(AuditEntry.at, AuditEntry.id)
        .execution_options(yield_per=1000)
    )
    found = []
    for at, facts, child_id, staff_name, child_name in rows:
        if facts["center_id"] != center_id:
            continue
        title, day_on = days.get(facts["session_id"], ("", None))
        found.append(
            Access(
                at=at,
                staff=staff_name or "",
                child_id=child_id,
                child=child_name or "",
                what=Seen(facts["what"]),
                title=title,
                day_on=day_on,
            )
        )
    return found
