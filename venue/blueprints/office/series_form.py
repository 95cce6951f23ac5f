"""The form of a series: on which days, from when to when, in which room, and which dates."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from wtforms import Field, HiddenField, SelectMultipleField, ValidationError

from venue import clock
from venue.blueprints.forms import VenueForm
from venue.blueprints.office.fields import (
    number_field,
    offer_or_none,
    optional_number_field,
    optional_text_field,
    row_field,
    weekdays_field,
)
from venue.blueprints.office.program_form import MOST_SEATS
from venue.blueprints.office.reading import room_choices
from venue.blueprints.office.times import clock_field, day_field, end_field, optional_day_field
from venue.blueprints.words import _l
from venue.db import db
from venue.places.models import Center
from venue.programs.scheduling import SeriesPlan
from venue.timeline.local_time import local_date
from venue.timeline.recurrence import LONGEST_SERIES, WeeklyPattern

FARTHEST = timedelta(days=731)
"""Nobody plans more than two years ahead (own)."""
SCHEDULE = "schedule"
PLAN = (
    "starts_on",
    "weekdays",
    "every_weeks",
    "count",
    "until_on",
    "starts_time",
    "ends_time",
    "room_id",
)
"""The fields that make the plan; the others say what to do with it."""


class SeriesForm(VenueForm):
    """A weekly pattern, and which of its dates are wanted.

    `seen` is the plan whose dates the sender was shown; another plan is shown first.
    """

    starts_on = day_field(_l("从哪天起"))
    weekdays = weekdays_field(_l("星期"))
    every_weeks = number_field(_l("每几周一次（每周填 1）"), 1, 8)
    count = optional_number_field(_l("一共几场"), 1, LONGEST_SERIES)
    until_on = optional_day_field(_l("或者到哪天为止"))
    starts_time = clock_field(_l("几点开始"))
    ends_time = end_field(_l("几点结束"), "starts_time")
    room_id = row_field(_l("功能室"))
    capacity = number_field(_l("每场的座位数"), 1, MOST_SEATS)
    override = optional_text_field(_l("照排的理由"), 100)
    dates = SelectMultipleField(_l("日期"), coerce=date.fromisoformat, validate_choice=False)
    seen = HiddenField()
    step = HiddenField()

    def validate_starts_on(self, field: Field) -> None:
        """What is past is not scheduled."""
        if field.data is not None and field.data < local_date(clock.now()):
            raise ValidationError(_l("这一天已经过去了。"))

    def validate_weekdays(self, field: Field) -> None:
        """Ask for a day."""
        if not field.errors and not field.data:
            raise ValidationError(_l("请至少选一天。"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check also what concerns several fields: how the series ends, and that it has dates."""
        if not super().validate(extra_validators):
            return False
        name, sentence = self._fault()
        if name:
            self[name].errors = [sentence]
        return not name

    def _fault(self) -> tuple[str, str]:
        first, until, count = self.starts_on.data, self.until_on.data, self.count.data
        if first is None or (count is None) == (until is None):
            return "count", _l("场数和最后一天，请填其中一个。")
        dates = self.pattern().dates()
        if not dates:
            return "until_on", _l("到这一天为止，没有一天是所选的星期。")
        if dates[-1] - first > FARTHEST:
            name = "count" if until is None else "until_on"
            return name, _l("最远可以排到两年以后。")
        if until is not None and len(dates) == LONGEST_SERIES and dates[-1] < until:
            return "until_on", _l("一次最多排 %(n)s 场，请分几次排。", n=LONGEST_SERIES)
        return "", ""

    def makes_a_plan(self) -> bool:
        """Tell whether the fields of the plan itself are as they should be."""
        return not any(self[name].errors for name in PLAN)

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
        return SeriesPlan(self.pattern(), starts, ends, self.room_id.data, people)

    def key(self) -> str:
        """Return a short text for the plan, by which two plans are compared."""
        return "/".join(",".join(map(str, self[name].raw_data or ())) for name in PLAN)

    def offer_rooms(self, center: Center) -> None:
        """Fill in the choices."""
        rooms = room_choices(db.session(), center)
        offer_or_none(self.room_id, _l("不占用功能室"), rooms)
