"""Money at the counter: it is taken, handed back, reduced, and a wrong entry is undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, flash, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from venue import clock
from venue.audit.rules import Actor, Channel
from venue.blueprints.desk.base import blueprint, send_for
from venue.blueprints.desk.till_forms import PaymentForm, ReductionForm, RefundForm, ReversalForm
from venue.blueprints.formats import yuan
from venue.blueprints.forms import VenueForm
from venue.blueprints.money import Money, money_of
from venue.db import db
from venue.htmx import answer, render
from venue.payments.entering import reverse_receipt
from venue.payments.outcomes import Entered
from venue.permissions import Permission, patron_of, staff
from venue.places.models import Center
from venue.programs.partnering import programs_run_at
from venue.seats.models import Enrollment
from venue.settlements.reading import refunds_at
from venue.settlements.settling import hand_back, reduce_price, take_payment
from venue.submissions import Done

Act = Callable[[Session, Actor], Any]
Page = Callable[[Money, int, object], Response]
"""The page around a form, given the money, the status, and the refusal or None."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Whose seat the money is for, at which center's desk."""

    center: Center
    person_id: int
    enrollment_id: int

    def money(self, session: Session) -> Money:
        """Return its money; answers 404 when it has none, or belongs elsewhere."""
        owned = session.scalar(
            select(Enrollment.id).where(
                Enrollment.id == self.enrollment_id,
                Enrollment.person_id == self.person_id,
                Enrollment.program_id.in_(programs_run_at(self.center.id)),
            )
        )
        found = money_of(session, [] if owned is None else [owned])
        if self.enrollment_id not in found:
            abort(404)
        return found[self.enrollment_id]

    def address(self, endpoint: str) -> str:
        """Return the address of a page about it."""
        return url_for(
            endpoint,
            slug=self.center.slug,
            person_id=self.person_id,
            enrollment_id=self.enrollment_id,
        )


@blueprint.get("/<slug>/refunds")
@staff(Permission.DESK)
def refunds(center: Center) -> Response:
    """List what is to be handed back for the programs of the center."""
    return render("desk/refunds.html", due=refunds_at(db.session(), center.id))


@blueprint.route(
    "/<slug>/people/<int:person_id>/enrollments/<int:enrollment_id>/payments",
    methods=["GET", "POST"],
)
@staff(Permission.DESK)
def pay(center: Center, person_id: int, enrollment_id: int) -> BaseResponse:
    """Show the money of a seat, and take what is open."""
    seat = Seat(center, person_id, enrollment_id)
    form = PaymentForm()
    number, amount_fen = form.number.data or "", form.amount_fen.data or 0

    def act(session: Session, actor: Actor) -> Any:
        return take_payment(
            session,
            enrollment_id,
            number,
            amount_fen,
            open_fen=form.seen_fen.data or 0,
            center_id=center.id,
            actor=actor,
            now=clock.now(),
        )

    said = gettext("收到 %(amount)s，收据号 %(number)s。", amount=yuan(amount_fen), number=number)
    return _settle(seat, form, act, said, _till(seat, form), _to_person(seat))


@blueprint.post("/<slug>/people/<int:person_id>/enrollments/<int:enrollment_id>/refund")
@staff(Permission.DESK)
def give_back(center: Center, person_id: int, enrollment_id: int) -> BaseResponse:
    """Hand back what is due."""
    seat = Seat(center, person_id, enrollment_id)
    form = RefundForm()
    number, refund_fen = form.number.data or "", form.seen_fen.data or 0

    def act(session: Session, actor: Actor) -> Any:
        return hand_back(
            session,
            enrollment_id,
            number,
            refund_fen=refund_fen,
            center_id=center.id,
            actor=actor,
            now=clock.now(),
        )

    said = gettext("退了 %(amount)s，收据号 %(number)s。", amount=yuan(refund_fen), number=number)
    return _settle(seat, form, act, said, _till(seat, form), _to_person(seat))


