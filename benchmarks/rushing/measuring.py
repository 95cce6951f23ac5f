"""Rounds in which product and floor, refusals and the empty page take turns, and what they gave."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.rushing.clients import Clients, Tally, get, post
from benchmarks.rushing.floor import Floor
from benchmarks.rushing.town import CLIENTS, Course, Crowd, Demand, Resident, Sold, new_key


@dataclass(frozen=True)
class Rounds:
    """What was measured in turns: the nth of each stood beside the nth of the others."""

    enrollments: list[Tally]
    floor: list[Tally]
    refusals: list[Tally]
    hellos: list[Tally]


class Rush:
    """A site and its floor on one database, and the people at their doors."""

    def __init__(
        self, clients: Clients, floor: Floor, latecomers: Sequence[Resident], seconds: float
    ) -> None:
        self._clients = clients
        self._floor = floor
        self._latecomers = latecomers
        self._seconds = seconds

    async def carry_out(self, crowd: Crowd, floor_crowd: Crowd, count: int) -> Rounds:
        """Let both crowds in, in so many rounds; when all is full, the latecomers in as many.

        A round is at least one course long.
        """
        count = min(count, len(crowd.courses))
        rounds = Rounds([], [], [], [])
        for mine, theirs in zip(_cut(crowd, count), _cut(floor_crowd, count), strict=True):
            rounds.enrollments.append(await self._clients.send(post(one) for one in mine))
            rounds.floor.append(self._floor.carry_out(theirs))
        hello = (get("/hello", one) for one in itertools.cycle(self._latecomers))
        refused = (post(one) for one in self._too_late(crowd.courses))
        for _ in range(count):
            rounds.refusals.append(await self._clients.send(refused, self._seconds))
            rounds.hellos.append(await self._clients.send(hello, self._seconds))
        _expect(rounds.enrollments, {303, 409})
        _expect(rounds.refusals, {409})
        _expect(rounds.hellos, {200})
        return rounds

    def _too_late(self, courses: Sequence[Course]) -> Iterator[Demand]:
        for resident, course in zip(itertools.cycle(self._latecomers), itertools.cycle(courses)):
            yield Demand(resident, course, new_key())


def _cut(crowd: Crowd, count: int) -> list[Sequence[Demand]]:
    """Cut what a crowd wants into so many parts, of whole courses when it comes for one by one."""
    courses = len(crowd.courses)
    ends = [number * courses // count * CLIENTS for number in range(count + 1)]
    return [crowd.demands[begin:end] for begin, end in itertools.pairwise(ends)]


def _expect(tallies: Sequence[Tally], statuses: set[int]) -> None:
    for tally in tallies:
        if not set(tally.statuses) <= statuses:
            raise SystemExit(f"answers that nobody expected: {dict(tally.statuses)}")


def line(database: str, case: str, rounds: Rounds, sold: Sold, floor_sold: Sold) -> str:
    """Return the one line that is printed; raises SystemExit when seats and answers differ."""
    for tallies, seats in ((rounds.enrollments, sold), (rounds.floor, floor_sold)):
        if sum(tally.statuses[303] for tally in tallies) != seats.sold:
            raise SystemExit("a seat was promised and not given")
    enrollments = [tally.per_second(303) for tally in rounds.enrollments]
    floor = [tally.per_second(303) for tally in rounds.floor]
    refusals = [tally.per_second(409) for tally in rounds.refusals]
    hellos = [tally.per_second(200) for tally in rounds.hellos]
    return (
        f"rush db={database} case={case}"
        f" enrollments_per_s={median(enrollments):.0f} floor_per_s={median(floor):.0f}"
        f" ratio={_ratio(enrollments, floor):.2f}"
        f" refusals_per_s={median(refusals):.0f} hello_per_s={median(hellos):.0f}"
        f" refusal_ratio={_ratio(refusals, hellos):.2f}"
        f" oversold={sold.oversold} unsold={sold.unsold}"
    )


def _ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    return median(one / other for one, other in zip(ours, theirs, strict=True))
