"""Venue: the scheduling site of neighborhood centers."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from flask import Flask
from flask_babel import Babel
from flask_migrate import Migrate
from jinja2 import StrictUndefined

# Every table must be known before the first query or migration.
import venue.accounts.models
import venue.attendance.models
import venue.audit.models
import venue.calendars.models
import venue.childcare.door_models
import venue.childcare.file_models
import venue.childcare.incident_models
import venue.childcare.models
import venue.consents.models
import venue.draws.models
import venue.duty.models
import venue.notifications.models
import venue.payments.models
import venue.people.models
import venue.places.models
import venue.programs.models
import venue.reservations.models
import venue.seats.models  # noqa: F401
from venue import cli
from venue.blueprints import BLUEPRINTS
from venue.blueprints.formats import FILTERS, GLOBALS
from venue.blueprints.frame import frame
from venue.blueprints.preferences import language
from venue.blueprints.row_numbers import RowNumber
from venue.config import Environment, Settings, SettingsError, install, settings_from
from venue.db import db, engine_options, prepare_engine
from venue.errors import register_error_pages
from venue.permissions import login_manager
from venue.security import secure
from venue.templating import QuickEnvironment, speak_quickly

mimetypes.add_type("application/manifest+json", ".webmanifest")


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application; raises SettingsError when a setting cannot be used."""
    settings = settings or settings_from()
    faults = settings.faults()
    if faults:
        raise SettingsError(" ".join(faults))
    # A relative path of a database is meant from where the program was started.
    app = Flask(__name__, instance_path=str(Path.cwd()))
    app.jinja_environment = QuickEnvironment
    install(settings)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        TESTING=settings.environment is Environment.TESTING,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings),
        BABEL_DEFAULT_LOCALE="zh_Hans",
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
    )
    secure(app, settings)
    db.init_app(app)
    Migrate(app, db)
    login_manager.init_app(app)
    Babel(app, locale_selector=language)
    speak_quickly(app)
    with app.app_context():
        prepare_engine(db.engine)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(GLOBALS)
    app.context_processor(frame)
    app.url_map.converters["int"] = RowNumber
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    register_error_pages(app)
    cli.register(app)
    return app
