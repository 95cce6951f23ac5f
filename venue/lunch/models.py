"""Tables of lunch: the menu of a day, its dishes and sittings, prices, and who ordered what."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from venue.audit.rules import Channel
from venue.db import Base
from venue.lunch.rules import (
    ADDRESS_LENGTH,
    DIET_LENGTH,
    DISH_LENGTH,
    REASON_LENGTH,
    SIDES_LENGTH,
    AgeBand,
    OrderEnding,
)
from venue.people.models import Person
from venue.places.models import Center


class MenuDay(Base):
    """Lunch of a center on one day, and how many meals of it are delivered."""

    __tablename__ = "menu_day"
    __table_args__ = (
        CheckConstraint("delivered >= 0 AND delivered <= deliveries", name="delivered"),
        CheckConstraint("(called_off_at IS NULL) = (called_off_reason = '')", name="called_off"),
        Index("uq_menu_day_center", "center_id", "served_on", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    center_id: Mapped[int] = mapped_column(ForeignKey("center.id"))
    served_on: Mapped[date]
    orders_until_at: Mapped[datetime]
    """From then on nothing is ordered or cancelled; as the settings were when it was written."""
    deliveries: Mapped[int | None]
    """How many can be delivered; None: no limit."""
    delivered: Mapped[int] = mapped_column(default=0)
    called_off_at: Mapped[datetime | None]
    called_off_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    called_off_reason: Mapped[str] = mapped_column(String(REASON_LENGTH), default="")

    center: Mapped[Center] = relationship()
    dishes: Mapped[list[Dish]] = relationship(back_populates="day", order_by="Dish.position")
    sittings: Mapped[list[Sitting]] = relationship(
        back_populates="day", order_by="Sitting.starts_time"
    )


class Dish(Base):
    """One of the meals that a day offers; one chooses one of them."""

    __tablename__ = "dish"
    __table_args__ = (Index("uq_dish_position", "menu_day_id", "position", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    menu_day_id: Mapped[int] = mapped_column(ForeignKey("menu_day.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(DISH_LENGTH))
    sides: Mapped[str] = mapped_column(String(SIDES_LENGTH), default="")
    instead_of: Mapped[str] = mapped_column(String(DISH_LENGTH), default="")
    """What it was to be before it was substituted."""

    day: Mapped[MenuDay] = relationship(back_populates="dishes")


class Sitting(Base):
    """A time at which so many eat in the house."""

    __tablename__ = "sitting"
    __table_args__ = (
        CheckConstraint("taken BETWEEN 0 AND capacity", name="taken"),
        Index("uq_sitting_time", "menu_day_id", "starts_time", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    menu_day_id: Mapped[int] = mapped_column(ForeignKey("menu_day.id"))
    starts_time: Mapped[time]
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)

    day: Mapped[MenuDay] = relationship(back_populates="sittings")

    @property
    def places_left(self) -> int:
        """How many more can sit down."""
        return self.capacity - self.taken


class LunchPrice(Base):
    """What a meal costs at a center for an age band, in fen; no row: the usual price."""

    __tablename__ = "lunch_price"
    __table_args__ = (CheckConstraint("price_fen >= 0", name="price"),)

    center_id: Mapped[int] = mapped_column(ForeignKey("center.id"), primary_key=True)
    band: Mapped[AgeBand] = mapped_column(primary_key=True)
    price_fen: Mapped[int]


class LunchProfile(Base):
    """What the kitchen knows of a person: what they do not eat, and where they had it brought."""

    __tablename__ = "lunch_profile"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    diet: Mapped[str] = mapped_column(String(DIET_LENGTH), default="")
    address: Mapped[str] = mapped_column(String(ADDRESS_LENGTH), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    written_at: Mapped[datetime]


class MealOrder(Base):
    """One meal of one person: at a sitting, or delivered; what ended it stays."""

    __tablename__ = "meal_order"
    __table_args__ = (
        CheckConstraint("(sitting_id IS NULL) = (address <> '')", name="way"),
        CheckConstraint("(address = '') = (phone = '')", name="delivery"),
        CheckConstraint("price_fen >= 0", name="price"),
        CheckConstraint("(ended_at IS NULL) = (ending IS NULL)", name="ending"),
        Index(
            "uq_meal_order_person_day",
            "person_id",
            "served_on",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "menu_day_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    menu_day_id: Mapped[int] = mapped_column(ForeignKey("menu_day.id"))
    served_on: Mapped[date]
    """The date of the day, once more: one meal a day, whichever center it is from."""
    dish_id: Mapped[int] = mapped_column(ForeignKey("dish.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    sitting_id: Mapped[int | None] = mapped_column(ForeignKey("sitting.id"))
    address: Mapped[str] = mapped_column(String(ADDRESS_LENGTH), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    band: Mapped[AgeBand]
    price_fen: Mapped[int]
    """As it was when it was ordered."""
    channel: Mapped[Channel]
    ordered_at: Mapped[datetime]
    ordered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ending: Mapped[OrderEnding | None]

    day: Mapped[MenuDay] = relationship()
    dish: Mapped[Dish] = relationship()
    sitting: Mapped[Sitting | None] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=person_id)
