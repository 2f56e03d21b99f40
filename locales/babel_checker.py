"""The rules as a checker of Babel, so that plain `pybabel compile` refuses a broken catalog too.

Babel finds it by the entry point of the development distribution in this folder (pyproject.toml). The catalogs of other
projects that somebody compiles in the same environment are none of its business: it looks at the languages of our
registry in catalogs that bear our name.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from weakref import WeakKeyDictionary

from babel.messages.catalog import Catalog as BabelCatalog
from babel.messages.catalog import Message as BabelMessage
from babel.messages.catalog import TranslationError

from locales.catalogs import PROJECT, Translation, read_catalog
from locales.checks import SameKeys
from locales.entry_checks import Complaint, complaints
from locales.findings import Finding
from locales.messages import Message
from locales.project import THIS
from locales.registry import Language, load
from locales.rules.rule import Catalog, Entry, nearest

_GUESSED_BY_BABEL = {"fuzzy", "python-format", "python-brace-format"}
"""Flags that Babel sets by itself from what the English text looks like, whatever the file says; and its own mark."""

_read: WeakKeyDictionary[BabelCatalog, Catalog] = WeakKeyDictionary()


def check_message(catalog: BabelCatalog | None, message: BabelMessage) -> None:
    """Raises Babel's TranslationError with every finding about a message."""
    language = None if catalog is None or not message.id else _language(catalog)
    if catalog is None or language is None:
        return
    translation, translations = _translation(message), _translations(catalog)
    found = [*complaints(Entry(translation, language, translations))]
    if translation.message.key == next(iter(translations.translations)):
        found += _of_the_catalog(translations)
    findings = [Finding(check, catalog.locale_identifier or "", evidence, "") for check, evidence in found]
    if findings:
        raise TranslationError("; ".join(f"{f.evidence} [{f.check}, {f.explanation}]" for f in findings))


def _of_the_catalog(translations: Catalog) -> Iterator[Complaint]:
    """What no message can say of itself, told with the first: texts that are missing, and texts that are too many."""
    expected = {key: said.message for key, said in read_catalog(THIS.template).items()}
    for evidence in SameKeys.evidence(expected, translations.translations):
        yield Complaint(SameKeys.id, evidence)


def _language(catalog: BabelCatalog) -> Language | None:
    # Crowdin writes the name small, and a region behind the language: nl_NL.
    ours = f"{catalog.project} {catalog.version}".casefold().split()[-1:] == [PROJECT.casefold()]
    return nearest(str(catalog.locale).replace("_", "-"), _languages()) if ours else None


@cache
def _languages() -> Mapping[str, Language]:
    return {language.tag: language for language in load(THIS.registry) if language.translated}


def _translations(catalog: BabelCatalog) -> Catalog:
    if catalog not in _read:
        translations = (_translation(message) for message in catalog if message.id)
        _read[catalog] = Catalog({translation.message.key: translation for translation in translations})
    return _read[catalog]


def _translation(message: BabelMessage) -> Translation:
    text, plural = message.id if isinstance(message.id, tuple | list) else (message.id, "")
    texts = tuple(message.string) if isinstance(message.string, tuple | list) else (message.string or "",)
    flags = tuple(sorted(message.flags - _GUESSED_BY_BABEL))
    said = Message(message.context or "", text, plural, tuple(message.auto_comments))
    return Translation(said, texts, "\n".join(message.user_comments), message.fuzzy, flags)
