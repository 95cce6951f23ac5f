"""What gunicorn serves in the benchmark: Venue itself, and one empty page to compare with."""

from __future__ import annotations

from flask import Blueprint, Response

from venue import create_app
from venue.htmx import render
from venue.permissions import signed_in

blueprint = Blueprint("hello", __name__, template_folder="templates")


@blueprint.get("/hello")
@signed_in
def hello() -> Response:
    """Show the frame that every page has, to somebody signed in, with nothing in it."""
    return render("hello.html")


app = create_app()
app.register_blueprint(blueprint)
