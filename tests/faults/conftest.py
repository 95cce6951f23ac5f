"""A site that runs, people who are signed in to it, and what the database says in the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from tests import town as make
from tests.browsing import Browser
from tests.faults.site import Site, Visitor, serving
from venue.seats.models import Enrollment, SeatPool
from venue.seats.rules import EnrollmentStatus


@pytest.fixture
def town(db_session):
    return make.build(db_session)


@pytest.fixture
def site(settings, tmp_path, town) -> Iterator[Site]:
    with serving(settings, tmp_path) as site:
        yield site


@pytest.fixture
def visitors(app, db_session, town):
    """Make some adults who are signed in."""

    def visitors(count: int) -> list[Visitor]:
        people = make.crowd(db_session, count)
        users = [
            make.account(db_session, one, f"+861391000{number:04}")
            for number, one in enumerate(people)
        ]
        db_session.commit()
        return [visitor(app, user) for user in users]

    return visitors


def visitor(app, user) -> Visitor:
    browser = Browser(app)
    browser.sign_in(user)
    token = browser.get("/my/account").form("/logout").fields["csrf_token"][0]
    name = app.config["SESSION_COOKIE_NAME"]
    return Visitor(user.person_id, f"{name}={browser.client.get_cookie(name).value}", token)


@pytest.fixture
def seated(db_session):
    """Return who has a seat of a pool, once the pool has counted them right."""

    def seated(pool_id: int) -> set[int]:
        db_session.rollback()
        confirmed = db_session.scalars(
            select(Enrollment.person_id).where(
                Enrollment.pool_id == pool_id, Enrollment.status == EnrollmentStatus.CONFIRMED
            )
        ).all()
        taken = db_session.scalar(select(SeatPool.taken).where(SeatPool.id == pool_id))
        assert taken == len(confirmed) == len(set(confirmed))
        return set(confirmed)

    return seated
