"""One session: moving it to another time or room, cancelling it, its seats, its topic."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import Length, Optional, Regexp

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.forms import VenueForm
from venue.blueprints.office.base import answered, blueprint, of_center
from venue.blueprints.office.fields import offer_or_none, one_line, optional_text_field, row_field
from venue.blueprints.office.pool_forms import (
    CapacityForm,
    KeptForm,
    answer_capacity,
    answer_kept,
    kept_form,
)
from venue.blueprints.office.programs import ReasonForm
from venue.blueprints.office.reading import room_choices, sessions_of
from venue.blueprints.office.times import clock_field, day_field, end_field, time_of_day
from venue.blueprints.opinions import FACES
from venue.blueprints.words import _l
from venue.changes.affected import people_of_session
from venue.changes.cancelling import cancel_session
from venue.changes.moving import move_session
from venue.changes.outcomes import CancelledFor, Moved
from venue.db import db
from venue.htmx import render
from venue.opinions.reading import count_faces
from venue.permissions import Permission, staff
from venue.places.booking import Blocked
from venue.places.models import Center
from venue.places.rules import overridable
from venue.programs.editing import change_recording, change_topic
from venue.programs.models import ScheduledSession
from venue.seats.models import SeatPool
from venue.seats.opening import resize_pool
from venue.submissions import Done
from venue.timeline.interval import Interval
from venue.timeline.local_time import local


class MoveForm(VenueForm):
    """Where and when a session shall be."""

    on = day_field(_l("日期"))
    starts_time = clock_field(_l("几点开始"))
    ends_time = end_field(_l("几点结束"), "starts_time")
    room_id = row_field(_l("功能室"))
    override = optional_text_field(_l("照排的理由"), 100)

    def interval(self) -> Interval:
        """Return the time that was typed; the form is valid."""
        return time_of_day(self.on.data, self.starts_time.data, self.ends_time.data)


class TopicForm(VenueForm):
    """What a session is about."""

    topic = optional_text_field(_l("主题"), 100)


class RecordingForm(VenueForm):
    """Where a recording is seen."""

    recording_url = StringField(
        _l("录像的网址"),
        validators=[
            Optional(),
            Length(max=300, message=_l("最多 300 个字。")),
            Regexp(r"https://[^\s/]+\.[^\s]+\Z", message=_l("请填写 https:// 开头的网址。")),
        ],
        filters=[one_line],
    )


@blueprint.get("/<slug>/sessions/<int:session_id>")
@staff(Permission.OFFICE)
def session(center: Center, session_id: int) -> Response:
    """Show a session with the forms that change it."""
    return _page(_session(center, session_id), {}, None, 200)


@blueprint.post("/<slug>/sessions/<int:session_id>/move")
@staff(Permission.OFFICE)
def move(center: Center, session_id: int) -> Response:
    """Give a session another time or room; everybody concerned is told."""
    found = _session(center, session_id)
    form = MoveForm()
    _offer_rooms(form, found)

    def act(session: Session, actor: Actor) -> Any:
        outcome = move_session(
            session,
            session_id,
            interval=form.interval(),
            room_id=form.room_id.data,
            override=form.override.data or None,
            actor=actor,
            now=clock.now(),
        )
        if not isinstance(outcome, Moved):
            return outcome
        flash(gettext("已调整，通知了 %(n)s 人。", n=outcome.people), "ok")
        return _to_session(center, session_id)

    def page(refusal: Any, status: int) -> Response:
        return _page(found, {"move_form": form}, refusal, status)

    return answered(form, act, page, None)


@blueprint.post("/<slug>/sessions/<int:session_id>/cancellation")
@staff(Permission.OFFICE)
def cancel_one(center: Center, session_id: int) -> Response:
    """Cancel a session; everybody concerned is told why."""
    found = _session(center, session_id)
    form = ReasonForm()

    def act(session: Session, actor: Actor) -> Any:
        outcome = cancel_session(
            session, session_id, reason=form.reason.data or "", actor=actor, now=clock.now()
        )
        if not isinstance(outcome, CancelledFor):
            return outcome
        flash(gettext("已取消，通知了 %(n)s 人。", n=outcome.people), "ok")
        return _to_session(center, session_id)

    def page(refusal: Any, status: int) -> Response:
        return _page(found, {"cancel_form": form}, refusal, status)

    return answered(form, act, page, None)


@blueprint.post("/<slug>/sessions/<int:session_id>/capacity")
@staff(Permission.OFFICE)
def resize_session(center: Center, session_id: int) -> Response:
    """Change the number of seats of a session that has its own."""
    found = _session(center, session_id)
    form = CapacityForm()

    def page(refusal: Any, status: int) -> Response:
        return _page(found, {"capacity_form": form}, refusal, status)

    location = _session_at(center, session_id)
    return answer_capacity(form, _own_pool(found).id, resize_pool, location, page)


@blueprint.post("/<slug>/sessions/<int:session_id>/kept-seats")
@staff(Permission.OFFICE)
def keep_in_session(center: Center, session_id: int) -> Response:
    """Keep seats of a session for counter and telephone, or no longer."""
    found = _session(center, session_id)
    form = KeptForm()

    def page(refusal: Any, status: int) -> Response:
        return _page(found, {"kept_form": form}, refusal, status)

    return answer_kept(form, _own_pool(found).id, _session_at(center, session_id), page)


@blueprint.post("/<slug>/sessions/<int:session_id>/topic")
@staff(Permission.OFFICE)
def topic(center: Center, session_id: int) -> Response:
    """Change what a session is about."""
    found = _session(center, session_id)
    form = TopicForm()

    def act(session: Session, actor: Actor) -> Any:
        wanted = form.topic.data or ""
        outcome = change_topic(session, session_id, wanted, actor=actor, now=clock.now())
        changed = isinstance(outcome, ScheduledSession)
        return _to_session(center, session_id) if changed else outcome

    def page(refusal: Any, status: int) -> Response:
        return _page(found, {"topic_form": form}, refusal, status)

    return answered(form, act, page, _l("已保存。"))


@blueprint.post("/<slug>/sessions/<int:session_id>/recording")
@staff(Permission.OFFICE)
def recording(center: Center, session_id: int) -> Response:
    """Say where the recording of a session is seen."""
    found = _session(center, session_id)
    form = RecordingForm()

    def act(session: Session, actor: Actor) -> Any:
        url = form.recording_url.data or None
        outcome = change_recording(session, session_id, url, actor=actor, now=clock.now())
        changed = isinstance(outcome, ScheduledSession)
        return _to_session(center, session_id) if changed else outcome

    def page(refusal: Any, status: int) -> Response:
        return _page(found, {"recording_form": form}, refusal, status)

    return answered(form, act, page, _l("已保存。"))


def _page(
    found: ScheduledSession, sent: dict[str, VenueForm], refusal: Any, status: int
) -> Response:
    """Show the page with the form that was sent, and the other forms as they begin."""
    pool = _pool(found)
    move_form = sent.get("move_form") or _move_form(found)
    conflicts = (
        [why for each in refusal.conflicts for why in each] if isinstance(refusal, Blocked) else []
    )
    return render(
        "office/session.html",
        status=status,
        one=found,
        program=found.program,
        pool=pool,
        people=len(people_of_session(db.session(), found)),
        move_form=move_form,
        cancel_form=sent.get("cancel_form") or ReasonForm(formdata=None),
        capacity_form=sent.get("capacity_form")
        or CapacityForm(formdata=None, data={"capacity": pool.capacity if pool else None}),
        kept_form=sent.get("kept_form") or (kept_form(pool, found.starts_at) if pool else None),
        topic_form=sent.get("topic_form") or TopicForm(formdata=None, obj=found),
        recording_form=sent.get("recording_form") or RecordingForm(formdata=None, obj=found),
        opinions=count_faces(db.session(), found.id) if found.program.asks_opinions else None,
        faces=FACES,
        conflicts=conflicts,
        may_override=overridable(conflicts),
        refusal=refusal,
        now=clock.now(),
    )


def _move_form(found: ScheduledSession) -> MoveForm:
    starts, ends = local(found.starts_at), local(found.ends_at)
    form = MoveForm(
        formdata=None,
        data={
            "on": starts.date(),
            "starts_time": starts.time(),
            "ends_time": ends.time(),
            "room_id": found.rooms[0].booking.room_id if found.rooms else None,
        },
    )
    _offer_rooms(form, found)
    return form


def _offer_rooms(form: MoveForm, found: ScheduledSession) -> None:
    rooms = room_choices(db.session(), found.program.center)
    offer_or_none(form.room_id, _l("不占用功能室"), rooms)


def _session(center: Center, session_id: int) -> ScheduledSession:
    """Return the center's session with its program and rooms; answers 404 when there is none."""
    found = of_center(ScheduledSession, session_id, center)
    return next(one for one in sessions_of(db.session(), found.program_id) if one.id == found.id)


def _pool(found: ScheduledSession) -> SeatPool | None:
    """Return the general pool of a session; None: it has no seats of its own."""
    return db.session.scalars(
        select(SeatPool).where(SeatPool.session_id == found.id, SeatPool.quota.is_(None))
    ).one_or_none()


def _own_pool(found: ScheduledSession) -> SeatPool:
    """Return the same; answers 404 when there is none."""
    pool = _pool(found)
    if pool is None:
        abort(404)
    return pool


def _session_at(center: Center, session_id: int) -> str:
    return url_for("office.session", slug=center.slug, session_id=session_id)


def _to_session(center: Center, session_id: int) -> Done:
    return Done(_session_at(center, session_id))
