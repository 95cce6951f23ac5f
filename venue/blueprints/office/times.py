"""The fields of the manager's forms for days and times, each with its own sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from wtforms import DateField, DateTimeLocalField, Field, Form, TimeField, ValidationError
from wtforms.validators import InputRequired, Optional

from venue.blueprints.words import _l
from venue.timeline.interval import Interval
from venue.timeline.local_time import instant, local

EARLIEST_YEAR, LATEST_YEAR = 2000, 2199
"""Years in which something can take place; calendars and databases agree on these (own)."""


class DayField(DateField):
    """A date of the Shanghai calendar."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read it, or say what is expected."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_l("请填写日期，例如 2026-11-22。")) from None
        typed: date | None = self.data
        if typed is not None:
            self.data = None
            check_year(typed.year)
            self.data = typed


def day_field(label: str) -> DayField:
    """Return a field for a date."""
    return DayField(label, validators=[InputRequired(_l("请填写日期。"))])


def optional_day_field(label: str) -> DayField:
    """Return a field for a date that may stay empty."""
    return DayField(label, validators=[Optional()])


class ClockField(TimeField):
    """A wall-clock time; 24:00 is typed as 00:00."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read it, or say what is expected."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_l("请填写时间，例如 18:30。")) from None


def clock_field(label: str) -> ClockField:
    """Return a field for a wall-clock time."""
    return ClockField(label, validators=[InputRequired(_l("请填写时间。"))])


def optional_clock_field(label: str) -> ClockField:
    """Return a field for a wall-clock time that may stay empty."""
    return ClockField(label, validators=[Optional()])


def end_field(label: str, starts: str) -> ClockField:
    """Return a field for the time at which something ends, after that of the field `starts`."""
    return ClockField(label, validators=[InputRequired(_l("请填写时间。")), after(starts)])


def after(starts: str) -> Callable[[Form, Field], None]:
    """Return a validator for a time after that of the field `starts`; 00:00 ends the day."""

    def check(form: Form, field: Field) -> None:
        begins = form[starts].data
        if field.data in (None, time.min) or begins is None:
            return
        if field.data <= begins:
            raise ValidationError(_l("结束要晚于开始；到半夜请填 00:00。"))

    return check


def time_of_day(on: date | None, starts: time | None, ends: time | None) -> Interval:
    """Return the time from `starts` to `ends` on a day, as valid fields have it.

    An end at 00:00 is the end of the day.
    """
    if on is None or starts is None or ends is None:
        raise ValueError("the form was not validated")
    last_on = on + timedelta(days=1) if ends == time.min else on
    return Interval(instant(on, starts), instant(last_on, ends))


class MomentField(DateTimeLocalField):
    """A date and wall-clock time in Shanghai; `data` is the instant in UTC."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return " ".join(self.raw_data)
        return f"{local(self.data):%Y-%m-%dT%H:%M}" if self.data else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read it, or say what is expected."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_l("请填写日期和时间，例如 2026-11-22 09:00。")) from None
        typed: datetime | None = self.data
        if typed is not None:
            self.data = None
            check_year(typed.year)
            self.data = instant(typed.date(), typed.time())


def moment_field(label: str) -> MomentField:
    """Return a field for a date and time."""
    return MomentField(label, validators=[InputRequired(_l("请填写日期和时间。"))])


def optional_moment_field(label: str) -> MomentField:
    """Return a field for a date and time that may stay empty."""
    return MomentField(label, validators=[Optional()])


def check_year(year: int) -> None:
    """Raise ValueError, with its sentence, for a year in which nothing can take place."""
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise ValueError(_l("请核对年份。"))
