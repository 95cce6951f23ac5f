"""The form by which a room is asked for, and what it says when the answer is no."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Any

from flask import get_template_attribute
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired

from venue.accounts.rules import phone_number
from venue.blueprints.forms import VenueForm, clean, dialable
from venue.blueprints.office.fields import (
    number_field,
    offer_words,
    optional_text_field,
    text_field,
)
from venue.blueprints.office.program_form import MOST_SEATS
from venue.blueprints.office.times import (
    check_year,
    clock_field,
    day_field,
    end_field,
    time_of_day,
)
from venue.blueprints.words import _l
from venue.people.models import Person
from venue.reservations.models import Organization
from venue.reservations.outcomes import Requested, Reserved
from venue.reservations.requesting import Request

FIELDS = {
    "InThePast": "on",
    "TooFarAhead": "on",
    "Overlap": "starts_time",
    "OutsideHours": "starts_time",
    "ClosedFor": "starts_time",
    "TooLongAtATime": "ends_time",
    "AcrossMidnight": "ends_time",
    "TooLong": "ends_time",
    "TooManyPeople": "people",
    "MonthIsFull": "for_whom",
    "NotNeighbor": "for_whom",
    "NotMember": "for_whom",
}
"""Beside which field each refusal is said; the rest is about the room itself."""
ORGANIZATION = "organization"


class ReservationForm(VenueForm):
    """A room for a time on one day, what for, and for whom."""

    on = day_field(_l("日期"))
    starts_time = clock_field(_l("几点开始"))
    ends_time = end_field(_l("几点结束"), "starts_time")
    people = number_field(_l("大约几个人"), 1, MOST_SEATS)
    purpose = text_field(_l("用途"), 100, _l("请写明用途，例如 读书会。"))
    for_whom = SelectField(_l("谁来用"), choices=[])
    contact_phone = StringField(
        _l("联系电话"),
        validators=[DataRequired(_l("请留一个打得通的电话。")), dialable],
        filters=[clean],
        render_kw={"inputmode": "tel", "autocomplete": "tel"},
    )
    note = optional_text_field(_l("还有什么要说明"), 200)

    def offer_bookers(
        self, people: Iterable[Person], organizations: Iterable[Organization]
    ) -> None:
        """Let the form choose among people, and the organizations for which the first books."""
        offer_words(
            self.for_whom,
            [
                *((f"person-{one.id}", one.full_name) for one in people),
                *((f"{ORGANIZATION}-{one.id}", one.name) for one in organizations),
            ],
        )

    def booker(self, oneself_id: int) -> tuple[int, int | None]:
        """Return person and organization; for an organization one books oneself."""
        kind, _, number = (self.for_whom.data or "").partition("-")
        if kind == ORGANIZATION:
            return oneself_id, int(number)
        return int(number), None

    def request(self, room_id: int, organization_id: int | None) -> Request:
        """Return what was typed; the form is valid."""
        return Request(
            room_id=room_id,
            use=time_of_day(self.on.data, self.starts_time.data, self.ends_time.data),
            people=self.people.data or 0,
            purpose=self.purpose.data or "",
            contact_phone=phone_number(self.contact_phone.data or "") or "",
            note=self.note.data or "",
            organization_id=organization_id,
        )

    def say(self, reasons: Iterable[object]) -> None:
        """Put a sentence for each reason beside its field."""
        sentence = get_template_attribute("reservations/_refusals.html", "refusal_sentence")
        for reason in reasons:
            name = FIELDS.get(type(reason).__name__)
            if name is None:
                self.form_errors = [*self.form_errors, sentence(reason)]
            else:
                self[name].errors = [*self[name].errors, sentence(reason)]


def wished(asked: MultiDict[str, str]) -> dict[str, Any]:
    """Read `?on=&from=&to=&people=` into the fields; what cannot be read stays empty."""
    return {
        "on": read_day(asked.get("on")),
        "starts_time": _read_time(asked.get("from")),
        "ends_time": _read_time(asked.get("to")),
        "people": asked.get("people", type=int),
    }


def read_day(text: str | None) -> date | None:
    """Return the day that an address names, None when it names none that can be looked at."""
    try:
        on = date.fromisoformat(text or "")
        check_year(on.year)
    except ValueError:
        return None
    return on


def _read_time(text: str | None) -> time | None:
    try:
        return time.min if text == "24:00" else time.fromisoformat(text or "").replace(tzinfo=None)
    except ValueError:
        return None


def said_after(outcome: Reserved | Requested) -> str:
    """Return what is said when a room was asked for."""
    if isinstance(outcome, Requested):
        return gettext("申请已经提交，房间先给您留着，有了答复会通知。")
    return gettext("预约好了，到时间来就行。")


def kinds(reasons: Sequence[object]) -> list[object]:
    """Return the first reason of each kind: the next step is said once."""
    return list({type(reason): reason for reason in reversed(reasons)}.values())[::-1]
