"""Series that sixteen clients schedule at once in two rooms, beside the same inserts alone.

Sixteen clients in eight processes each want one series of twelve weeks after the other; at each
hour all want the same two rooms, from weeks that overlap. One line for each database:

    scheduled, refused  series that came whole, and that found a room taken
    overlaps            hours for which a room was given twice
    partial             series with more than none and less than all of their dates
    deadlocks           what a user would have seen: errors of locks of any kind
    p99_ms              the slowest but one in a hundred, waiting for the others included
    ratio               series a second, by those of the same inserts without rules or preview

Product and bare inserts take turns within a run, so that the ratio holds on a machine that is busy
with other things too; the milliseconds do not. Run it with: python benchmarks/series.py
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import date, timedelta
from datetime import time as wall_time
from pathlib import Path

from sqlalchemy import select, text

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.series_acts import Attempt, bare, through_venue  # noqa: E402
from benchmarks.turns import Measured, database, told  # noqa: E402
from tests import town as make  # noqa: E402
from tests.frozen_clock import START  # noqa: E402
from tests.races.crew import Crew  # noqa: E402
from venue import clock, create_app  # noqa: E402
from venue.config import Settings  # noqa: E402
from venue.db import db  # noqa: E402
from venue.programs.models import ScheduledSession  # noqa: E402
from venue.programs.scheduling import SeriesPlan  # noqa: E402
from venue.timeline.recurrence import WeeklyPattern  # noqa: E402

CLIENTS = 16
WEEKS = 12
HOURS = range(9, 20)
FIRST = date(2026, 9, 23)
OVERLAPS = (
    "SELECT count(*) FROM room_booking a JOIN room_booking b"
    " ON a.room_id = b.room_id AND a.id < b.id"
    " AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at"
    " WHERE a.status <> 'released' AND b.status <> 'released'"
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--database", action="append", choices=["postgresql", "sqlite"])
    parser.add_argument("--rounds", type=int, default=4, help="in which both ways take turns")
    arguments = parser.parse_args()
    crew = Crew()
    for kind in arguments.database or ["postgresql", "sqlite"]:
        with database(kind, "series") as settings, clock.reading(lambda: START):
            print(_measure(crew, settings, kind, arguments.rounds), flush=True)
    crew.dismiss()


def _measure(crew: Crew, settings: Settings, kind: str, rounds: int) -> str:
    app = create_app(settings)
    venue, floor = Measured(), Measured()
    with app.app_context():
        for _ in range(rounds):
            for act, measured in ((through_venue, venue), (bare, floor)):
                shares = _attempts()
                db.session.remove()
                measured.add(told(crew.rush(settings, [(act, share) for share in shares])))
        overlaps = db.session.scalar(text(OVERLAPS))
        partial = _partial()
        db.session.remove()
        db.engine.dispose()
    scheduled, refused = venue.count("scheduled"), venue.count("refused")
    return (
        f"series db={kind} clients={CLIENTS} scheduled={scheduled} refused={refused}"
        f" overlaps={overlaps} partial={partial}"
        f" deadlocks={len(venue.tried) - scheduled - refused}"
        f" p99_ms={venue.p99_ms:.0f} ratio={venue.per_second / floor.per_second:.2f}"
    )


def _attempts() -> list[list[Attempt]]:
    """Return what each client wants: at every hour all of them the same two new rooms."""
    session = db.session()
    home = make.district(session, f"区{time.monotonic_ns()}")
    center = make.center(session, home, f"c{time.monotonic_ns()}")
    rooms = [make.room(session, center, f"教室{n}").id for n in range(2)]
    shares = []
    for client in range(CLIENTS):
        starts_on = FIRST + timedelta(weeks=client % 5)
        pattern = WeeklyPattern(starts_on, frozenset({FIRST.isoweekday()}), count=WEEKS)
        shares.append(
            [
                Attempt(
                    make.program(session, center, f"课程{client}-{hour}").id,
                    center.id,
                    SeriesPlan(pattern, wall_time(hour), wall_time(hour + 1), rooms[client % 2]),
                )
                for hour in HOURS
            ]
        )
    session.commit()
    return shares


def _partial() -> int:
    programs = db.session.scalars(select(ScheduledSession.program_id)).all()
    return sum(programs.count(one) != WEEKS for one in set(programs))


if __name__ == "__main__":
    main()
