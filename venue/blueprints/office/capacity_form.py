"""The number of seats of one pool, in a form."""

from __future__ import annotations

from flask_babel import gettext

from venue.blueprints.forms import VenueForm
from venue.blueprints.office.fields import number_field
from venue.blueprints.office.program_form import MOST_SEATS
from venue.blueprints.words import _l
from venue.seats.opening import BelowTaken


class CapacityForm(VenueForm):
    """The number of seats."""

    capacity = number_field(_l("座位数"), 1, MOST_SEATS)


def below_taken(refusal: BelowTaken) -> str:
    """Say beside the field why there cannot be fewer seats."""
    return gettext("已经有 %(n)s 人有座位，座位数不能比这更少。", n=refusal.taken)
