"""Incidents of care: what is open, what was done, and closing them."""

from __future__ import annotations

from typing import Any

from flask import abort, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import BooleanField

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.forms import VenueForm
from venue.blueprints.office.base import answered, blueprint
from venue.blueprints.office.fields import long_field
from venue.blueprints.words import _l
from venue.childcare.incidents import incident_of_center, incidents_of_center
from venue.childcare.reading_files import note_looks
from venue.childcare.reporting_incidents import follow_up
from venue.childcare.rules import Seen
from venue.db import db, write_transaction
from venue.htmx import render
from venue.permissions import Permission, staff, the_viewer
from venue.places.models import Center
from venue.submissions import Done

WORDS = 1000
SHOWN = 100
"""Open ones first, then the newest (own)."""


class FollowUpForm(VenueForm):
    """What was done since."""

    words = long_field(_l("后来做了什么"), WORDS, _l("请写后来做了什么。"))
    closes = BooleanField(_l("这件事了结了"))


@blueprint.get("/<slug>/incidents")
@staff(Permission.OFFICE)
def incidents(center: Center) -> Response:
    """List the incidents of a center, naming no child."""
    found = incidents_of_center(db.session(), center.id, most=SHOWN)
    return render("office/incidents.html", incidents=found)


@blueprint.route("/<slug>/incidents/<int:incident_id>", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def incident(center: Center, incident_id: int) -> Response:
    """Show one, which is recorded as a look at the child's file, and add what was done since."""
    one = incident_of_center(db.session(), center.id, incident_id)
    if one is None:
        abort(404)
    form = FollowUpForm()

    def act(session: Session, actor: Actor) -> Done:
        closes = bool(form.closes.data)
        words = form.words.data or ""
        follow_up(session, incident_id, words, closes=closes, actor=actor, now=clock.now())
        return Done(url_for("office.incident", slug=center.slug, incident_id=incident_id))

    def page(_refusal: Any, status: int) -> Response:
        shown = render("office/incident.html", status=status, one=one, form=form)
        if one.child_id is not None:
            with write_transaction() as session:
                note_looks(
                    session,
                    [one.child_id],
                    Seen.INCIDENT,
                    center_id=center.id,
                    session_id=one.session_id,
                    actor=the_viewer().acts(),
                    now=clock.now(),
                )
        return shown

    return answered(form, act, page, gettext("记下了。"))
