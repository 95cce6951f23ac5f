"""Pure rules on people: names, ages, and who may act for whom."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from venue.timeline.local_time import local_date

NAME_LENGTH = 40
"""Characters: the longest names in Chinese identity documents are well below (own)."""
BUILDING_LENGTH = 40
OLDEST = 120
ADULT = 18
"""Civil Code of the PRC, art. 17: a natural person of 18 or older is an adult."""


class Language(StrEnum):
    """The languages of the site; Chinese first."""

    CHINESE = "zh_Hans"
    ENGLISH = "en"


class Basis(StrEnum):
    """On what ground one person acts for another."""

    GUARDIAN = "guardian"
    RELATIVE = "relative"


class KeySource(StrEnum):
    """Where a key comes from by which a person is found."""

    PERSON = "person"
    ACCOUNT = "account"
    """The number with which they sign in."""


class BirthFault(StrEnum):
    """Why a day cannot be the birth date of somebody alive."""

    FUTURE = "future"
    LONG_AGO = "long_ago"


@dataclass(frozen=True, slots=True)
class DelegationFact:
    """That `delegate_id` may act for `principal_id` since `confirmed_at`, unless ended.

    `until_on` is the last local day on which it holds, if there is one.
    """

    delegate_id: int
    principal_id: int
    confirmed_at: datetime | None
    ended_at: datetime | None
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """How somebody is reached: a number to call (E.164), and where they live."""

    phone: str | None = None
    neighborhood_id: int | None = None
    building: str | None = None


def clean_name(text: str) -> str:
    """Return a name in the one form in which it is stored: NFC, single spaces, none at the ends."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


def is_name(text: str) -> bool:
    """Tell whether a cleaned text can be a person's name: 1 to 40 characters, one of them a letter.

    Emoji, digits and control characters alone are nobody's name; a middle dot, a hyphen or an
    apostrophe inside is.
    """
    if not 0 < len(text) <= NAME_LENGTH:
        return False
    kinds = [unicodedata.category(character) for character in text]
    allowed = all(kind[0] in "LM" or kind in {"Pd", "Po", "Zs", "Pf"} for kind in kinds)
    return allowed and any(kind[0] == "L" for kind in kinds)


def age_on(on: date, birth_year: int, birth_on: date | None) -> int:
    """Return the age in whole years on the day `on`.

    Of somebody whose year of birth alone is known, the birthday counts as past: at the counter
    people of seventy say a year, and nobody is turned away for a month.
    """
    if birth_on is None:
        return on.year - birth_year
    had_birthday = (on.month, on.day) >= (birth_on.month, birth_on.day)
    return on.year - birth_on.year - (0 if had_birthday else 1)


def school_year(on: date) -> int:
    """Return the year in which the school year of a day began; they begin on 1 September."""
    return on.year if on.month >= 9 else on.year - 1


def grade_on(on: date, grade: int | None, grade_year: int | None) -> int | None:
    """Return the school grade on a day of who was in `grade` in the year that began then.

    None when it is not known. Who has left primary school, or is not there yet, gets a number
    outside 1 to 6, as counting on or back gives it.
    """
    if grade is None or grade_year is None:
        return None
    return grade + school_year(on) - grade_year


def birth_fault(birth_on: date, today: date) -> BirthFault | None:
    """Return why nobody alive can have been born on the day, or None: the limit is 120 years."""
    if birth_on > today:
        return BirthFault.FUTURE
    if age_on(today, birth_on.year, birth_on) > OLDEST:
        return BirthFault.LONG_AGO
    return None


def is_pair(ages: Iterable[int]) -> bool:
    """Tell whether people of these ages are an adult and a child, and nobody else."""
    return sorted(age >= ADULT for age in ages) == [False, True]


def months_later(on: date, months: int) -> date:
    """Return the same day so many months later, or the last of that month where it has no such."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(on.day, last))


def basis_of(age: int) -> Basis:
    """Return on what ground one acts for a person of that age: adults are no longer in custody."""
    return Basis.GUARDIAN if age < ADULT else Basis.RELATIVE


def may_act_for(
    actor_id: int, principal_id: int, delegations: Iterable[DelegationFact], now: datetime
) -> bool:
    """Tell whether a person may act for another: for oneself, or by a confirmed delegation."""
    return actor_id == principal_id or any(
        fact.delegate_id == actor_id
        and fact.principal_id == principal_id
        and fact.confirmed_at is not None
        and (fact.ended_at is None or fact.ended_at > now)
        and (fact.until_on is None or local_date(now) <= fact.until_on)
        for fact in delegations
    )
