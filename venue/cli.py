"""The operator's commands: `flask …`."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from venue import clock
from venue.accounts.passwords import hash_password
from venue.config import Environment, settings
from venue.db import db, write_transaction
from venue.demo import PASSWORD, HoldsData, demo_logins, load_demo
from venue.doctor import examine
from venue.places.holidays import NotAnnounced, import_year

demo = AppGroup("demo", help="The demo town: an invented district to look around in.")


def register(app: Flask) -> None:
    """Add the commands to the application."""
    app.cli.add_command(demo)
    app.cli.add_command(import_holidays)
    app.cli.add_command(doctor)


@demo.command("load")
@click.option("--if-empty", is_flag=True, help="Say nothing against a database that is in use.")
def load(if_empty: bool) -> None:  # noqa: FBT001  (click calls it by name)
    """Write the demo town into an empty database."""
    if settings().environment is Environment.PRODUCTION:
        raise click.ClickException("The demo town is never loaded in production.")
    password_hash = hash_password(PASSWORD)
    with write_transaction() as session:
        outcome = load_demo(session, password_hash, now=clock.now())
    if not isinstance(outcome, HoldsData):
        click.echo("The demo town is loaded.")
    elif not if_empty:
        raise click.ClickException(
            "The database is not empty. Name a new one in VENUE_DATABASE_URL and run"
            " `flask db upgrade` first."
        )


@demo.command("logins")
def logins() -> None:
    """Print who can sign in to the demo town."""
    found = demo_logins(db.session())
    if not found:
        return
    click.echo(f"Sign in with one of these numbers and the password {PASSWORD}")
    for one in found:
        click.echo(f"  {one.phone}  {one.full_name}  {one.who}")


@click.command("import-holidays")
@click.argument("year", type=int)
@with_appcontext
def import_holidays(year: int) -> None:
    """Enter the statutory holidays and make-up workdays of a year."""
    with write_transaction() as session:
        outcome = import_year(session, year)
    if isinstance(outcome, NotAnnounced):
        raise click.ClickException(
            f"The holidays of {year} are not in this version of Venue, which knows them up to"
            f" {outcome.latest}. They are announced in November of the year before: update Venue"
            " then and run this again. Until then the dates count as ordinary."
        )
    click.echo(f"{outcome} holidays and make-up workdays of {year} are entered.")


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Check settings, connection, migrations, and every constraint and trigger."""
    checks = examine()
    for check in checks:
        click.echo(f"{'fault' if check.faults else 'ok':5}  {check.name}")
        for fault in check.faults:
            click.echo(f"       {fault}")
        if check.faults:
            click.echo(f"       {check.remedy}")
    if any(check.faults for check in checks):
        raise SystemExit(1)
