"""The forms of the menu: dishes and sittings as lines, prices, another dish, no lunch."""

from __future__ import annotations

import re
from datetime import time

from wtforms import Field, Form, ValidationError

from venue.blueprints.forms import VenueForm
from venue.blueprints.office.fields import (
    long_field,
    optional_long_field,
    optional_number_field,
    optional_text_field,
    text_field,
    yuan_field,
)
from venue.blueprints.words import _l
from venue.lunch.models import MenuDay
from venue.lunch.planning import DayPlan
from venue.lunch.rules import (
    DISH_LENGTH,
    MOST_PORTIONS,
    REASON_LENGTH,
    SIDES_LENGTH,
    AgeBand,
)

MOST_LINES = 400
"""Characters of a menu: some dishes with what comes along (own)."""
SITTING = re.compile(r"(\d{1,2})[:：](\d{2})\s+(\d{1,4})")


def _dishes(_form: Form, field: Field) -> None:
    for name, sides in dishes_in(field.data):
        if not name or len(name) > DISH_LENGTH or len(sides) > SIDES_LENGTH:
            raise ValidationError(
                _l(
                    "每行一份：菜名最多 %(n)s 个字，配菜最多 %(m)s 个字。",
                    n=DISH_LENGTH,
                    m=SIDES_LENGTH,
                )
            )


def _sittings(_form: Form, field: Field) -> None:
    try:
        sittings_in(field.data)
    except ValueError:
        raise ValidationError(_l("每行一场：时间、空格、几个位子，例如 11:00 40。")) from None


def dishes_in(text: str) -> list[tuple[str, str]]:
    """Return the dishes of some lines, each with what comes along after a colon."""
    parts = [re.split("[:：]", line, maxsplit=1) for line in text.splitlines() if line]
    return [(part[0].strip(), part[1].strip() if part[1:] else "") for part in parts]


def sittings_in(text: str) -> dict[time, int]:
    """Return places by time; raises ValueError for a line that says none, or a time twice."""
    found: dict[time, int] = {}
    for line in filter(None, text.splitlines()):
        said = SITTING.fullmatch(line)
        if said is None:
            raise ValueError(line)
        at, places = time(int(said[1]), int(said[2])), int(said[3])
        if at in found or not 1 <= places <= MOST_PORTIONS:
            raise ValueError(line)
        found[at] = places
    return found


class MenuForm(VenueForm):
    """What a day offers."""

    dishes = long_field(_l("菜"), MOST_LINES, _l("请写至少一份菜。"))
    sittings = optional_long_field(_l("来吃的时间和位子"), MOST_LINES)
    deliveries = optional_number_field(_l("最多送几份"), 0, MOST_PORTIONS)

    def validate_dishes(self, field: Field) -> None:
        """Each line is a dish."""
        _dishes(self, field)

    def validate_sittings(self, field: Field) -> None:
        """Each line is a sitting."""
        _sittings(self, field)

    def plan(self) -> DayPlan:
        """Return what was typed; the form is valid."""
        sittings = sittings_in(self.sittings.data or "")
        return DayPlan(dishes_in(self.dishes.data or ""), sittings, self.deliveries.data)


def written(day: MenuDay | None) -> dict[str, object]:
    """Return a day as the form has it: itself, or the latest before it."""
    if day is None:
        return {}
    return {
        "dishes": "\n".join(
            f"{one.name}：{one.sides}" if one.sides else one.name for one in day.dishes
        ),
        "sittings": "\n".join(
            f"{one.starts_time:%H:%M} {one.capacity}" for one in day.sittings if one.capacity
        ),
        "deliveries": day.deliveries,
    }


class SubstituteForm(VenueForm):
    """Another dish in place of one that is missing."""

    name = text_field(_l("换成什么"), DISH_LENGTH, _l("请写换成什么菜。"))
    sides = optional_text_field(_l("配菜"), SIDES_LENGTH)


class CallOffForm(VenueForm):
    """That there is no lunch, and why."""

    reason = text_field(_l("为什么"), REASON_LENGTH, _l("请写原因，订了餐的人会看到。"))


class PricesForm(VenueForm):
    """What a meal costs by age."""

    from_60 = yuan_field(_l("60–74 岁"))
    from_75 = yuan_field(_l("75–89 岁"))
    from_90 = yuan_field(_l("90 岁以上"))
    other = yuan_field(_l("其他人"))

    def prices(self) -> dict[AgeBand, int]:
        """Return what was typed, in fen; the form is valid."""
        return {band: self[band.name.lower()].data for band in AgeBand}
