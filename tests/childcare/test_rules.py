"""The door as tables: who may take a child, which codes will do, who gets a permit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from venue.childcare.codes import code_hash, code_key
from venue.childcare.rules import (
    DoorFact,
    PermitFact,
    PermitFault,
    PermitPlan,
    ReleaseRefusal,
    alone,
    by_code,
    by_guardian,
    by_permit,
    code_fault,
    old_enough_to_leave_alone,
    permit_faults,
)

TODAY = date(2026, 9, 22)
KEY = code_key("a secret of the house")
CHILD, SIBLING = 7, 8
MOTHER = 3


def hashed(code, child=CHILD):
    return code_hash(KEY, child, code)


GRANDMOTHER = PermitFact(1, hashed("4071"))
UNCLE = PermitFact(2, hashed("5820"), revoked=True)
NEIGHBOR = PermitFact(3, hashed("6193"), valid_on=TODAY)
YESTERDAY = PermitFact(4, hashed("7264"), valid_on=TODAY - timedelta(days=1))
TOMORROW = PermitFact(5, hashed("8305"), valid_on=TODAY + timedelta(days=1))
DOOR = DoorFact(
    arrived=True,
    gone=False,
    codes_locked=False,
    may_leave_alone=False,
    birth_year=2017,
    birth_on=date(2017, 6, 1),
    permits=[GRANDMOTHER, UNCLE, NEIGHBOR, YESTERDAY, TOMORROW],
    guardian_ids=frozenset({MOTHER}),
)
LOCKED = replace(DOOR, codes_locked=True)
ABSENT = replace(DOOR, arrived=False)
GONE = replace(DOOR, gone=True)


@pytest.mark.parametrize(
    ("door", "code", "verdict"),
    [
        (DOOR, "4071", GRANDMOTHER),
        (DOOR, "6193", NEIGHBOR),
        (DOOR, "0000", ReleaseRefusal.WRONG_CODE),
        (DOOR, "", ReleaseRefusal.WRONG_CODE),
        (DOOR, "5820", ReleaseRefusal.REVOKED),
        (DOOR, "7264", ReleaseRefusal.OTHER_DAY),
        (DOOR, "8305", ReleaseRefusal.OTHER_DAY),
        (LOCKED, "4071", ReleaseRefusal.LOCKED),
        (ABSENT, "4071", ReleaseRefusal.NOT_ARRIVED),
        (GONE, "4071", ReleaseRefusal.GONE),
        (replace(GONE, codes_locked=True), "4071", ReleaseRefusal.GONE),
    ],
)
def test_a_code_opens_for_its_child_and_its_day_alone(door, code, verdict):
    assert by_code(door, hashed(code), TODAY) == verdict


def test_another_childs_code_is_a_wrong_one():
    assert by_code(DOOR, hashed("4071", SIBLING), TODAY) is ReleaseRefusal.WRONG_CODE


def test_a_code_that_was_given_again_counts_though_an_older_permit_had_it():
    again = PermitFact(9, hashed("5820"))
    door = replace(DOOR, permits=[*DOOR.permits, again])
    assert by_code(door, hashed("5820"), TODAY) == again


@pytest.mark.parametrize(
    ("door", "permit", "verdict"),
    [
        (DOOR, 1, GRANDMOTHER),
        (LOCKED, 1, GRANDMOTHER),
        (DOOR, 3, NEIGHBOR),
        (DOOR, 2, ReleaseRefusal.REVOKED),
        (DOOR, 4, ReleaseRefusal.OTHER_DAY),
        (DOOR, 99, ReleaseRefusal.NOT_LISTED),
        (ABSENT, 1, ReleaseRefusal.NOT_ARRIVED),
        (GONE, 1, ReleaseRefusal.GONE),
    ],
)
def test_whom_the_carer_identifies_must_be_on_the_list(door, permit, verdict):
    assert by_permit(door, permit, TODAY) == verdict


@pytest.mark.parametrize(
    ("door", "person", "refusal"),
    [
        (DOOR, MOTHER, None),
        (LOCKED, MOTHER, None),
        (DOOR, 4, ReleaseRefusal.NOT_LISTED),
        (ABSENT, MOTHER, ReleaseRefusal.NOT_ARRIVED),
        (GONE, MOTHER, ReleaseRefusal.GONE),
    ],
)
def test_a_guardian_needs_no_permit(door, person, refusal):
    assert by_guardian(door, person) is refusal


ALLOWED = replace(DOOR, may_leave_alone=True)


@pytest.mark.parametrize(
    ("door", "refusal"),
    [
        (ALLOWED, None),
        (DOOR, ReleaseRefusal.NOT_ALLOWED_ALONE),
        (replace(ALLOWED, birth_on=date(2018, 9, 22)), None),
        (replace(ALLOWED, birth_on=date(2018, 9, 23)), ReleaseRefusal.TOO_YOUNG),
        (replace(ALLOWED, arrived=False), ReleaseRefusal.NOT_ARRIVED),
        (replace(ALLOWED, gone=True), ReleaseRefusal.GONE),
    ],
)
def test_alone_goes_who_is_eight_and_may(door, refusal):
    assert alone(door, TODAY) is refusal


@pytest.mark.parametrize(
    ("year", "birth_on", "enough"),
    [
        (2018, date(2018, 9, 22), True),
        (2018, date(2018, 9, 23), False),
        (2018, None, False),
        (2017, None, True),
    ],
)
def test_without_a_birth_date_a_child_is_eight_when_the_year_is_over(year, birth_on, enough):
    assert old_enough_to_leave_alone(TODAY, year, birth_on) is enough


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("4071", None),
        ("0912", None),
        ("123", PermitFault.CODE_SHAPE),
        ("12345", PermitFault.CODE_SHAPE),
        ("", PermitFault.CODE_SHAPE),
        ("40a1", PermitFault.CODE_SHAPE),
        ("４０７１", PermitFault.CODE_SHAPE),
        ("1111", PermitFault.CODE_EASY),
        ("1234", PermitFault.CODE_EASY),
        ("4321", PermitFault.CODE_EASY),
        ("8901", PermitFault.CODE_EASY),
        ("1212", PermitFault.CODE_EASY),
        ("1958", PermitFault.CODE_EASY),
    ],
)
def test_a_code_is_four_digits_that_nobody_guesses_first(code, fault):
    assert code_fault(code, [1958]) is fault


PLAN = PermitPlan("陈阿婆", "外婆", None, 1958, "4071")
THREE = [PermitFact(number, hashed(f"40{number}9")) for number in (1, 2, 3)]


@pytest.mark.parametrize(
    ("plan", "permits", "faults"),
    [
        (PLAN, [], []),
        (PLAN, THREE[:2], []),
        (PLAN, THREE, [PermitFault.NO_PLACE]),
        (PLAN, [*THREE[:2], replace(THREE[2], revoked=True)], []),
        (PLAN, [*THREE[:2], YESTERDAY], []),
        (replace(PLAN, valid_on=TODAY), THREE, []),
        (replace(PLAN, valid_on=TODAY - timedelta(days=1)), [], [PermitFault.PAST]),
        (replace(PLAN, birth_year=2009), [], [PermitFault.MINOR]),
        (replace(PLAN, birth_year=2008), [], []),
        (PLAN, [GRANDMOTHER], [PermitFault.CODE_TAKEN]),
        (PLAN, [replace(GRANDMOTHER, revoked=True)], []),
        (replace(PLAN, code="7264"), [YESTERDAY], []),
        (replace(PLAN, code="2017"), [], [PermitFault.CODE_EASY]),
        (
            replace(PLAN, birth_year=2012, code="12"),
            THREE,
            [PermitFault.MINOR, PermitFault.NO_PLACE, PermitFault.CODE_SHAPE],
        ),
    ],
)
def test_a_permit_says_everything_that_stands_against_it(plan, permits, faults):
    found = permit_faults(
        plan, child_birth_year=2017, code_hash=hashed(plan.code), permits=permits, today=TODAY
    )
    assert found == faults


def test_the_hash_of_a_code_is_of_its_child_and_of_this_house():
    assert len({hashed("4071"), hashed("4071", SIBLING), code_hash(code_key("x"), 7, "4071")}) == 3
