"""The rows of a series' preview: each date with fields for a time and room of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from html import unescape
from typing import Any

from flask import get_template_attribute
from wtforms import Field, ValidationError

from venue import clock
from venue.blueprints.forms import VenueForm
from venue.blueprints.office.fields import one_line, optional_text_field, row_field
from venue.blueprints.office.times import clock_field, day_field, end_field
from venue.blueprints.words import _l
from venue.programs.rules import PLANNED_AHEAD, PlannedDate, Slot
from venue.programs.scheduling import Choices
from venue.timeline.local_time import local_date

REASON_LENGTH = 100


class DateForm(VenueForm):
    """When and where one date of a series takes place, or why it does not."""

    on = day_field(_l("日期"))
    starts_time = clock_field(_l("几点开始"))
    ends_time = end_field(_l("几点结束"), "starts_time")
    room_id = row_field(_l("功能室"))
    reason = optional_text_field(_l("不排的原因"), REASON_LENGTH)

    def validate_on(self, field: Field) -> None:
        """Neither the past nor what nobody plans."""
        today = local_date(clock.now())
        if field.data is not None and field.data < today:
            raise ValidationError(_l("这一天已经过去了。"))
        if field.data is not None and field.data - today > PLANNED_AHEAD:
            raise ValidationError(_l("最远可以排到两年以后。"))

    def slot(self) -> Slot:
        """Return what was typed; the form is valid."""
        if self.on.data is None or self.starts_time.data is None or self.ends_time.data is None:
            raise ValueError("the form was not validated")
        return Slot(self.on.data, self.starts_time.data, self.ends_time.data, self.room_id.data)


@dataclass(frozen=True)
class DateRow:
    """One date of the pattern: where it is planned, and the form that says otherwise."""

    planned: Slot
    form: DateForm


class DateRows:
    """The rows by the date of the pattern for which they stand.

    `typed` says whether they were sent with the form: else each begins with its slot.
    """

    def __init__(self, slots: Mapping[date, Slot], rooms: Any, *, typed: bool) -> None:
        self.by_date = {
            on: DateRow(slot, _form(on, slot, rooms, typed=typed)) for on, slot in slots.items()
        }
        self.typed = typed
        checked = [not typed or row.form.validate() for row in self.by_date.values()]
        self.fine = all(checked)

    def choices(self, wanted: frozenset[date] | None) -> Choices:
        """Return what was decided: a date is moved when its row says other than its slot."""
        typed = {on: row.form.slot() for on, row in self.by_date.items() if not row.form.errors}
        return Choices(
            wanted=wanted,
            moved={on: slot for on, slot in typed.items() if slot != self.by_date[on].planned},
            reasons={on: row.form.reason.data or "" for on, row in self.by_date.items()},
        )

    def propose_reasons(self, planned: Iterable[PlannedDate]) -> None:
        """Fill in why a date would be dropped against which something stands, where none is typed.

        It is a proposal in the words of the preview, which staff may change.
        """
        sentence = get_template_attribute("office/_series_dates.html", "reason_of")
        for one in planned:
            if not (self.typed or one.fine):
                words = one_line(unescape(str(sentence(one))))
                self.by_date[one.on].form.reason.data = words[:REASON_LENGTH]


def _form(on: date, slot: Slot, rooms: Any, *, typed: bool) -> DateForm:
    form = DateForm(
        **({} if typed else {"formdata": None}),
        prefix=f"d{on.isoformat()}",
        meta={"csrf": False},
        data={
            "on": slot.on,
            "starts_time": slot.starts_time,
            "ends_time": slot.ends_time,
            "room_id": slot.room_id,
        },
    )
    del form.submission_key
    form.room_id.choices = rooms
    return form
