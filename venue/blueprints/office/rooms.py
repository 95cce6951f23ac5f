"""The rooms of a center: making, describing and retiring them, and what stands in them."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload
from werkzeug.wrappers import Response
from wtforms import BooleanField

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.forms import VenueForm
from venue.blueprints.office.base import answered, blueprint, never, of_center, pressed
from venue.blueprints.office.fields import (
    ChecksField,
    NewNamesField,
    enum_field,
    number_field,
    offer,
    optional_long_field,
    optional_number_field,
    text_field,
)
from venue.blueprints.office.names import BOOKING_MODES
from venue.blueprints.words import _l
from venue.changes.relabeling import relabel_room
from venue.config import settings
from venue.db import db
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.editing_centers import NameTaken
from venue.places.editing_rooms import RoomDescription, create_room, reopen_room, retire_room
from venue.places.models import Center, Equipment, Room
from venue.places.rules import BookingMode
from venue.places.sharing import NotNearby, neighbors, share_room
from venue.submissions import Done

MOST_FLOOR, DEEPEST_FLOOR = 60, -5
MOST_AREA, MOST_PEOPLE = 10_000, 2_000
MOST_PREPARATION, MOST_ADVANCE, MOST_MINUTES = 240, 366, 1440
"""Beyond these a figure is a slip of the hand (own)."""


class RoomForm(VenueForm):
    """A room."""

    name = text_field(_l("名称"), 40, _l("请填写功能室的名称。"))
    floor = number_field(_l("楼层"), DEEPEST_FLOOR, MOST_FLOOR)
    area_m2 = number_field(_l("面积（平方米）"), 1, MOST_AREA)
    capacity = number_field(_l("最多容纳人数"), 1, MOST_PEOPLE)
    booking_mode = enum_field(_l("怎样预约"), BOOKING_MODES)
    private = BooleanField(_l("不公开用途：居民只看到“已占用”"))
    position = number_field(_l("在列表里的顺序"), 0, 999)
    about = optional_long_field(_l("介绍"), 1000)
    setup_minutes = number_field(_l("用前准备（分钟）"), 0, MOST_PREPARATION)
    cleanup_minutes = number_field(_l("用后打扫（分钟）"), 0, MOST_PREPARATION)
    advance_days = optional_number_field(_l("最多提前几天预约"), 1, MOST_ADVANCE)
    longest_minutes = optional_number_field(_l("一次最多用几分钟"), 15, MOST_MINUTES)
    residents_only = BooleanField(_l("只让本中心服务的社区的居民预约"))
    shared_with_ids = ChecksField(_l("和哪些中心共用"), coerce=int)
    equipment_ids = ChecksField(_l("设备"), coerce=int)
    new_equipment = NewNamesField(_l("其他设备"), 40)

    def description(self) -> RoomDescription:
        """Return what was typed; the form is valid."""
        return RoomDescription(
            name=self.name.data or "",
            floor=self.floor.data or 0,
            area_m2=self.area_m2.data or 0,
            capacity=self.capacity.data or 0,
            booking_mode=self.booking_mode.data,
            private=self.private.data,
            position=self.position.data or 0,
            about=self.about.data or "",
            setup_minutes=self.setup_minutes.data or 0,
            cleanup_minutes=self.cleanup_minutes.data or 0,
            advance_days=self.advance_days.data,
            longest_minutes=self.longest_minutes.data,
            residents_only=self.residents_only.data,
        )

    def offer_rows(self, center: Center) -> None:
        """Fill in the choices; a center that is alone in its district is not asked for others."""
        nearby = neighbors(db.session(), center)
        if nearby:
            offer(self.shared_with_ids, [(one.id, one.name) for one in nearby])
        else:
            del self.shared_with_ids
        rows = db.session.execute(select(Equipment.id, Equipment.name).order_by(Equipment.name))
        offer(self.equipment_ids, [(row.id, row.name) for row in rows])


@blueprint.get("/<slug>/rooms")
@staff(Permission.OFFICE)
def rooms(center: Center) -> Response:
    """List the rooms, the retired ones last."""
    return _rooms_page(center, None, 200)


def _rooms_page(center: Center, refusal: Any, status: int) -> Response:
    found = db.session.scalars(
        select(Room)
        .where(Room.center_id == center.id)
        .options(selectinload(Room.equipment))
        .order_by(Room.retired_at.is_not(None), Room.position, Room.id)
    ).all()
    return render("office/rooms.html", status=status, rooms=found, refusal=refusal)


@blueprint.route("/<slug>/rooms/new", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def new_room(center: Center) -> Response:
    """Make a room."""
    form = RoomForm(
        data={
            "booking_mode": BookingMode.OPEN,
            "floor": 1,
            "position": _last(center),
            "setup_minutes": 0,
            "cleanup_minutes": 0,
        }
    )
    form.offer_rows(center)

    def act(session: Session, actor: Actor) -> Any:
        outcome = create_room(
            session,
            center.id,
            form.description(),
            form.equipment_ids.data or [],
            form.new_equipment.data or [],
            actor=actor,
            now=clock.now(),
        )
        if isinstance(outcome, NameTaken):
            return outcome
        return _shared(session, outcome.id, form, actor) or _to_rooms(center)

    def page(refusal: Any, status: int) -> Response:
        return _room_page(form, None, refusal, status)

    return answered(form, act, page, _l("已添加。"))


@blueprint.route("/<slug>/rooms/<int:room_id>", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def edit_room(center: Center, room_id: int) -> Response:
    """Change what is said of a room."""
    room = of_center(Room, room_id, center)
    form = RoomForm(
        obj=room,
        data={
            "equipment_ids": [one.id for one in room.equipment],
            "shared_with_ids": [one.id for one in room.shared_with],
        },
    )
    form.offer_rows(center)

    def act(session: Session, actor: Actor) -> Any:
        outcome = relabel_room(
            session,
            room_id,
            form.description(),
            form.equipment_ids.data or [],
            form.new_equipment.data or [],
            actor=actor,
            now=clock.now(),
        )
        if isinstance(outcome, NameTaken):
            return outcome
        return _shared(session, room_id, form, actor) or _to_rooms(center)

    def page(refusal: Any, status: int) -> Response:
        return _room_page(form, room, refusal, status)

    return answered(form, act, page, _l("已保存。"))


@blueprint.post("/<slug>/rooms/<int:room_id>/retirement")
@staff(Permission.OFFICE)
def retire(center: Center, room_id: int) -> Response:
    """Take a room out of use."""
    of_center(Room, room_id, center)

    def act(session: Session, actor: Actor) -> Any:
        refusal = retire_room(session, room_id, actor=actor, now=clock.now())
        return refusal or _to_rooms(center)

    return pressed(act, lambda refusal: _rooms_page(center, refusal, 409), _l("已停用。"))


@blueprint.post("/<slug>/rooms/<int:room_id>/reopening")
@staff(Permission.OFFICE)
def reopen(center: Center, room_id: int) -> Response:
    """Take a retired room into use again."""
    of_center(Room, room_id, center)

    def act(session: Session, actor: Actor) -> Any:
        reopen_room(session, room_id, actor=actor, now=clock.now())
        return _to_rooms(center)

    return pressed(act, never, _l("已重新启用。"))


def _shared(session: Session, room_id: int, form: RoomForm, actor: Actor) -> NotNearby | None:
    """Share the room as the form says; a district of one center has nobody to share with."""
    if "shared_with_ids" not in form:
        return None
    chosen = form.shared_with_ids.data or []
    return share_room(session, room_id, chosen, actor=actor, now=clock.now())


def _room_page(form: RoomForm, room: Room | None, refusal: Any, status: int) -> Response:
    if isinstance(refusal, NameTaken):
        form.name.errors = [_l("这个中心已经有叫这个名字的功能室了。")]
    if isinstance(refusal, NotNearby):
        form.shared_with_ids.errors = [_l("只能和同一个区的别的中心共用。")]
    return render(
        "office/room.html",
        status=status,
        form=form,
        room=room,
        advance_days=settings().room_advance_days,
        longest_minutes=settings().room_longest_minutes,
    )


def _to_rooms(center: Center) -> Done:
    return Done(url_for("office.rooms", slug=center.slug))


def _last(center: Center) -> int:
    """Return the position after the last room."""
    positions = db.session.scalars(select(Room.position).where(Room.center_id == center.id)).all()
    return max(positions, default=0) + 1
