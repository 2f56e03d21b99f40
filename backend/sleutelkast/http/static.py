"""The static web app in front of the API: hashed files for ever, and one ready page per language for every address."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any

from whitenoise import WhiteNoise

from sleutelkast.http.headers import Headers, StartResponse, WsgiApp
from sleutelkast.http.languages import LANGUAGE_COOKIE, Languages

ASSETS = "/assets/"
_NEVER_A_PAGE = frozenset({"api", "assets", "crypt", "healthz", "mdm", "metrics", "readyz"})
"""The first parts of addresses behind which a wrong address is a 404, not the app's page."""
_MIME_TYPES = {".webmanifest": "application/manifest+json"}


def with_static_app(app: WsgiApp, folder: Path, languages: Languages) -> WsgiApp:
    """`app` behind the built web app in `folder`: what is neither a file nor the portal's own is the app's page."""
    files: Any = WhiteNoise(
        app,
        root=str(folder),
        max_age=0,
        allow_all_origins=False,
        mimetypes=_MIME_TYPES,
        immutable_file_test=lambda _path, url: url.startswith(ASSETS),
        add_headers_function=_tag_by_content,
    )

    def serve(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "/")
        is_page = environ["REQUEST_METHOD"] in {"GET", "HEAD"} and _first_part(path) not in _NEVER_A_PAGE
        if path in files.files or not is_page:
            answered: Iterable[bytes] = files(environ, start_response)
            return answered
        tag = _negotiated(environ, languages)
        page = {**environ, "PATH_INFO": f"/index.{tag}.html"}
        shown: Iterable[bytes] = files(page, _saying_the_language(start_response, tag))
        return shown

    return serve


def _tag_by_content(headers: Any, path: str, _url: str) -> None:
    """WhiteNoise tells versions apart by time and size: two languages' pages can have both in common."""
    digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()[:32]
    headers["ETag"] = f'"{digest}"'


def _first_part(path: str) -> str:
    return path.lstrip("/").partition("/")[0]


def _negotiated(environ: dict[str, Any], languages: Languages) -> str:
    return languages.negotiate(_cookie(environ), environ.get("HTTP_ACCEPT_LANGUAGE"))


def _cookie(environ: dict[str, Any]) -> str | None:
    try:
        morsel = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(LANGUAGE_COOKIE)
    except CookieError:
        return None
    return morsel.value if morsel is not None else None


def _saying_the_language(start_response: StartResponse, tag: str) -> StartResponse:
    def start(status: str, headers: Headers, *rest: Any) -> Any:
        kept = [(name, value) for name, value in headers if name.lower() not in {"vary", "cache-control"}]
        said = [
            ("Content-Language", tag),
            ("Vary", "Accept-Language, Cookie, Accept-Encoding"),
            # Kept by the browser, but asked for each time: a new release changes what the page refers to.
            ("Cache-Control", "no-cache"),
        ]
        return start_response(status, [*kept, *said], *rest)

    return start
