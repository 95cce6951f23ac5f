"""The form of a series: on which days, from when to when, in which room, and which dates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, ClassVar, TypeVar
from urllib.parse import parse_qsl, urlencode

from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, SelectMultipleField, ValidationError

from venue import clock
from venue.blueprints.forms import VenueForm
from venue.blueprints.office.fields import (
    choice_field,
    number_field,
    offer_or_none,
    optional_number_field,
    optional_text_field,
    row_field,
    weekdays_field,
)
from venue.blueprints.office.names import FOLLOWED
from venue.blueprints.office.program_form import MOST_SEATS
from venue.blueprints.office.reading import room_choices
from venue.blueprints.office.times import clock_field, day_field, end_field, optional_day_field
from venue.blueprints.words import _l
from venue.db import db
from venue.places.models import Center
from venue.programs.rules import PLANNED_AHEAD, Candidate, DaysFollowed
from venue.programs.scheduling import SeriesPlan
from venue.timeline.local_time import local_date
from venue.timeline.recurrence import LONGEST_SERIES, WeeklyPattern

SCHEDULE = "schedule"

Form = TypeVar("Form", bound="PlanForm")


class PlanForm(VenueForm):
    """A form in two steps: a plan whose dates are shown, then what is to be done with each.

    `seen` is the plan whose dates the sender was shown; another plan is shown first.
    """

    PLAN: ClassVar[tuple[str, ...]] = ()
    """The fields that make the plan; the others say what to do with it."""

    dates = SelectMultipleField(_l("日期"), coerce=date.fromisoformat, validate_choice=False)
    room_id = row_field(_l("功能室"))
    override = optional_text_field(_l("照排的理由"), 100)
    seen = HiddenField()
    step = HiddenField()

    def makes_a_plan(self) -> bool:
        """Tell whether the fields of the plan itself are as they should be."""
        return not any(self[name].errors for name in self.PLAN)

    def key(self) -> str:
        """Return the plan as a text, by which two are compared, and from which `of_key` reads."""
        return urlencode([(name, text) for name in self.PLAN for text in self[name].raw_data or ()])

    def complain(self, name: str, sentence: str) -> bool:
        """Put a sentence beside a field, if there is one; tell whether there was."""
        if name:
            self[name].errors = [sentence]
        return bool(name)

    def offer_rooms(self, center: Center) -> None:
        """Fill in the choices."""
        offer_or_none(self.room_id, _l("不占用功能室"), room_choices(db.session(), center))

    @property
    def chosen(self) -> frozenset[date]:
        """The dates that were ticked."""
        return frozenset(self.dates.data or ())


def plan_of_key(kind: type[Form], key: str, prepare: Callable[[Form], None]) -> Form | None:
    """Return a form with the plan of a key alone; None when that was no plan.

    `prepare` fills in the choices of its fields.
    """
    form = kind(formdata=MultiDict(parse_qsl(key, keep_blank_values=True)), meta={"csrf": False})
    prepare(form)
    form.validate()
    return form if key and form.makes_a_plan() else None


class SeriesForm(PlanForm):
    """A weekly pattern, and which of its dates are wanted."""

    PLAN = (
        "starts_on",
        "weekdays",
        "every_weeks",
        "count",
        "until_on",
        "follows",
        "starts_time",
        "ends_time",
        "room_id",
    )

    starts_on = day_field(_l("从哪天起"))
    weekdays = weekdays_field(_l("星期"))
    every_weeks = number_field(_l("每几周一次（每周填 1）"), 1, 8)
    count = optional_number_field(_l("一共几场"), 1, LONGEST_SERIES)
    until_on = optional_day_field(_l("或者到哪天为止"))
    follows = choice_field(_l("放假和调休"), FOLLOWED)
    starts_time = clock_field(_l("几点开始"))
    ends_time = end_field(_l("几点结束"), "starts_time")
    capacity = number_field(_l("每场的座位数"), 1, MOST_SEATS)

    def validate_starts_on(self, field: Field) -> None:
        """What is past is not scheduled."""
        if field.data is not None and field.data < local_date(clock.now()):
            raise ValidationError(_l("这一天已经过去了。"))

    def validate_weekdays(self, field: Field) -> None:
        """Ask for a day."""
        if not field.errors and not field.data:
            raise ValidationError(_l("请至少选一天。"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check also what concerns several fields: how the series ends."""
        fine = super().validate(extra_validators)
        if not self.makes_a_plan():
            return False
        return not self.complain(*self._faulty_end()) and fine

    def _faulty_end(self) -> tuple[str, str]:
        first, until = self.starts_on.data, self.until_on.data
        if first is None or (self.count.data is None) == (until is None):
            return "count", _l("场数和最后一天，请填其中一个。")
        if until is not None and until < first:
            return "until_on", _l("最后一天不能早于第一天。")
        if until is not None and until - first > PLANNED_AHEAD:
            return "until_on", _l("最远可以排到两年以后。")
        return "", ""

    def has_dates(self, found: Sequence[Candidate]) -> bool:
        """Check that the plan comes on dates, and on as many as it says; complain beside a field.

        A plan that ends with a day and keeps none of its dates is shown: one may tick them.
        """
        return not self.complain(*self._faulty_dates(found))

    def _faulty_dates(self, found: Sequence[Candidate]) -> tuple[str, str]:
        kept = sum(one.left_out is None for one in found)
        until, count = self.until_on.data, self.count.data
        if not found and until is not None:
            return "until_on", _l("到这一天为止，没有一天是所选的星期。")
        if until is not None and kept == LONGEST_SERIES and found[-1].on < until:
            return "until_on", _l("一次最多排 %(n)s 场，请分几次排。", n=LONGEST_SERIES)
        if count is None or kept >= count:
            return "", ""
        if kept:
            return "count", _l("最远可以排到两年以后，到那时只有 %(n)s 天。", n=kept)
        if self.follows.data is DaysFollowed.SCHOOL:
            return "follows", _l("还没有登记所选星期的上学日，请先登记学期，或者换一种。")
        return "follows", _l("所选的星期里没有工作日，请换一种。")

    def pattern(self) -> WeeklyPattern:
        """Return the weekly pattern that was typed."""
        return WeeklyPattern(
            starts_on=self.starts_on.data or date.min,
            weekdays=frozenset(self.weekdays.data or ()),
            every_weeks=self.every_weeks.data or 1,
            count=self.count.data,
            until_on=self.until_on.data,
        )

    def plan(self, people: int | None) -> SeriesPlan:
        """Return the plan that was typed, for so many people; the form is valid."""
        starts, ends = self.starts_time.data, self.ends_time.data
        if starts is None or ends is None:
            raise ValueError("the form was not validated")
        follows: DaysFollowed = self.follows.data
        return SeriesPlan(self.pattern(), starts, ends, self.room_id.data, people, follows)
