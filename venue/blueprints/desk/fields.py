"""The fields that several forms of the desk ask for."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from wtforms import Field, Form, IntegerField, SelectField, ValidationError
from wtforms.validators import InputRequired

from venue import clock
from venue.blueprints.office.fields import offer_or_none
from venue.blueprints.words import _l
from venue.db import db
from venue.people.models import Neighborhood
from venue.people.rules import BirthFault, birth_fault
from venue.places.models import Center, center_neighborhood


class YearField(IntegerField):
    """A year; also 1957年."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read it, or say what is expected."""
        try:
            super().process_formdata([text.strip().removesuffix("年") for text in valuelist])
        except ValueError:
            raise ValueError(_l("请填写四位年份，例如 1957。")) from None


def birth_year_field(label: str) -> YearField:
    """Return a field for the year in which somebody alive was born."""
    return YearField(
        label,
        validators=[InputRequired(_l("请填写出生年份。")), _born],
        render_kw={"inputmode": "numeric"},
    )


def _born(_form: Form, field: Field) -> None:
    if field.data is None:
        return  # what was typed is no number, and that has been said
    if not 1000 <= field.data <= date.max.year:
        raise ValidationError(_l("请填写四位年份，例如 1957。"))
    fault = birth_fault(date(field.data, 1, 1), clock.today())
    if fault is BirthFault.FUTURE:
        raise ValidationError(_l("出生年份不能晚于今年。"))
    if fault is BirthFault.LONG_AGO:
        raise ValidationError(_l("出生年份太早了，请核对。"))


def offer_neighborhoods(field: SelectField, center: Center) -> None:
    """Let a field choose from all neighborhoods, those of the center first, or from none."""
    ours = set(
        db.session.scalars(
            select(center_neighborhood.c.neighborhood_id).where(
                center_neighborhood.c.center_id == center.id
            )
        )
    )
    rows = db.session.execute(select(Neighborhood.id, Neighborhood.name))
    near_first = sorted(rows, key=lambda row: (row.id not in ours, row.name))
    offer_or_none(field, _l("不清楚"), [(row.id, row.name) for row in near_first])
