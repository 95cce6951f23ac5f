"""The fields of the manager's forms: texts, numbers, prices, choices, each with its sentence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from wtforms import (
    Field,
    Form,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs are older
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from venue.blueprints.words import _l

Kind = TypeVar("Kind", bound=StrEnum)

NOT_OFFERED = _l("请从列出的选项里选。")
MOST_FEN = 10_000_000
"""100,000 yuan; whoever types more has slipped (own)."""


def text_field(label: str, length: int, missing: str) -> StringField:
    """Return a field for one line that must be filled in; `missing` says so when it is not."""
    return StringField(
        label, validators=[DataRequired(missing), _at_most(length)], filters=[one_line]
    )


def optional_text_field(label: str, length: int) -> StringField:
    """Return a field for one line that may stay empty."""
    return StringField(label, validators=[Optional(), _at_most(length)], filters=[one_line])


def long_field(label: str, length: int, missing: str, rows: int = 4) -> TextAreaField:
    """Return a field for several lines that must be filled in; `missing` says so."""
    return _lines_field(label, rows, DataRequired(missing), _at_most(length))


def optional_long_field(label: str, length: int, rows: int = 4) -> TextAreaField:
    """Return a field for several lines that may stay empty."""
    return _lines_field(label, rows, Optional(), _at_most(length))


def conditional_long_field(label: str, length: int, rows: int = 4) -> TextAreaField:
    """Return a field for several lines of which the form says when it may stay empty."""
    return _lines_field(label, rows, _at_most(length))


def _lines_field(label: str, rows: int, *validators: Callable[..., Any]) -> TextAreaField:
    return TextAreaField(
        label, validators=list(validators), filters=[lines], render_kw={"rows": rows}
    )


def one_line(text: str | None) -> str:
    """Filter of text fields: single spaces, no control characters; nothing is the empty text."""
    return " ".join("".join(map(_plain, text)).split()) if text else ""


def lines(text: str | None) -> str:
    """Filter of fields of several lines: each line as by `one_line`, none empty at the ends."""
    return "\n".join(map(one_line, text.splitlines())).strip() if text else ""


def _plain(character: str) -> str:
    """Return a space for a control character: databases refuse some, and nobody sees them."""
    return " " if unicodedata.category(character) == "Cc" else character


def _at_most(length: int) -> Length:
    return Length(max=length, message=_l("最多 %(n)s 个字。", n=length))


class WholeNumberField(IntegerField):
    """A whole number."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read it, or say what is expected."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None
            raise ValueError(_l("请填写整数。")) from None


def number_field(label: str, low: int, high: int) -> WholeNumberField:
    """Return a field for a whole number from `low` to `high`."""
    return WholeNumberField(
        label, validators=[InputRequired(_l("请填写数字。")), between(low, high)]
    )


def optional_number_field(label: str, low: int, high: int) -> WholeNumberField:
    """Return a field for a whole number from `low` to `high` that may stay empty."""
    return WholeNumberField(label, validators=[Optional(), between(low, high)])


def between(low: int, high: int) -> Callable[[Form, Field], None]:
    """Return a validator for `low` to `high`; what could not be read has its sentence already."""

    def check(_form: Form, field: Field) -> None:
        if field.data is not None and not low <= field.data <= high:
            raise ValidationError(_l("请填写 %(low)s 到 %(high)s 之间的数。", low=low, high=high))

    return check


