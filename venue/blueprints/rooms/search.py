"""Finding a free room: when, for how many people, with what in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext
from wtforms import Field, ValidationError
from wtforms.validators import InputRequired

from venue import clock
from venue.blueprints.formats import clock_time, span
from venue.blueprints.forms import AskingForm
from venue.blueprints.office.fields import ChecksField, offer, optional_number_field
from venue.blueprints.office.times import ClockField, after, day_field, time_of_day
from venue.blueprints.rooms.addresses import blueprint, reservation_at_url
from venue.blueprints.words import _l
from venue.db import db
from venue.htmx import render
from venue.permissions import Permission, Viewer, center_of, represented, viewer
from venue.places.models import Center, Room
from venue.places.opening import years_not_announced
from venue.places.rules import ClosedFor, Conflict, OutsideHours
from venue.places.searching import Offer, Offers, Wanted, find_free_rooms, for_residents
from venue.places.sharing import rooms_to_show
from venue.reservations.offering import why_not
from venue.reservations.rules import Refusal
from venue.reservations.terms import Booker, organizations_of
from venue.timeline.interval import union
from venue.timeline.local_time import instant, local, local_date

FARTHEST = timedelta(days=366)
MOST_PEOPLE = 2_000
"""Beyond these a wish is a slip of the hand (own)."""
MORNING, LAST_HOUR, USUAL_HOURS = 9, 19, 2
"""What the form proposes: two hours from the next full one, or tomorrow morning (own)."""


class SearchForm(AskingForm):
    """When, for how many, with what; the names are those of the address."""

    on = day_field(_l("哪一天"))
    starts_time = ClockField(
        _l("几点开始"), name="from", validators=[InputRequired(_l("请填写时间。"))]
    )
    ends_time = ClockField(
        _l("几点结束"),
        name="to",
        validators=[InputRequired(_l("请填写时间。")), after("starts_time")],
    )
    people = optional_number_field(_l("几个人"), 1, MOST_PEOPLE)
    equipment = ChecksField(_l("要什么设备"), coerce=int)

    def validate_on(self, field: Field) -> None:
        """Nobody looks for a room in the past, or years ahead."""
        today = local_date(clock.now())
        if field.data is not None and field.data < today:
            raise ValidationError(_l("这一天已经过去了。"))
        if field.data is not None and field.data > today + FARTHEST:
            raise ValidationError(_l("最远可以查到一年以后。"))

    def validate_starts_time(self, field: Field) -> None:
        """Say that it is too late for today."""
        on: date | None = self.on.data
        if on is None or field.data is None or self.on.errors:
            return
        if instant(on, field.data) <= clock.now():
            raise ValidationError(_l("这个时间已经过去了。"))

    def wanted(self) -> Wanted:
        """Return what is looked for; the form is valid."""
        return Wanted(
            time_of_day(self.on.data, self.starts_time.data, self.ends_time.data),
            self.people.data,
            frozenset(self.equipment.data or ()),
        )


@blueprint.get("/centers/<slug>/rooms/search")
def search(slug: str) -> Response:
    """Ask for a time, and show which rooms are free then, or what comes nearest.

    Residents are offered the rooms that they may ask for, the office all of them. A free room that
    the viewer cannot have then says why.
    """
    center = center_of(slug)
    now = clock.now()
    who = viewer()
    staff = who is not None and who.may(Permission.OFFICE, center)
    rooms = [one for one in rooms_to_show(db.session(), center.id) if staff or for_residents(one)]
    form = SearchForm(request.args or None, data=_proposal(now))
    offer(form.equipment, _equipment(rooms))
    own = rooms if staff else []
    offers, refused = None, {}
    if request.args and form.validate():
        offers = find_free_rooms(db.session(), center, rooms, form.wanted(), now=now)
        _note_why(form, rooms, offers)
        refused = _refused(who, [one for one in offers.all if one.room not in own], now)
    return render(
        "rooms/search.html",
        "rooms/_search.html",
        status=422 if form.errors else 200,
        form=form,
        offers=offers,
        refused=refused,
        provisional=years_not_announced(db.session(), [form.on.data] if form.on.data else []),
        address=partial(_address, center, form.people.data, own),
    )


def _refused(
    who: Viewer | None, offers: Sequence[Offer], now: datetime
) -> dict[Offer, tuple[Refusal, ...]]:
    """Return why offers are not to be had, by the rule that the reservation itself asks."""
    bookers: list[Booker] = []
    if who is not None:
        bookers += [Booker(person) for person in represented(db.session(), who)]
        partners = organizations_of(db.session(), who.person.id)
        bookers += [Booker(who.person, organization) for organization in partners]
    asked = [(one.room, one.interval) for one in offers]
    return dict(zip(offers, why_not(db.session(), bookers, asked, now=now), strict=True))


def _note_why(form: SearchForm, rooms: Sequence[Room], offers: Offers) -> None:
    """Say beside its field why nothing can be free: so many people, or outside the hours."""
    largest = max((room.capacity for room in rooms), default=0)
    if form.people.data is not None and rooms and form.people.data > largest:
        form.people.errors = [gettext("这里最大的功能室坐 %(n)s 人。", n=largest)]
    if offers.shut:
        form.starts_time.errors = [_shut(why) for why in offers.shut]


def _shut(why: Conflict) -> str:
    if isinstance(why, ClosedFor):
        return gettext("这段时间关闭：%(reason)s。", reason=why.reason)
    if isinstance(why, OutsideHours) and why.hours:
        hours = gettext("、").join(span(one.start, one.end) for one in union(why.hours))
        return gettext("不在开放时间里，这天开放 %(hours)s。", hours=hours)
    return gettext("这天不开放。")


def _address(center: Center, people: int | None, own: Sequence[Room], one: Offer) -> str:
    """Return where an offer is taken up: of one's own rooms the office writes it down itself."""
    use = one.interval
    if one.room not in own:
        return reservation_at_url(one.room.id, use.start, use.end, people)
    return url_for(
        "office.new_booking",
        slug=center.slug,
        room_id=one.room.id,
        on=local_date(use.start),
        starts_time=clock_time(use.start),
        ends_time=clock_time(use.end),
        people=people,
    )


def _equipment(rooms: Sequence[Room]) -> list[tuple[int, str]]:
    """Return what any of the rooms has, by name."""
    kinds = {one.id: one.name for room in rooms for one in room.equipment}
    return sorted(kinds.items(), key=lambda kind: kind[1])


def _proposal(now: datetime) -> dict[str, Any]:
    """Return what the form begins with."""
    here = local(now)
    on, hour = here.date(), max(here.hour + 1, MORNING)
    if hour > LAST_HOUR:
        on, hour = on + timedelta(days=1), MORNING
    return {"on": on, "starts_time": time(hour), "ends_time": time(hour + USUAL_HOURS)}
