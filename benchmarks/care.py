"""Four hundred families who book weeks of one summer at once, beside the same SQL alone.

A summer of 15 days with 40 places each; 400 families with one to three children, spread over
sixteen clients in eight processes, each want one, two or all of its weeks for all their children,
or nothing. One line for each database:

    booked, refused  families who got all their days, and who found one full
    overbooked       days with more children than places
    partial          bookings with more than none and less than all of their days
    deadlocks        errors of locks of any kind
    p99_ms           the slowest but one in a hundred, waiting for the others included
    ratio            families a second, by those of the same rows written without a rule

Product and bare writes take turns within a run, so that the ratio holds on a machine that is busy
with other things too; the milliseconds do not. Run it with: python benchmarks/care.py
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from sqlalchemy import func, select

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.care_acts import Family, bare, through_venue  # noqa: E402
from benchmarks.turns import Measured, database, told  # noqa: E402
from tests import town as make  # noqa: E402
from tests.frozen_clock import START  # noqa: E402
from tests.races.crew import Crew  # noqa: E402
from venue import clock, create_app  # noqa: E402
from venue.childcare.models import CareBooking, CareDay  # noqa: E402
from venue.config import Settings  # noqa: E402
from venue.db import db  # noqa: E402
from venue.seats.models import Enrollment, SeatPool  # noqa: E402
from venue.seats.rules import SEATED  # noqa: E402

CLIENTS = 16
WEEK = 5
DAYS = 3 * WEEK
PLACES = 40
WEEKS = ((0, 1), (1, 1), (2, 1), (0, 2), (1, 2), (0, 3))
"""First week and how many, as families want them in turn."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--database", action="append", choices=["postgresql", "sqlite"])
    parser.add_argument("--families", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3, help="in which both ways take turns")
    arguments = parser.parse_args()
    crew = Crew()
    for kind in arguments.database or ["postgresql", "sqlite"]:
        with database(kind, "care") as settings, clock.reading(lambda: START):
            print(_measure(crew, settings, kind, arguments.families, arguments.rounds), flush=True)
    crew.dismiss()


def _measure(crew: Crew, settings: Settings, kind: str, families: int, rounds: int) -> str:
    app = create_app(settings)
    venue, floor = Measured(), Measured()
    with app.app_context():
        for _ in range(rounds):
            for act, measured in ((through_venue, venue), (bare, floor)):
                shares = _summer(families)
                db.session.remove()
                measured.add(told(crew.rush(settings, [(act, share) for share in shares])))
        overbooked, partial = _overbooked(), _partial()
        db.session.remove()
        db.engine.dispose()
    booked, refused = venue.count("booked"), venue.count("refused")
    return (
        f"care db={kind} families={families} days={DAYS} places={PLACES}"
        f" booked={booked} refused={refused} overbooked={overbooked} partial={partial}"
        f" deadlocks={len(venue.tried) - booked - refused} bookings_per_s={venue.per_second:.0f}"
        f" p99_ms={venue.p99_ms:.0f} ratio={venue.per_second / floor.per_second:.2f}"
    )


def _summer(families: int) -> list[list[Family]]:
    """Return what each client wants of a new summer."""
    session = db.session()
    home = make.district(session, f"区{time.monotonic_ns()}")
    center = make.center(session, home, f"c{time.monotonic_ns()}")
    program = make.care(session, center, "暑托班", days=DAYS, capacity=PLACES)
    days = [one.id for one in program.sessions]
    shares: list[list[Family]] = [[] for _ in range(CLIENTS)]
    for number in range(families):
        children = tuple(
            make.person(session, f"孩子{number}-{child}", 2017, grade=3).id
            for child in range(1 + number % 3)
        )
        first, weeks = WEEKS[number % len(WEEKS)]
        wanted = tuple(days[first * WEEK : (first + weeks) * WEEK])
        shares[number % CLIENTS].append(Family(program.id, center.id, children, wanted))
    session.commit()
    return shares


def _overbooked() -> int:
    """Count days with more children than places, or than are counted as taken."""
    seated = (
        select(func.count())
        .where(Enrollment.pool_id == SeatPool.id, Enrollment.status.in_(SEATED))
        .scalar_subquery()
    )
    wrong = (seated > SeatPool.capacity) | (seated != SeatPool.taken)
    return db.session.scalar(select(func.count()).select_from(SeatPool).where(wrong)) or 0


def _partial() -> int:
    """Count bookings whose days are no whole number of weeks, or none."""
    days = select(func.count()).where(CareDay.booking_id == CareBooking.id).scalar_subquery()
    counts = db.session.scalars(select(days)).all()
    return sum(count == 0 or count % WEEK != 0 for count in counts)


if __name__ == "__main__":
    main()
