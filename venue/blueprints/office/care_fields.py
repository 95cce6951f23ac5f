"""The fields in which the office says what a program of care offers, new or old."""

from __future__ import annotations

from wtforms import BooleanField, Field, ValidationError

from venue.blueprints.forms import VenueForm
from venue.blueprints.office.fields import optional_number_field, optional_yuan_field
from venue.blueprints.words import _l
from venue.childcare.rules import FIRST_GRADE, LAST_GRADE


class OfferFields(VenueForm):
    """For whom care is, and what comes with a day."""

    min_grade = optional_number_field(_l("从几年级"), FIRST_GRADE, LAST_GRADE)
    max_grade = optional_number_field(_l("到几年级"), FIRST_GRADE, LAST_GRADE)
    whole_weeks = BooleanField(_l("只能整周报（假期班）"))
    meal_fen = optional_yuan_field(_l("用餐，每天（元）"))
    nap_fen = optional_yuan_field(_l("午睡，每天（元）"))

    def validate_max_grade(self, field: Field) -> None:
        """Check the order of the grades."""
        low = self.min_grade.data
        if field.data is not None and low is not None and field.data < low:
            raise ValidationError(_l("年级要从低到高。"))
