"""The forms of the door."""

from __future__ import annotations

from wtforms import BooleanField, IntegerField, StringField
from wtforms.validators import DataRequired, InputRequired, NumberRange

from venue.blueprints.forms import VenueForm, clean, name_field
from venue.blueprints.office.fields import optional_text_field, text_field
from venue.blueprints.row_numbers import LARGEST
from venue.blueprints.taps import TapForm
from venue.blueprints.words import _l

WORDS = 40
ABSENCE = 100


class ArrivalForm(TapForm):
    """A child comes; of one with an allergy the carer has read it."""

    allergy_seen = BooleanField()


class CodeForm(VenueForm):
    """The code that whoever collects says."""

    code = StringField(
        _l("来接的人说的代码"),
        validators=[DataRequired(_l("请输入对方说的四位代码。"))],
        filters=[clean],
        render_kw={"inputmode": "numeric", "autocomplete": "off", "maxlength": "10"},
    )


class WhoForm(TapForm):
    """Whom the carer has identified."""

    who_id = IntegerField(validators=[InputRequired(), NumberRange(1, LARGEST)])


class StrangerForm(TapForm):
    """Somebody who is on no list."""

    stranger = text_field(_l("来的人（自称）"), WORDS, _l("请写来的是谁，不知道就写样子。"))
    stranger_relation = optional_text_field(_l("自称是孩子的"), 20)


class AbsenceForm(TapForm):
    """A guardian says on the telephone that the child does not come."""

    absence = text_field(_l("为什么不来"), ABSENCE, _l("请写一句原因，例如：发烧。"))


class VolunteerForm(VenueForm):
    """A volunteer or a student."""

    full_name = name_field(_l("姓名"))
