"""The applications of a family, and what a draw made of one of them, with the reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from venue.blueprints.draws.offers import Offer
from venue.draws.models import Applicant, Application, Draw, Wish
from venue.people.models import Person
from venue.places.models import Center
from venue.programs.models import Program
from venue.seats.models import Enrollment, SeatPool
from venue.seats.reading import positions
from venue.seats.rules import ACTIVE, Quota
from venue.seats.standing import open_offers

RESULT_SHOWN = timedelta(days=14)
"""Long enough to confirm and to see the line move (own)."""


def _loaded() -> Select[Application]:
    return (
        select(Application)
        .where(Application.withdrawn_at.is_(None))
        .options(
            joinedload(Application.draw).joinedload(Draw.center),
            selectinload(Application.people).joinedload(Applicant.person),
            selectinload(Application.wish_rows).joinedload(Wish.program).joinedload(Program.center),
        )
        .execution_options(populate_existing=True)
    )


def _of(people: Sequence[Person]) -> Select[int]:
    return select(Applicant.application_id).where(
        Applicant.person_id.in_([person.id for person in people])
    )


def applications_of(
    session: Session, draw_id: int, people: Sequence[Person]
) -> Sequence[Application]:
    """Return the applications of a draw in which any of these people is, in their order."""
    mine = _of(people).where(Applicant.draw_id == draw_id)
    return session.scalars(_loaded().where(Application.id.in_(mine)).order_by(Application.id)).all()


def current_applications(
    session: Session, people: Sequence[Person], *, now: datetime
) -> Sequence[Application]:
    """Return the applications of people in draws that are not cancelled, the newest first.

    What was drawn longer ago than `RESULT_SHOWN` is left out: it has become enrollments.
    """
    return session.scalars(
        _loaded()
        .join(Application.draw)
        .where(
            Application.id.in_(_of(people)),
            Draw.cancelled_at.is_(None),
            Draw.drawn_at.is_(None) | (Draw.drawn_at > now - RESULT_SHOWN),
        )
        .order_by(Application.id.desc())
    ).all()


def open_draws(session: Session, center: Center, *, now: datetime) -> Sequence[Draw]:
    """Return the draws of a center's district in which wishes can be stated, the first to close."""
    return session.scalars(
        select(Draw)
        .join(Draw.center)
        .where(
            Center.district_id == center.district_id,
            Draw.published_at.is_not(None),
            Draw.cancelled_at.is_(None),
            Draw.opens_at <= now,
            Draw.closes_at > now,
        )
        .order_by(Draw.closes_at, Draw.id)
    ).all()


def application_for(
    session: Session, application_id: int, people: Sequence[Person]
) -> Application | None:
    """Return an application if one of these people is in it, else None."""
    return session.scalar(
        _loaded().where(Application.id == application_id, Application.id.in_(_of(people)))
    )


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody has of a course since the draw: a seat, an offer, a place in line."""

    enrollment: Enrollment
    position: int | None
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class WishResult:
    """What came of one wish.

    `last_place` is that of the application which got the last of the seats that this one could
    have had; None when nobody before it got any. `tried` is false for wishes below the one won.
    """

    wish: Wish
    seats: int
    won: bool
    tried: bool
    last_place: int | None
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What a draw made of an application: its place among so many, and each wish in turn."""

    place: int
    count: int
    wishes: tuple[WishResult, ...]

    @property
    def won(self) -> WishResult | None:
        """The wish that was won."""
        return next((one for one in self.wishes if one.won), None)


def result_of(session: Session, application: Application, offers: Sequence[Offer]) -> Result | None:
    """Return what came of an application with the reasons; None while nothing is drawn."""
    place, drawn_at = application.place, application.draw.drawn_at
    if place is None or drawn_at is None:
        return None
    count = session.scalar(
        select(func.count()).where(
            Application.draw_id == application.draw_id, Application.place.is_not(None)
        )
    )
    seats = {offer.program.id: offer.total for offer in offers}
    last = _last_places(session, application, place, drawn_at)
    claims = _claims(session, application)
    won_rank = next(
        (
            wish.rank
            for wish in application.wish_rows
            if wish.program_id == application.won_program_id
        ),
        None,
    )
    return Result(
        place,
        count or 0,
        tuple(
            WishResult(
                wish,
                seats.get(wish.program_id, 0),
                won=wish.rank == won_rank,
                tried=won_rank is None or wish.rank <= won_rank,
                last_place=last.get(wish.program_id),
                claims=tuple(one for one in claims if one.enrollment.program_id == wish.program_id),
            )
            for wish in application.wish_rows
        ),
    )


def _last_places(
    session: Session, application: Application, place: int, drawn_at: datetime
) -> dict[int, int]:
    """Return by program the last place before this one that got a general seat.

    Without any, the last that got one of a quota.
    """
    rows = session.execute(
        select(Application.won_program_id, SeatPool.quota, func.max(Application.place))
        .join(Applicant, Applicant.application_id == Application.id)
        .join(
            Enrollment,
            (Enrollment.person_id == Applicant.person_id)
            & (Enrollment.program_id == Application.won_program_id)
            & (Enrollment.created_at == drawn_at),
        )
        .join(Enrollment.pool)
        .where(
            Application.draw_id == application.draw_id,
            Application.place < place,
            Application.won_program_id.in_([one.program_id for one in application.wish_rows]),
        )
        .group_by(Application.won_program_id, SeatPool.quota)
    )
    found: dict[int, dict[Quota | None, int]] = {}
    for program_id, quota, last in rows:
        if program_id is not None and last is not None:
            found.setdefault(program_id, {})[quota] = last
    return {key: of_it.get(None) or max(of_it.values()) for key, of_it in found.items()}


def _claims(session: Session, application: Application) -> list[Claim]:
    enrollments = session.scalars(
        select(Enrollment)
        .where(
            Enrollment.person_id.in_([one.person_id for one in application.people]),
            Enrollment.program_id.in_([one.program_id for one in application.wish_rows]),
            Enrollment.status.in_(ACTIVE),
        )
        .options(joinedload(Enrollment.person))
        .order_by(Enrollment.id)
        .execution_options(populate_existing=True)
    ).all()
    lines = positions(session, [one.id for one in enrollments])
    offers = open_offers(session, [one.id for one in enrollments])
    return [Claim(one, lines.get(one.id), offers.get(one.id)) for one in enrollments]
