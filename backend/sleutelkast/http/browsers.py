"""What a browser says of itself, in names that people know.

Only names that stand here are told: the header may say anything, and what is shown beside "is this you?" must not be
the words of whoever took the account over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ua_parser

_BROWSERS: Mapping[str, str] = {
    "Safari": "Safari",
    "Mobile Safari": "Safari",
    "Mobile Safari UI/WKWebView": "Safari",
    "Chrome": "Chrome",
    "Chrome Mobile": "Chrome",
    "Chrome Mobile iOS": "Chrome",
    "Chrome Mobile WebView": "Chrome",
    "HeadlessChrome": "Chrome",
    "Chromium": "Chromium",
    "Firefox": "Firefox",
    "Firefox Mobile": "Firefox",
    "Firefox iOS": "Firefox",
    "Edge": "Edge",
    "Edge Mobile": "Edge",
    "Opera": "Opera",
    "Opera Mobile": "Opera",
    "Samsung Internet": "Samsung Internet",
    "Vivaldi": "Vivaldi",
    "DuckDuckGo": "DuckDuckGo",
    "DuckDuckGo Mobile": "DuckDuckGo",
}
_SYSTEMS: Mapping[str, str] = {
    "Mac OS X": "macOS",
    "iOS": "iOS",
    "Windows": "Windows",
    "Android": "Android",
    "Chrome OS": "ChromeOS",
    "Linux": "Linux",
    "Ubuntu": "Linux",
    "Debian": "Linux",
    "Fedora": "Linux",
}
_APPLE_DEVICES = frozenset({"iPhone", "iPad"})
"""Of all devices these are told by name: everybody calls them so."""


@dataclass(frozen=True, slots=True)
class Browser:
    """Each None where it is not known."""

    name: str | None
    system: str | None


def recognized(user_agent: str | None) -> Browser:
    """By the User-Agent header with which somebody signed in."""
    if user_agent is None:
        return Browser(None, None)
    found = ua_parser.parse(user_agent)
    device = found.device.family if found.device is not None else None
    system = _SYSTEMS.get(found.os.family) if found.os is not None else None
    return Browser(
        name=_BROWSERS.get(found.user_agent.family) if found.user_agent is not None else None,
        system=device if system == "iOS" and device in _APPLE_DEVICES else system,
    )
