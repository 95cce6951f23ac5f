"""Stating wishes in a draw, changing them and taking them back, until its closing."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, selectinload

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.consents.giving import give
from venue.draws.models import Applicant, Application, Draw, DrawProgram, Wish
from venue.draws.wishes import (
    Ineligible,
    LeftOut,
    NobodyNamed,
    OtherApplication,
    Reason,
    window_refusals,
    wish_refusals,
)
from venue.notifications.rules import MessageKind
from venue.notifications.telling import tell
from venue.people.locking import lock_people
from venue.people.models import Person
from venue.places.membership import know
from venue.programs.models import Program
from venue.seats.applicants import applicant_facts
from venue.seats.eligibility import judge
from venue.seats.models import SeatPool
from venue.seats.reading import pool_facts
from venue.seats.rules import ByLottery, Closed, NotOpenYet
from venue.seats.seating import Seating, load_seatings

PSEUDONYM_BYTES = 8
WINDOW = (ByLottery, NotOpenYet, Closed)
"""Reasons of a program that do not count here: they are the draw's to give."""


@dataclass(frozen=True, slots=True)
class Applied:
    """The wishes are written down, under this pseudonym."""

    application_id: int
    pseudonym: str


@dataclass(frozen=True, slots=True)
class CannotApply:
    """Nothing has changed, and these are all the reasons."""

    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The people of the application take no part in the draw."""

    application_id: int


def apply(
    session: Session,
    draw_id: int,
    person_ids: Collection[int],
    wishes: Sequence[int],
    *,
    agreed: bool = False,
    actor: Actor,
    now: datetime,
) -> Applied | CannotApply:
    """State the wishes of people who want to be together: programs, best first.

    Stated again for the same people, or for more of them, it changes what they asked for before.
    `agreed` says that they agree to the texts of the programs with this very act. Raises
    NoResultFound for an unknown draw and KeyError for unknown people.
    """
    found = lock_people(session, person_ids)
    people = [found[person_id] for person_id in sorted(set(person_ids))]
    draw = _share(session, draw_id)
    reasons = window_refusals(draw.fact(), now)
    if reasons:
        return CannotApply(tuple(reasons))
    titles = _titles(session, draw_id)
    mine = _applications(session, draw_id, [person.id for person in people])
    reasons = [
        *([] if people else [NobodyNamed()]),
        *wish_refusals(wishes, titles, draw.wishes),
        *_elsewhere(mine, people),
    ]
    wanted = [program_id for program_id in dict.fromkeys(wishes) if program_id in titles]
    seatings = _seatings(session, wanted)
    reasons += _ineligible(session, seatings, people, agreed=agreed, now=now)
    if reasons:
        return CannotApply(tuple(reasons))
    application = mine[0] if mine else _new(session, draw, actor=actor, now=now)
    _write(session, application, people, wishes, now=now)
    if agreed:
        _agree(session, seatings, people, actor=actor, now=now)
    for person in people:
        know(session, draw.center_id, person.id, now=now)
    ids = [person.id for person in people]
    facts = {"application_id": application.id, "person_ids": ids, "program_ids": [*wishes]}
    record(session, actor, "draw.applied", ("draw", draw_id), at=now, facts=facts)
    told = {
        "draw_id": draw_id,
        "draw": draw.name,
        "wishes": [titles[program_id] for program_id in wishes],
        "pseudonym": application.pseudonym,
        "closes_at": draw.closes_at.isoformat(),
    }
    tell(session, ids, MessageKind.DRAW_APPLIED, told, center_id=draw.center_id, now=now)
    return Applied(application.id, application.pseudonym)


def withdraw(
    session: Session, application_id: int, *, actor: Actor, now: datetime
) -> TakenBack | CannotApply:
    """Take an application back before closing; asked twice, it answers the same.

    Raises NoResultFound for an unknown application.
    """
    application = session.get_one(Application, application_id)
    ids = [one.person_id for one in application.people]
    lock_people(session, ids)
    draw = _share(session, application.draw_id)
    application = _fresh(session, application_id)
    if application.withdrawn_at is not None:
        return TakenBack(application_id)
    reasons = window_refusals(draw.fact(), now)
    if reasons:
        return CannotApply(tuple(reasons))
    ids = [one.person_id for one in application.people]
    application.withdrawn_at = application.changed_at = now
    session.execute(delete(Applicant).where(Applicant.application_id == application_id))
    session.flush()
    facts = {"application_id": application_id, "person_ids": ids}
    record(session, actor, "draw.withdrawn", ("draw", draw.id), at=now, facts=facts)
    told = {"draw_id": draw.id, "draw": draw.name}
    tell(session, ids, MessageKind.DRAW_WITHDRAWN, told, center_id=draw.center_id, now=now)
    return TakenBack(application_id)


def _share(session: Session, draw_id: int) -> Draw:
    """Lock a draw with others who apply, so that it is not frozen meanwhile; return it fresh."""
    return session.get_one(Draw, draw_id, with_for_update={"read": True}, populate_existing=True)


def _titles(session: Session, draw_id: int) -> dict[int, str]:
    rows = session.execute(
        select(Program.id, Program.title)
        .join(DrawProgram, DrawProgram.program_id == Program.id)
        .where(DrawProgram.draw_id == draw_id)
    )
    return dict(rows.all())


def _applications(
    session: Session, draw_id: int, person_ids: Sequence[int]
) -> Sequence[Application]:
    """Return the applications in which these people are."""
    theirs = select(Applicant.application_id).where(
        Applicant.draw_id == draw_id, Applicant.person_id.in_(person_ids)
    )
    return session.scalars(_WITH_PEOPLE.where(Application.id.in_(theirs))).all()


_WITH_PEOPLE = (
    select(Application)
    .options(
        selectinload(Application.people).joinedload(Applicant.person),
        selectinload(Application.wish_rows),
    )
    .order_by(Application.id)
    .execution_options(populate_existing=True)
)


def _fresh(session: Session, application_id: int) -> Application:
    return session.scalars(_WITH_PEOPLE.where(Application.id == application_id)).one()


def _elsewhere(mine: Sequence[Application], people: Sequence[Person]) -> list[Reason]:
    """Return who is in another application, or in the same and was not named now."""
    named = {person.id for person in people}
    if len(mine) > 1:
        return [
            OtherApplication(one.id, who.person_id, who.person.full_name)
            for one in mine
            for who in one.people
            if who.person_id in named
        ]
    return [
        LeftOut(one.id, who.person.full_name)
        for one in mine
        for who in one.people
        if who.person_id not in named
    ]


def _seatings(session: Session, program_ids: Sequence[int]) -> list[Seating]:
    """Return the general pools of programs, in this order."""
    pool_ids = session.scalars(
        select(SeatPool.id).where(SeatPool.program_id.in_(program_ids), SeatPool.quota.is_(None))
    ).all()
    found = load_seatings(session, pool_ids)
    return sorted(found, key=lambda seating: program_ids.index(seating.program_id))


def _ineligible(
    session: Session,
    seatings: Sequence[Seating],
    people: Sequence[Person],
    *,
    agreed: bool,
    now: datetime,
) -> Iterator[Reason]:
    """Yield who cannot have a seat where, and why.

    Whether there are seats is what will be drawn, and the window is the draw's.
    """
    applicants = [applicant_facts(session, person, seatings, now=now) for person in people]
    facts = pool_facts(session, seatings, [one for of in applicants for one in of.values()])
    for seating in seatings:
        theirs = [of[seating.pool_id] for of in applicants]
        verdict = judge(facts[seating.pool_id], theirs, now, agreed=agreed)
        together = tuple(one for one in verdict.together if not isinstance(one, WINDOW))
        each = tuple(
            (person.id, person.full_name, reasons)
            for person, reasons in zip(people, verdict.each, strict=True)
            if reasons
        )
        if together or each:
            yield Ineligible(seating.program_id, seating.title, together, each)


def _agree(
    session: Session,
    seatings: Iterable[Seating],
    people: Iterable[Person],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Write down that people agree to the text of every program."""
    for text_id in sorted({one.consent_text_id for one in seatings if one.consent_text_id}):
        give(session, text_id, [person.id for person in people], actor=actor, now=now)


def _new(session: Session, draw: Draw, *, actor: Actor, now: datetime) -> Application:
    application = Application(
        draw_id=draw.id,
        pseudonym=secrets.token_hex(PSEUDONYM_BYTES),
        channel=actor.channel,
        applied_at=now,
        changed_at=now,
    )
    session.add(application)
    session.flush()
    return application


def _write(
    session: Session,
    application: Application,
    people: Sequence[Person],
    wishes: Sequence[int],
    *,
    now: datetime,
) -> None:
    """Let an application be for these people and these wishes."""
    known = {one.person_id for one in application.people}
    session.add_all(
        Applicant(draw_id=application.draw_id, person_id=person.id, application_id=application.id)
        for person in people
        if person.id not in known
    )
    session.execute(delete(Wish).where(Wish.application_id == application.id))
    session.add_all(
        Wish(application_id=application.id, rank=rank, program_id=program_id)
        for rank, program_id in enumerate(wishes, 1)
    )
    application.changed_at = now
    session.flush()
