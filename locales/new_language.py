"""A language that the portal does not speak yet: what CLDR knows of it, as a block for locales.toml."""

import json
import re
from collections.abc import Sequence

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from locales.errors import MendableError
from locales.plurals import plural_forms, plural_rule
from locales.registry import Language

_TAG = re.compile(r"(?P<language>[a-z]{2,3})(-(?P<script>[a-z]{4}))?(-(?P<region>[a-z]{2}|\d{3}))?", re.IGNORECASE)
NOBODY_YET = "nobody yet"
ALPHABET_TO_DO = "not chosen yet: say here where the words come from"


class TagError(MendableError):
    """A tag that no language can be added by; the message says why, and a better one where there is one."""


def language_named(tag: str, present: Sequence[Language]) -> Language:
    """The language of a BCP 47 tag: what CLDR knows of it, and that nobody has done anything yet. Raises TagError."""
    written = _canonical(tag)
    if any(written.lower() == language.tag.lower() for language in present):
        raise TagError(f"{written} is there already: locales/locales.toml has it")
    locale = _locale(written)
    return Language(
        tag=written,
        folder=written.replace("-", "_"),
        name=_capitalized(str(locale.get_display_name(locale))),
        english_name=str(locale.english_name),
        direction=locale.text_direction,
        plural_forms=plural_forms(locale),
        plural_rule=plural_rule(locale),
        made_by=NOBODY_YET,
        reviewed_by="",
        spelling_alphabet=ALPHABET_TO_DO,
    )


def block(language: Language) -> str:
    """The language's block of locales.toml."""
    fields = ("tag", "folder", "name", "english_name", "direction", "plural_forms", "plural_rule", "made_by")
    values = {name: getattr(language, name) for name in (*fields, "reviewed_by", "spelling_alphabet")}
    # A JSON string, or list of strings, is one of TOML as well.
    lines = (f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in values.items())
    return f"[[language]]\n{''.join(lines)}"


def with_block(registry: str, language: Language) -> str:
    """The text of locales.toml with one language more: behind the last one that people translate."""
    paragraphs = registry.rstrip("\n").split("\n\n")
    generated = (place for place, text in enumerate(paragraphs) if re.search(r"^pseudo = true$", text, re.MULTILINE))
    paragraphs.insert(next(generated, len(paragraphs)), block(language).rstrip("\n"))
    return "\n\n".join(paragraphs) + "\n"


def _canonical(tag: str) -> str:
    """A tag as BCP 47 writes it: pt-AO, zh-Hans."""
    found = _TAG.fullmatch(tag)
    if found is None:
        raise TagError(
            f"{tag} is no language tag of BCP 47: write a language, and a script or region if it needs one,"
            " as in  nl,  pt-AO,  zh-Hans"
        )
    language, script, region = found["language"].lower(), found["script"], found["region"]
    return "-".join(filter(None, (language, script and script.title(), region and region.upper())))


def _locale(tag: str) -> Locale:
    present_name = get_global("language_aliases").get(tag.partition("-")[0])
    if present_name:
        raise TagError(f"{tag} is a former name: write {present_name.replace('_', '-')}")
    try:
        locale = Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError) as error:
        raise TagError(
            f"Babel does not know {tag}: it has no names, plurals and dates of it to speak it with"
        ) from error
    if str(locale) != tag.replace("-", "_"):
        raise TagError(f"Babel knows {tag} by another name: write {str(locale).replace('_', '-')}")
    return locale


def _capitalized(name: str) -> str:
    # Not upper(): Georgian has capitals that only whole words are written in.
    return name[:1].title() + name[1:]
