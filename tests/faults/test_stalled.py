"""Somebody who holds a lock and does not move: 503 after a moment, and nothing half done."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from tests import town as make
from venue.db import write_transaction
from venue.seats.locking import lock_pools

pytestmark = [pytest.mark.fault, pytest.mark.xdist_group("faults")]

PATIENCE_MS = 400
"""For how long the site waits here: less than the writer stalls, more than a request takes."""


@pytest.fixture
def settings(settings):
    return replace(settings, lock_timeout_ms=PATIENCE_MS, busy_timeout_ms=PATIENCE_MS)


def test_a_writer_that_stalls_makes_others_wait_a_moment_and_not_for_good(
    db_session, town, site, visitors, seated
):
    pool_id = make.pool_of(db_session, town.painting).id
    first, second = (one.wants(pool_id) for one in visitors(2))
    first.insist(site)

    with write_transaction() as session:
        lock_pools(session, [pool_id])
        began = time.monotonic()
        reply = second.send(site)

    assert reply.status == 503
    assert PATIENCE_MS / 1000 <= reply.at - began < 10 * PATIENCE_MS / 1000
    assert seated(pool_id) == {first.visitor.person_id}
    assert second.send(site).status == 303
    assert seated(pool_id) == {first.visitor.person_id, second.visitor.person_id}
