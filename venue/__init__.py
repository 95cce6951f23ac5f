"""Venue: the scheduling site of neighborhood centers."""

from __future__ import annotations

from flask import Flask
from flask_migrate import Migrate

# Every table must be known before the first query or migration.
import venue.accounts.models
import venue.audit.models
import venue.calendars.models
import venue.duty.models
import venue.notifications.models
import venue.people.models
import venue.places.models
import venue.programs.models
import venue.seats.models  # noqa: F401
from venue.config import Settings, SettingsError, settings_from
from venue.db import db, engine_options, prepare_engine


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application; raises SettingsError when a setting cannot be used."""
    settings = settings or settings_from()
    faults = settings.faults()
    if faults:
        raise SettingsError(" ".join(faults))
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings),
    )
    app.extensions["venue_settings"] = settings
    db.init_app(app)
    Migrate(app, db)
    with app.app_context():
        prepare_engine(db.engine)
    return app
