"""The seats of a program that is booked as a whole: for everybody, for whom else, and how kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.forms import VenueForm
from venue.blueprints.office.base import answered, blueprint, of_center, pressed
from venue.blueprints.office.fields import enum_field, number_field, offer_words
from venue.blueprints.office.names import JOINING, QUOTAS, SEATING_SERIES, Joining
from venue.blueprints.office.pool_forms import (
    CapacityForm,
    KeptForm,
    answer_capacity,
    answer_kept,
    kept_form,
)
from venue.blueprints.office.program_form import MOST_SEATS
from venue.blueprints.words import _l
from venue.db import db
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.programs.models import Program
from venue.seats.models import Enrollment, SeatPool
from venue.seats.opening import resize_pool
from venue.seats.quotas import publish_quota, quotas_settled, resize_quota, retract_quota
from venue.seats.rules import EnrollmentStatus, Quota
from venue.submissions import Done


class QuotaForm(VenueForm):
    """Seats for one more priority group."""

    quota = enum_field(_l("给谁"), QUOTAS)
    quota_capacity = number_field(_l("几席"), 1, MOST_SEATS)


@dataclass(frozen=True, slots=True)
class Sent:
    """A form of the page that was sent, and about which pool it was."""

    form: VenueForm
    pool_id: int | None = None


@blueprint.get("/<slug>/programs/<int:program_id>/seats")
@staff(Permission.OFFICE)
def program_seats(center: Center, program_id: int) -> Response:
    """Show the seats of a program with everything that can be changed about them."""
    return _page(_found(center, program_id), None, None, 200)


@blueprint.post("/<slug>/programs/<int:program_id>/pools/<int:pool_id>/capacity")
@staff(Permission.OFFICE)
def resize_seats(center: Center, program_id: int, pool_id: int) -> Response:
    """Change the number of seats of a pool, the general one or a quota's."""
    found = _found(center, program_id)
    pool = _pool(found, pool_id)
    form = _capacity_form(pool, request.form)
    resize = resize_pool if pool.quota is None else resize_quota

    def page(refusal: Any, status: int) -> Response:
        return _page(found, Sent(form, pool_id), refusal, status)

    return answer_capacity(form, pool_id, resize, _seats_at(center, program_id), page)


@blueprint.post("/<slug>/programs/<int:program_id>/kept-seats")
@staff(Permission.OFFICE)
def keep(center: Center, program_id: int) -> Response:
    """Keep seats for counter and telephone, or no longer."""
    found = _found(center, program_id)
    general = _pools(found)[0]
    form = KeptForm()

    def page(refusal: Any, status: int) -> Response:
        return _page(found, Sent(form), refusal, status)

    return answer_kept(form, general.id, _seats_at(center, program_id), page)


@blueprint.post("/<slug>/programs/<int:program_id>/quotas")
@staff(Permission.OFFICE)
def open_quota(center: Center, program_id: int) -> Response:
    """Give a priority group seats of its own."""
    found = _found(center, program_id)
    form = QuotaForm()

    def act(session: Session, actor: Actor) -> Any:
        outcome = publish_quota(
            session,
            program_id,
            form.quota.data,
            form.quota_capacity.data or 1,
            actor=actor,
            now=clock.now(),
        )
        return Done(_seats_at(center, program_id)) if isinstance(outcome, SeatPool) else outcome

    def page(refusal: Any, status: int) -> Response:
        return _page(found, Sent(form), refusal, status)

    return answered(form, act, page, _l("已保存，居民在课程页上看得到。"))


@blueprint.post("/<slug>/programs/<int:program_id>/pools/<int:pool_id>/closing")
@staff(Permission.OFFICE)
def close_quota(center: Center, program_id: int, pool_id: int) -> Response:
    """Take the seats of a priority group back."""
    found = _found(center, program_id)
    if _pool(found, pool_id).quota is None:
        abort(404)

    def act(session: Session, actor: Actor) -> Any:
        refusal = retract_quota(session, pool_id, actor=actor, now=clock.now())
        return Done(_seats_at(center, program_id)) if refusal is None else refusal

    return pressed(act, lambda refusal: _page(found, None, refusal, 409), _l("已取消这组名额。"))


def _page(found: Program, sent: Sent | None, refusal: Any, status: int) -> Response:
    now = clock.now()
    pools = _pools(found)
    general, quotas = pools[0], pools[1:]
    form = sent.form if sent else None
    return render(
        "office/program_seats.html",
        status=status,
        program=found,
        joining_name=JOINING[Joining.of(found)],
        general=general,
        quotas=quotas,
        quota_names=QUOTAS,
        capacity_forms={
            one.id: form if sent and sent.pool_id == one.id else _capacity_form(one, None)
            for one in pools
        },
        kept_form=form
        if isinstance(form, KeptForm)
        else kept_form(general, found.enroll_closes_at),
        quota_form=_quota_form(form if isinstance(form, QuotaForm) else None, found, quotas),
        waiting=_waiting(found),
        settled=quotas_settled(found, now),
        refusal=refusal,
        now=now,
    )


def _capacity_form(pool: SeatPool, typed: Any) -> CapacityForm:
    """Return the form of one of several pools on a page: empty of what was typed, or with it."""
    form = CapacityForm(formdata=typed, data={"capacity": pool.capacity})
    form.capacity.id = f"capacity-{pool.id}"
    return form


def _quota_form(
    sent: QuotaForm | None, found: Program, quotas: Sequence[SeatPool]
) -> QuotaForm | None:
    """Return the form for the groups that have no seats of their own yet; None: all have."""
    taken = {one.quota for one in quotas}
    possible = [
        (quota, name)
        for quota, name in QUOTAS.items()
        if quota not in taken and (quota is not Quota.FIRST_TIMERS or found.limit_group is not None)
    ]
    if sent is None and not possible:
        return None
    form = sent or QuotaForm(formdata=None)
    offer_words(form.quota, possible)
    return form


def _found(center: Center, program_id: int) -> Program:
    """Return a program whose series has seats; answers 404 for another."""
    found = of_center(Program, program_id, center)
    if Joining.of(found) not in SEATING_SERIES:
        abort(404)
    return found


def _pools(found: Program) -> Sequence[SeatPool]:
    """Return the general pool and then those of quotas."""
    pools = db.session.scalars(
        select(SeatPool).where(SeatPool.program_id == found.id).order_by(SeatPool.id)
    )
    return sorted(pools, key=lambda one: one.quota is not None)


def _pool(found: Program, pool_id: int) -> SeatPool:
    pool = next((one for one in _pools(found) if one.id == pool_id), None)
    if pool is None:
        abort(404)
    return pool


def _waiting(found: Program) -> int:
    return (
        db.session.scalar(
            select(func.count()).where(
                Enrollment.program_id == found.id, Enrollment.status == EnrollmentStatus.WAITLISTED
            )
        )
        or 0
    )


def _seats_at(center: Center, program_id: int) -> str:
    return url_for("office.program_seats", slug=center.slug, program_id=program_id)
