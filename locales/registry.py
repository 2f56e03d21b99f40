"""The languages, read from locales.toml and refused where Babel, CLDR or the reader would be surprised."""

import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from gettext import c2py
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError

from locales.errors import MendableError

# CLDR's rules for whole numbers repeat within a hundred, save for some that look at the millions.
SAMPLE_COUNTS = (*range(1101), 1_000_000, 1_000_001, 2_000_000)


class RegistryError(MendableError):
    """locales.toml says something impossible; the message says what to write instead."""


@dataclass(frozen=True)
class Language:
    """One language as locales.toml describes it."""

    tag: str
    folder: str
    name: str
    english_name: str
    direction: str
    plural_forms: tuple[str, ...]
    plural_rule: str
    made_by: str
    reviewed_by: str
    spelling_alphabet: str
    pseudo: bool = False
    source: bool = False

    @property
    def translated(self) -> bool:
        """Whether people keep a catalog of it; the source and the pseudo-languages are made from the code."""
        return not (self.source or self.pseudo)

    @property
    def locale(self) -> Locale:
        return Locale.parse(self.folder)

    def form_of(self, count: int) -> int:
        """The number N of the msgstr[N] that gettext takes for a count."""
        return _compiled(self.plural_rule)(count)

    def means_one_number(self, form: int) -> bool:
        """Whether a plural form is for exactly one count, so that its text may leave the count out."""
        return _counts_by_form(self.plural_rule)[form] == 1


_compiled = cache(c2py)


@cache
def _counts_by_form(plural_rule: str) -> Counter[int]:
    return Counter(map(_compiled(plural_rule), SAMPLE_COUNTS))


def load(path: Path) -> tuple[Language, ...]:
    """All languages in the order of the file, the source first. Raises RegistryError."""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["language"]
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise RegistryError(f"{path.name}: {error}") from error
    languages = tuple(_language(row, position == 0) for position, row in enumerate(rows))
    for complaint in _complaints(languages):
        raise RegistryError(f"{path.name}: {complaint}")
    return languages


def _language(row: dict[str, Any], is_source: bool) -> Language:
    try:
        return Language(**{**row, "plural_forms": tuple(row["plural_forms"])}, source=is_source)
    except (TypeError, KeyError) as error:
        raise RegistryError(f"locales.toml: {row.get('tag', 'a language')}: {error}") from error


def _complaints(languages: tuple[Language, ...]) -> Iterator[str]:
    for field in ("tag", "folder"):
        values = [getattr(language, field) for language in languages]
        yield from (f"{value} is there twice" for value in sorted(set(values)) if values.count(value) > 1)
    for language in languages:
        yield from (f"{language.tag}: {complaint}" for complaint in _complaints_about(language))


def _complaints_about(language: Language) -> Iterator[str]:
    if "-" in language.folder:
        yield f'Babel ignores folder = "{language.folder}"; write "{language.folder.replace("-", "_")}"'
        return
    try:
        locale = language.locale
    except (UnknownLocaleError, ValueError):
        yield f'Babel knows no folder = "{language.folder}"'
        return
    if not language.pseudo and language.tag != language.folder.replace("_", "-"):
        yield f'tag and folder "{language.folder}" name different languages'
    if language.direction != locale.text_direction:
        yield f'direction = "{language.direction}", but CLDR says "{locale.text_direction}"'
    yield from _plural_complaints(language, locale)


def _plural_complaints(language: Language, locale: Locale) -> Iterator[str]:
    if set(language.plural_forms) != {*locale.plural_form.tags, "other"}:
        yield f"plural_forms differ from CLDR's {sorted({*locale.plural_form.tags, 'other'})}"
        return
    for count in SAMPLE_COUNTS:
        form = language.form_of(count)
        if form >= len(language.plural_forms) or language.plural_forms[form] != locale.plural_form(count):
            yield f'plural_rule gives msgstr[{form}] for {count}, where CLDR says "{locale.plural_form(count)}"'
            return
