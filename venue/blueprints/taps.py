"""Taps that were made a while ago: a phone without a network keeps them and sends them later."""

from __future__ import annotations

from datetime import datetime, timedelta

from wtforms import IntegerField
from wtforms.validators import NumberRange, Optional

from venue import clock
from venue.blueprints.forms import VenueForm
from venue.blueprints.row_numbers import LARGEST

LONGEST_WAIT = timedelta(hours=4)
"""What waited longer counts as made so long ago: nobody dates a mark back by a day (own)."""


class TapForm(VenueForm):
    """A form that a phone may keep for a while, see `static/js/queue.js`.

    It says how many seconds ago it was filled in, not when: the clocks of phones go wrong.
    """

    seconds_ago = IntegerField(validators=[Optional(), NumberRange(0, LARGEST)])

    @property
    def made_at(self) -> datetime:
        """When it was filled in; now, where the form does not say."""
        waited = timedelta(seconds=self.seconds_ago.data or 0)
        return clock.now() - min(waited, LONGEST_WAIT)
