"""Nobody gains by stating other wishes than their own: all small cases, one by one.

Whoever it is that lies, the other two are enumerated with all their wishes, and so it is enough to
let the liar come first, second and third: to exchange the others is another of the cases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import permutations, product

from venue.draws.lottery import GENERAL, Entry, Pool, allot

Mechanism = Callable[[Sequence[Pool], Sequence[Entry]], Iterable[int | None]]
Wishes = tuple[int, ...]


def wish_lists(programs: int) -> list[Wishes]:
    """Return every way to wish for at least one of some programs, best first."""
    return [
        wishes
        for length in range(1, programs + 1)
        for wishes in permutations(range(1, programs + 1), length)
    ]


def gains(
    mechanism: Mechanism,
    pools: Sequence[Pool],
    reports: dict[Wishes, Entry],
    others: Iterable[tuple[Entry, Entry]],
) -> Iterator[tuple[Wishes, Sequence[Entry]]]:
    """Yield the true wishes of which some misreport gets more, and who else takes part.

    True wishes get the most exactly when they get the first of them that any report gets.
    """
    for (one, other), place in product(others, range(3)):
        entries = [one, other]
        won = {}
        for wishes, report in reports.items():
            entries[place:place] = [report]
            at = list(mechanism(pools, entries))[place]
            won[wishes] = None if at is None else pools[at].program_id
            del entries[place]
        to_be_had = set(won.values())
        for truth, mine in won.items():
            if mine != next((wish for wish in truth if wish in to_be_had), None):
                yield truth, (one, other)


THREE_PROGRAMS = {
    wishes: Entry("0" * 16, 1, tuple(wish - 1 for wish in wishes)) for wishes in wish_lists(3)
}


def with_three_programs(mechanism: Mechanism) -> Iterator[object]:
    """Try three applicants for three programs of no, one or two seats."""
    for seats in product(range(3), repeat=3):
        pools = [Pool(at, GENERAL, number, "课程") for at, number in enumerate(seats, 1)]
        others = product(THREE_PROGRAMS.values(), repeat=2)
        yield from gains(mechanism, pools, THREE_PROGRAMS, others)


def entry(people: int, wishes: Wishes, *, resident: bool) -> Entry:
    """Return an application for program 1, with a quota for residents, and program 2."""
    tried = {1: (0, 1) if resident else (1,), 2: (2,)}
    return Entry("0" * 16, people, tuple(at for wish in wishes for at in tried[wish]))


def with_quotas_and_groups(mechanism: Mechanism) -> Iterator[object]:
    """Try three applications of one or two people each for two programs, one with a quota."""
    kinds = list(product((1, 2), (False, True)))
    everybody = [
        entry(people, wishes, resident=resident)
        for (people, resident), wishes in product(kinds, wish_lists(2))
    ]
    for residents, general, second in product((1, 0), (2, 1, 0), (2, 1, 0)):
        pools = [
            Pool(1, "residents", residents, "课程"),
            Pool(1, GENERAL, general, "课程"),
            Pool(2, GENERAL, second, "课程"),
        ]
        for people, resident in kinds:
            mine = {wishes: entry(people, wishes, resident=resident) for wishes in wish_lists(2)}
            yield from gains(mechanism, pools, mine, product(everybody, repeat=2))


def test_no_misreport_gains_among_three_programs():
    assert next(with_three_programs(allot), None) is None


def test_no_misreport_gains_with_quotas_and_groups():
    assert next(with_quotas_and_groups(allot), None) is None


def first_wishes_first(pools: Sequence[Pool], entries: Sequence[Entry]) -> list[int | None]:
    """Give out all first wishes, then the second ones: what many sites do."""
    left = [pool.seats for pool in pools]
    won: list[int | None] = [None] * len(entries)
    for rank in range(max(len(one.choices) for one in entries)):
        for at, one in enumerate(entries):
            choice = one.choices[rank] if rank < len(one.choices) else None
            if won[at] is None and choice is not None and left[choice] >= one.people:
                left[choice] -= one.people
                won[at] = choice
    return won


def all_quotas_first(pools: Sequence[Pool], entries: Sequence[Entry]) -> list[int | None]:
    """Draw the quotas of all programs, and then the general pools among all who are left."""
    won: list[int | None] = [None] * len(entries)
    for quotas in (True, False):
        for at, one in enumerate(entries):
            for choice in one.choices:
                taken = sum(
                    other.people
                    for other, place in zip(entries, won, strict=True)
                    if place == choice
                )
                of_the_kind = (pools[choice].name != GENERAL) is quotas
                if won[at] is None and of_the_kind and pools[choice].seats >= taken + one.people:
                    won[at] = choice
    return won


def test_the_control_finds_who_gains_where_first_wishes_come_first():
    assert next(with_three_programs(first_wishes_first)) is not None


def test_the_control_finds_who_gains_where_all_quotas_come_first():
    assert next(with_quotas_and_groups(all_quotas_first)) is not None
