"""Pure: which pool seats whom, when people come together and some belong to priority groups."""

from __future__ import annotations

from collections.abc import Sequence

from venue.seats.rules import PoolSeats, Quota


def match(
    people: Sequence[frozenset[Quota]], pools: Sequence[PoolSeats], *, desk: bool = False
) -> list[int | None]:
    """Return for each of the people the id of a pool with a seat for them; None for who has none.

    As many are seated as can be at all (augmenting paths), each rather by a quota of theirs, in
    the order of `Quota`, than by the general pool, which is all that others have.
    """
    tried = (*Quota, None)
    order = sorted(pools, key=lambda pool: tried.index(pool.quota))
    usable = [
        [pool.pool_id for pool in order if pool.quota is None or pool.quota in quotas]
        for quotas in people
    ]
    left = {pool.pool_id: pool.left(desk=desk) for pool in pools}
    seated: dict[int, list[int]] = {pool.pool_id: [] for pool in pools}

    def seat(who: int, tried: set[int]) -> bool:
        for pool_id in usable[who]:
            if pool_id in tried:
                continue
            tried.add(pool_id)
            if len(seated[pool_id]) < left[pool_id]:
                seated[pool_id].append(who)
                return True
            for place, other in enumerate(seated[pool_id]):
                if seat(other, tried):
                    seated[pool_id][place] = who
                    return True
        return False

    for who in range(len(people)):
        seat(who, set())
    pool_of = {who: pool_id for pool_id, everybody in seated.items() for who in everybody}
    return [pool_of.get(who) for who in range(len(people))]
