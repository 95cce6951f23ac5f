"""The form of one layer of hours."""

from __future__ import annotations

import re
from datetime import date, time

from wtforms import Field, HiddenField, StringField, ValidationError

from venue.accounts.rules import phone_number
from venue.blueprints.forms import VenueForm, clean, dialable
from venue.blueprints.months import ChosenMonth, within_reach
from venue.blueprints.office.fields import enum_field, offer_or_none, row_field, weekdays_field
from venue.blueprints.office.names import LAYERS
from venue.blueprints.office.reading import rooms_in_use
from venue.blueprints.office.times import clock_field, end_field, optional_day_field
from venue.blueprints.words import _l
from venue.db import db
from venue.places.editing_hours import OpeningDescription
from venue.places.models import Center
from venue.places.rules import Layer

PREVIEW = "preview"


class PreviewedForm(VenueForm):
    """A form whose effect on the year can be looked at before it is sent for good."""

    step = HiddenField()
    """Empty to save; otherwise what to look at: PREVIEW, or a month such as 2026-10."""
    seen = HiddenField()
    """Keys of what it leaves outside the hours that its sender was shown, separated by spaces."""

    @property
    def is_look(self) -> bool:
        """Whether it was sent to look, not to save."""
        return bool(self.is_submitted() and self.step.data)

    def month(self, today: date) -> ChosenMonth | None:
        """Return the month to look at, if one was chosen."""
        found = re.fullmatch(r"(\d{4})-(\d{2})", self.step.data or "")
        if found is None:
            return None
        year, month = int(found[1]), int(found[2])
        return ChosenMonth(year, month) if within_reach(year, today) and 1 <= month <= 12 else None


class OpeningForm(PreviewedForm):
    """One layer of hours."""

    layer = enum_field(_l("哪一种开放"), LAYERS)
    room_id = row_field(_l("适用于"))
    weekdays = weekdays_field(_l("星期"))
    opens_time = clock_field(_l("开门"))
    closes_time = end_field(_l("关门"), "opens_time")
    phone = StringField(
        _l("有事打哪个电话"),
        validators=[dialable],
        filters=[clean],
        render_kw={"inputmode": "tel"},
    )
    valid_from_on = optional_day_field(_l("从哪天起"))
    valid_until_on = optional_day_field(_l("到哪天为止"))

    def validate_weekdays(self, field: Field) -> None:
        """Ask for a day; holiday duty holds on whatever weekday the holiday is."""
        if not field.errors and not field.data and self.layer.data is not Layer.HOLIDAY_DUTY:
            raise ValidationError(_l("请至少选一天。"))

    def validate_phone(self, field: Field) -> None:
        """Ask for a number where nobody is there."""
        if self.layer.data is Layer.UNATTENDED and not field.data:
            raise ValidationError(_l("无人值守要写明有事打哪个电话，居民会看到。"))

    def validate_valid_until_on(self, field: Field) -> None:
        """Check the order."""
        first = self.valid_from_on.data
        if field.data is not None and first is not None and field.data < first:
            raise ValidationError(_l("结束的日子不能早于开始的日子。"))

    def description(self) -> OpeningDescription:
        """Return what was typed; the form is valid."""
        every_day = self.layer.data is Layer.HOLIDAY_DUTY
        weekdays = range(1, 8) if every_day else sorted(set(self.weekdays.data or ()))
        alone = self.layer.data is Layer.UNATTENDED
        return OpeningDescription(
            room_id=self.room_id.data,
            layer=self.layer.data,
            weekdays="".join(map(str, weekdays)),
            opens_time=self.opens_time.data or time.min,
            closes_time=self.closes_time.data or time.min,
            valid_from_on=self.valid_from_on.data,
            valid_until_on=self.valid_until_on.data,
            phone=phone_number(self.phone.data or "") if alone else None,
        )

    def offer_rooms(self, center: Center) -> None:
        """Fill in the choices."""
        rooms = [(room.id, room.name) for room in rooms_in_use(db.session(), center.id)]
        offer_or_none(self.room_id, _l("整个中心"), rooms)
