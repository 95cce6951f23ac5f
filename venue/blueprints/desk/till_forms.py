"""The forms for money at the counter."""

from __future__ import annotations

from wtforms import Field, IntegerField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange
from wtforms.widgets import HiddenInput

from venue.blueprints.forms import VenueForm
from venue.blueprints.office.fields import MOST_FEN, YuanField, one_line, text_field
from venue.blueprints.words import _l
from venue.payments.rules import NUMBER_LENGTH, REASON_LENGTH, clean_number


def _number_field() -> StringField:
    """Return a field for the number on a paper receipt."""
    return StringField(
        _l("收据号"),
        validators=[
            DataRequired(_l("请填写收据号。")),
            Length(max=NUMBER_LENGTH, message=_l("最多 %(n)s 个字。", n=NUMBER_LENGTH)),
        ],
        filters=[lambda text: clean_number(text) if text else text],
        render_kw={"autocomplete": "off"},
    )


def _amount_field(label: str, missing: str) -> YuanField:
    return YuanField(label, validators=[InputRequired(missing)], render_kw={"inputmode": "decimal"})


def _seen_field() -> IntegerField:
    """Return a hidden field for an amount in fen as the page showed it."""
    return IntegerField(
        validators=[InputRequired(), NumberRange(0, MOST_FEN)], widget=HiddenInput()
    )


class PaymentForm(VenueForm):
    """Money that is taken."""

    number = _number_field()
    amount_fen = _amount_field(_l("收了多少（元）"), _l("请填写收了多少钱。"))
    seen_fen = _seen_field()

    def validate_amount_fen(self, field: Field) -> None:
        """Refuse nothing as an amount."""
        if field.data == 0:
            raise ValidationError(_l("没有收钱就不用记。免收的，请用“减免”。"))


class RefundForm(VenueForm):
    """Money that is handed back: all that is due."""

    number = _number_field()
    seen_fen = _seen_field()


class ReductionForm(VenueForm):
    """How much less somebody pays, and why."""

    reduced_fen = _amount_field(_l("减免多少（元）"), _l("请填写减免多少，不再减免请填 0。"))
    because = StringField(
        _l("为什么减免"),
        validators=[Length(max=REASON_LENGTH, message=_l("最多 %(n)s 个字。", n=REASON_LENGTH))],
        filters=[one_line],
    )

    def validate_because(self, field: Field) -> None:
        """Ask for a reason unless the reduction ends."""
        if self.reduced_fen.data and not field.data:
            raise ValidationError(_l("请写明为什么减免，会留下记录。"))


class ReversalForm(VenueForm):
    """Why an entry is undone."""

    reason = text_field(_l("为什么冲销"), REASON_LENGTH, _l("请写明为什么冲销，会留下记录。"))
