"""Headers, cookies, logs: what a browser may do with a page, and who else may see it."""

from __future__ import annotations

from flask import Flask, Response, abort, g, request
from flask import session as cookie
from flask_wtf.csrf import generate_csrf
from werkzeug.middleware.proxy_fix import ProxyFix

from venue.config import Environment, Settings
from venue.masking import mask_logs

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing inline, nothing from elsewhere; templates carry neither style nor script."""

REQUEST_LIMIT = 1024 * 1024
"""Bytes in one form: the longest syllabus is far below."""

SERVICE_WORKER = "/static/service-worker.js"
"""It stands among the static files and answers for every page when there is no network."""


def secure(app: Flask, settings: Settings) -> None:
    """Set cookies, limits and headers of every answer, and what logs may say of it."""
    production = settings.environment is Environment.PRODUCTION
    app.config.update(
        SESSION_COOKIE_NAME="__Host-venue" if production else "venue",
        SESSION_COOKIE_SECURE=production,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=settings.login_session_lifetime,
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=REQUEST_LIMIT,
        TRUSTED_HOSTS=settings.hosts or None,
        # A page may lie open over a working day before its form is sent.
        WTF_CSRF_TIME_LIMIT=8 * 3600,
        WTF_CSRF_SSL_STRICT=True,
    )
    if settings.trusted_proxies > 0:
        _believe_proxies(app, settings.trusted_proxies)
    # A global, because macros that are imported see no context of a page.
    app.jinja_env.globals["csrf_token"] = generate_csrf
    app.before_request(_refuse_what_nobody_types)
    app.after_request(_set_headers)
    mask_logs()


def _believe_proxies(app: Flask, count: int) -> None:
    """Take a visitor's address, and nothing else, from what the proxies in front have written.

    Whether the visitor came by HTTPS is read by gunicorn already (`--forwarded-allow-ips`).
    """
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=0)  # type: ignore[method-assign]


def _refuse_what_nobody_types() -> None:
    """Answer 400 to an address with a zero byte in it: PostgreSQL takes it in no text."""
    if "\0" in request.path or any("\0" in text for text in request.args.values()):
        abort(400)


def _set_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if request.path == SERVICE_WORKER:
        headers["Service-Worker-Allowed"] = "/"
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint == "static" or response.cache_control.immutable:
        return response
    # The cookie is asked, not the database: an answer that says it is away comes through here too.
    if "_user_id" in cookie or request.method != "GET":
        headers["Cache-Control"] = "no-store"
    elif "csrf_token" in g:
        headers.setdefault("Cache-Control", "private, no-cache")
    return response
