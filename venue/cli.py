"""The operator's commands: `flask …`."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session

from venue import clock
from venue.accounts.inviting import AlreadyHeld, appoint_administrator
from venue.accounts.models import User
from venue.accounts.passwords import faults_of, hash_password
from venue.accounts.registering import phone_taken
from venue.accounts.registering import register as register_person
from venue.accounts.rules import PASSWORD_MAX, PASSWORD_MIN, PasswordFault, mobile_number
from venue.audit.rules import SYSTEM
from venue.config import Environment, settings
from venue.db import db, write_transaction
from venue.demo import PASSWORD, HoldsData, demo_logins, load_demo
from venue.doctor import examine
from venue.draws.reading import Disagreement
from venue.draws.telling import explain, report
from venue.draws.verifying import verify
from venue.people.rules import Language, birth_fault, clean_name, is_name
from venue.places.holidays import NotAnnounced, import_year

PASSWORD_FAULTS = {
    PasswordFault.TOO_SHORT: f"A password needs {PASSWORD_MIN} characters or more.",
    PasswordFault.TOO_LONG: f"A password has {PASSWORD_MAX} characters at most.",
    PasswordFault.COMMON: "This password is among the first that anybody tries.",
    PasswordFault.PHONE: "The password must not contain the phone number.",
    PasswordFault.NAME: "The password must not be the name.",
}

demo = AppGroup("demo", help="The demo town: an invented district to look around in.")


def register(app: Flask) -> None:
    """Add the commands to the application."""
    app.cli.add_command(demo)
    app.cli.add_command(import_holidays)
    app.cli.add_command(doctor)
    app.cli.add_command(create_administrator)
    app.cli.add_command(draw_verify)


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
        outcome = import_year(session, year, actor=SYSTEM, now=clock.now())
    if isinstance(outcome, NotAnnounced):
        raise click.ClickException(
            f"The holidays of {year} are not in this version of Venue, which knows them up to"
            f" {outcome.latest}. They are announced in November of the year before: paste the"
            " notice in the office under 节假日, or update Venue and run this again. Until then the"
            " dates count as ordinary."
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


@click.command("draw-verify")
@click.argument("file", type=click.File("rb"))
def draw_verify(file: BinaryIO) -> None:
    """Run a published draw again from its FILE, without any database, and compare every line."""
    verdict = verify(file)
    if isinstance(verdict, Disagreement):
        raise click.ClickException(explain(verdict))
    click.echo(report(verdict))


@click.command("create-administrator")
@click.option("--phone", prompt="Mobile number", help="Mainland mobile number; signs in with it.")
@with_appcontext
def create_administrator(phone: str) -> None:
    """Make the first administrator, who invites everybody else in the browser.

    A number that has an account keeps it; for any other one, name, birth date and password are
    asked.
    """
    number = mobile_number(phone)
    if number is None:
        raise click.ClickException(f"{phone!r} is not a mainland mobile number of 11 digits.")
    newcomer = None if phone_taken(db.session(), number) else _ask_newcomer(number)
    with write_transaction() as session:
        if newcomer is not None:
            newcomer(session)
        user = session.scalars(select(User).where(User.phone == number)).one()
        joined = appoint_administrator(session, user.person_id, actor=SYSTEM, now=clock.now())
        name = user.person.full_name
    if isinstance(joined, AlreadyHeld):
        click.echo(f"{name} is an administrator already.")
    else:
        click.echo(f"{name} is an administrator now and signs in with {number}.")


def _ask_newcomer(number: str) -> Callable[[Session], object]:
    """Ask for what an account needs; return what writes it. Raises ClickException for bad input."""
    name = clean_name(click.prompt("Name"))
    if not is_name(name):
        raise click.ClickException("A name has 1 to 40 characters, letters among them.")
    born = click.prompt("Birth date", type=click.DateTime(["%Y-%m-%d"])).date()
    if birth_fault(born, clock.today()) is not None:
        raise click.ClickException(f"Nobody alive was born on {born}.")
    password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    faults = faults_of(password, phone=number, full_name=name)
    if faults:
        raise click.ClickException(" ".join(PASSWORD_FAULTS[fault] for fault in faults))
    password_hash = hash_password(password)
    return lambda session: register_person(
        session,
        full_name=name,
        birth_on=born,
        phone=number,
        password_hash=password_hash,
        language=Language.CHINESE,
        now=clock.now(),
    )
