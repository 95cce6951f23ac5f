"""For how long somebody may act for another: said in months, so that nobody types a date."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs are older

from venue import clock
from venue.blueprints.forms import ButtonForm
from venue.blueprints.words import _l
from venue.people.rules import ADULT, months_later

LASTING = {
    0: _l("一直，直到结束"),
    1: _l("一个月"),
    3: _l("三个月"),
    6: _l("半年"),
    12: _l("一年"),
}
"""Months; a stay in hospital, a season, a year (own)."""


def lasting_field() -> SelectField:
    """Return a field for how long somebody may act."""
    choices = [SelectChoice(str(months), words) for months, words in LASTING.items()]
    return SelectField(_l("代办多久"), choices=choices, default="0")


class LastingForm(ButtonForm):
    """A button beside which is chosen for how long."""

    lasting = lasting_field()


def not_adult_words() -> str:
    """Return why somebody cannot act for another yet, and who can."""
    return gettext("没有办成：代办的人不满 %(n)s 岁。请家里另一位成年人来办。", n=ADULT)


def until_on(lasting: SelectField) -> date | None:
    """Return the last day of what was chosen, from today; None: until it is ended."""
    months = int(lasting.data)
    return months_later(clock.today(), months) if months else None
