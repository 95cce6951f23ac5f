"""The course list: searched, narrowed, and with what the visitor can do about each program."""

from __future__ import annotations

from flask import Response, url_for
from flask import request as http
from flask_babel import gettext

from venue import clock
from venue.blueprints.courses.addresses import blueprint
from venue.blueprints.courses.cards import cards
from venue.blueprints.courses.search import Filter, Found, Wish, find
from venue.caching import cacheable
from venue.db import db
from venue.htmx import render
from venue.permissions import center_of, represented, viewer
from venue.places.rules import Category


@blueprint.get("/centers/<slug>/courses")
@cacheable
def index(slug: str) -> Response:
    """Show the programs that fit; asked for a part, what a search changes of it."""
    center = center_of(slug)
    now = clock.now()
    wish = Wish.of(http.args)
    found = find(db.session(), center.id, wish, now=now)
    who = viewer()
    people = represented(db.session(), who) if who is not None else []
    return render(
        "courses/index.html",
        "courses/_list.html",
        wish=wish.on_page(found.page),
        found=found,
        cards=cards(db.session(), center.id, found.ids, people, now=now),
        family=len(people) > 1,
        chips=_chips(slug, wish, found),
    )


def _chips(slug: str, wish: Wish, found: Found) -> list[dict[str, object]]:
    """Return the choices that would leave something, and those that are made."""
    everything: dict[str, object] = {
        "label": gettext("全部"),
        "count": found.everything,
        "url": _address(slug, wish.anything()),
        "current": not wish.category and not wish.only,
    }
    by_category: list[dict[str, object]] = [
        {
            "seal": category,
            "count": found.categories[category],
            "url": _address(slug, wish.switched(category)),
            "current": wish.category is category,
        }
        for category in Category
    ]
    by_filter: list[dict[str, object]] = [
        {
            "label": label,
            "count": found.filters[name],
            "url": _address(slug, wish.toggled(name)),
            "current": name in wish.only,
        }
        for name, label in _labels().items()
    ]
    return [
        everything,
        *(chip for chip in by_category + by_filter if chip["count"] or chip["current"]),
    ]


def _address(slug: str, wish: Wish) -> str:
    return url_for("courses.index", slug=slug, **wish.arguments())  # type: ignore[arg-type]


def _labels() -> dict[Filter, str]:
    return {
        Filter.SEATS: gettext("还有空位"),
        Filter.FREE: gettext("免费"),
        Filter.EVENING: gettext("晚上"),
        Filter.WEEKEND: gettext("周末"),
        Filter.CHILDREN: gettext("孩子"),
        Filter.FAMILY: gettext("亲子"),
    }
