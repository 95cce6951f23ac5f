"""Every setting of Venue: its name, its default and why. Read once, at start-up, from VENUE_*."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from enum import StrEnum

from click import ClickException

SAMPLE_SECRET_KEYS = frozenset({"change-me", "secret", "dev", "development"})
"""Keys that appear in examples; a production start with one of them is refused."""


SAMPLE_SITE_DOMAIN = "venue.example"


class Environment(StrEnum):
    """Where the program runs; production is strict about keys, hosts and cookies."""

    DEVELOPMENT = "development"
    TESTING = "testing"
    PRODUCTION = "production"


class SettingsError(ClickException):
    """A setting is missing or cannot be used; the message says which and what to do.

    Of this kind, so that a command prints the sentence instead of a traceback.
    """


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. A field `x_y` is read from the environment variable `VENUE_X_Y`."""

    environment: Environment = Environment.DEVELOPMENT
    database_url: str = "sqlite:///var/venue.db"
    """SQLite for one center; `postgresql+psycopg://…` (15 or later) for a district."""
    secret_key: str = ""
    """Signs cookies and form tokens. At least 32 characters in production, and never a sample."""
    site_domain: str = SAMPLE_SITE_DOMAIN
    """The right half of calendar UIDs; must never change, or subscribers see every event twice."""
    trusted_hosts: str = ""
    """Host names that this site answers to, comma-separated; required in production."""
    trusted_proxies: int = 0
    """How many proxies a request passes, each adding the address it came from to X-Forwarded-For.
    Nobody else's entry counts: visitors write that header, too. With 0 it is not read."""
    default_center: str = ""
    """Slug of the center that `/` shows to a newcomer; empty means the first by name."""
    jobs_path: str = "var/jobs.db"
    """The queue of background jobs on SQLite, a file of its own beside the database."""
    pool_size: int = 8
    """PostgreSQL connections of one process: 2 workers × 4 threads leave room for jobs."""
    pool_timeout_seconds: int = 3
    """How long a request waits for a connection before it answers 503."""
    lock_timeout_ms: int = 3000
    """How long one waits for a row lock on PostgreSQL, or for the turn to write on SQLite, before
    the request answers 503."""
    busy_timeout_ms: int = 10_000
    """How long one waits for SQLite's own lock; the writers' queue of `db.py` makes it rarely
    matter."""
    shared_cache_seconds: int = 10
    """How long a web server in front may give strangers a page that it has (own): at an opening it
    then asks six times a minute for each page, whatever the crowd; 0 lets it keep nothing."""
    login_session_days: int = 30
    """A phone stays signed in for a month; a shared computer signs out by hand."""
    login_attempts: int = 5
    """Wrong passwords for one phone number within `login_window_minutes` before it must wait."""
    login_attempts_per_address: int = 40
    """The same for one address: the visitors of a center share its Wi-Fi, a street its carrier."""
    code_attempts: int = 200
    """Wrong desk codes from everywhere in that time: eight digits must not be found by trying."""
    login_window_minutes: int = 15
    desk_code_hours: int = 24
    """A code from the desk lasts until the same time tomorrow: people sign up at home."""
    invitation_days: int = 7
    offer_hours: int = 24
    """A freed seat waits this long for an answer (domain: a day to notice and decide)."""
    kept_percent: int = 20
    """How many of a hundred seats are usually kept for counter and telephone (own)."""
    kept_until_hours: int = 24
    """How long before the window closes these are usually given to the waitlist (own)."""
    room_advance_days: int = 30
    """How far ahead residents may book a room (own: a month is what people plan)."""
    room_longest_minutes: int = 180
    """How long they may have it at a time (own: half a day goes to more than one)."""
    room_bookings_a_month: int = 4
    """How many bookings one resident, or one organization, may have in a month (own)."""
    room_request_hours: int = 48
    """How long a request that waits for approval holds the room (own: over a weekend's edge)."""
    room_no_show_minutes: int = 15
    """After how long the desk may give a room away to which nobody came (own)."""
    draw_window_days: int = 5
    """How long wishes can be stated when nobody says otherwise (domain: five days)."""
    draw_wishes: int = 3
    """How many wishes one may state then (domain: up to three)."""
    draw_confirm_hours: int = 72
    """How long winners have to confirm then (domain: 72 hours, over a weekend)."""
    roll_before_minutes: int = 30
    """From so long before the start the roll is taken and the code of a session works (own: when
    the doors of a room open)."""
    roll_closes_hours: int = 24
    """So long after its end a roll on which somebody was marked closes by itself (own: the teacher
    has the next day to write it up)."""
    roll_reopens_hours: int = 24
    """So long after its closing the office may correct a roll (own: whoever was marked wrongly
    says so the next day)."""
    check_in_code_minutes: int = 5
    """How long a code on the screen is shown before the next; each works for twice as long, so that
    nobody types one that has just changed (own)."""
    check_in_attempts: int = 10
    """How many wrong codes one person may type within `login_window_minutes`: the six digits of a
    session that is on must not be found by trying (own)."""
    no_show_limit: int = 3
    """So many seats left empty, within `no_show_window_days`, pause new enrollments (domain)."""
    no_show_window_days: int = 120
    pause_days: int = 30
    """How long (domain: never permanent)."""
    care_missing_minutes: int = 15
    """A child that is expected and not there so long after the start is looked for (domain)."""
    elder_missing_minutes: int = 30
    """Whoever is expected where somebody asks after them, and is not there so long after the start,
    is called (domain)."""
    care_late_minutes: int = 15
    """So long after the end a child that is still there is a late collection (domain)."""
    care_wrong_codes: int = 5
    """After so many wrong codes a child's codes count no more until a guardian lets them (own: of
    9,000 codes that are not easy, and three adults, five tries hit one in six hundred)."""
    care_presence_minutes: int = 120
    """So long before and after a care day its carers can be noted as present (own)."""
    lunch_orders_until: str = "16:00"
    """Until what time meals are ordered and cancelled (domain); it is copied to each day of a menu
    when that is written, and what is written keeps it…"""
    lunch_days_before: int = 1
    """…so many days before the meal (domain: the day before)."""
    health_notes_days: int = 30
    """So long after the last day of their last period health notes are deleted (domain)."""
    collection_log_days: int = 365
    """So long the log of the door says who collected whom (domain: a year)."""
    completion_percent: int = 80
    """How many of the lessons it takes to complete a program (domain, issue 4)."""
    payments_shown_days: int = 90
    """How long after its last date a program stays in the office's list of payments (own: a term's
    accounts are closed by then). What is to be handed back stays until it is."""
    public_url: str = ""
    """Public address of this site, for links in calendars and on paper; empty: from the request."""

    @property
    def login_session_lifetime(self) -> timedelta:
        """How long a login lasts."""
        return timedelta(days=self.login_session_days)

    @property
    def desk_code_lifetime(self) -> timedelta:
        """How long a code from the desk lasts."""
        return timedelta(hours=self.desk_code_hours)

    @property
    def invitation_lifetime(self) -> timedelta:
        """How long an invitation to staff lasts."""
        return timedelta(days=self.invitation_days)

    @property
    def room_advance(self) -> timedelta:
        """How far ahead residents may book a room."""
        return timedelta(days=self.room_advance_days)

    @property
    def room_longest(self) -> timedelta:
        """How long residents may have a room at a time."""
        return timedelta(minutes=self.room_longest_minutes)

    @property
    def room_request_lifetime(self) -> timedelta:
        """How long a request holds a room without an answer."""
        return timedelta(hours=self.room_request_hours)

    @property
    def room_no_show_after(self) -> timedelta:
        """How long after its start a room waits for those who booked it."""
        return timedelta(minutes=self.room_no_show_minutes)

    @property
    def draw_window(self) -> timedelta:
        """How long wishes can be stated, as the form proposes it."""
        return timedelta(days=self.draw_window_days)

    @property
    def no_show_window(self) -> timedelta:
        """Within how long the seats left empty are counted together."""
        return timedelta(days=self.no_show_window_days)

    @property
    def pause_length(self) -> timedelta:
        """How long new enrollments are paused."""
        return timedelta(days=self.pause_days)

    @property
    def check_in_code_lifetime(self) -> timedelta:
        """How long a code on the screen is shown before the next."""
        return timedelta(minutes=self.check_in_code_minutes)

    @property
    def payments_shown_for(self) -> timedelta:
        """How long after its last date a program stays in the list of payments."""
        return timedelta(days=self.payments_shown_days)

    @property
    def hosts(self) -> list[str]:
        """The trusted hosts as a list."""
        return [host.strip() for host in self.trusted_hosts.split(",") if host.strip()]

    def faults(self) -> list[str]:
        """Return what is wrong with these settings, one sentence each; empty when all is well."""
        found: list[str] = []
        if not self.secret_key:
            found.append("VENUE_SECRET_KEY is missing.")
        if not self.database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
            found.append("VENUE_DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://.")
        if self.environment is Environment.PRODUCTION:
            if len(self.secret_key) < 32 or self.secret_key in SAMPLE_SECRET_KEYS:
                found.append("VENUE_SECRET_KEY must be random and have 32 characters or more.")
            if not self.hosts:
                found.append("VENUE_TRUSTED_HOSTS must name the hosts that this site answers to.")
            if self.site_domain == SAMPLE_SITE_DOMAIN:
                found.append("VENUE_SITE_DOMAIN must be the domain of this site.")
        return found


def settings_from(environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings that VENUE_* variables give; raises SettingsError for unreadable ones."""
    given: dict[str, object] = {}
    for field in fields(Settings):
        name = f"VENUE_{field.name.upper()}"
        text = environ.get(name)
        if text is None:
            continue
        try:
            given[field.name] = _read(field.name, text)
        except ValueError as error:
            raise SettingsError(f"{name}={text!r} cannot be read: {error}") from error
    return Settings(**given)  # type: ignore[arg-type]


def _read(name: str, text: str) -> object:
    kind = type(getattr(Settings(), name))
    if kind is int:
        return int(text)
    if kind is Environment:
        return Environment(text)
    return text


_installed: list[Settings] = []


def install(chosen: Settings) -> None:
    """Make these the settings of the process; done once by the application's start."""
    _installed[:] = [chosen]


def settings() -> Settings:
    """Return the settings of the process; raises SettingsError before the start installed them."""
    if not _installed:
        raise SettingsError("No settings are installed: create the application first.")
    return _installed[0]
