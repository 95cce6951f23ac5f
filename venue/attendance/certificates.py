"""Certificates of completion: who gets one, and a number by which anybody can check it.

Nothing is stored: a certificate says what the rolls say. Its number is the enrollment's with an
HMAC over it, so that nobody can make one up.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, contains_eager

from venue.attendance.reading import course_records
from venue.attendance.rules import (
    Completed,
    CourseRecord,
    NotOver,
    RollsMissing,
    TooFew,
    completion,
)
from venue.config import settings
from venue.people.models import Person
from venue.programs.models import Program
from venue.seats.models import Enrollment
from venue.seats.rules import EnrollmentStatus
from venue.timeline.local_time import local_date

CHECK_LENGTH = 8
"""Characters of base 32: 40 bits, which nobody finds by asking a page."""
_NUMBER = re.compile(rf"([0-9]{{6,10}})([A-Z2-7]{{{CHECK_LENGTH}}})")

NotCompleted = NotOver | RollsMissing | TooFew


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says."""

    enrollment: Enrollment
    number: str
    record: CourseRecord
    first_on: date
    last_on: date

    @property
    def hours(self) -> str:
        """Hours attended, to the half hour and without a zero: 13.5."""
        return f"{self.record.minutes / 60:.1f}".removesuffix(".0")


def certificate_key(secret_key: str) -> bytes:
    """Return the key of the numbers; another purpose of the same secret gets another key."""
    return hashlib.sha256(b"certificates\0" + secret_key.encode()).digest()


def number_of(key: bytes, enrollment_id: int) -> str:
    """Return the number of the certificate of an enrollment: 000123-7KQ4-M2XA."""
    check = _check(key, enrollment_id)
    return f"{enrollment_id:06}-{check[:4]}-{check[4:]}"


def enrollment_numbered(key: bytes, typed: str) -> int | None:
    """Return whose enrollment a number is, however it was typed; None when it is nobody's."""
    plain = re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", typed).upper())
    found = _NUMBER.fullmatch(plain)
    if found is None:
        return None
    enrollment_id = int(found.group(1))
    good = hmac.compare_digest(found.group(2), _check(key, enrollment_id))
    return enrollment_id if good else None


def _check(key: bytes, enrollment_id: int) -> str:
    digest = hmac.new(key, str(enrollment_id).encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode()[:CHECK_LENGTH]


def completions(
    session: Session, enrollments: Sequence[Enrollment], *, key: bytes, now: datetime
) -> dict[int, Certificate | NotCompleted]:
    """Return by enrollment the certificate, or what is wanting; in two queries.

    Only a seat in a whole program leads to one; other enrollments are left out. Person and program
    must be loaded.
    """
    whole = [
        one
        for one in enrollments
        if one.session_id is None
        and one.status is EnrollmentStatus.CONFIRMED
        and one.program.cancelled_at is None
    ]
    if not whole:
        return {}
    records = course_records(session, [(one.program_id, one.person_id) for one in whole])
    return {one.id: _judged(one, records[one.program_id, one.person_id], key, now) for one in whole}


def earned(
    session: Session, enrollments: Sequence[Enrollment], *, key: bytes, now: datetime
) -> list[Certificate]:
    """Return the certificates of those who completed, in the order asked."""
    found = completions(session, enrollments, key=key, now=now)
    return [one for one in found.values() if isinstance(one, Certificate)]


def whole_seats(session: Session, *chosen: ColumnElement[bool]) -> Sequence[Enrollment]:
    """Return the chosen seats in whole programs with all that a certificate names, by name."""
    return session.scalars(
        select(Enrollment)
        .join(Enrollment.person)
        .join(Enrollment.program)
        .join(Program.center)
        .where(
            Enrollment.session_id.is_(None),
            Enrollment.status == EnrollmentStatus.CONFIRMED,
            *chosen,
        )
        .options(
            contains_eager(Enrollment.person),
            contains_eager(Enrollment.program).contains_eager(Program.center),
            contains_eager(Enrollment.program).joinedload(Program.teacher),
        )
        .order_by(Person.full_name, Enrollment.id)
    ).all()


def _judged(
    enrollment: Enrollment, record: CourseRecord, key: bytes, now: datetime
) -> Certificate | NotCompleted:
    verdict = completion(record, now, percent=settings().completion_percent)
    if not isinstance(verdict, Completed):
        return verdict
    return Certificate(
        enrollment,
        number_of(key, enrollment.id),
        record,
        local_date(verdict.starts_at),
        local_date(verdict.ends_at),
    )
