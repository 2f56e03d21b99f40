"""Who looks at a page, as far as it shows: in which language, and on what screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest

from e2e.languages import Language, every_language, language, offered_languages

Test = TypeVar("Test", bound=Callable[..., object])


@dataclass(frozen=True)
class Screen:
    name: str
    context: dict[str, Any] = field(repr=False, hash=False)
    """Playwright's arguments for it."""


PHONE = Screen("phone", {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True})
DESKTOP = Screen("desktop", {"viewport": {"width": 1280, "height": 800}})
NARROW = Screen("narrow", {"viewport": {"width": 320, "height": 640}, "is_mobile": True, "has_touch": True})
"""The narrowest phone, and a window of 1280 by 1024 at 400 %."""
SCREENS = {screen.name: screen for screen in (PHONE, DESKTOP, NARROW)}


@dataclass(frozen=True)
class Reader:
    language: Language
    screen: Screen

    def __str__(self) -> str:
        return f"{self.language.tag}-{self.screen.name}"

    @property
    def context(self) -> dict[str, Any]:
        """Playwright's arguments for their browser. What fades in would be measured half-way, so nothing moves."""
        return {
            "locale": self.language.tag,
            "timezone_id": "Europe/Amsterdam",
            "reduced_motion": "reduce",
            **self.screen.context,
        }


_LOOKED_AT_CLOSELY = ("en", "nl", "de", "ar")
"""The source, where most of the first users are, long words, and right to left with six forms of a plural."""
EVERY_READER = tuple(Reader(language(tag), screen) for tag in _LOOKED_AT_CLOSELY for screen in (PHONE, DESKTOP))
every_reader = pytest.mark.parametrize("reader", EVERY_READER, ids=str)
"""Each of the languages that are looked at closely, on a phone and on a desktop."""
_PSEUDO = tuple(Reader(one, screen) for one in every_language() if one.pseudo for screen in (PHONE, DESKTOP))
pseudo_readers = pytest.mark.parametrize("reader", _PSEUDO, ids=str)
"""Both pseudo-languages, on a phone and on a desktop: they show what was not marked, or has too little room."""
in_every_language = pytest.mark.parametrize("reader", [Reader(one, NARROW) for one in offered_languages()], ids=str)
"""Each language that people are offered, on the narrowest phone."""


def reader(words: str) -> Reader:
    """By its id, as in `nl-phone`."""
    tag, _, screen = words.rpartition("-")
    return Reader(language(tag), SCREENS[screen])


def read_by(*ids: str) -> pytest.MarkDecorator:
    """The readers of a test, as in `nl-phone`."""
    return pytest.mark.parametrize("reader", [reader(one) for one in ids], ids=ids)
