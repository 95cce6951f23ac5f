"""我的日历: the private links of the viewer, made, replaced and stopped one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from flask import abort, flash, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length

from venue import clock
from venue.blueprints.calendars.addresses import Subscription, blueprint, subscription
from venue.blueprints.forms import ButtonForm, VenueForm
from venue.blueprints.row_numbers import optional_row_number
from venue.blueprints.words import _l
from venue.calendars import feed_tokens
from venue.calendars.rules import NoSuchLink, TooManyLinks
from venue.db import db
from venue.htmx import answer, render
from venue.people.guarding import children_of
from venue.people.models import Person
from venue.permissions import Viewer, represented, signed_in, the_viewer
from venue.submissions import Done, submit

LABEL_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Shown(Done):
    """A link was made; the answer itself shows its token, because nobody can read it later."""

    token: str
    of_child: bool


class LinkForm(VenueForm):
    """A new private link, named for the device or person that will use it."""

    label = StringField(
        _l("给谁用"),
        default=_l("手机"),
        filters=[lambda text: "".join(filter(str.isprintable, text or "")).strip()],
        validators=[
            DataRequired(_l("请写上这个链接给谁用，例如“手机”。")),
            Length(max=LABEL_LENGTH, message=_l("最多 %(n)s 个字。", n=LABEL_LENGTH)),
        ],
    )
    child_id = SelectField(_l("谁的日程"), coerce=optional_row_number)

    def offer(self, children: Sequence[Person]) -> Self:
        """Let a guardian choose between everybody and one child; without children ask nothing."""
        if children:
            everybody = [("", gettext("我和孩子的"))]
            self.child_id.choices = everybody + [(one.id, one.full_name) for one in children]
        else:
            del self.child_id
        return self


@blueprint.get("/my/")
@signed_in
def mine() -> Response:
    """Show the viewer's links, and let them make, replace and stop them; `?child=` chooses one."""
    return _page()


@blueprint.post("/my/links")
@signed_in
def issue() -> Response:
    """Make a link and show it, this once."""
    children = _children(db.session(), the_viewer())
    form = LinkForm().offer(children)
    if not form.validate_on_submit():
        if "child_id" in form.errors:
            abort(404)
        return _page(422, form=form)

    def act(session: Session, _who: Viewer | None) -> Shown | TooManyLinks:
        me = the_viewer()
        issued = feed_tokens.issue(
            session,
            me.acts(),
            person_id=me.person.id,
            label=form.label.data or "",
            child_id=form.child_id.data if children else None,
            now=clock.now(),
        )
        return issued if isinstance(issued, TooManyLinks) else _shown(issued)

    outcome = submit(form.submission_key.data or "", act)
    if isinstance(outcome, TooManyLinks):
        return _page(409, form=form, refusal=outcome)
    return _made(outcome)


@blueprint.post("/my/links/<int:feed_token_id>/replacement")
@signed_in
def replace(feed_token_id: int) -> Response:
    """End a link and show the one that takes its place, this once."""
    form = ButtonForm()
    if not form.validate_on_submit():
        return _page(422, expired=True)

    def act(session: Session, _who: Viewer | None) -> Shown | NoSuchLink:
        me = the_viewer()
        issued = feed_tokens.rotate(
            session,
            me.acts(),
            feed_token_id=feed_token_id,
            person_id=me.person.id,
            now=clock.now(),
        )
        return issued if isinstance(issued, NoSuchLink) else _shown(issued)

    outcome = submit(form.submission_key.data or "", act)
    return abort(404) if isinstance(outcome, NoSuchLink) else _made(outcome)


@blueprint.post("/my/links/<int:feed_token_id>/revocation")
@signed_in
def revoke(feed_token_id: int) -> Response:
    """End a link."""
    form = ButtonForm()
    if not form.validate_on_submit():
        return _page(422, expired=True)

    def act(session: Session, _who: Viewer | None) -> Done | NoSuchLink:
        me = the_viewer()
        ended = feed_tokens.revoke(
            session,
            me.acts(),
            feed_token_id=feed_token_id,
            person_id=me.person.id,
            now=clock.now(),
        )
        return ended if isinstance(ended, NoSuchLink) else Done(url_for("calendars.mine"))

    outcome = submit(form.submission_key.data or "", act)
    if isinstance(outcome, NoSuchLink):
        abort(404)
    flash(gettext("链接已停用。用它订阅的日历不会再更新。"), "ok")
    return answer(outcome.location)


def _subscription(made: Shown) -> Subscription:
    name = gettext("孩子的日程") if made.of_child else gettext("我的日程")
    return subscription(name, "", "calendars.personal", token=made.token)


def _children(session: Session, who: Viewer) -> list[Person]:
    """Return the children whose guardian the viewer is."""
    ids = children_of(session, who.person_id, now=clock.now())
    return [one for one in represented(session, who) if one.id in ids] if ids else []


def _shown(issued: feed_tokens.Issued) -> Shown:
    of_child = issued.child_id is not None
    return Shown(url_for("calendars.mine"), issued.token, of_child)


def _made(outcome: Done) -> Response:
    """Show the new link; the same form sent again finds that it was made, but not its token."""
    if isinstance(outcome, Shown):
        return _page(made=outcome)
    flash(gettext("链接已经建好，但它只显示一次。没有记下的话，请点“换新链接”。"), "info")
    return answer(outcome.location)


def _page(
    status: int = 200,
    *,
    form: LinkForm | None = None,
    refusal: TooManyLinks | None = None,
    expired: bool = False,
    made: Shown | None = None,
) -> Response:
    links = feed_tokens.live_links(db.session(), the_viewer().person.id)
    children = _children(db.session(), the_viewer())
    wished = {"child_id": request.args.get("child", type=int)}
    return render(
        "calendars/mine.html",
        status=status,
        form=form or LinkForm(formdata=None, data=wished).offer(children),
        refusal=refusal,
        expired=expired,
        new=_subscription(made) if made is not None else None,
        links=[(link, ButtonForm(formdata=None).submission_key.data) for link in links],
        children={one.id: one for one in children},
    )
