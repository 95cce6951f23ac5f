"""The menu of the coming days, with what the family has ordered."""

from __future__ import annotations

from datetime import timedelta

from flask import Response

from venue import clock
from venue.blueprints.lunch.addresses import blueprint
from venue.db import db
from venue.htmx import render
from venue.lunch.prices import prices_of
from venue.lunch.reading import menu_between, orders_ahead
from venue.permissions import center_of, represented, viewer
from venue.places.models import Center

DAYS_SHOWN = 8
"""From today: the same weekday of next week is the last (own)."""


@blueprint.get("/centers/<slug>/lunch")
def show(slug: str) -> Response:
    """Show the menu from today on, to anybody."""
    return menu_page(center_of(slug))


def menu_page(center: Center, *, status: int = 200, refusal: object = None) -> Response:
    """Render the menu; after a refusal with the reason."""
    who, today = viewer(), clock.today()
    people = represented(db.session(), who) if who else []
    return render(
        "lunch/menu.html",
        status=status,
        days=menu_between(db.session(), center.id, today, today + timedelta(days=DAYS_SHOWN - 1)),
        orders=orders_ahead(db.session(), [one.id for one in people], today),
        prices=prices_of(db.session(), center.id),
        refusal=refusal,
        now=clock.now(),
    )
