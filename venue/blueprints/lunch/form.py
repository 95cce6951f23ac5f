"""The form by which a meal is ordered, which residents and the desk share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import get_template_attribute
from flask_babel import gettext
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import InputRequired

from venue.accounts.rules import phone_number
from venue.blueprints.formats import telephone
from venue.blueprints.forms import VenueForm, clean, dialable
from venue.blueprints.office.fields import offer, offer_words, optional_text_field
from venue.blueprints.words import _l
from venue.lunch.models import LunchProfile, MenuDay
from venue.lunch.rules import ADDRESS_LENGTH, DIET_LENGTH, Delivery, MealWish, Refusal
from venue.people.models import Person

DELIVERY = "delivery"
FIELDS = {"SittingFull": "way", "DeliveriesFull": "way"}
"""Beside which field each refusal is said; the rest is about the day."""


class MealForm(VenueForm):
    """One meal: for whom, which dish, where it is eaten, and what the kitchen should know."""

    person_id = SelectField(_l("谁吃"), coerce=int)
    dish_id = RadioField(_l("吃什么"), coerce=int, validators=[InputRequired(_l("请选一份菜。"))])
    way = RadioField(_l("在哪里吃"), validators=[InputRequired(_l("请选什么时候来吃，或者送餐。"))])
    address = optional_text_field(_l("送到哪里"), ADDRESS_LENGTH)
    phone = StringField(
        _l("送餐联系电话"),
        validators=[dialable],
        filters=[clean],
        render_kw={"inputmode": "tel", "autocomplete": "tel"},
    )
    diet = optional_text_field(_l("忌口"), DIET_LENGTH)

    def offer_day(self, day: MenuDay, people: Iterable[Person]) -> None:
        """Let the form choose among people, and the dishes, sittings and delivery of a day."""
        offer(self.person_id, [(one.id, one.full_name) for one in people])
        offer(self.dish_id, [(one.id, _dish_words(one.name, one.sides)) for one in day.dishes])
        places = [
            (
                f"sitting-{one.id}",
                gettext(
                    "%(time)s 来吃，余 %(n)s 位", time=f"{one.starts_time:%H:%M}", n=one.places_left
                ),
            )
            for one in day.sittings
            if one.capacity
        ]
        if day.deliveries != 0:
            places.append((DELIVERY, gettext("送到家里")))
        offer_words(self.way, places)

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for address and number where the meal is to be brought."""
        valid = super().validate(extra_validators)
        if self.way.data != DELIVERY:
            return valid
        if not self.address.data:
            self.address.errors = [*self.address.errors, gettext("送餐要写明送到哪里。")]
        if not self.phone.data:
            self.phone.errors = [*self.phone.errors, gettext("请留一个送到时打得通的电话。")]
        return valid and bool(self.address.data and self.phone.data)

    def wish(self) -> MealWish:
        """Return what was chosen; the form is valid."""
        kind, _, number = (self.way.data or "").partition("-")
        delivery = None
        if kind == DELIVERY:
            delivery = Delivery(self.address.data or "", phone_number(self.phone.data or "") or "")
        sitting_id = int(number) if number else None
        return MealWish(self.dish_id.data, sitting_id, delivery, self.diet.data or "")

    def say(self, reason: Refusal) -> None:
        """Put a sentence for a refusal beside its field, or above all."""
        sentence = str(get_template_attribute("lunch/_words.html", "refusal_words")(reason)).strip()
        name = FIELDS.get(type(reason).__name__)
        if name is None:
            self.form_errors = [*self.form_errors, sentence]
        else:
            self[name].errors = [*self[name].errors, sentence]


def known(person: Person, profile: LunchProfile | None) -> dict[str, Any]:
    """Return what the form begins with for a person: as the last time."""
    phone = (profile.phone if profile else "") or person.phone
    return {
        "person_id": person.id,
        "address": profile.address if profile else "",
        "phone": telephone(phone) if phone else "",
        "diet": profile.diet if profile else "",
    }


def _dish_words(name: str, sides: str) -> str:
    return gettext("%(dish)s（%(sides)s）", dish=name, sides=sides) if sides else name
