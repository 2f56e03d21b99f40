"""Words from the compiled catalogs, for what leaves the portal past its pages: mail, and profiles for Macs."""

from __future__ import annotations

import gettext
import json
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

_DOMAIN = "portal"
_SOFT_HYPHEN = "\u00ad"
_ISOLATED = "\u2068{}\u2069"
_RUNS_LEFTWARD = frozenset({"R", "AL"})
_RUNS_RIGHTWARD = frozenset({"L", "EN"})
"""Letters, and the digits of phone numbers, which would change places."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One language, and its words."""

    tag: str
    """BCP 47."""
    folder: str
    """Babel's name of it."""
    runs_leftward: bool
    translate: Callable[[str], str]

    def say(self, text: str) -> str:
        # Where a word may break is for pages: other readers show soft hyphens or not, as they like.
        return self.translate(text).replace(_SOFT_HYPHEN, "")

    def isolated(self, value: str) -> str:
        """A name or an address, kept whole where it runs against the text around it."""
        against = _RUNS_RIGHTWARD if self.runs_leftward else _RUNS_LEFTWARD
        turns = any(unicodedata.bidirectional(sign) in against for sign in value)
        return _ISOLATED.format(value) if turns else value


class Voices:
    """The languages that the build left in a folder; `default` is for those who chose none of them."""

    def __init__(self, catalogs: Path, default: str) -> None:
        self._catalogs = catalogs
        self._default = default

    @cached_property
    def _registry(self) -> dict[str, dict[str, str]]:
        # Read when somebody has to be told something: commands that tell nobody need no build.
        registry = json.loads((self._catalogs / "locales.json").read_text(encoding="utf-8"))
        return {one["tag"]: one for one in registry}

    def named(self, tag: str) -> Voice:
        """Raise KeyError for a language that is not there."""
        one = self._registry[tag]
        words = gettext.translation(_DOMAIN, self._catalogs, [one["folder"]], fallback=True)
        return Voice(tag, one["folder"], one["dir"] == "rtl", words.gettext)

    def of(self, tag: str | None) -> Voice:
        wanted = (tag, self._default)
        return self.named(next((one for one in wanted if one is not None and one in self._registry), "en"))
