"""What a family has chosen on the calendar: read from the form, laid out by weeks, added up."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort
from wtforms import BooleanField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs are older

from venue.blueprints.forms import VenueForm
from venue.blueprints.words import _l
from venue.childcare.booking_days import ChildWish, DayWish, WhenFull
from venue.childcare.care_days import CareDayFact, by_weekday, weeks_of
from venue.childcare.judging_days import CareVerdict, DayVerdict, Reason, whole_weeks_only
from venue.childcare.reading import Care
from venue.people.models import Person
from venue.seats.rules import AlreadyEnrolled, ConsentMissing, Quota

WHEN_FULL = {
    WhenFull.REFUSE: _l("每天都有位才报"),
    WhenFull.LEAVE_OUT: _l("有位的先报，没位的算了"),
    WhenFull.WAIT: _l("有位的先报，没位的排候补"),
}


class ChoiceForm(VenueForm):
    """Children, days, and what shall become of days that are full."""

    child_id = SelectMultipleField(coerce=int, validate_choice=False)
    session_id = SelectMultipleField(coerce=int, validate_choice=False)
    weekday = SelectMultipleField(coerce=int, validate_choice=False)
    week = SelectMultipleField(coerce=date.fromisoformat, validate_choice=False)
    meal = BooleanField(_l("在这里吃饭"))
    nap = BooleanField(_l("午睡"))
    when_full = RadioField(
        _l("有的日子满了怎么办"),
        choices=[SelectChoice(key.value, name) for key, name in WHEN_FULL.items()],
        default=WhenFull.REFUSE.value,
    )
    agreed = BooleanField()

    def read(self) -> bool:
        """Tell whether the form can be carried out, or lay open too long; 404 for forged values."""
        valid = bool(self.validate_on_submit())
        if self.errors.keys() - {"csrf_token"}:
            abort(404)
        return valid

    def chosen(self, care: Care, verdict: CareVerdict, people: Sequence[Person]) -> Choice:
        """Return what was chosen, of these children and of days that can be had."""
        known = {one.id: one for one in people}
        open_ = [day for day in care.days if choosable(verdict.days[day.session_id], known)]
        ids = {day.session_id for day in open_}
        weeks = weeks_of(open_)
        wanted = set(self.session_id.data or ()) & ids
        wanted |= {day.session_id for day in by_weekday(open_, set(self.weekday.data or ()))}
        for monday in self.week.data or ():
            wanted |= {day.session_id for day in weeks.get(monday, ())}
        return Choice(
            children=tuple(known[id_] for id_ in self.child_id.data or () if id_ in known),
            session_ids=frozenset(wanted),
            meal=bool(self.meal.data) and care.fact.meal_fen is not None,
            nap=bool(self.nap.data) and care.fact.nap_fen is not None,
            when_full=WhenFull(self.when_full.data),
        )


def choosable(one: DayVerdict, children: Collection[int]) -> bool:
    """Tell whether a day can be booked for one of the children at least."""
    if one.reasons:
        return False
    return not children or any(one.enrollment(id_) is None for id_ in children)


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom, which days, and with what."""

    children: tuple[Person, ...]
    session_ids: frozenset[int]
    meal: bool
    nap: bool
    when_full: WhenFull

    def wishes(self, verdict: CareVerdict) -> list[ChildWish]:
        """Return the wishes; a day that a child has already is not wished for it again."""
        return [
            ChildWish(
                child.id,
                tuple(
                    DayWish(id_, self.meal, self.nap)
                    for id_ in sorted(self.session_ids)
                    if verdict.days[id_].enrollment(child.id) is None
                ),
            )
            for child in self.children
        ]


@dataclass(frozen=True, slots=True)
class Cell:
    """One day on the calendar."""

    day: CareDayFact
    left: int
    waiting: int
    reason: Reason | None
    """Why nobody can book it any more."""
    mine: tuple[tuple[str, AlreadyEnrolled], ...]
    """Which of the children have it, by name."""
    open: bool


