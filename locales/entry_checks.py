"""What is checked of one translation. Each check is a class with an id that yields its evidence.

A check sees a message, the texts of a language for it (one, or one for each plural form) and the language.
"""

import re
from collections.abc import Iterator
from typing import Protocol

from locales.messages import Message
from locales.placeholders import COUNT, placeholders
from locales.registry import Language


class EntryCheck(Protocol):
    """One rule that each translation of each message keeps."""

    id: str

    def evidence(self, message: Message, texts: tuple[str, ...], language: Language) -> Iterator[str]:
        """Says, once for each breach, what is wrong."""
        ...


class NotEmpty:
    """Every text is translated: an empty one shows English to somebody who may not read it."""

    id = "empty"

    def evidence(self, message: Message, texts: tuple[str, ...], language: Language) -> Iterator[str]:
        for form, text in enumerate(texts):
            if not text:
                yield f"{_named(language, texts, form)} is empty"


class PluralForms:
    """As many forms as CLDR has for the language, and one text where the message has no count."""

    id = "plural-forms"

    def evidence(self, message: Message, texts: tuple[str, ...], language: Language) -> Iterator[str]:
        needed = len(language.plural_forms) if message.plural else 1
        if len(texts) != needed:
            yield f"{len(texts)} forms where {language.english_name} has {needed}"


class SamePlaceholders:
    """The placeholders of the source and no others, in each form.

    A form for exactly one number may leave the count out ("one Mac"), as the source's singular may.
    """

    id = "placeholders"

    def evidence(self, message: Message, texts: tuple[str, ...], language: Language) -> Iterator[str]:
        expected = placeholders(message.text) | placeholders(message.plural)
        for form, text in enumerate(texts):
            found = placeholders(text)
            missing = expected - found - self._optional(message, language, form)
            for placeholder in sorted(missing) if text else ():
                yield f"{_named(language, texts, form)} lacks {placeholder}"
            for placeholder in sorted(found - expected):
                yield f"{_named(language, texts, form)} has {placeholder}, which the source has not"

    @staticmethod
    def _optional(message: Message, language: Language, form: int) -> frozenset[str]:
        return frozenset({COUNT}) if message.plural and language.means_one_number(form) else frozenset()


class NoMarkup:
    """No tags and no entities: they would be shown as they stand."""

    id = "markup"
    _pattern = re.compile(r"</?[a-zA-Z][^<>]*>|<!--|&(?:[a-zA-Z]+|#\d+|#x[0-9a-fA-F]+);")

    def evidence(self, message: Message, texts: tuple[str, ...], language: Language) -> Iterator[str]:
        for text in texts:
            yield from (f"{found} in {text!r}" for found in self._pattern.findall(text))


class NoEdgeBlanks:
    """No blank or line break at either end: whoever joins texts with blanks cuts up sentences."""

    id = "edge-blanks"

    def evidence(self, message: Message, texts: tuple[str, ...], language: Language) -> Iterator[str]:
        yield from (f"{text!r}" for text in texts if text != text.strip())


class NoDirectionControls:
    """No characters that turn the writing direction: isolation is the page's work, and they hide from the eye."""

    id = "direction-controls"
    _pattern = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

    def evidence(self, message: Message, texts: tuple[str, ...], language: Language) -> Iterator[str]:
        for text in texts:
            yield from (f"U+{ord(found):04X} in {text!r}" for found in self._pattern.findall(text))


ENTRY_CHECKS: tuple[EntryCheck, ...] = (
    NotEmpty(),
    PluralForms(),
    SamePlaceholders(),
    NoMarkup(),
    NoEdgeBlanks(),
    NoDirectionControls(),
)


def complaints(message: Message, texts: tuple[str, ...], language: Language) -> Iterator[tuple[EntryCheck, str]]:
    """What all checks have to say of one translation."""
    for check in ENTRY_CHECKS:
        yield from ((check, evidence) for evidence in check.evidence(message, texts, language))


def _named(language: Language, texts: tuple[str, ...], form: int) -> str:
    """The plural form as a translator knows it, or the translation where there is only one."""
    if len(texts) == 1:
        return "the translation"
    meaning = language.plural_forms[form] if form < len(language.plural_forms) else "?"
    return f"msgstr[{form}] ({meaning})"
