"""The photo of a room: sending one, saying what it shows, taking it down."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask_wtf.file import FileField
from sqlalchemy.orm import Session
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response
from wtforms import Field, ValidationError

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.forms import VenueForm
from venue.blueprints.office.base import answered, blueprint, never, of_center, pressed
from venue.blueprints.office.fields import text_field
from venue.blueprints.words import _l
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.models import Center, Room
from venue.places.photos import describe, put_up, take_down
from venue.places.pictures import Picture, TooManyPixels, Unreadable, take_in
from venue.security import REQUEST_LIMIT
from venue.submissions import Done

LARGEST_FILE = 10 * 1024 * 1024
"""Bytes: what the camera of a phone makes, and some more (own)."""
TOO_LARGE = _l("照片太大了，最多 %(n)s MB。", n=LARGEST_FILE // 1024**2)


class PhotoForm(VenueForm):
    """A picture, and what it shows. Of a photo that is there already the words alone may change."""

    photo = FileField(_l("照片"), render_kw={"accept": "image/jpeg,image/png,image/webp"})
    shows = text_field(_l("照片上有什么"), 100, _l("请写一句照片上有什么，看不见的人靠它。"))

    picture: Picture | None = None
    needed: bool = False

    def validate_photo(self, field: Field) -> None:
        """Read the picture, before anything is locked: that takes longest."""
        if not field.data:
            if self.needed:
                raise ValidationError(_l("请选一张照片。"))
            return
        file = field.data.read(LARGEST_FILE + 1)
        if len(file) > LARGEST_FILE:
            raise ValidationError(TOO_LARGE)
        taken = take_in(file)
        if isinstance(taken, TooManyPixels):
            raise ValidationError(_l("照片的像素太多了，请缩小以后再传。"))
        if isinstance(taken, Unreadable):
            raise ValidationError(_l("这个文件打不开。请用 JPEG、PNG 或 WebP 格式的照片。"))
        self.picture = taken


@blueprint.route("/<slug>/rooms/<int:room_id>/photo", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def room_photo(center: Center, room_id: int) -> Response:
    """Put up a photo of a room in place of the one before."""
    room = of_center(Room, room_id, center)
    # One file of the size that is allowed, and the other fields; what is a little too large
    # still comes through, and gets its sentence with everything else that was typed.
    request.max_content_length = 2 * LARGEST_FILE + REQUEST_LIMIT
    try:
        form = PhotoForm(data={"shows": room.photo.shows if room.photo else ""})
    except RequestEntityTooLarge:
        form = PhotoForm(formdata=None)
        form.photo.errors = [TOO_LARGE]
        return _page(room, form, 413)
    form.needed = room.photo is None

    def act(session: Session, actor: Actor) -> Any:
        shows = form.shows.data or ""
        acts: dict[str, Any] = {"actor": actor, "now": clock.now()}
        if form.picture is not None:
            put_up(session, room_id, form.picture, shows, **acts)
        else:
            describe(session, room_id, shows, **acts)
        return _to_photo(center, room_id)

    return answered(form, act, lambda _refusal, status: _page(room, form, status), _l("已保存。"))


@blueprint.post("/<slug>/rooms/<int:room_id>/photo/removal")
@staff(Permission.OFFICE)
def remove_photo(center: Center, room_id: int) -> Response:
    """Take the photo of a room down."""
    of_center(Room, room_id, center)

    def act(session: Session, actor: Actor) -> Any:
        take_down(session, room_id, actor=actor, now=clock.now())
        return _to_photo(center, room_id)

    return pressed(act, never, _l("照片已撤下。"))


def _page(room: Room, form: PhotoForm, status: int) -> Response:
    return render("office/photo.html", status=status, room=room, photo=room.photo, form=form)


def _to_photo(center: Center, room_id: int) -> Done:
    return Done(url_for("office.room_photo", slug=center.slug, room_id=room_id))
