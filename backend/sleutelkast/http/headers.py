"""The security headers of every answer, as data, and the wrapper that sets them.

The wrapper stands outside of everything, since files, redirects, 304 and error answers need them as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

CONTENT_SECURITY_POLICY: Mapping[str, tuple[str, ...]] = {
    "default-src": ("'none'",),
    "base-uri": ("'none'",),
    "connect-src": ("'self'",),
    "font-src": ("'self'",),
    "form-action": ("'self'",),
    "frame-ancestors": ("'none'",),
    "img-src": ("'self'",),
    "manifest-src": ("'self'",),
    "script-src": ("'self'",),
    "style-src": ("'self'",),
    # No string becomes markup or code anywhere in the app: no policy exists that could make it so.
    "require-trusted-types-for": ("'script'",),
    "trusted-types": ("'none'",),
}

_FORBIDDEN = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
_FOR_PASSKEYS = ("publickey-credentials-create", "publickey-credentials-get")

SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "; ".join(
        " ".join((directive, *sources)) for directive, sources in CONTENT_SECURITY_POLICY.items()
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        [*(f"{feature}=()" for feature in _FORBIDDEN), *(f"{feature}=(self)" for feature in _FOR_PASSKEYS)]
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
STRICT_TRANSPORT = ("Strict-Transport-Security", "max-age=63072000; includeSubDomains")

Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]
WsgiApp = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


def with_security_headers(app: WsgiApp, *, is_https: bool) -> WsgiApp:
    """`app` with the security headers on every answer, whoever made it."""
    added = [*SECURITY_HEADERS.items(), *([STRICT_TRANSPORT] if is_https else [])]
    names = {name.lower() for name, _ in added}

    def wrapped(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: Headers, *rest: Any) -> Any:
            kept = [(name, value) for name, value in headers if name.lower() not in names]
            return start_response(status, [*kept, *added], *rest)

        return app(environ, start)

    return wrapped
