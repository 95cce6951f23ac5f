"""What residents, the desk and the jobs do to one pool of seats, at random and all at once."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from tests.races.acts import as_themselves
from venue import clock
from venue.audit.rules import SYSTEM
from venue.changes.cancelling import cancel_program
from venue.db import write_transaction
from venue.seats.enrolling import enroll, join_waitlist
from venue.seats.models import Enrollment
from venue.seats.opening import resize_pool
from venue.seats.waitlist import accept_offer, decline_offer, expire_offers, withdraw


def stir_seats(seed: int, pool_id: int, people: list[int], steps: int) -> list[str]:
    """Do what people, the desk and the minute's job do to one pool, at random.

    Each step is a transaction of its own; return the names of what the verbs answered.
    """
    dice = random.Random(seed)  # noqa: S311  (a storm that can be repeated)
    deeds = [_enroll, _wait, _withdraw, _accept, _decline, _expire, _resize]
    answers = []
    for _ in range(steps):
        deed, person_id = dice.choice(deeds), dice.choice(people)
        with write_transaction() as session:
            answers.append(type(deed(session, pool_id, person_id, dice)).__name__)
    return answers


def cancel(program_id: int) -> Any:
    with write_transaction() as session:
        return cancel_program(session, program_id, reason="老师生病", actor=SYSTEM, now=clock.now())


def _enroll(session, pool_id, person_id, _dice):
    actor = as_themselves(person_id)
    return enroll(session, pool_id, [person_id], actor=actor, now=clock.now())


def _wait(session, pool_id, person_id, _dice):
    actor = as_themselves(person_id)
    return join_waitlist(session, pool_id, [person_id], actor=actor, now=clock.now())


def _of_claim(verb, session, pool_id, person_id):
    claim_id = session.scalar(
        select(Enrollment.id)
        .where(Enrollment.pool_id == pool_id, Enrollment.person_id == person_id)
        .order_by(Enrollment.id.desc())
        .limit(1)
    )
    if claim_id is None:
        return None
    return verb(session, claim_id, actor=as_themselves(person_id), now=clock.now())


def _withdraw(session, pool_id, person_id, _dice):
    return _of_claim(withdraw, session, pool_id, person_id)


def _accept(session, pool_id, person_id, _dice):
    return _of_claim(accept_offer, session, pool_id, person_id)


def _decline(session, pool_id, person_id, _dice):
    return _of_claim(decline_offer, session, pool_id, person_id)


def _expire(session, pool_id, person_id, _dice):
    # A day later, when every offer made before has run out.
    return expire_offers(session, now=clock.now() + timedelta(days=2))


def _resize(session, pool_id, person_id, dice):
    return resize_pool(session, pool_id, dice.randint(1, 5), actor=SYSTEM, now=clock.now())
