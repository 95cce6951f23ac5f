"""Two records side by side, and making one of them: everything goes to the one that is kept."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, abort, flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse
from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs are older
from wtforms.validators import InputRequired

from venue import clock
from venue.audit.rules import Actor, Channel
from venue.blueprints.desk.base import blueprint, send_for
from venue.blueprints.formats import full_date, telephone
from venue.blueprints.forms import VenueForm
from venue.blueprints.words import _l
from venue.db import db
from venue.htmx import answer, render
from venue.people.models import Person
from venue.permissions import Permission, patron_of, staff
from venue.places.models import Center
from venue.privacy.comparing import holdings, merged_into, obstacles_between
from venue.privacy.merging import Chosen, merge
from venue.privacy.outcomes import AlreadyMerged, Merged, Obstacle
from venue.programs.models import Program
from venue.programs.partnering import programs_run_at
from venue.submissions import Done

KEPT, GONE = "kept", "gone"
CHOSEN = ("full_name", "birth", "phone", "neighborhood_id", "building")


class MergerForm(VenueForm):
    """Which value stays where the two differ, and that the desk has made sure."""

    full_name = RadioField(_l("姓名"), default=KEPT)
    birth = RadioField(_l("出生"), default=KEPT)
    phone = RadioField(_l("电话"), default=KEPT)
    neighborhood_id = RadioField(_l("社区"), default=KEPT)
    building = RadioField(_l("楼栋"), default=KEPT)
    sure = BooleanField(
        _l("核对过证件，是同一个人"),
        validators=[InputRequired(_l("先核对证件，再勾选这一行。"))],
    )

    def offer(self, kept: Person, gone: Person) -> None:
        """Let each field choose from what the two records say."""
        fields = (self.full_name, self.birth, self.phone, self.neighborhood_id, self.building)
        for field, of_kept, of_gone in zip(fields, _said(kept), _said(gone), strict=True):
            field.choices = [SelectChoice(KEPT, of_kept), SelectChoice(GONE, of_gone)]

    def chosen(self) -> Chosen:
        """Return which values of the record that goes stay."""
        return Chosen(frozenset(name for name in CHOSEN if self[name].data == GONE))


def _said(who: Person) -> tuple[str, ...]:
    """Return what a record says, in the order of the fields."""
    born = full_date(who.birth_on) if who.birth_on else gettext("%(year)s 年", year=who.birth_year)
    phone = telephone(who.phone) if who.phone else ""
    lives_in = who.neighborhood.name if who.neighborhood else ""
    return who.full_name, born, phone, lives_in, who.building or ""


@blueprint.get("/<slug>/people/<int:person_id>/duplicates/<int:other_id>")
@staff(Permission.DESK)
def compare(center: Center, person_id: int, other_id: int) -> BaseResponse:
    """Show two records side by side; the first is kept."""
    if (kept_id := merged_into(db.session(), other_id)) is not None:
        return redirect(_address(center, kept_id))
    kept, gone = _pair(db.session(), center, person_id, other_id)
    form = MergerForm(formdata=None)
    form.offer(kept, gone)
    return _page(center, kept, gone, form, 200)


@blueprint.post("/<slug>/people/<int:person_id>/duplicates/<int:other_id>/merger")
@staff(Permission.DESK)
def merge_records(center: Center, person_id: int, other_id: int) -> BaseResponse:
    """Move everything of the second record to the first."""
    form = MergerForm()
    if merged_into(db.session(), other_id) == person_id:
        patron_of(db.session(), center, person_id)
        return answer(_address(center, person_id))
    kept, gone = _pair(db.session(), center, person_id, other_id)
    form.offer(kept, gone)
    if not form.validate_on_submit():
        return _page(center, kept, gone, form, 422)

    def act(session: Session, actor: Actor) -> Done | tuple[Obstacle, ...]:
        _pair(session, center, person_id, other_id)
        outcome = merge(session, person_id, other_id, form.chosen(), actor=actor, now=clock.now())
        if isinstance(outcome, Merged | AlreadyMerged):
            return Done(_address(center, outcome.kept_id))
        return outcome

    outcome = send_for(form, center, kept, Channel.COUNTER, act)
    if isinstance(outcome, Done):
        flash(gettext("两份记录已经合并。"), "ok")
        return answer(outcome.location)
    kept, gone = _pair(db.session(), center, person_id, other_id)
    return _page(center, kept, gone, form, 409)


def _pair(session: Session, center: Center, person_id: int, other_id: int) -> tuple[Person, Person]:
    """Return two people whom the center knows; answers 404 for anybody else, or for one twice."""
    if person_id == other_id:
        abort(404)
    return patron_of(session, center, person_id), patron_of(session, center, other_id)


def _page(center: Center, kept: Person, gone: Person, form: MergerForm, status: int) -> Response:
    session, now = db.session(), clock.now()
    return render(
        "desk/compare.html",
        status=status,
        kept=kept,
        gone=gone,
        records=holdings(session, center.id, [kept, gone]),
        differing=_differing(kept, gone),
        obstacles=obstacles_between(session, kept, gone, now=now),
        titles=_titles(session, center),
        form=form,
    )


def _differing(kept: Person, gone: Person) -> Sequence[str]:
    """Return the fields of the form of which both records say something, and not the same."""
    pairs = zip(CHOSEN, _said(kept), _said(gone), strict=True)
    return [name for name, of_kept, of_gone in pairs if of_kept and of_gone and of_kept != of_gone]


def _titles(session: Session, center: Center) -> dict[int, str]:
    rows = session.execute(
        select(Program.id, Program.title).where(Program.id.in_(programs_run_at(center.id)))
    )
    return dict(rows.all())


def _address(center: Center, person_id: int) -> str:
    return url_for("desk.person", slug=center.slug, person_id=person_id)
