"""Loading the demo town into an empty database, and who can sign in to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, insert, or_, select
from sqlalchemy.orm import Session

from venue.accounts.models import User
from venue.accounts.rules import mobile_number
from venue.demo.attendance import count_heads, take_rolls
from venue.demo.door import close_the_door
from venue.demo.draws import hold_draws
from venue.demo.lunch import serve_lunch
from venue.demo.people import build_people
from venue.demo.places import build_places, enter_duty, furnish_rooms, hold_rooms
from venue.demo.programs import offer_programs
from venue.demo.reservations import reserve_rooms
from venue.demo.town import Town, read
from venue.notifications.models import Message
from venue.people.models import Person
from venue.places.models import District

PASSWORD = "wutong-demo"  # noqa: S105  (printed on purpose: nothing in the demo town is secret)


@dataclass(frozen=True, slots=True)
class HoldsData:
    """The database is in use; the demo town is written only into an empty one."""


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody who can sign in to the demo town."""

    full_name: str
    phone: str
    who: str


def load_demo(session: Session, password_hash: str, *, now: datetime) -> HoldsData | None:
    """Write the demo town around the day of `now`; only into a database without people.

    `password_hash` is what everybody signs in with who has an account.
    """
    if session.scalar(select(or_(exists(select(Person.id)), exists(select(District.id))))):
        return HoldsData()
    town = Town(session, now, District(name=read("district")["district"]))
    session.add(town.district)
    build_places(town)
    build_people(town, password_hash)
    furnish_rooms(town)
    hold_rooms(town)
    enter_duty(town)
    offer_programs(town)
    take_rolls(town)
    count_heads(town)
    close_the_door(town)
    reserve_rooms(town)
    serve_lunch(town)
    hold_draws(town)
    put_messages_in_order(session)
    return None


def put_messages_in_order(session: Session) -> None:
    """Number the messages by their times, as they would have come one by one.

    The town is written program by program, and an inbox shows the highest number first.
    """
    columns = [one for one in Message.__table__.columns if not one.primary_key]
    rows = session.execute(select(*columns).order_by(Message.created_at, Message.id)).mappings()
    messages = [dict(row) for row in rows]
    session.execute(delete(Message))
    session.execute(insert(Message), messages)


def demo_logins(session: Session) -> list[Login]:
    """Return who can sign in, in the order of the data; empty when the demo town is not loaded."""
    logins = [Login(one["name"], one["phone"], one["who"]) for one in read("people")["logins"]]
    numbers = {mobile_number(one.phone) for one in logins}
    known = set(session.scalars(select(User.phone).where(User.phone.in_(numbers))))
    return [one for one in logins if mobile_number(one.phone) in known]
