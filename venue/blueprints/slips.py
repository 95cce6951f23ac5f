"""Slips: what somebody has, on a sheet of A5 in large type, for who keeps it in a pocket."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Response, abort
from flask_babel import gettext
from sqlalchemy.orm import Session

from venue import clock
from venue.blueprints.destinations import public_address
from venue.blueprints.money import Money, money_of
from venue.blueprints.my.claims import Claim, claims_of
from venue.blueprints.qr import qr_code
from venue.db import db
from venue.htmx import render
from venue.people.models import Person
from venue.places.models import Center, Room
from venue.programs.models import Program, ScheduledSession
from venue.programs.rules import Books
from venue.reservations.models import Reservation
from venue.reservations.reading import current_of
from venue.reservations.rules import Standing
from venue.seats.models import Enrollment
from venue.seats.rules import EnrollmentStatus

GONE = 410
DATES_SHOWN = 6
"""Dates of one program on a slip; with more, one sheet of A5 does not hold 16 points (own)."""
VALID = (Standing.PENDING, Standing.HELD)


@dataclass(frozen=True, slots=True)
class Back:
    """Where the visitor came from, and the tab that stays lit."""

    url: str
    tab: str


@dataclass(frozen=True, slots=True)
class SeatSlip:
    """What one person has of one program: the claim that says how it stands, and all its dates."""

    claim: Claim
    dates: tuple[ScheduledSession, ...]
    """Those of the claims that take place and are not over."""
    waiting_days: int
    """Care days for which the person still waits."""
    money: Money | None

    @property
    def program(self) -> Program:
        """The program."""
        return self.claim.enrollment.program

    @property
    def shown(self) -> tuple[ScheduledSession, ...]:
        """The dates for which there is room on the paper."""
        return self.dates[:DATES_SHOWN]

    @property
    def one_place(self) -> list[Room] | None:
        """The rooms, when they are the same on every date that is shown."""
        places = [[link.booking.room for link in date_.rooms] for date_ in self.shown]
        return places[0] if places and all(one == places[0] for one in places) else None


def slips_page(who: Person, back: Back, center: Center | None) -> Response:
    """Show everything that a person has now; with a center, what of it is there."""
    now = clock.now()
    claims = [
        one
        for one in claims_of(db.session(), [who], now=now).live
        if center is None or runs(center, one.enrollment.program)
    ]
    reservations = [
        one
        for one in current_of(db.session(), [who.id], now=now)
        if one.standing(now) in VALID
        and (center is None or one.booking.room.center_id == center.id)
    ]
    seats = _seat_slips(db.session(), claims, now)
    house = center or next(iter(_houses(seats, reservations)), None)
    address = public_address("today.show", slug=house.slug) if house else None
    return _page(who, back, seats, reservations, address)


def slip_page(who: Person, back: Back, enrollment: Enrollment) -> Response:
    """Show the slip of an enrollment of a person; when it has ended, that and what to do."""
    now = clock.now()
    program_id = enrollment.program_id
    live = claims_of(db.session(), [who], now=now).live
    claims = [one for one in live if one.enrollment.id == enrollment.id]
    if not claims:
        program = enrollment.program
        why = _why_no_seat(enrollment.status)
        return _gone(who, back, program.center, program.title, why)
    if enrollment.program.books is Books.DAYS:
        claims = [one for one in live if one.enrollment.program_id == program_id]
    address = public_address("courses.show", program_id=program_id)
    return _page(who, back, _seat_slips(db.session(), claims, now), (), address)


def reservation_page(who: Person, back: Back, reservation: Reservation) -> Response:
    """Show the slip of a reservation of a person; when it has ended, that and what to do."""
    room = reservation.booking.room
    if reservation.standing(clock.now()) not in VALID:
        why = gettext("这个预约已经结束或者取消了。")
        return _gone(who, back, room.center, reservation.booking.purpose or room.name, why)
    return _page(who, back, (), [reservation], public_address("rooms.show", room_id=room.id))


def enrollment_of(session: Session, enrollment_id: int) -> Enrollment:
    """Return an enrollment; answers 404 when there is none."""
    found = session.get(Enrollment, enrollment_id)
    if found is None:
        abort(404)
    return found


def reservation_of(session: Session, reservation_id: int) -> Reservation:
    """Return a reservation; answers 404 when there is none."""
    found = session.get(Reservation, reservation_id)
    if found is None:
        abort(404)
    return found


def runs(center: Center, program: Program) -> bool:
    """Tell whether a center runs a program, alone or with others."""
    return program.center_id == center.id or center in program.partners


def _seat_slips(session: Session, claims: Sequence[Claim], now: datetime) -> list[SeatSlip]:
    """Return a slip for each program, or for each session where single ones are booked."""
    together: dict[tuple[int, int], list[Claim]] = defaultdict(list)
    for one in claims:
        days = one.enrollment.program.books is Books.DAYS
        together[one.enrollment.program_id, 0 if days else one.enrollment.id].append(one)
    money = money_of(session, [one.enrollment.id for one in claims])
    return [_seat_slip(of_one, money, now) for of_one in together.values()]


def _seat_slip(claims: list[Claim], money: dict[int, Money], now: datetime) -> SeatSlip:
    confirmed = [one for one in claims if one.status is EnrollmentStatus.CONFIRMED]
    first = (confirmed or claims)[0]
    dates = sorted(
        (
            date_
            for one in confirmed or [first]
            for date_ in one.dates
            if date_.cancelled_at is None and date_.ends_at > now
        ),
        key=lambda date_: date_.starts_at,
    )
    waiting_days = sum(one.position is not None for one in claims) if len(claims) > 1 else 0
    return SeatSlip(first, tuple(dates), waiting_days, money.get(first.enrollment.id))


def _houses(seats: Iterable[SeatSlip], reservations: Iterable[Reservation]) -> list[Center]:
    """Return the centers that a slip is about, each once."""
    centers = [one.program.center for one in seats]
    centers += [one.booking.room.center for one in reservations]
    return list(dict.fromkeys(centers))


def _page(
    who: Person,
    back: Back,
    seats: Sequence[SeatSlip],
    reservations: Sequence[Reservation],
    address: str | None,
) -> Response:
    return render(
        "slips/show.html",
        person=who,
        back=back,
        seats=seats,
        reservations=reservations,
        houses=_houses(seats, reservations),
        qr=qr_code(address) if address else None,
        now=clock.now(),
    )


def _gone(who: Person, back: Back, house: Center, what: str, why: str) -> Response:
    """Say that there is no slip of something, why, and whom to ask."""
    return render(
        "slips/gone.html", status=GONE, person=who, back=back, what=what, why=why, house=house
    )


def _why_no_seat(status: EnrollmentStatus) -> str:
    """Return why an enrollment that is not live has no slip."""
    return str(
        {
            EnrollmentStatus.WITHDRAWN: gettext("已经退出了，名额给了别人。"),
            EnrollmentStatus.EXPIRED: gettext("没有按时回复，名额已经给了下一位。"),
            EnrollmentStatus.CANCELLED: gettext("这个项目取消了。"),
            EnrollmentStatus.REFUSED: gettext("申请没有通过。"),
            EnrollmentStatus.APPROVED: gettext("申请通过了，但没有空位，已经转到候补。"),
        }.get(status, gettext("已经全部结束了。"))
    )
