"""A disk that is full: writing says 503, reading goes on, and room again is enough to recover."""

from __future__ import annotations

import resource
from http.client import HTTPConnection

import pytest

from tests import town as make
from tests.faults.site import HOST

pytestmark = [
    pytest.mark.fault,
    pytest.mark.xdist_group("faults"),
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]

NO_ROOM = 8 * 1024
"""Bytes that a file may have: less than the write-ahead log of one enrollment."""


def let_files_grow(site, most: int) -> None:
    for worker in site.workers():
        resource.prlimit(worker, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))


def page(site, path: str) -> int:
    connection = HTTPConnection(HOST, site.port, timeout=10)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_full_disk_takes_no_forms_shows_pages_and_recovers(
    db_session, town, site, visitors, seated
):
    pool_id = make.pool_of(db_session, town.painting).id
    first, second = (one.wants(pool_id) for one in visitors(2))
    first.insist(site)

    let_files_grow(site, NO_ROOM)
    assert second.send(site).status == 503
    assert page(site, f"/courses/{town.painting.id}") == 200
    assert seated(pool_id) == {first.visitor.person_id}

    let_files_grow(site, resource.RLIM_INFINITY)
    assert second.send(site).status == 303
    assert seated(pool_id) == {first.visitor.person_id, second.visitor.person_id}
