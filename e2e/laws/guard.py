"""Watches all browsers of a test for what must never happen in one, and says what did."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, WebError

KEY = re.compile(r"(?:[A-Z0-9]{4}-?){6}")
"""What looks like a recovery key."""
_API = "/api/v1/"
_DEPOSITS = re.compile(rf"{_API}devices/[^/]+/deposits")
_NO_CONNECTION = re.compile(r"net::ERR_(INTERNET_DISCONNECTED|FAILED|CONNECTION_\w+|ABORTED|NETWORK_CHANGED)")
_REFUSED_BY_THE_PORTAL = re.compile(r"status of 4\d\d")
_LISTEN_FOR_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`security policy violated: ${event.violatedDirective} by ${event.blockedURI} ${event.sample}`));
"""
_STORED = """() => {
  const all = (storage) => Array.from({ length: storage.length }, (_, at) => storage.getItem(storage.key(at)));
  return JSON.stringify([all(localStorage), all(sessionStorage), document.cookie, history.state, document.title]);
}"""


class Guard:
    """One for each test. `verify` raises AssertionError with everything that was found."""

    def __init__(self, portal: str) -> None:
        self._portal = urlsplit(portal).netloc
        self._contexts: list[BrowserContext] = []
        self.found: list[str] = []
        """What must not have happened, and did."""
        self.requests: list[Request] = []
        """Every request of every browser, in order."""
        self.also_from: set[str] = set()
        """Addresses to which a test goes on purpose: those of a provider of work accounts."""
        self.unreachable_on_purpose = False
        """Set by a test that cuts a browser off."""

    def watch(self, context: BrowserContext) -> None:
        context.add_init_script(_LISTEN_FOR_VIOLATIONS)
        context.on("console", self._see_message)
        context.on("weberror", self._see_error)
        context.on("request", self._see_request)
        context.on("response", self._see_response)
        context.on("page", lambda page: page.on("crash", lambda: self.found.append("a page crashed")))
        self._contexts.append(context)

    def verify(self) -> None:
        for context in self._contexts:
            for page in context.pages:
                self._look_into_storage(page)
        assert not self.found, "\n".join(self.found)

    def sent(self, method: str, path: re.Pattern[str]) -> list[Request]:
        """What was asked of the portal with this method at such a path."""
        return [one for one in self.requests if one.method == method and path.search(urlsplit(one.url).path)]

    def _see_message(self, message: ConsoleMessage) -> None:
        self._forbid_key("the console", message.text)
        if message.type in {"error", "warning"} and not self._is_legitimate(message):
            self.found.append(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def _is_legitimate(self, message: ConsoleMessage) -> bool:
        """Chromium logs an error for every answer from 400 on. The portal says no with those, to its own calls only."""
        if _NO_CONNECTION.search(message.text):
            return self.unreachable_on_purpose
        asked = urlsplit(message.location.get("url", "")).path
        return asked.startswith(_API) and _REFUSED_BY_THE_PORTAL.search(message.text) is not None

    def _see_error(self, error: WebError) -> None:
        self.found.append(f"uncaught error: {error.error}")

    def _see_request(self, request: Request) -> None:
        self.requests.append(request)
        parts = urlsplit(request.url)
        elsewhere = parts.netloc != self._portal and f"{parts.scheme}://{parts.netloc}" not in self.also_from
        if parts.scheme in {"http", "https"} and elsewhere:
            self.found.append(f"something was fetched from elsewhere: {request.url}")
        self._forbid_key("an address", request.url)
        if not (request.method == "POST" and _DEPOSITS.search(parts.path)):
            self._forbid_key(f"{request.method} {parts.path}", request.post_data or "")

    def _see_response(self, response: Response) -> None:
        if response.status >= 500:
            self.found.append(f"{response.status} for {response.request.method} {response.url}")

    def _look_into_storage(self, page: Page) -> None:
        if urlsplit(page.url).netloc == self._portal:
            self._forbid_key("what the browser keeps", page.evaluate(_STORED))

    def _forbid_key(self, where: str, text: str) -> None:
        if KEY.search(text):
            self.found.append(f"a recovery key stands in {where}")


Watched = Callable[..., BrowserContext]
