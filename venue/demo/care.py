"""Care of children in the demo town: what is offered, and the days that families have booked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import cycle

from venue.audit.rules import SYSTEM
from venue.childcare.booking_days import Booked, ChildWish, DayWish, WhenFull, book_days
from venue.childcare.codes import code_key
from venue.childcare.models import CareProgram
from venue.childcare.noting_health import HealthWords, set_health_text, write_health
from venue.childcare.permitting import give_permit
from venue.childcare.rules import PermitPlan
from venue.config import settings
from venue.demo.enrollments import FILLED_DAYS
from venue.demo.town import Facts, Town
from venue.people.models import Person
from venue.programs.models import Program, ScheduledSession
from venue.seats.opening import open_session_pools
from venue.timeline.local_time import day_start, local_date

PATTERNS = ("135", "24", "12345", "3", "15")
"""On which weekdays families have their children looked after, in turn."""
HEALTH_TEXT = {
    "title": "健康信息同意书",
    "body": "只给当天值班的老师看，每次打开都有记录；本期结束 30 天后删除，随时可以撤回。",
}
AHEAD = timedelta(days=4)
"""So long before the first of their days families book."""


def offer_care(town: Town, program: Program, sessions: list[ScheduledSession], one: Facts) -> None:
    """Write the facts of care with places on each day, and let families book days."""
    care, seats = one["care"], one["seats"]
    youngest, oldest = care["grades"]
    town.session.add(
        CareProgram(
            program_id=program.id,
            min_grade=youngest,
            max_grade=oldest,
            whole_weeks=care.get("whole_weeks", False),
            meal_fen=care["meal"] * 100 if "meal" in care else None,
            nap_fen=care["nap"] * 100 if "nap" in care else None,
            change_days=care.get("change_days", 1),
        )
    )
    town.session.flush()
    text = set_health_text(
        town.session, program.id, **HEALTH_TEXT, actor=SYSTEM, now=town.now - AHEAD
    )
    open_session_pools(town.session, sessions, seats["capacity"])
    near = [
        lesson
        for lesson in sessions
        if day_start(town.monday) <= lesson.starts_at < day_start(town.in_days(FILLED_DAYS))
    ]
    coming = [lesson for lesson in sessions if lesson.starts_at > town.now]
    for name, how_many in seats.get("named", {}).items():
        _book(town, program, town.people[name], coming[:how_many])
        _write_file(town, town.people[name], text.id)
    pupils = [
        child
        for child in town.crowds[seats["crowd"]]
        if child.grade is not None and child.id in town.acting
    ]
    families = pupils if near and seats["taken"] else []
    for child, weekdays in zip(families, cycle(PATTERNS), strict=False):
        _book(
            town,
            program,
            child,
            [one for one in near if str(local_date(one.starts_at).isoweekday()) in weekdays],
        )


def _write_file(town: Town, child: Person, text_id: int) -> None:
    """Let a grandmother collect a child, and the carers know of its allergy."""
    key, now = code_key(settings().secret_key), town.now - AHEAD
    plan = PermitPlan("陈桂英", "外婆", None, 1956, "4071")
    give_permit(town.session, child.id, plan, key=key, actor=SYSTEM, now=now)
    words = HealthWords(allergies="花生")
    write_health(town.session, child.id, words, [text_id], actor=SYSTEM, now=now)


def _book(town: Town, program: Program, child: Person, days: Sequence[ScheduledSession]) -> None:
    chosen = tuple(DayWish(one.id, meal=True) for one in days)
    if not chosen:
        return
    first = min(one.starts_at for one in days)
    outcome = book_days(
        town.session,
        program.id,
        [ChildWish(child.id, chosen)],
        when_full=WhenFull.LEAVE_OUT,
        agreed=True,
        actor=town.actor_for(child),
        now=min(town.now, first) - AHEAD,
    )
    if not isinstance(outcome, Booked):
        raise TypeError(f"{child.full_name} cannot book {program.title}: {outcome}")