class YuanField(Field):
    """A price typed in yuan, with at most two decimals; `data` is in fen."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        yuan, fen = divmod(self.data, 100)
        return f"{yuan}.{fen:02}" if fen else str(yuan)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read it, or say what is expected."""
        self.data = None
        if not valuelist:
            return
        try:
            fen = Decimal(str(valuelist[0]).strip().removeprefix("¥")) * 100
        except ArithmeticError:
            raise ValueError(_l("请用数字填写价格（元），例如 180 或 9.9。")) from None
        if not fen.is_finite() or not 0 <= fen <= MOST_FEN:
            raise ValueError(_l("价格在 0 到 %(most)s 元之间。", most=MOST_FEN // 100))
        if fen != fen.to_integral_value():
            raise ValueError(_l("价格最多两位小数。"))
        self.data = int(fen)


def yuan_field(label: str) -> YuanField:
    """Return a field for a price."""
    return YuanField(
        label,
        validators=[InputRequired(_l("请填写价格，免费请填 0。"))],
        render_kw={"inputmode": "decimal"},
    )


def optional_yuan_field(label: str) -> YuanField:
    """Return a field for a price of something that may not be offered at all."""
    return YuanField(label, validators=[Optional()], render_kw={"inputmode": "decimal"})


class ChecksField(SelectMultipleField):
    """Any number of choices, as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, **options)
        self.invalid_choice_message = NOT_OFFERED

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the choices, or say that one of them is none."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = []
            raise ValueError(NOT_OFFERED) from None


class NewNamesField(Field):
    """Names that are not among the choices yet, separated by commas; `data` is a list of them."""

    widget = TextInput()

    def __init__(self, label: str, length: int, **kwargs: Any) -> None:
        super().__init__(label, validators=[Optional(), self.each_short], **kwargs)
        self.length = length

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Split what was typed."""
        typed = re.split(r"[,，、;；\n]", valuelist[0]) if valuelist else []
        self.data = [name for name in map(one_line, typed) if name]

    def each_short(self, _form: Form, _field: Field) -> None:
        """Refuse a name that is too long."""
        if any(len(name) > self.length for name in self.data or ()):
            raise ValidationError(_l("每个名称最多 %(n)s 个字。", n=self.length))


def weekdays_field(label: str) -> ChecksField:
    """Return check boxes for the days of the week; `data` holds ISO numbers, 1 is Monday."""
    names = (_l("周一"), _l("周二"), _l("周三"), _l("周四"), _l("周五"), _l("周六"), _l("周日"))
    return ChecksField(label, coerce=int, choices=_choices(enumerate(names, start=1)))


def enum_field(label: str, names: Mapping[Kind, str]) -> SelectField:
    """Return a choice among the members of an enum, each with its name."""
    kind = type(next(iter(names)))
    return SelectField(label, coerce=kind, choices=_choices(names.items()))


def choice_field(label: str, names: Mapping[Kind, str]) -> RadioField:
    """Return a choice among the members of an enum with whole sentences: all are to be seen."""
    kind = type(next(iter(names)))
    return RadioField(
        label,
        coerce=kind,
        choices=_choices(names.items()),
        validators=[InputRequired(_l("请选一种。"))],
    )


def optional_id(value: Any) -> int | None:
    """Read the value of a choice among rows of which none may be chosen."""
    return int(value) if value not in (None, "", "None") else None


class RowField(SelectField):
    """A choice among rows."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, **options)
        self.invalid_choice_message = self.invalid_value_message = NOT_OFFERED


def row_field(label: str) -> RowField:
    """Return a choice among rows, or none of them; the view fills it by `offer_or_none`."""
    return RowField(label, coerce=optional_id, choices=[])


def offer(field: SelectField, rows: Iterable[tuple[int, str]]) -> None:
    """Fill in the choices of a field: rows by id, with their names."""
    field.choices = _choices(rows)


def offer_or_none(field: SelectField, nothing: str, rows: Iterable[tuple[int, str]]) -> None:
    """Fill in the choices of a field with rows, and first the choice of none, called `nothing`."""
    field.choices = _choices([("", nothing), *rows])


def offer_words(field: SelectField, choices: Iterable[tuple[str, str]]) -> None:
    """Fill in the choices of a field: what is sent, and what is read."""
    field.choices = _choices(choices)


def _choices(pairs: Iterable[tuple[Any, str]]) -> Any:
    return [SelectChoice(str(value), name) for value, name in pairs]
