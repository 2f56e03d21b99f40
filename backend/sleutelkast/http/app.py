"""Puts the HTTP interface together."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType

import structlog
from flask import Flask, Response, g, request
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from werkzeug.middleware.proxy_fix import ProxyFix

from sleutelkast.domain.secret import SecretBytes
from sleutelkast.http import (
    access,
    account,
    audit,
    crypt,
    devices,
    oidc,
    operations,
    passkeys,
    passwords,
    session,
    support,
    webhook,
)
from sleutelkast.http.crypt import with_forgiving_paths
from sleutelkast.http.guard import guard
from sleutelkast.http.headers import WsgiApp, with_security_headers
from sleutelkast.http.known_browsers import know_browsers
from sleutelkast.http.languages import Languages, speak
from sleutelkast.http.limits import keep_limits
from sleutelkast.http.models import Support
from sleutelkast.http.operations import Figures, Probe
from sleutelkast.http.problems import answer_with_problems, log_mistake
from sleutelkast.http.static import with_static_app
from sleutelkast.http.turns import keep_places
from sleutelkast.usecases.denials import note_denial
from sleutelkast.usecases.world import World

_log = structlog.get_logger()
ROOMS = (session, account, passkeys, passwords, oidc, devices, support, audit, access, webhook, crypt, operations)
"""Everything that has routes."""


@dataclass(frozen=True, slots=True)
class Site:
    """What the HTTP interface needs beside the world."""

    languages: Languages
    support: Support
    organization: str | None
    is_https: bool
    trusted_proxies: int
    threads: int
    """How many requests are answered at once."""
    limits_shared_by: str | None
    """A Redis address, for several processes that share their limits; None for one alone."""
    probe: Probe
    static: Path | None
    """The folder of the built web app; None where another host serves it."""
    crypt_secret: SecretBytes | None = None
    """The secret in the path of Crypt clients; None where there are none."""


class _SignedCookies(SecureCookieSessionInterface):
    """Flask's own, but the signer of the one app that it serves is made once: every request needs it."""

    def __init__(self) -> None:
        self._signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self._signer is None:
            self._signer = super().get_signing_serializer(app)
        return self._signer


class _Portal(Flask):
    """Flask without redirects, and without its own log.

    That has the address in it, which holds the secret of Crypt clients, and values.
    """

    def __init__(self) -> None:
        super().__init__("sleutelkast.http", static_folder=None)
        self.logger.disabled = True
        # An address with a slash too much is no other one: a redirect would repeat the host that the request names.
        self.url_map.merge_slashes = False

    def log_exception(self, exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None]) -> None:
        """What goes wrong once a route has answered comes here, past all handlers of errors."""
        if exc_info[1] is not None:
            log_mistake(exc_info[1])


def create_app(world: World, site: Site) -> Flask:
    """The portal as a WSGI application."""
    app = _Portal()
    _configure(app, world, site)
    _measure(app)
    guard(app, world)
    keep_limits(app, site.limits_shared_by, lambda: world.clock.now().timestamp())
    keep_places(app, site.threads)
    know_browsers(app)
    speak(app, site.languages)
    answer_with_problems(app, partial(note_denial, world))
    for routes in (room.routes for room in ROOMS):
        app.register_blueprint(routes)
    _wrap(app, site)
    return app


def _configure(app: Flask, world: World, site: Site) -> None:
    app.config.update(
        SECRET_KEY=world.sealer.derive("session-cookie").reveal(),
        SESSION_COOKIE_NAME="__Host-sleutelkast" if site.is_https else "sleutelkast",
        SESSION_COOKIE_SECURE=site.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
    )
    app.session_interface = _SignedCookies()
    app.extensions.update(
        sleutelkast_languages=site.languages,
        sleutelkast_support=site.support,
        sleutelkast_organization=site.organization,
        sleutelkast_probe=site.probe,
        sleutelkast_crypt_secret=site.crypt_secret,
        sleutelkast_figures=Figures(),
    )


def _measure(app: Flask) -> None:
    figures: Figures = app.extensions["sleutelkast_figures"]

    @app.before_request
    def start_the_watch() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def never_kept(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        return response

    @app.after_request
    def note(response: Response) -> Response:
        # The endpoint, not the address: a log must not tell more than which kind of thing was done.
        endpoint = request.endpoint or "unknown"
        seconds = time.perf_counter() - g.get("started", time.perf_counter())
        figures.requests.labels(endpoint, response.status_code).inc()
        figures.seconds.labels(endpoint).observe(seconds)
        _log.info("request", endpoint=endpoint, method=request.method, status=response.status_code, seconds=seconds)
        return response


def _wrap(app: Flask, site: Site) -> None:
    wsgi: WsgiApp = with_forgiving_paths(app.wsgi_app)
    if site.static is not None:
        wsgi = with_static_app(wsgi, site.static, site.languages)
    if site.trusted_proxies:
        # Only by setting: whoever can reach the portal past its proxy could claim any address.
        wsgi = ProxyFix(wsgi, x_for=site.trusted_proxies, x_proto=site.trusted_proxies)
    app.wsgi_app = with_security_headers(wsgi, is_https=site.is_https)  # type: ignore[method-assign,assignment]
