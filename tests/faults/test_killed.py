"""Processes that are killed: no seat is lost or sold twice, and whoever asks again is answered."""

from __future__ import annotations

import os
import random
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest
from sqlalchemy import func, select

from tests import town as make
from venue.accounts.models import Submission
from venue.notifications.models import Message

pytestmark = [pytest.mark.fault, pytest.mark.xdist_group("faults")]

KILLS = 6
EVERY_SECONDS = 0.1
SEATS, VISITORS = 6, 16


@contextmanager
def killing(site):
    """Kill a worker every moment, a few times; give what is set when it is over."""
    over = threading.Event()

    def kill():
        dice = random.Random(1)  # noqa: S311
        killed = 0
        while killed < KILLS and not over.wait(EVERY_SECONDS):
            for worker in dice.sample(site.workers(), k=min(1, len(site.workers()))):
                with suppress(ProcessLookupError):  # it was just killed, and not buried yet
                    os.kill(worker, signal.SIGKILL)
                    killed += 1
        over.set()

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        yield over
    finally:
        over.set()
        killer.join()


def test_workers_killed_in_a_rush_lose_no_seat_and_sell_none_twice(
    db_session, town, site, visitors, seated
):
    course = make.course(db_session, town.wutongli, "合唱", capacity=SEATS)
    pool_id = make.pool_of(db_session, course).id
    wishes = [one.wants(pool_id) for one in visitors(VISITORS)]
    wishes[0].insist(site)  # everything is running

    with killing(site) as over, ThreadPoolExecutor(VISITORS) as threads:

        def again_and_again(wish):
            replies = wish.insist(site)
            while not over.is_set():
                replies += wish.insist(site)
            return replies

        replies = list(threads.map(again_and_again, wishes))

    assert any(None in heard for heard in replies), "nobody was killed at work"
    answers = [{reply for reply in heard if reply is not None} for heard in replies]
    assert all(len(answer) == 1 for answer in answers), "one form, two answers"
    statuses = [answer.pop().status for answer in answers]
    assert sorted(statuses) == [303] * SEATS + [409] * (VISITORS - SEATS)
    people = [wish.visitor.person_id for wish in wishes]
    won = {who for who, status in zip(people, statuses, strict=True) if status == 303}
    assert seated(pool_id) == won


def test_who_heard_nothing_sends_the_form_again_and_has_one_seat(
    db_session, town, site, visitors, seated
):
    pool_id = make.pool_of(db_session, town.painting).id
    early, late = visitors(2)
    wishes = [early.wants(pool_id), late.wants(pool_id)]

    assert wishes[0].send(site, X_Dies="commit") is None
    assert seated(pool_id) == set()
    assert wishes[1].send(site, X_Dies="reply") is None
    assert seated(pool_id) == {late.person_id}

    for wish in wishes:
        *_, first = wish.insist(site)
        *_, second = wish.insist(site)
        assert first == second
        assert (first.status, first.location.split("?")[0]) == (
            303,
            f"/courses/{town.painting.id}",
        )
    assert seated(pool_id) == {early.person_id, late.person_id}
    for rows in (Submission, Message):
        assert db_session.scalar(select(func.count()).select_from(rows)) == 2
