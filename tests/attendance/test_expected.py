"""Who is missing today, on both databases: the longest first, in one query."""

from __future__ import annotations

from datetime import time, timedelta

from sqlalchemy import event

from tests import town as make
from venue import clock as venue_clock
from venue.attendance.expected import expected_elders, missing_elders
from venue.people.acting import who_act_for

MINUTES = timedelta(minutes=1)


def missing(session, town):
    found = missing_elders(session, town.wutongli.id, now=venue_clock.now())
    return [(one.person.full_name, one.program.title, one.since) for one in found]


def test_the_longest_missing_is_first_and_whoever_comes_or_need_not_is_left_out(roll):
    session, town = roll.session, roll.town
    early = make.course(
        session, town.wutongli, "日间照料", asks_after=True, starts=time(18, 0), lessons=1
    )
    pool = make.pool_of(session, early)
    for person in (town.zhou_jianguo, town.he_jing):
        make.enrollment(session, pool, person)
    assert town.painting.asks_after is False
    roll.at(0, 31 * MINUTES)
    at = early.sessions[0].starts_at
    both = [("何静", "日间照料", at), ("周建国", "日间照料", at)]
    assert sorted(missing(session, town)) == sorted(both)

    town.painting.asks_after = True
    roll.tap(0, town.chen_min)
    session.flush()
    later = [name for name, *_ in missing(session, town)][2:]
    assert sorted(later) == ["周文", "林晓"]
    statements: list[str] = []
    listen = lambda *asked: statements.append(asked[2])  # noqa: E731
    event.listen(session.get_bind(), "before_cursor_execute", listen)
    expected_elders(session, town.wutongli.id, now=venue_clock.now())
    event.remove(session.get_bind(), "before_cursor_execute", listen)
    assert len(statements) == 1
    assert missing_elders(session, town.wutongli.id + 1, now=venue_clock.now()) == []


def test_who_acts_for_somebody_is_called_too(session, town):
    found = who_act_for(session, [town.xiao_he.id, town.lin_xiao.id], today=venue_clock.today())
    assert {one.full_name for one in found[town.xiao_he.id]} >= {"陈敏"}
    assert town.lin_xiao.id not in found
