"""The courses that people rush for, and the people, signed in already."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf
from sqlalchemy import func, insert, select

from tests import town as make
from venue import clock
from venue.accounts.models import LoginSession, User
from venue.accounts.rules import token_hash
from venue.audit.rules import Channel
from venue.db import db
from venue.people.models import Person
from venue.people.rules import Language
from venue.programs.rules import Admission
from venue.seats.models import Enrollment, SeatPool
from venue.seats.rules import EnrollmentStatus

CLIENTS = 32
FIRST_RESIDENT = 1_000_000
"""No course has the id of a person: the floor tells them apart by that."""


@dataclass(frozen=True)
class Course:
    """A course with seats."""

    program_id: int
    pool_id: int


@dataclass(frozen=True)
class Resident:
    """A person whose browser is signed in: what its cookie and its forms carry."""

    person_id: int
    token_hash: str
    cookie: str
    csrf_token: str


@dataclass(frozen=True)
class Demand:
    """A resident wants a seat; `key` is the submission key of their form."""

    resident: Resident
    course: Course
    key: str


@dataclass(frozen=True)
class Crowd:
    """Courses, and what is wanted of them, in the order in which it is sent."""

    courses: list[Course]
    demands: list[Demand]


@dataclass(frozen=True)
class Sold:
    """What has become of the seats of some courses."""

    sold: int
    oversold: int
    """Seats given twice."""
    unsold: int
    """Seats left although somebody wanted them."""


Order = Callable[[Sequence[Course], Sequence[Resident]], list[Demand]]


class Town:
    """One center in a database, and what is added to it; its courses have so many seats."""

    def __init__(self, app: Flask, seats: int) -> None:
        self.app = app
        self.seats = seats
        with app.test_request_context() as context:
            self.csrf_token = generate_csrf()
            self.cookie = dict(context.session)
        with app.app_context():
            district = make.district(db.session)
            center = make.center(db.session, district)
            self.center_id = center.id
            self.term_id = make.term(db.session, district).id
            # From here on no program has the id of its own pool.
            make.program(db.session, center, admission=Admission.DROP_IN)
            db.session.commit()

    def crowd(self, order: Order, count: int) -> Crowd:
        """Add so many courses, and for each as many people who want it as there are clients."""
        courses = self.courses(count)
        return Crowd(courses, order(courses, self.residents(count * CLIENTS)))

    def courses(self, count: int, seats: int | None = None) -> list[Course]:
        """Add courses of twelve evenings, of which everybody may have one a term."""
        made = []
        with self.app.app_context():
            center = db.session.get_one(make.Center, self.center_id)
            now = clock.now()
            for number in range(count):
                program = make.course(
                    db.session,
                    center,
                    f"夜校课程{number}",
                    capacity=seats or self.seats,
                    first_on=clock.today() + timedelta(days=14 + number % 7),
                    enroll_opens_at=now - timedelta(hours=1),
                    enroll_closes_at=now + timedelta(days=7),
                    term_id=self.term_id,
                    limit_group="夜校",
                    min_age=18,
                    max_age=55,
                )
                pool = make.pool_of(db.session, program)
                made.append(Course(program.id, pool.id))
            db.session.commit()
        return made

    def residents(self, count: int) -> list[Resident]:
        """Add adults with an account, each signed in."""
        now = clock.now()
        with self.app.app_context():
            first = (db.session.scalar(select(func.max(Person.id))) or FIRST_RESIDENT) + 1
            ids = range(first, first + count)
            people = [
                {
                    "id": id_,
                    "full_name": "林晓",
                    "birth_year": 1995,
                    "language": Language.CHINESE,
                    "created_at": now,
                }
                for id_ in ids
            ]
            db.session.execute(insert(Person), people)
            users = [
                {
                    "id": id_,
                    "person_id": id_,
                    "phone": f"+86139{id_:08}",
                    "password_hash": "nobody types a password here",
                    "created_at": now,
                }
                for id_ in ids
            ]
            db.session.execute(insert(User), users)
            made = [self._signed_in(id_) for id_ in ids]
            logins = [
                {
                    "token_hash": one.token_hash,
                    "user_id": one.person_id,
                    "created_at": now,
                    "expires_at": now + timedelta(days=1),
                }
                for one in made
            ]
            db.session.execute(insert(LoginSession), logins)
            db.session.commit()
        return made

    def _signed_in(self, person_id: int) -> Resident:
        token = secrets.token_urlsafe(32)
        interface = SecureCookieSessionInterface()
        content = {**self.cookie, "_user_id": token, "_fresh": True}
        signer = interface.get_signing_serializer(self.app)
        if signer is None:
            raise SystemExit("cookies are not signed without a secret key")
        name = interface.get_cookie_name(self.app)
        return Resident(
            person_id, token_hash(token), f"{name}={signer.dumps(content)}", self.csrf_token
        )

    def sold(self, courses: Sequence[Course]) -> Sold:
        """Return what has become of the seats of courses that more people wanted than could."""
        ids = [course.pool_id for course in courses]
        with self.app.app_context():
            rows = db.session.execute(
                select(SeatPool.capacity, SeatPool.taken, func.count(Enrollment.id))
                .outerjoin(
                    Enrollment,
                    (Enrollment.pool_id == SeatPool.id)
                    & (Enrollment.status == EnrollmentStatus.CONFIRMED)
                    & (Enrollment.channel == Channel.ONLINE),
                )
                .where(SeatPool.id.in_(ids))
                .group_by(SeatPool.id)
            ).all()
        if any(taken != sold for _, taken, sold in rows):
            raise SystemExit("pools count other seats than people have")
        return Sold(
            sold=sum(sold for _, _, sold in rows),
            oversold=sum(max(0, sold - capacity) for capacity, _, sold in rows),
            unsold=sum(max(0, capacity - sold) for capacity, _, sold in rows),
        )


def wishes(
    courses: Sequence[Course], residents: Sequence[Resident], each: int
) -> list[list[Demand]]:
    """Let everybody want up to so many of the courses, one after the other, in no order."""
    dice = random.Random(11)  # noqa: S311  (the same wishes in every run)
    count = min(each, len(courses))
    return [
        [Demand(resident, course, new_key()) for course in dice.sample(courses, count)]
        for resident in residents
    ]


def new_key() -> str:
    """Return the submission key of a form that nobody has sent yet."""
    return secrets.token_urlsafe(16)


def one_after_another(courses: Sequence[Course], residents: Sequence[Resident]) -> list[Demand]:
    """Let as many as there are clients want each course, course by course."""
    return [
        Demand(resident, course, new_key())
        for number, course in enumerate(courses)
        for resident in residents[number * CLIENTS : (number + 1) * CLIENTS]
    ]


def all_at_once(courses: Sequence[Course], residents: Sequence[Resident]) -> list[Demand]:
    """The same demands, for all courses in one crowd."""
    demands = one_after_another(courses, residents)
    random.Random(7).shuffle(demands)  # noqa: S311  (the same crowd in every run)
    return demands
