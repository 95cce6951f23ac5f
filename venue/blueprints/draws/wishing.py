"""The form of wishes, at home and at the desk: choose, look over, send."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import request as http
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import BooleanField

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.draws.chances import Chance, chances
from venue.blueprints.draws.offers import Offer, offers_of
from venue.blueprints.formats import wish_rank
from venue.blueprints.forms import VenueForm
from venue.blueprints.office.fields import ChecksField, RowField, offer, offer_or_none, row_field
from venue.blueprints.words import _l
from venue.db import db
from venue.draws import applying
from venue.draws.applying import Applied, CannotApply
from venue.draws.models import Application, Draw
from venue.draws.wishes import Ineligible, NobodyNamed, Reason, window_refusals, wish_refusals
from venue.htmx import answer
from venue.people.models import Person
from venue.seats.rules import GroupTooLarge
from venue.submissions import Done, answered


class WishForm(VenueForm):
    """For whom, and what they want, best first; a subclass has a field for each wish."""

    person_ids = ChecksField(_l("给谁报名"), coerce=int)
    agreed = BooleanField(_l("我们同意"))

    def ranked(self) -> list[RowField]:
        """Return the fields of the wishes, best first."""
        return [one for one in self if isinstance(one, RowField)]

    def wishes(self) -> list[int]:
        """Return the wishes that were chosen, best first."""
        return [field.data for field in self.ranked() if field.data is not None]

    def move(self, step: str) -> bool:
        """Let two wishes change places as a button says: `up-2`, `down-1`; false for any other."""
        word, _, rank = step.partition("-")
        fields = self.ranked()
        if word not in ("up", "down") or rank not in map(str, range(1, len(fields) + 1)):
            return False
        one = int(rank) - 1
        other = one - 1 if word == "up" else one + 1
        if 0 <= other < len(fields):
            fields[one].data, fields[other].data = fields[other].data, fields[one].data
        return True


@dataclass(frozen=True)
class Wishing:
    """The page of the form: what there is to choose, for whom, and what stands against it.

    `looked_over` shows what was chosen once more, with the button that sends it.
    """

    draw: Draw
    form: WishForm
    people: Sequence[Person]
    chances: Sequence[Chance]
    reasons: tuple[Reason, ...] = ()
    looked_over: bool = False

    @property
    def largest_group(self) -> int:
        """How many at most can wish for something together."""
        return max((one.group_limit for one in self.chances), default=1)

    @property
    def chosen(self) -> list[Person]:
        """For whom it is."""
        return [one for one in self.people if one.id in (self.form.person_ids.data or ())]

    @property
    def wished(self) -> list[Chance]:
        """The courses that were chosen, best first."""
        by_id = {one.program_id: one for one in self.chances}
        return [by_id[one] for one in self.form.wishes() if one in by_id]

    @property
    def consents(self) -> dict[int, str]:
        """The texts to which somebody has still to agree, by id, with their titles."""
        chosen = {one.id for one in self.chosen}
        return {
            one.consent.text_id: one.consent.title
            for one in self.wished
            if one.consent is not None and one.unconsented & chosen
        }


Page = Callable[[Wishing, int], Response]
Send = Callable[[WishForm, Callable[[Session, Actor], Any]], Any]


def wishing(
    draw: Draw,
    people: Sequence[Person],
    before: Application | None,
    suggested: Sequence[int],
    *,
    page: Page,
    send: Send,
    done: Callable[[int], str],
    desk: bool = False,
) -> Response:
    """Answer the form: show it, move wishes about, look them over, and send them by `send`.

    `before` is what is changed; `suggested` are the people and `done` is where a receipt is.
    """
    now = clock.now()
    offers = offers_of(db.session(), draw)
    form = _form(draw, offers, people, before, suggested)
    seen = Wishing(
        draw,
        form,
        people,
        chances(db.session(), draw.id, offers, people, desk=desk, now=now),
    )
    shut = tuple(window_refusals(draw.fact(), now))
    if not form.is_submitted():
        return page(replace(seen, reasons=shut), 200)
    step = http.form.get("step", "")
    if step == "send" and (first := answered(form.submission_key.data or "")) is not None:
        return answer(first.location)
    if step == "edit" or form.move(step):
        return page(seen, 200)
    refused = _refused(seen, shut, step)
    if refused is not None:
        return page(*refused)
    if step != "send":
        return page(replace(seen, looked_over=True), 200)
    chosen, wishes, agreed = [one.id for one in seen.chosen], form.wishes(), bool(form.agreed.data)

    def act(session: Session, actor: Actor) -> Done | CannotApply:
        outcome = applying.apply(
            session, draw.id, chosen, wishes, agreed=agreed, actor=actor, now=clock.now()
        )
        return Done(done(outcome.application_id)) if isinstance(outcome, Applied) else outcome

    outcome = send(form, act)
    if isinstance(outcome, Done):
        return answer(outcome.location)
    return page(replace(seen, reasons=outcome.reasons), 409)


def _form(
    draw: Draw,
    offers: Sequence[Offer],
    people: Sequence[Person],
    before: Application | None,
    suggested: Sequence[int],
) -> WishForm:
    fields = {f"wish_{rank}": row_field(wish_rank(rank)) for rank in range(1, draw.wishes + 1)}
    kind: type[WishForm] = type("Wishes", (WishForm,), fields)
    wished = [one.program_id for one in before.wish_rows] if before else _asked_for()
    form = kind(
        data={
            "person_ids": [one.person_id for one in before.people] if before else suggested,
            **{f"wish_{rank}": program_id for rank, program_id in enumerate(wished, 1)},
        }
    )
    offer(form.person_ids, [(person.id, person.full_name) for person in people])
    titles = [(one.program.id, one.program.title) for one in offers]
    for field in form.ranked():
        offer_or_none(field, _l("不填"), titles)
    return form


def _asked_for() -> list[int]:
    """Return the course from whose page one comes."""
    wished = http.args.get("wish", type=int)
    return [wished] if wished else []


def _refused(seen: Wishing, shut: tuple[Reason, ...], step: str) -> tuple[Wishing, int] | None:
    """Return the page that says what is wrong, and its status; None when nothing is.

    `shut` is why nobody at all can apply now.
    """
    if not seen.form.validate():
        return seen, 422
    if shut:
        return replace(seen, reasons=shut), 409
    if reasons := _against(seen):
        return replace(seen, reasons=reasons), 422
    if step == "send" and seen.consents and not seen.form.agreed.data:
        seen.form.agreed.errors = [_l("要先同意，才能报名。")]
        return replace(seen, looked_over=True), 422
    return None


def _against(seen: Wishing) -> tuple[Reason, ...]:
    """Return what can be told without asking the verb, as it would tell it."""
    titles = {one.program_id: one.offer.program.title for one in seen.chances}
    chosen = seen.chosen
    reasons: list[Reason] = [] if chosen else [NobodyNamed()]
    reasons += wish_refusals(seen.form.wishes(), titles, seen.draw.wishes)
    for one in dict.fromkeys(seen.wished):
        together = (GroupTooLarge(one.group_limit),) if len(chosen) > one.group_limit else ()
        each = tuple(
            (person.id, person.full_name, why) for person, why in one.hindered if person in chosen
        )
        if together or each:
            title = one.offer.program.title
            reasons.append(Ineligible(one.program_id, title, together, each))
    return tuple(reasons)
