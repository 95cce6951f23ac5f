"""Hashing: the figures that were chosen, and no difference for numbers nobody has."""

from __future__ import annotations

import time
from statistics import median

from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from venue.accounts.passwords import NOBODYS_HASH, hash_password, matches, refreshed


def test_passwords_are_hashed_with_argon2id_at_19_mib_and_two_passes() -> None:
    figures = extract_parameters(hash_password("k7#Qm2!x"))
    assert (figures.type, figures.memory_cost) == (Type.ID, 19 * 1024)
    assert (figures.time_cost, figures.parallelism) == (2, 1)


def test_a_password_matches_its_own_hash_alone() -> None:
    kept = hash_password("梧桐里的早晨")
    assert matches(kept, "梧桐里的早晨")
    assert not matches(kept, "梧桐里的早晨 ")
    assert not matches(kept, "")
    assert not matches("not a hash", "梧桐里的早晨")


def test_a_full_width_keyboard_types_the_same_password() -> None:
    assert matches(hash_password("k7#Qm2!x"), "ｋ７＃Ｑｍ２！ｘ")


def test_a_hash_with_older_figures_is_made_anew_when_its_password_comes() -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("k7#Qm2!x")
    new = refreshed(old, "k7#Qm2!x")
    assert new != old
    assert matches(new, "k7#Qm2!x")
    assert refreshed(new, "k7#Qm2!x") == new


def test_an_unknown_number_costs_as_much_time_as_a_known_one() -> None:
    assert extract_parameters(NOBODYS_HASH) == extract_parameters(hash_password("k7#Qm2!x"))
    known = hash_password("k7#Qm2!x")
    spent = {name: [] for name in ("known", "unknown")}
    for _ in range(7):
        for name, kept in (("known", known), ("unknown", NOBODYS_HASH)):
            begun = time.perf_counter()
            assert not matches(kept, "something else")
            spent[name].append(time.perf_counter() - begun)
    ratio = median(spent["unknown"]) / median(spent["known"])
    assert 0.5 < ratio < 2, spent
