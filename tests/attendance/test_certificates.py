"""Who gets a certificate, what it counts, and its number, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import town as make
from venue import clock as venue_clock
from venue.attendance.certificates import (
    Certificate,
    certificate_key,
    completions,
    enrollment_numbered,
    number_of,
    whole_seats,
)
from venue.attendance.marking import walk_in
from venue.attendance.reading import missed_lessons
from venue.attendance.rules import NotOver, RollsMissing, TooFew
from venue.changes.cancelling import cancel_session
from venue.seats.models import Enrollment

KEY = certificate_key("the secret of an installation")


def judged(roll):
    """Return the verdict on each learner by name."""
    roll.session.flush()
    seats = whole_seats(roll.session, Enrollment.program_id == roll.town.painting.id)
    found = completions(roll.session, seats, key=KEY, now=venue_clock.now())
    return {one.person.full_name: found[one.id] for one in seats}


def test_eighty_percent_of_what_took_place_completes(roll):
    town = roll.town
    everybody = (town.lin_xiao, town.chen_min, town.zhou_wen)
    cancel_session(roll.session, roll.lessons[1].id, reason="停电", **make.acts())
    for number in (0, 2, 3, 4, 5, 6, 7, 8):
        roll.hold(number, *everybody)
    roll.hold(9, town.lin_xiao, town.zhou_wen)
    assert judged(roll)["林晓"] == NotOver()
    roll.hold(10, town.zhou_wen)
    roll.hold(11, town.zhou_wen, town.lin_xiao)

    found = judged(roll)

    assert isinstance(found["周文"], Certificate)
    assert isinstance(found["林晓"], Certificate)
    assert (found["林晓"].record.attended, found["林晓"].record.lessons) == (10, 11)
    assert found["林晓"].hours == "15"
    assert found["陈敏"] == TooFew(attended=8, needed=9)


def test_a_lesson_made_up_elsewhere_counts_and_offers_itself_no_more(roll):
    town = roll.town
    for lesson in roll.lessons:
        lesson.topic = f"第 {lesson.id} 课"
    other = make.course(roll.session, town.wutongli, "周末国画", teacher=town.teacher_gu, lessons=2)
    other.sessions[0].starts_at = roll.lessons[3].starts_at - timedelta(days=2)
    other.sessions[0].ends_at = other.sessions[0].starts_at + timedelta(minutes=90)
    other.sessions[0].topic = roll.lessons[2].topic
    everybody = (town.lin_xiao, town.chen_min, town.zhou_wen)
    for number in range(11):
        roll.hold(number, *(everybody[:2] if number < 3 else everybody))

    def chances():
        found = missed_lessons(roll.session, [town.zhou_wen.id], now=venue_clock.now())
        return [(one.lesson.id, [each.id for each in one.chances]) for one in found]

    roll.clock.set(roll.lessons[2].ends_at + timedelta(hours=2))
    assert (roll.lessons[2].id, [other.sessions[0].id]) in chances()
    roll.clock.set(other.sessions[0].starts_at)
    walk_in(
        roll.session,
        other.sessions[0].id,
        town.zhou_wen.id,
        makes_up_id=roll.lessons[2].id,
        **make.acts(),
    )
    assert roll.lessons[2].id not in [lesson for lesson, _ in chances()]
    roll.hold(11, *everybody)

    assert judged(roll)["周文"].record.attended == 10


def test_rolls_that_were_never_taken_say_nothing_about_anybody(roll):
    roll.hold(0, roll.town.lin_xiao)
    roll.at(11, timedelta(hours=2))
    assert judged(roll)["林晓"] == RollsMissing(wanted=9)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_number_is_read_however_it_is_typed_and_cannot_be_made_up(app):
    number = number_of(KEY, 123)
    typed = ["{}", " {} ", "编号{}"]
    assert {enrollment_numbered(KEY, one.format(number)) for one in typed} == {123}
    assert enrollment_numbered(KEY, number.replace("-", "").lower()) == 123
    assert enrollment_numbered(certificate_key("another"), number) is None
    for forged in ("000124" + number[6:], number[:-1], number + "A", "", "000123-AAAA-AAAA"):
        assert enrollment_numbered(KEY, forged) is None
