"""Who is next, as tables: one line over several pools, groups, and seats kept for the counter."""

from __future__ import annotations

from dataclasses import replace

import pytest

from venue.seats.line import Waiting, move
from venue.seats.matching import match
from venue.seats.rules import PoolSeats, Quota

HERE, NEED = Quota.RESIDENTS, Quota.IN_NEED
NOBODY: frozenset[Quota] = frozenset()
GENERAL = PoolSeats(1, None, capacity=5, taken=5)
RESIDENTS = PoolSeats(2, HERE, capacity=5, taken=5)
IN_NEED = PoolSeats(3, NEED, capacity=5, taken=5)


def seats(general: int = 0, residents: int = 0, in_need: int = 0) -> tuple[PoolSeats, ...]:
    """Return pools in which so many seats are free."""
    return (
        replace(GENERAL, taken=5 - general),
        replace(RESIDENTS, taken=5 - residents),
        replace(IN_NEED, taken=5 - in_need),
    )


def one(id_: int, *quotas: Quota, desk: bool = False) -> Waiting:
    return Waiting(id_, frozenset(quotas), desk)


def pair(id_: int, *quotas: Quota) -> list[Waiting]:
    """Return two who came together, the first of whom has the quotas."""
    return [one(id_, *quotas), one(id_ + 1)]


@pytest.mark.parametrize(
    ("people", "pools", "places"),
    [
        ([[]], seats(general=1), [1]),
        ([[]], seats(residents=1, in_need=1), [None]),
        ([[HERE]], seats(general=1, residents=1), [2]),
        ([[HERE], []], seats(general=1, residents=1), [2, 1]),
        ([[HERE, NEED], [HERE]], seats(residents=1, in_need=1), [3, 2]),
        ([[HERE], [HERE, NEED], []], seats(1, 1, 1), [2, 3, 1]),
        ([[], []], seats(general=1), [1, None]),
    ],
)
def test_everybody_has_a_seat_where_that_is_possible_at_all(people, pools, places):
    assert match([frozenset(quotas) for quotas in people], pools) == places


@pytest.mark.parametrize(
    ("line", "pools", "offers", "kept"),
    [
        ([[one(1)], [one(2)]], seats(general=1), [(1, 1)], {}),
        ([[one(1)], [one(2)]], seats(general=3), [(1, 1), (2, 1)], {}),
        # A seat of a quota passes over those who do not belong to it.
        ([[one(1)], [one(2, HERE)]], seats(residents=1), [(2, 2)], {}),
        ([[one(1, HERE)], [one(2)]], seats(1, 1), [(1, 2), (2, 1)], {}),
        # A group keeps what it can use until there is enough, and nobody behind it passes.
        ([pair(1), [one(3)]], seats(general=1), [], {1: 1}),
        ([pair(1), [one(3)]], seats(general=2), [(1, 1), (2, 1)], {}),
        ([pair(1), [one(3)]], seats(general=3), [(1, 1), (2, 1), (3, 1)], {}),
        ([pair(1, HERE), [one(3)], [one(4, HERE)]], seats(residents=2), [(4, 2)], {2: 1}),
        ([pair(1, HERE), [one(3)]], seats(1, 1), [(1, 2), (2, 1)], {}),
        ([[one(1)], pair(2), [one(4)]], seats(general=2), [(1, 1)], {1: 1}),
        ([pair(1), pair(3, NEED)], seats(general=1, in_need=1), [], {1: 1, 3: 1}),
        # There can never be six seats.
        ([[one(n) for n in range(1, 7)], [one(7)]], seats(general=1), [(7, 1)], {}),
    ],
)
def test_a_free_seat_goes_to_the_first_in_line_who_may_use_it(line, pools, offers, kept):
    moves = move(line, pools)

    assert list(moves.offers) == offers
    assert {one.pool_id: one.kept_for_group for one in moves.pools if one.kept_for_group} == kept


def test_a_seat_kept_for_the_counter_goes_to_the_first_who_came_there():
    pool = replace(GENERAL, taken=3, kept=1, counter_taken=0)
    line = iter([[one(1)], [one(2)], [one(3, desk=True)]])

    everybody = move(line, [pool])
    at_the_desk = move(line, everybody.pools, desk=True)

    assert (everybody.offers, at_the_desk.offers) == (((1, 1),), ((3, 1),))


def test_seats_that_a_group_keeps_are_not_given_to_those_who_join_behind_it():
    pool = replace(GENERAL, taken=3, kept_for_group=1)

    assert move([[one(9)], [one(10)]], [pool]).offers == ((9, 1),)


def test_the_line_is_read_no_further_than_seats_reach():
    read = []

    def line():
        for number in range(1, 100):
            read.append(number)
            yield [one(number)]

    move(line(), [replace(GENERAL, taken=3)])

    assert read == [1, 2]
