"""What holds for every draw, whatever is drawn in it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.draws.files import published
from venue.draws.lottery import GENERAL, Entry, Pool, allot, drawn_order
from venue.draws.verifying import Verified, verify

SEEDS = st.text("0123456789abcdef", min_size=64, max_size=64)


@st.composite
def draws(draw):
    """Return pools of up to five programs and applications that wish for them."""
    pools, programs = [], []
    for program_id in range(1, draw(st.integers(1, 5)) + 1):
        quotas = draw(st.lists(st.sampled_from(["residents", "first_timers"]), unique=True))
        of_it = []
        for name in [*quotas, GENERAL]:
            of_it.append(len(pools))
            pools.append(Pool(program_id, name, draw(st.integers(0, 4)), "课程"))
        programs.append(of_it)
    names = draw(st.lists(st.text("0123456789abcdef", min_size=16, max_size=16), unique=True))
    return pools, [Entry(name, *draw(applications(programs))) for name in sorted(names)]


@st.composite
def applications(draw, programs):
    """Return how many come together, and the pools that they try, of up to three programs."""
    wished = draw(st.lists(st.sampled_from(programs), min_size=1, max_size=3, unique_by=tuple))
    choices = []
    for *quotas, general in wished:
        theirs = draw(st.sets(st.sampled_from(quotas))) if quotas else ()
        choices += [*(at for at in quotas if at in theirs), general]
    return draw(st.integers(1, 3)), tuple(choices)


@settings(max_examples=40)
@given(draws(), SEEDS)
def test_everybody_has_one_place_and_no_seat_is_given_twice(case, seed):
    pools, entries = case
    order = drawn_order(seed, entries)
    assert sorted(order, key=lambda one: one.pseudonym) == entries
    left = [pool.seats for pool in pools]
    for entry, won in zip(order, allot(pools, order), strict=True):
        # Each wish before the one that was won, or all of them, had too few seats.
        tried = entry.choices if won is None else entry.choices[: entry.choices.index(won)]
        assert all(left[at] < entry.people for at in tried)
        if won is not None:
            left[won] -= entry.people
            assert left[won] >= 0


@settings(max_examples=40)
@given(draws(), SEEDS, st.randoms(use_true_random=False))
def test_in_which_order_the_applications_came_changes_nothing(case, seed, random):
    _, entries = case
    shuffled = random.sample(entries, len(entries))
    assert drawn_order(seed, shuffled) == drawn_order(seed, entries)


@settings(max_examples=40)
@given(draws(), st.text("0123456789 +", min_size=1).map(str.strip).filter(bool))
def test_every_published_file_verifies(case, number):
    pools, entries = case
    lines = [f"{line}\n".encode() for line in published(pools, entries, number).split("\n")[:-1]]
    verdict = verify(lines)
    assert isinstance(verdict, Verified)
    assert (verdict.applications, verdict.number) == (len(entries), number)
