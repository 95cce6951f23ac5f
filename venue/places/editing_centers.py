"""Making districts and centers, and changing what is said of a center."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from venue.audit.changing import change
from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.people.models import Neighborhood
from venue.places.models import Center, District
from venue.places.naming import rows_named


@dataclass(frozen=True, slots=True)
class CenterFacts:
    """What is said of a center; `phone` in E.164, and how often one resident may book a month."""

    name: str
    address: str
    phone: str
    about: str
    bookings_a_month: int | None = None


@dataclass(frozen=True, slots=True)
class NameTaken:
    """Something else has this name, or this short name in addresses, already."""

    name: str


def create_district(
    session: Session, name: str, *, actor: Actor, now: datetime
) -> District | NameTaken:
    """Make a district, the authority over some centers."""
    district = District(name=name)
    if not _added(session, district):
        return NameTaken(name)
    record(session, actor, "district.created", ("district", district.id), at=now)
    return district


def create_center(
    session: Session,
    district_id: int,
    slug: str,
    facts: CenterFacts,
    *,
    actor: Actor,
    now: datetime,
) -> Center | NameTaken:
    """Make a center without rooms or hours; `slug` is its name in addresses, for good."""
    center = Center(district_id=district_id, slug=slug, **asdict(facts))
    if not _added(session, center):
        return NameTaken(slug)
    record(
        session,
        actor,
        "center.changed",
        ("center", center.id),
        at=now,
        facts={"fields": ["slug", *sorted(asdict(facts))]},
    )
    return center


def change_center(
    session: Session,
    center_id: int,
    facts: CenterFacts,
    neighborhood_ids: Iterable[int],
    new_neighborhoods: Iterable[str],
    *,
    actor: Actor,
    now: datetime,
) -> list[str]:
    """Change what is said of a center and whose people are its residents.

    A new name of a neighborhood is made known; one that exists already is just chosen. Return the
    names of what changed.
    """
    center = session.get_one(Center, center_id, with_for_update=True)
    chosen = set(session.scalars(select(Neighborhood).where(Neighborhood.id.in_(neighborhood_ids))))
    chosen.update(rows_named(session, Neighborhood, new_neighborhoods))
    changed = change(center, asdict(facts))
    if chosen != set(center.neighborhoods):
        center.neighborhoods = sorted(chosen, key=lambda one: one.id)
        changed.append("neighborhoods")
    if changed:
        facts_kept = {"fields": changed}
        record(session, actor, "center.changed", ("center", center.id), at=now, facts=facts_kept)
    return changed


def _added(session: Session, row: District | Center) -> bool:
    """Add the row unless its unique name is taken; the constraint is the judge."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True
