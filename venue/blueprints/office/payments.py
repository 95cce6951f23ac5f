"""The money of a center's seats: who has not paid, to whom something goes back; and its files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import abort, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.formats import moment
from venue.blueprints.office.base import blueprint
from venue.blueprints.office.exports import Sheet, file_answer
from venue.blueprints.office.occupancy import Period
from venue.blueprints.row_numbers import LARGEST
from venue.blueprints.spreadsheets import Cell
from venue.blueprints.words import _l
from venue.config import settings
from venue.db import db
from venue.htmx import render
from venue.payments.reading import sums
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.settlements.exporting import export_settlements
from venue.settlements.reading import Settlement, Standing, settlements_at
from venue.settlements.totals import by_program, totals
from venue.timeline.local_time import whole_days

ON_A_PAGE = 50
MONTHS_SHOWN = 12

STANDING_NAMES = {
    Standing.UNPAID: _l("未付"),
    Standing.REFUND: _l("待退"),
    Standing.PAID: _l("已结清"),
    Standing.OVER: _l("已退出"),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """Which part of the list somebody wants to see: of which standing and program, if of one."""

    standing: Standing | None
    program_id: int | None

    def address(self, center: Center, endpoint: str = "office.payments", **more: object) -> str:
        """Return the address at which it is."""
        return url_for(
            endpoint,
            slug=center.slug,
            show=self.standing or "all",
            program=self.program_id,
            **more,  # type: ignore[arg-type]
        )


@blueprint.get("/<slug>/payments")
@staff(Permission.OFFICE)
def payments(center: Center) -> Response:
    """Show how the money stands: `?show=` one standing, `?program=` one program, `?page=`."""
    wish = _wish()
    everything = _everything(center, wish)
    chosen = _chosen(everything, wish)
    pages = max(1, -(-len(chosen) // ON_A_PAGE))
    page = min(request.args.get("page", 1, type=int), pages)
    if page < 1:
        abort(404)
    return render(
        "office/payments.html",
        wish=wish,
        totals=totals(everything),
        programs=by_program(everything),
        chips=_chips(center, wish, everything),
        shown=chosen[(page - 1) * ON_A_PAGE : page * ON_A_PAGE],
        number=page,
        pages=pages,
        months=_months(center),
        names=STANDING_NAMES,
    )


@blueprint.post("/<slug>/payments/exports")
@staff(Permission.OFFICE)
def export_payments(center: Center) -> Response:
    """Answer with the same list as a file: `kind` is csv or xlsx."""
    wish = _wish()

    def take(session: Session, actor: Actor) -> list[Settlement]:
        return export_settlements(
            session,
            center.id,
            recent_at=_recent_at(),
            program_id=wish.program_id,
            standing=wish.standing,
            actor=actor,
            now=clock.now(),
        )

    def sheet() -> Sheet:
        name = f"{center.name} {gettext('收费')} {clock.today()}"
        return Sheet(name, gettext("收费"), _head())

    return file_answer(wish.address(center), take, sheet, _lines)


def _wish() -> Wish:
    """Read what is wanted; those who have not paid when nothing is said."""
    show = request.args.get("show", Standing.UNPAID.value)
    if show != "all" and show not in set(Standing):
        abort(404)
    number = request.args.get("program") or None
    if number is not None and not (number.isascii() and number.isdigit()):
        abort(404)
    program_id = None if number is None else min(int(number), LARGEST)
    return Wish(None if show == "all" else Standing(show), program_id)


def _everything(center: Center, wish: Wish) -> list[Settlement]:
    return settlements_at(
        db.session(), center.id, recent_at=_recent_at(), program_id=wish.program_id
    )


def _recent_at() -> datetime:
    return clock.now() - settings().payments_shown_for


def _chosen(everything: Sequence[Settlement], wish: Wish) -> list[Settlement]:
    return [one for one in everything if wish.standing in (None, one.standing)]


def _chips(center: Center, wish: Wish, everything: Sequence[Settlement]) -> list[dict[str, object]]:
    return [
        {
            "label": label,
            "url": other.address(center),
            "current": other == wish,
            "count": len(_chosen(everything, other)),
        }
        for standing, label in [*STANDING_NAMES.items(), (None, gettext("全部"))]
        for other in [Wish(standing, wish.program_id)]
    ]


def _months(center: Center) -> list[tuple[Period, object]]:
    """Return the last months that have begun, the newest first, each with its sums."""
    today = clock.today()
    periods = [Period(today.year, today.month).shifted(-n) for n in range(MONTHS_SHOWN)]
    times = [whole_days(one.first_on, one.last_on) for one in periods]
    found = zip(periods, sums(db.session(), center.id, times), strict=True)
    return [(period, sum_) for period, sum_ in found if sum_.taken_fen or sum_.given_back_fen]


def _head() -> list[str]:
    return [
        gettext("姓名"),
        gettext("课程"),
        gettext("场次"),
        gettext("状态"),
        gettext("价格（元）"),
        gettext("减免（元）"),
        gettext("减免原因"),
        gettext("应付（元）"),
        gettext("已付（元）"),
        gettext("未付（元）"),
        gettext("待退（元）"),
    ]


def _lines(rows: Sequence[Settlement]) -> Iterator[list[Cell]]:
    for one in rows:
        yield [
            one.full_name,
            one.title,
            None if one.session_at is None else moment(one.session_at),
            str(STANDING_NAMES[one.standing]),
            one.fact.price_fen / 100,
            one.fact.reduced_fen / 100,
            one.reduced_because,
            one.balance.owed_fen / 100,
            one.balance.paid_fen / 100,
            one.balance.open_fen / 100,
            one.balance.refund_fen / 100,
        ]
