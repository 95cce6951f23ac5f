"""How a browser becomes somebody's: the password is compared between two short transactions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask import session as cookie
from flask_login import login_user

from venue import clock
from venue.accounts.passwords import matches, refreshed
from venue.accounts.rules import LockedOut, Throttle
from venue.accounts.signing_in import (
    SignedIn,
    SignIn,
    WrongPassword,
    begin_sign_in,
    finish_sign_in,
    refuse_sign_in,
    sign_out,
)
from venue.blueprints.destinations import own_path
from venue.config import settings
from venue.db import write_transaction
from venue.htmx import render
from venue.permissions import load_viewer, viewer

blueprint = Blueprint("accounts", __name__)

LONGEST_ADDRESS = 64
"""Letters of a network address; IPv6 needs 45, with the name of an interface a few more."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The password matched; `password_hash` is to be kept for it."""

    begun: SignIn
    password_hash: str = field(repr=False)


def destination() -> str:
    """Return the page of ours to which the visitor wanted to go when asked who they are."""
    return own_path(request.args.get("next"), url_for("my.show"))


def throttle() -> Throttle:
    """Return how many wrong tries this installation takes."""
    chosen = settings()
    return Throttle(
        per_phone=chosen.login_attempts,
        per_address=chosen.login_attempts_per_address,
        codes=chosen.code_attempts,
        window=timedelta(minutes=chosen.login_window_minutes),
    )


def address() -> str:
    """Return from where the request came, as the network or a trusted proxy says.

    A proxy that is badly set up passes on what anybody wrote, of any length.
    """
    return (request.remote_addr or "")[:LONGEST_ADDRESS]


def compare(phone: str, password: str) -> Compared | WrongPassword | LockedOut:
    """Count a try on a number (E.164), then compare its password, holding no transaction."""
    with write_transaction() as session:
        begun = begin_sign_in(session, phone, address(), throttle(), now=clock.now())
    if isinstance(begun, LockedOut):
        return begun
    if matches(begun.password_hash, password):
        return Compared(begun, refreshed(begun.password_hash, password))
    with write_transaction() as session:
        return refuse_sign_in(session, begun, now=clock.now())


def enter(phone: str, password: str) -> SignedIn | WrongPassword | LockedOut:
    """Sign this browser in, under a new token; whoever was signed in here before is signed out."""
    before = viewer()
    compared = compare(phone, password)
    if not isinstance(compared, Compared):
        return compared
    with write_transaction() as session:
        outcome = finish_sign_in(
            session,
            compared.begun,
            compared.password_hash,
            settings().login_session_lifetime,
            now=clock.now(),
        )
        if isinstance(outcome, SignedIn) and before is not None:
            sign_out(session, before.token, now=clock.now())
    if isinstance(outcome, SignedIn):
        # Nothing that was in the cookie before goes along, whoever may have put it there.
        cookie.clear()
        cookie.permanent = True
        login_user(load_viewer(outcome.token))
    return outcome


def refuse(page: str, refusal: object, **context: Any) -> Response:
    """Answer a refusal on the page of its form: 429 with the time to wait, or 409."""
    locked = isinstance(refusal, LockedOut)
    response = render(page, status=429 if locked else 409, refusal=refusal, **context)
    if isinstance(refusal, LockedOut):
        response.headers["Retry-After"] = str(int((refusal.until - clock.now()).total_seconds()))
    return response
