"""Which days can be the birth date of somebody alive, and who is still in custody."""

from __future__ import annotations

from datetime import date

import pytest

from venue.people.rules import Basis, BirthFault, basis_of, birth_fault

TODAY = date(2026, 9, 16)

BIRTHS = {
    "today": (date(2026, 9, 16), None),
    "tomorrow": (date(2026, 9, 17), BirthFault.FUTURE),
    "far in the future": (date(9999, 12, 31), BirthFault.FUTURE),
    "120 years ago": (date(1906, 9, 16), None),
    "turning 121 tomorrow": (date(1905, 9, 17), None),
    "121 years ago": (date(1905, 9, 16), BirthFault.LONG_AGO),
    "long ago": (date(1, 1, 1), BirthFault.LONG_AGO),
}


@pytest.mark.parametrize("case", BIRTHS)
def test_a_birth_date_lies_in_the_last_120_years(case: str) -> None:
    born, expected = BIRTHS[case]
    assert birth_fault(born, TODAY) is expected


def test_custody_ends_at_eighteen() -> None:
    assert basis_of(17) is Basis.GUARDIAN
    assert basis_of(18) is Basis.RELATIVE
