"""The people of a program: who has a seat, who waits, who left, whom to call; files of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from flask import request, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.formats import iso_local, telephone
from venue.blueprints.office.base import blueprint, of_center
from venue.blueprints.office.contacts import Contact, contacts
from venue.blueprints.office.exports import Sheet, file_answer
from venue.blueprints.office.payments import STANDING_NAMES
from venue.blueprints.office.program_page import begins_on
from venue.blueprints.office.program_words import CHANNELS, PARTS, POOLS, STATUSES
from venue.blueprints.office.reading import sessions_of
from venue.blueprints.spreadsheets import Cell
from venue.changes.messaging import Audience, recipients
from venue.db import db
from venue.htmx import render
from venue.notifications.models import Message
from venue.notifications.rules import MessageKind
from venue.people.models import Person
from venue.people.rules import age_on
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.programs.models import Program
from venue.seats.exporting import export_people
from venue.seats.listing import Listed, Part, count_parts, list_people
from venue.settlements.reading import Settlement, settlements_of

PAGE = 60
"""Names on one page: two courses with their waitlists; a lottery has many (own)."""
CALLS = "calls"
"""The part of those who have to be called."""


@blueprint.get("/<slug>/programs/<int:program_id>/people")
@staff(Permission.OFFICE)
def program_people(center: Center, program_id: int) -> Response:
    """List a part of the people (`?part=`), a page at a time (`?page=`)."""
    found = of_center(Program, program_id, center)
    asked = request.args.get("part", Part.SEATED)
    counts = count_parts(db.session(), program_id)
    to_call = recipients(db.session(), program_id, Audience.ALL, today=clock.today()).without_inbox
    shown = asked if asked in {*Part, CALLS} else Part.SEATED
    total = len(to_call) if shown == CALLS else counts[Part(shown)]
    pages = max(1, -(-total // PAGE))
    page = min(max(request.args.get("page", 1, int), 1), pages)
    offset = (page - 1) * PAGE
    calling = _people(to_call[offset : offset + PAGE]) if shown == CALLS else []
    rows = (
        []
        if shown == CALLS
        else list_people(db.session(), program_id, [Part(shown)], offset=offset, limit=PAGE)
    )
    on = begins_on(sessions_of(db.session(), program_id), clock.now())
    people = calling or [row.enrollment.person for row in rows]
    return render(
        "office/program_people.html",
        program=found,
        shown=shown,
        counts=counts,
        to_call=len(to_call),
        rows=rows,
        calling=calling,
        contacts=contacts(db.session(), people),
        ages={one.id: age_on(on, one.birth_year, one.birth_on) for one in people},
        settlements=settlements_of(db.session(), [row.enrollment.id for row in rows]),
        standings=STANDING_NAMES,
        said=_last_words(calling, program_id),
        page_number=page,
        pages=pages,
        parts=PARTS,
        channels=CHANNELS,
        statuses=STATUSES,
        quotas=POOLS,
    )


@blueprint.post("/<slug>/programs/<int:program_id>/exports")
@staff(Permission.OFFICE)
def export(center: Center, program_id: int) -> Response:
    """Answer with a file of who has a seat and who waits: `kind` is csv or xlsx."""
    found = of_center(Program, program_id, center)

    def take(session: Session, actor: Actor) -> list[Listed]:
        return export_people(session, program_id, actor=actor, now=clock.now())

    def sheet() -> Sheet:
        day = clock.today().isoformat()
        name = gettext("%(title)s 名单 %(day)s", title=found.title, day=day)
        return Sheet(name, gettext("名单"), _head())

    def lines(rows: Sequence[Listed]) -> Iterator[list[Cell]]:
        on = begins_on(sessions_of(db.session(), program_id), clock.now())
        numbers = contacts(db.session(), [row.enrollment.person for row in rows])
        money = settlements_of(db.session(), [row.enrollment.id for row in rows])
        return _lines(rows, on, numbers, money)

    back = url_for("office.program_people", slug=center.slug, program_id=program_id)
    return file_answer(back, take, sheet, lines)


def _people(ids: Sequence[int]) -> Sequence[Person]:
    return db.session.scalars(
        select(Person)
        .where(Person.id.in_(ids))
        .options(joinedload(Person.neighborhood))
        .order_by(Person.id)
    ).all()


def _last_words(calling: Sequence[Person], program_id: int) -> str | None:
    """Return what people of a program were told last, to be said to those who do not read it."""
    told = db.session.scalars(
        select(Message)
        .where(
            Message.person_id.in_([one.id for one in calling]),
            Message.kind == MessageKind.ANNOUNCEMENT,
        )
        .order_by(Message.id.desc())
        .limit(PAGE)
    )
    texts = (one.parameters["text"] for one in told if one.parameters["program_id"] == program_id)
    return next(texts, None)


def _head() -> list[str]:
    return [
        gettext("状态"),
        gettext("候补第几位"),
        gettext("姓名"),
        gettext("年龄"),
        gettext("电话"),
        gettext("联系人"),
        gettext("社区"),
        gettext("名额"),
        gettext("场次"),
        gettext("怎样来的"),
        gettext("报名时间"),
        gettext("留到"),
        gettext("一起报名"),
        gettext("应付（元）"),
        gettext("已付（元）"),
        gettext("申请说明"),
    ]


def _lines(
    rows: Sequence[Listed],
    on: date,
    numbers: Mapping[int, list[Contact]],
    money: Mapping[int, Settlement],
) -> Iterator[list[Cell]]:
    """Yield a line for each enrollment; ages, not birthdays: nobody needs more for a list."""
    for row in rows:
        one = row.enrollment
        person = one.person
        known = numbers.get(person.id, [])
        account = money.get(one.id)
        yield [
            str(STATUSES[one.status]),
            row.place,
            person.full_name,
            age_on(on, person.birth_year, person.birth_on),
            gettext("、").join(telephone(number.phone) for number in known),
            gettext("、").join(number.name for number in known if number.name),
            person.neighborhood.name if person.neighborhood else "",
            str(POOLS[one.pool.quota]),
            iso_local(one.session.starts_at).replace("T", " ") if one.session else "",
            str(CHANNELS[one.channel]),
            iso_local(one.created_at).replace("T", " "),
            iso_local(row.expires_at).replace("T", " ") if row.expires_at else "",
            gettext("、").join(row.together),
            account.balance.owed_fen / 100 if account else None,
            account.balance.paid_fen / 100 if account else None,
            one.statement,
        ]
