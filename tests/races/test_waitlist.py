"""Seats, offers and the line of one pool stay in order whatever happens to them at once."""

from __future__ import annotations

import threading
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select

from tests import town as make
from tests.races.acts import count_and_take_seats_away, leave_then_promote
from tests.races.crew import Crashed
from tests.races.stirring import cancel, stir_seats
from venue.db import db
from venue.notifications.models import Message
from venue.notifications.rules import MessageKind
from venue.seats.models import Enrollment, SeatPool, WaitlistOffer
from venue.seats.rules import ACTIVE, SEATED, EnrollmentStatus

pytestmark = [pytest.mark.race, pytest.mark.xdist_group("races")]

STEPS = 12


@pytest.fixture
def choir(db_session, town):
    return make.course(db_session, town.wutongli, "合唱", capacity=3)


def stirring(session, pool, processes):
    people = [person.id for person in make.crowd(session, 12)]
    session.commit()
    return [(stir_seats, seed, pool.id, people, STEPS) for seed in range(processes)]


def in_order(session, pool_id):
    """Return capacity, taken, rows with a seat, open offers and rows offered, in one snapshot."""
    claims = select(func.count()).where(Enrollment.pool_id == pool_id)
    return session.execute(
        select(
            SeatPool.capacity,
            SeatPool.taken,
            claims.where(Enrollment.status.in_(SEATED)).scalar_subquery(),
            select(func.count())
            .select_from(WaitlistOffer)
            .join(WaitlistOffer.enrollment)
            .where(Enrollment.pool_id == pool_id, WaitlistOffer.answered_at.is_(None))
            .scalar_subquery(),
            claims.where(Enrollment.status == EnrollmentStatus.OFFERED).scalar_subquery(),
            claims.where(Enrollment.status == EnrollmentStatus.WAITLISTED).scalar_subquery(),
        ).where(SeatPool.id == pool_id)
    ).one()


@contextmanager
def watching(app, pool_id):
    """Look at the pool over and over; collect every moment at which something does not add up."""
    faults, over = [], threading.Event()

    def watch():
        with app.app_context():
            while not over.is_set():
                with db.engine.connect() as connection:
                    found = in_order(connection, pool_id)
                capacity, taken, seated, offers, offered, waiting = found
                if taken > capacity or taken != seated or offers != offered:
                    faults.append(found)
                if waiting and taken < capacity:
                    faults.append(found)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield faults
    finally:
        over.set()
        watcher.join()


def test_seats_and_offers_add_up_at_every_moment(app, db_session, settings, crew, choir):
    pool_id = make.pool_of(db_session, choir).id
    jobs = stirring(db_session, make.pool_of(db_session, choir), processes=8)

    with watching(app, pool_id) as faults:
        answers = crew.rush(settings, jobs)

    assert not [answer for answer in answers if isinstance(answer, Crashed)]
    said = {name for answer in answers for name in answer}
    assert {"Enrolled", "Waitlisted", "Withdrawn", "Refused", "SeatPool"} <= said
    assert faults == []


def test_promoting_and_taking_seats_away_without_a_lock_oversells(
    db_session, settings, crew, town, choir
):
    """The control: a moment between leaving and promoting is enough for whoever counts seats."""
    pool = make.pool_of(db_session, choir)
    pool.capacity = 2
    leaving = make.enrollment(db_session, pool, town.zhou_wen)
    make.enrollment(db_session, pool, town.shen_lan)
    make.enrollment(db_session, pool, town.lin_xiao, EnrollmentStatus.WAITLISTED)
    db_session.commit()

    answers = crew.rush(
        settings,
        [(leave_then_promote, pool.id, leaving.id), (count_and_take_seats_away, pool.id, 1)],
    )

    assert answers == [True, True]
    db_session.rollback()
    found = in_order(db_session, pool.id)
    assert (found.capacity, found[2]) == (1, 2)


def test_a_cancelled_program_ends_every_claim_and_tells_everybody(
    app, db_session, settings, crew, choir
):
    pool = make.pool_of(db_session, choir)
    jobs = stirring(db_session, pool, processes=7)

    answers = crew.rush(settings, [*jobs, (cancel, choir.id)])

    assert not [answer for answer in answers if isinstance(answer, Crashed)]
    db_session.rollback()
    claims = db_session.scalars(select(Enrollment).where(Enrollment.pool_id == pool.id)).all()
    assert not [claim for claim in claims if claim.status in ACTIVE]
    db_session.refresh(pool)
    assert pool.taken == 0
    cancelled = {c.person_id for c in claims if c.status is EnrollmentStatus.CANCELLED}
    told = db_session.scalars(
        select(Message.person_id).where(Message.kind == MessageKind.PROGRAM_CANCELLED)
    ).all()
    assert cancelled <= set(told)
