"""The form of a closure, and within it one decision for each thing that the closure hits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from flask import request
from wtforms import Field, Form, HiddenField, RadioField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs are older
from wtforms.validators import InputRequired, StopValidation

from venue.blueprints.forms import VenueForm
from venue.blueprints.office.fields import (
    offer,
    offer_or_none,
    optional_text_field,
    row_field,
    text_field,
)
from venue.blueprints.office.times import (
    ClockField,
    DayField,
    day_field,
    optional_clock_field,
    time_of_day,
)
from venue.blueprints.words import _l
from venue.changes.adjusting import NewPlace
from venue.changes.closing import CancelHit, ClosurePlan, Decision, LeaveHit
from venue.changes.hits import Hit
from venue.timeline.interval import Interval
from venue.timeline.local_time import day_start, instant, local

LONGEST = timedelta(days=731)
"""A closure of more than two years is a slip of the hand (own)."""


class Fate(StrEnum):
    """What becomes of something that a closure hits."""

    CANCEL = "cancel"
    MOVE = "move"
    LEAVE = "leave"


FATES: dict[Fate, str] = {
    Fate.CANCEL: _l("取消"),
    Fate.MOVE: _l("改期或换房间"),
    Fate.LEAVE: _l("照常"),
}


def _of_move(missing: str) -> Callable[[Form, Field], None]:
    """Return a validator of what only a move needs; of anything else it says nothing."""

    def check(form: Form, field: Field) -> None:
        if form["fate"].data is not Fate.MOVE:
            field.errors = []
            raise StopValidation
        if not any(str(one).strip() for one in field.raw_data or ()):
            field.errors = []
            raise StopValidation(missing)

    return check


class HitForm(Form):
    """What becomes of one hit; its fields are named for its key."""

    class Meta(VenueForm.Meta):
        """It is sent as a part of the closure's form, whose token counts."""

        csrf = False

    fate = RadioField(
        _l("怎么办"),
        choices=[SelectChoice(str(fate), name) for fate, name in FATES.items()],
        coerce=Fate,
        validators=[InputRequired(_l("请选怎么办。"))],
    )
    on = DayField(_l("日期"), validators=[_of_move(_l("请填写日期。"))])
    starts_time = ClockField(_l("几点开始"), validators=[_of_move(_l("请填写时间。"))])
    ends_time = ClockField(_l("几点结束"), validators=[_of_move(_l("请填写时间。"))])
    room_id = row_field(_l("功能室"))
    reason = optional_text_field(_l("理由"), 100)

    def validate_ends_time(self, field: Field) -> None:
        """Check the order of the times; 00:00 is the end of the day."""
        starts = self.starts_time.data
        if field.data in (None, time.min) or starts is None:
            return
        if field.data <= starts:
            raise ValidationError(_l("结束要晚于开始；到半夜请填 00:00。"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for a reason, too, where something takes place although all else is closed."""
        good = bool(super().validate(extra_validators))
        if self.fate.data is Fate.LEAVE and not self.reason.data:
            self.reason.errors = [_l("照常进行要写明理由。")]
            return False
        return good

    def decision(self, told: str) -> Decision:
        """Return what was decided; `told` is the reason of the closure. The form is valid."""
        reason = self.reason.data or ""
        if self.fate.data is Fate.CANCEL:
            return CancelHit(reason or told)
        if self.fate.data is Fate.LEAVE:
            return LeaveHit(reason)
        interval = time_of_day(self.on.data, self.starts_time.data, self.ends_time.data)
        return NewPlace(interval, self.room_id.data, reason or None)


def hit_form(hit: Hit, rooms: Iterable[tuple[int, str]], *, sent: bool) -> HitForm:
    """Return the form about one hit: as it was sent, or with its time and room as they are."""
    starts, ends = local(hit.use.start), local(hit.use.end)
    form = HitForm(
        request.form if sent else None,
        prefix=f"{hit.key}-",
        data={
            "on": starts.date(),
            "starts_time": starts.time(),
            "ends_time": ends.time(),
            "room_id": hit.held[0].room.id if hit.held else None,
        },
    )
    if hit.program_id is None:
        offer(form.room_id, rooms)
    else:
        offer_or_none(form.room_id, _l("不占用功能室"), rooms)
    return form


class ClosureForm(VenueForm):
    """A closure; without times it holds from the first day's start to the last day's end."""

    room_id = row_field(_l("关闭哪里"))
    starts_on = day_field(_l("开始日期"))
    starts_time = optional_clock_field(_l("开始时间"))
    ends_on = day_field(_l("结束日期"))
    ends_time = optional_clock_field(_l("结束时间"))
    reason = text_field(_l("原因（所有人都看得到）"), 100, _l("请写明原因，居民会看到。"))
    seen = HiddenField()
    """Keys of what it hits that its sender was shown, separated by spaces."""

    def validate_ends_on(self, field: Field) -> None:
        """Check the order of the days."""
        if field.data is None or self.starts_on.data is None:
            return
        if field.data < self.starts_on.data:
            raise ValidationError(_l("结束不能早于开始。"))
        if field.data - self.starts_on.data > LONGEST:
            raise ValidationError(_l("最长可以关闭两年，请核对日期。"))

    def validate_ends_time(self, field: Field) -> None:
        """Check the order of the times on one day."""
        if self.starts_on.data is None or self.ends_on.data != self.starts_on.data:
            return
        if self.end() <= self.start() and not field.errors:
            raise ValidationError(_l("结束时间要晚于开始时间。"))

    def start(self) -> datetime:
        """Return the instant at which it begins; the day was typed."""
        return instant(self.starts_on.data or date.min, self.starts_time.data or time.min)

    def end(self) -> datetime:
        """Return the instant at which it ends; no time, or 00:00, is the end of that day."""
        on = self.ends_on.data or date.min
        at = self.ends_time.data or time.min
        return instant(on, at) if at != time.min else day_start(on + timedelta(days=1))

    def plan(self) -> ClosurePlan:
        """Return what was typed; the form is valid."""
        return ClosurePlan(
            self.room_id.data, Interval(self.start(), self.end()), self.reason.data or ""
        )

    @property
    def seen_keys(self) -> set[str]:
        """What its sender has decided about, or was asked to."""
        return set((self.seen.data or "").split())
