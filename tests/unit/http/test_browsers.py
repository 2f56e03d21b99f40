"""Browsers by the names that people know."""

from __future__ import annotations

import pytest

from sleutelkast.http.browsers import Browser, recognized

_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
_APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
_IPHONE = f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) {_APPLE}"


@pytest.mark.parametrize(
    ("user_agent", "name", "system"),
    [
        (f"{_IPHONE} Version/17.5 Mobile/15E148 Safari/604.1", "Safari", "iPhone"),
        (f"{_IPHONE} CriOS/131.0 Mobile/15E148 Safari/604.1", "Chrome", "iPhone"),
        (f"{_IPHONE} FxiOS/131.0 Mobile/15E148 Safari/604.1", "Firefox", "iPhone"),
        (f"Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) {_APPLE} Version/17.5 Safari/604.1", "Safari", "iPad"),
        (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {_APPLE} Version/18.1 Safari/605.1.15", "Safari", "macOS"),
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_WEBKIT} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
            "Edge",
            "Windows",
        ),
        (
            "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
            "Firefox",
            "Linux",
        ),
        (f"Mozilla/5.0 (Linux; Android 14; Pixel 8) {_WEBKIT} Chrome/131.0 Mobile Safari/537.36", "Chrome", "Android"),
        (f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {_WEBKIT} Chrome/131.0 Safari/537.36", "Chrome", "ChromeOS"),
        ("Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0", "Firefox", "Android"),
    ],
)
def test_browsers_and_systems_go_by_the_names_that_people_know(user_agent: str, name: str, system: str) -> None:
    assert recognized(user_agent) == Browser(name, system)


@pytest.mark.parametrize(
    "user_agent",
    [
        pytest.param(None, id="none"),
        pytest.param("curl/8.0", id="a program"),
        pytest.param("Your own phone", id="words"),
        pytest.param("Mozilla/5.0 (compatible; TrustedBot/1.0; +https://evil.example)", id="a name made up"),
        pytest.param("x" * 300, id="as long as is kept"),
        pytest.param("(" * 300, id="brackets"),
        pytest.param("Mozilla/5.0 (" + "; " * 140 + ")", id="what sends a bad pattern back and forth"),
    ],
)
def test_what_nobody_knows_is_not_named(user_agent: str | None) -> None:
    """Whoever took an account over must not choose the words that its person reads of them."""
    assert recognized(user_agent) == Browser(None, None)
