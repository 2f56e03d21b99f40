"""Which languages there are, and which of them a request is answered in.

The choice is RFC 4647's "lookup", as `web/src/i18n/negotiate.ts` makes it in the browser. The registry
and the compiled catalogs are made from `locales/` by the build; catalog folders carry Babel's names, everything else
BCP 47 tags.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.core import get_global
from flask import Flask, Response, current_app, g, request
from flask_babel import Babel
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

LANGUAGE_COOKIE = "sleutelkast_language"
"""The choice of somebody who is not signed in; it holds a BCP 47 tag."""
_DOMAIN = "portal"


@dataclass(frozen=True, slots=True)
class Language:
    tag: str
    folder: str
    pseudo: bool


@dataclass(frozen=True, slots=True)
class Languages:
    """The languages on offer; `default` is for those who ask for none of them."""

    offered: Sequence[Language]
    default: str
    catalogs: Path

    @property
    def tags(self) -> list[str]:
        return [one.tag for one in self.offered]

    def folder(self, tag: str) -> str:
        return next(one.folder for one in self.offered if one.tag == tag)

    def negotiate(self, chosen: str | None, accepted: str | None) -> str:
        """The tag to answer in: what was chosen, else the best for Accept-Language, else the default."""
        if chosen in self.tags:
            return str(chosen)
        return lookup(_ranges(accepted), self.tags) or self.default


_STANDS_FOR = {
    "in": "id",
    "iw": "he",
    "mo": "ro",
    "nn": "nb",
    "no": "nb",
    "pt": "pt-PT",
    "sh": "sr-Latn",
    "sr": "sr-Latn",
    "yue": "zh-Hant",
}
"""Former names of languages that some browsers still send; what is written where somebody asks for a wider language,
for its other written form or for one that is mostly spoken; and Portuguese without a region, as CLDR has it for all
countries but Brazil."""
_MANDARIN = re.compile(r"^(?:zh-)?cmn(?=-|$)", re.IGNORECASE)
"""What Chinese is called where somebody means just that one."""
_REGION = re.compile(r"[a-z]{2}|\d{3}", re.IGNORECASE)
_SCRIPT = re.compile(r"[a-z]{4}", re.IGNORECASE)


def lookup(wanted: Iterable[str], available: Sequence[str]) -> str | None:
    """The available tag that suits best (RFC 4647, section 3.4); None where nothing does.

    A range is shortened from its end until a language has that name. Before the bare language its likely script is
    tried, with the region too, so that `zh-TW` finds `zh-Hant` and not `zh-Hans`; behind it what stands for it. A
    wildcard asks for nothing in particular.
    """
    by_name = {tag.lower(): tag for tag in available}
    names = (name.lower() for one in wanted for name in _fallbacks(one))
    return next((by_name[name] for name in names if name in by_name), None)


def _fallbacks(language_range: str) -> Iterator[str]:
    # Behind the language a wildcard stands for whatever may stand there.
    named = _MANDARIN.sub("zh", language_range)
    subtags = [one for at, one in enumerate(named.split("-")) if at == 0 or one != "*"]
    yield from ("-".join(subtags[:length]) for length in range(len(subtags), 1, -1))
    yield from _with_likely_script(subtags)
    bare = subtags[0].lower()
    yield bare
    if bare in _STANDS_FOR:
        yield _STANDS_FOR[bare]


def _with_likely_script(subtags: Sequence[str]) -> Iterator[str]:
    """CLDR knows which script goes without saying in a language, or in one of its regions."""
    language, region = subtags[0].lower(), "".join(subtags[1:2]).upper()
    if _SCRIPT.fullmatch(region):
        return
    likely = get_global("likely_subtags")
    has_region = _REGION.fullmatch(region) is not None
    full = (likely.get(f"{language}_{region}") if has_region else None) or likely.get(language)
    if full is not None:
        with_script = "-".join(full.split("_")[:2])
        yield from (f"{with_script}-{region}", with_script) if has_region else (with_script,)


def _ranges(accepted: str | None) -> list[str]:
    """The ranges of an Accept-Language header, the dearest first; what is malformed counts for nothing."""
    wanted = parse_accept_header(accepted, LanguageAccept)
    dearest_first = sorted(wanted, key=lambda one: one[1], reverse=True)
    return [language_range for language_range, quality in dearest_first if quality > 0]


def load_languages(catalogs: Path, default: str, *, with_pseudo: bool) -> Languages:
    """Read the registry that the build left; raise ValueError where `default` is not in it."""
    registry = json.loads((catalogs / "locales.json").read_text(encoding="utf-8"))
    every = [Language(one["tag"], one["folder"], bool(one.get("pseudo", False))) for one in registry]
    offered = [one for one in every if with_pseudo or not one.pseudo]
    if default not in [one.tag for one in offered]:
        raise ValueError(f"there is no language {default}; there are {', '.join(one.tag for one in offered)}")
    return Languages(offered, default, catalogs)


def speak(app: Flask, languages: Languages) -> None:
    """Answer each request in the person's language, and say so."""
    Babel(
        app,
        default_locale=languages.folder(languages.default),
        default_domain=_DOMAIN,
        default_translation_directories=str(languages.catalogs),
        locale_selector=lambda: languages.folder(_present(languages)),
    )

    @app.after_request
    def say_the_language(response: Response) -> Response:
        response.headers.setdefault("Content-Language", _present(languages))
        response.vary.update(("Accept-Language", "Cookie"))
        return response


def page_language() -> str:
    """The language that the person reads at this moment, as a BCP 47 tag."""
    languages: Languages = current_app.extensions["sleutelkast_languages"]
    return _present(languages)


def _present(languages: Languages) -> str:
    person = g.get("person")
    # What the app itself sends in Accept-Language is the language on the screen; the cookie is for everything else.
    chosen = person.locale if person is not None else request.cookies.get(LANGUAGE_COOKIE)
    return languages.negotiate(chosen, request.headers.get("Accept-Language"))