@dataclass(frozen=True, slots=True)
class Week:
    """The days of one week."""

    monday: date
    cells: tuple[Cell, ...]

    @property
    def open(self) -> bool:
        """Whether one of its days can be booked."""
        return any(one.open for one in self.cells)


def said_of_all(verdict: CareVerdict) -> tuple[Reason, ...]:
    """Return what stands against every single day, such as that it has not opened yet."""
    every = [set(one.reasons) for one in verdict.days.values()]
    return tuple(set.intersection(*every)) if every else ()


def calendar_weeks(care: Care, verdict: CareVerdict, children: Sequence[Person]) -> list[Week]:
    """Lay the days out by weeks, each with what stands against it and not against all."""
    everywhere = said_of_all(verdict)
    ids = [one.id for one in children]

    def cell(day: CareDayFact) -> Cell:
        one = verdict.days[day.session_id]
        had = [(child.full_name, one.enrollment(child.id)) for child in children]
        return Cell(
            day=day,
            left=_left(one, ids),
            waiting=one.pool.waiting,
            reason=next((why for why in one.reasons if why not in everywhere), None),
            mine=tuple((name, claim) for name, claim in had if claim is not None),
            open=choosable(one, ids),
        )

    return [
        Week(monday, tuple(cell(day) for day in days))
        for monday, days in weeks_of(care.days).items()
    ]


def _left(one: DayVerdict, child_ids: Collection[int]) -> int:
    """Return how many places of a day one of these children, or anybody else, may have."""
    usable: set[Quota | None] = {None}
    for child_id in child_ids:
        usable |= one.quotas[child_id]
    return sum(pool.left() for pool in one.pool.pools if pool.quota in usable)


@dataclass(frozen=True, slots=True)
class ChildSummary:
    """What one child would get, and what it would cost, in fen."""

    child: Person
    reasons: tuple[Reason, ...]
    """What lies with the child as such, but for a consent, which the page asks for itself."""
    days: tuple[tuple[CareDayFact, tuple[Reason, ...], bool], ...]
    """Each day with what stands against it, and whether it is full."""
    price_fen: int
    meal_fen: int
    nap_fen: int

    @property
    def free(self) -> int:
        """On how many days there is a place."""
        return sum(not full for _, _, full in self.days)

    @property
    def total_fen(self) -> int:
        """What the days cost on which there is a place."""
        return self.free * (self.price_fen + self.meal_fen + self.nap_fen)

    @property
    def refused(self) -> bool:
        """Whether something stands against it that no waitlist helps with."""
        return bool(self.reasons) or any(why for _, why, _ in self.days)


def summarize(
    care: Care, verdict: CareVerdict, choice: Choice, told: Mapping[Any, Sequence[Reason]]
) -> list[ChildSummary]:
    """Return for each child what was chosen, its price, and everything that stands against it.

    `told` is what the verb said by child and session, which may know more than was seen before.
    """
    wishes = {wish.child_id: wish for wish in choice.wishes(verdict)}
    together: dict[int, list[int]] = {}
    for wish in wishes.values():
        for wished in wish.days:
            together.setdefault(wished.session_id, []).append(wish.child_id)
    full = {id_: bool(verdict.days[id_].seats(ids)) for id_, ids in together.items()}
    found = []
    for child in choice.children:
        ids = {wished.session_id for wished in wishes[child.id].days}
        broken = whole_weeks_only(care, verdict, child.id, ids)
        days = [
            (
                day,
                tuple(
                    dict.fromkeys(
                        (
                            *verdict.days[day.session_id].against(child.id),
                            *broken.get(day.session_id, ()),
                            *told.get((child.id, day.session_id), ()),
                        )
                    )
                ),
                full[day.session_id],
            )
            for day in care.days
            if day.session_id in ids
        ]
        found.append(
            ChildSummary(
                child=child,
                reasons=tuple(
                    one for one in verdict.children[child.id] if not isinstance(one, ConsentMissing)
                ),
                days=tuple(days),
                price_fen=care.fact.price_fen,
                meal_fen=(care.fact.meal_fen or 0) * choice.meal,
                nap_fen=(care.fact.nap_fen or 0) * choice.nap,
            )
        )
    return found
