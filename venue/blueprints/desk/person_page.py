"""The page of one person at the desk: what they have, what they could join, how to reach them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, redirect, request, url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response as BaseResponse

from venue import clock
from venue.accounts.delegating import delegations_around
from venue.accounts.desk_codes import IssuedCode
from venue.accounts.models import User
from venue.audit.rules import Channel
from venue.blueprints.desk.base import CHANNELS, blueprint, channel_of
from venue.blueprints.desk.companions import party_of
from venue.blueprints.desk.fields import offer_neighborhoods
from venue.blueprints.desk.offers import offered
from venue.blueprints.draws.own import current_applications, open_draws
from venue.blueprints.forms import VenueForm, mobile_field, new_submission_key, phone_field
from venue.blueprints.lasting import LASTING, lasting_field
from venue.blueprints.money import money_of
from venue.blueprints.my.claims import claims_of
from venue.blueprints.office.fields import one_line, optional_text_field, row_field
from venue.blueprints.office.pauses import WaiverForm
from venue.blueprints.office.times import optional_day_field
from venue.blueprints.words import _l
from venue.db import db
from venue.htmx import render
from venue.people.models import DelegationRequest, Person
from venue.people.rules import BUILDING_LENGTH, age_on
from venue.permissions import Permission, may_let_in, patron_of, staff, the_viewer
from venue.places.models import Center
from venue.privacy.comparing import alike_at, merged_into, mergers_of
from venue.programs.partnering import programs_run_at
from venue.reservations.reading import current_of
from venue.seats.pausing import missed_of, pauses_of
from venue.seats.rules import Refusal
from venue.settlements.reading import refunds_of

LONGEST_SEARCH = 60


class ContactForm(VenueForm):
    """How to reach somebody, and what priority groups go by: nobody but the desk sees it."""

    phone = phone_field(_l("电话"))
    neighborhood_id = row_field(_l("住在哪个社区"))
    building = optional_text_field(_l("楼栋"), BUILDING_LENGTH)
    in_need_until = optional_day_field(_l("困难家庭证明有效期到"))


class HelperForm(VenueForm):
    """Who acts for the person from now on: somebody with an account."""

    helper_phone = mobile_field(_l("家人登录用的手机号"))
    lasting = lasting_field()


@dataclass(frozen=True, slots=True)
class Told:
    """What the page has to say about a form that was sent."""

    status: int = 200
    pool_id: int | None = None
    reasons: Sequence[Refusal] = ()
    """Why there is no seat in the pool."""
    people: Sequence[tuple[int, tuple[Refusal, ...]]] = ()
    """What of it lies with whom, by id, where several came together."""
    companions: Sequence[int] = ()
    """Who was to come along."""
    agreed: bool = False
    statement: str = ""
    """What was said to text and criteria, so that it need not be typed again."""
    statement_error: str = ""
    """What is wrong with the statement."""
    gone: bool = False
    """The claim that was to be changed has ended."""
    day_settled: bool = False
    """The care day that was to be given back can no longer be: meals and carers are ordered."""
    too_late: bool = False
    """The room that was to be given back is theirs no longer, or its time has begun."""
    issued: IssuedCode | None = None
    contact: ContactForm | None = None
    helper: HelperForm | None = None
    no_helper: object = None
    """Why nobody can help: nobody signs in with the number, or a child does."""
    pause_id: int | None = None
    waiver: WaiverForm | None = None
    """What was sent about the pause of that id."""
    pause_over: bool = False
    """The pause that was to be waived has ended."""


@blueprint.get("/<slug>/people/<int:person_id>")
@staff(Permission.DESK)
def person(center: Center, person_id: int) -> BaseResponse:
    """Show a person whom the center knows; `?q=` searches programs for them.

    The link of a record that was merged leads to the one that has all of it.
    """
    channel = channel_of(request.args.get("channel"))
    if (kept_id := merged_into(db.session(), person_id)) is not None:
        patron_of(db.session(), center, kept_id)
        return redirect(url_for("desk.person", slug=center.slug, person_id=kept_id))
    return person_page(center, patron_of(db.session(), center, person_id), channel, Told())


def person_page(center: Center, who: Person, channel: Channel, told: Told) -> Response:
    """Return the page of a person with what is to be told."""
    now = clock.now()
    text = one_line(request.values.get("q"))[:LONGEST_SEARCH]
    claims = claims_of(db.session(), [who], now=now)
    run_here = set(db.session.scalars(programs_run_at(center.id)))
    refunds = refunds_of(db.session(), [who.id])
    around = delegations_around(db.session(), who.id, now=now)
    return render(
        "desk/person.html",
        status=told.status,
        person=who,
        age=age_on(clock.today(), who.birth_year, who.birth_on),
        login_phone=db.session.scalar(select(User.phone).where(User.person_id == who.id)),
        may_let_in=may_let_in(db.session(), the_viewer(), who.id),
        channel=channel,
        channels=CHANNELS,
        text=text,
        told=told,
        claims=[one for one in claims.live if one.enrollment.program_id in run_here],
        over=[one for one in claims.over if one.program_id in run_here],
        money=money_of(db.session(), {*claims.ids, *claims.group_ids}),
        refunds=[one for one in refunds if one.program_id in run_here],
        applications=current_applications(db.session(), [who], now=now),
        open_draws=open_draws(db.session(), center, now=now),
        reservations=[
            one
            for one in current_of(db.session(), [who.id], now=now)
            if one.booking.room.center_id == center.id
        ],
        pauses=[
            (one, missed_of(one))
            for one in pauses_of(db.session(), [who.id], now=now)
            if one.center_id == center.id and one.waived_at is None
        ],
        offers=offered(db.session(), center.id, who, text, now=now),
        party=party_of(db.session(), center, who, told.companions or _asked_companions(), around),
        helpers=[one for one in around if one.principal_id == who.id],
        helped=[one for one in around if one.delegate_id == who.id],
        wishes=wishes_about(db.session(), who),
        lasting=LASTING,
        contact=told.contact or contact_form(center, who),
        helper=told.helper or HelperForm(formdata=None),
        alike=alike_at(db.session(), center.id, who),
        mergers=mergers_of(db.session(), who.id),
        now=now,
        submission_key=new_submission_key(),
    )


def _asked_companions() -> list[int]:
    return request.args.getlist("with", type=int)


def contact_form(center: Center, who: Person) -> ContactForm:
    """Return the form with what is known, or with what was sent."""
    form = ContactForm(obj=who)
    offer_neighborhoods(form.neighborhood_id, center)
    return form


def wishes_about(session: Session, who: Person) -> Sequence[DelegationRequest]:
    """Return the open wishes to act for somebody of this name or number, with who asks."""
    return session.scalars(
        select(DelegationRequest)
        .where(
            DelegationRequest.answered_at.is_(None),
            DelegationRequest.delegate_id != who.id,
            or_(
                DelegationRequest.full_name == who.full_name,
                DelegationRequest.phone == (who.phone or ""),
            ),
        )
        .options(joinedload(DelegationRequest.delegate))
        .order_by(DelegationRequest.id)
    ).all()
