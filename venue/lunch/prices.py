"""What a meal costs: by age band, as each center sets it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.lunch.models import LunchPrice, MenuDay
from venue.lunch.rules import USUAL_PRICES, AgeBand, band_of
from venue.people.models import Person
from venue.people.rules import age_on


def prices_of(session: Session, center_id: int) -> dict[AgeBand, int]:
    """Return the price of each band at a center, in fen."""
    rows = session.scalars(select(LunchPrice).where(LunchPrice.center_id == center_id))
    return {**USUAL_PRICES, **{row.band: row.price_fen for row in rows}}


def price_of(session: Session, day: MenuDay, person: Person) -> tuple[AgeBand, int]:
    """Return the band and price of a person, by their age on the day of the meal."""
    band = band_of(age_on(day.served_on, person.birth_year, person.birth_on))
    return band, prices_of(session, day.center_id)[band]


def set_prices(
    session: Session, center_id: int, prices: Mapping[AgeBand, int], *, actor: Actor, now: datetime
) -> None:
    """Set what meals cost from now on; what was ordered keeps its price."""
    for band, price_fen in prices.items():
        session.merge(LunchPrice(center_id=center_id, band=band, price_fen=price_fen))
    session.flush()
    facts = {band.name.lower(): prices[band] for band in AgeBand}
    record(session, actor, "lunch.priced", ("center", center_id), at=now, facts=facts)