@blueprint.route(
    "/<slug>/people/<int:person_id>/enrollments/<int:enrollment_id>/reduction",
    methods=["GET", "POST"],
)
@staff(Permission.DESK)
def reduction(center: Center, person_id: int, enrollment_id: int) -> BaseResponse:
    """Let somebody pay less for a seat, or nothing."""
    seat = Seat(center, person_id, enrollment_id)
    account = seat.money(db.session()).account
    form = ReductionForm(
        data={"reduced_fen": account.fact.reduced_fen or None, "because": account.reduced_because}
    )

    def act(session: Session, actor: Actor) -> Any:
        reduced_fen, because = form.reduced_fen.data or 0, form.because.data or ""
        return reduce_price(
            session, enrollment_id, reduced_fen, because, actor=actor, now=clock.now()
        )

    def page(money: Money, status: int, refused: object) -> Response:
        return render(
            "desk/reduction.html", status=status, seat=seat, money=money, form=form, refused=refused
        )

    return _settle(seat, form, act, gettext("记下了。"), page, seat.address("desk.pay"))


@blueprint.route(
    "/<slug>/people/<int:person_id>/enrollments/<int:enrollment_id>"
    "/receipts/<int:receipt_id>/reversal",
    methods=["GET", "POST"],
)
@staff(Permission.DESK)
def reversal(center: Center, person_id: int, enrollment_id: int, receipt_id: int) -> BaseResponse:
    """Undo an entry of this center's book, with the reason."""
    seat = Seat(center, person_id, enrollment_id)
    entries = seat.money(db.session()).receipts
    entry = next((one for one in entries if one.id == receipt_id), None)
    if entry is None or entry.center_id != center.id:
        abort(404)
    number, form = entry.number, ReversalForm()

    def act(session: Session, actor: Actor) -> Any:
        reason = form.reason.data or ""
        return reverse_receipt(session, receipt_id, reason, actor=actor, now=clock.now())

    def page(money: Money, status: int, refused: object) -> Response:
        shown = next(one for one in money.receipts if one.id == receipt_id)
        return render(
            "desk/reversal.html",
            status=status,
            seat=seat,
            money=money,
            receipt=shown,
            form=form,
            refused=refused,
        )

    said = gettext("冲销了。收据号 %(number)s 可以重新登记。", number=number)
    return _settle(seat, form, act, said, page, seat.address("desk.pay"))


def _settle(
    seat: Seat,
    form: VenueForm,
    act: Act,
    said: str,
    page: Page,
    done: str,
) -> BaseResponse:
    """Show the page of a form about the money of a seat, or carry the form out.

    When it was refused, the page shows how the account stands now.
    """
    session = db.session()
    who = patron_of(session, seat.center, seat.person_id)
    money = seat.money(session)
    if not form.is_submitted():
        return page(money, 200, None)
    if not form.validate():
        return abort(404) if "seen_fen" in form.errors else page(money, 422, None)

    def once(session: Session, actor: Actor) -> Any:
        seat.money(session)
        outcome = act(session, actor)
        return Done(done) if isinstance(outcome, Entered) else outcome

    outcome = send_for(form, seat.center, who, Channel.COUNTER, once)
    if isinstance(outcome, Done):
        flash(said, "ok")
        return answer(outcome.location)
    return page(seat.money(db.session()), 409, outcome)


def _till(seat: Seat, form: VenueForm) -> Page:
    """Return the page of a seat's money, with the form that fits how the account stands."""

    def page(money: Money, status: int, refused: object) -> Response:
        balance = money.account.balance
        return render(
            "desk/till.html",
            status=status,
            seat=seat,
            money=money,
            form=_fitting(form, balance.open_fen, balance.refund_fen),
            refused=refused,
        )

    return page


def _to_person(seat: Seat) -> str:
    return url_for("desk.person", slug=seat.center.slug, person_id=seat.person_id)


def _fitting(form: VenueForm, open_fen: int, refund_fen: int) -> VenueForm | None:
    """Return the form to hand back, or to pay, or none when there is nothing to do.

    The one that was sent stays when it fits, with what was typed; the amount that the page shows is
    brought up to date.
    """
    wanted: VenueForm
    if refund_fen:
        wanted = form if isinstance(form, RefundForm) else RefundForm(formdata=None)
    elif not open_fen:
        return None
    elif isinstance(form, PaymentForm) and form.is_submitted():
        wanted = form
    else:
        wanted = PaymentForm(formdata=None, data={"amount_fen": open_fen})
    wanted["seen_fen"].raw_data = None
    wanted["seen_fen"].data = refund_fen or open_fen
    return wanted
