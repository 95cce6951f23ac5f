"""Who may be one person, and which of two claims of one person stays."""

from __future__ import annotations

import pytest

from venue.privacy.rules import ClaimFact, Identity, Likeness, likeness, settle
from venue.seats.rules import EnrollmentStatus

PHONE = "+862166660001"
C, O, W, A = (  # noqa: E741
    EnrollmentStatus.CONFIRMED,
    EnrollmentStatus.OFFERED,
    EnrollmentStatus.WAITLISTED,
    EnrollmentStatus.APPLIED,
)


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (("周建国", 1956, None), ("周建国", 1956, None), Likeness.NAME_AND_YEAR),
        (("周建国", 1956, None), ("周建国", 1957, None), Likeness.NAME_AND_NEAR_YEAR),
        (("周建国", 1956, None), ("周建国", 1958, None), None),
        (("周建国", 1956, PHONE), ("周建国", 1965, PHONE), Likeness.NAME_AND_PHONE),
        (("周建国", 1956, PHONE), ("周健国", 1956, PHONE), Likeness.PHONE_AND_SIMILAR_NAME),
        (("周建国", 1956, PHONE), ("周国", 1957, PHONE), Likeness.PHONE_AND_SIMILAR_NAME),
        (("周建国", 1956, PHONE), ("周建军", 1981, PHONE), None),
        (("周建国", 1956, PHONE), ("李秀英", 1956, PHONE), None),
        (("周建国", 1956, None), ("周健国", 1956, None), None),
    ],
)
def test_two_records_may_be_one_person_by_name_year_and_number(one, other, why):
    assert likeness(Identity(*one), Identity(*other)) is why
    assert likeness(Identity(*other), Identity(*one)) is why


def claim(id_, person, program, status, *, group=None, paid=False, session=None):
    return ClaimFact(id_, person, program, session, 1, group, status, paid)


@pytest.mark.parametrize(
    ("claims", "given_up", "contested"),
    [
        ([claim(1, 1, 7, C), claim(2, 2, 8, C)], (), ()),
        ([claim(1, 1, 7, W), claim(2, 2, 7, C)], (1,), ()),
        ([claim(1, 1, 7, W), claim(2, 2, 7, O)], (1,), ()),
        ([claim(1, 1, 7, C), claim(2, 2, 7, C, paid=True)], (1,), ()),
        ([claim(1, 1, 7, W), claim(2, 2, 7, W)], (2,), ()),
        ([claim(1, 1, 7, C, session=3), claim(2, 2, 7, C, session=4)], (), ()),
        ([claim(1, 1, 7, C, group="夜校"), claim(2, 2, 8, C, group="夜校")], (), (1, 2)),
        ([claim(1, 1, 7, C, group="夜校"), claim(2, 2, 8, W, group="夜校")], (2,), ()),
        ([claim(1, 1, 7, W, group="夜校"), claim(2, 2, 8, A, group="夜校")], (), ()),
        ([claim(1, 1, 7, C, group="夜校"), claim(2, 2, 7, C, group="夜校")], (2,), ()),
    ],
)
def test_of_two_claims_on_one_seat_the_better_stays(claims, given_up, contested):
    settled = settle(claims)
    assert (settled.given_up, settled.contested) == (given_up, contested)
