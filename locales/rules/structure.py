"""What the portal needs of a text to be able to show it at all: words, forms, placeholders."""

import re
from collections.abc import Iterator

from locales.placeholders import COUNT, placeholders
from locales.rules.rule import Entry


class NotEmpty:
    """Every text is translated: an empty one shows English to somebody who may not read it."""

    id = "empty"
    ignorable = False

    def evidence(self, entry: Entry) -> Iterator[str]:
        for form, text in enumerate(entry.texts):
            if not text:
                yield f"{entry.name(form)} is empty"


class NoGuess:
    """Somebody has read the translation: a guess is shown to nobody."""

    id = "fuzzy"
    ignorable = False

    def evidence(self, entry: Entry) -> Iterator[str]:
        if entry.translation.fuzzy:
            yield "is marked as a guess"


class PluralForms:
    """As many forms as CLDR has for the language, and one text where the message has no count."""

    id = "plural-forms"
    ignorable = False

    def evidence(self, entry: Entry) -> Iterator[str]:
        needed = len(entry.language.plural_forms) if entry.message.plural else 1
        if len(entry.texts) != needed:
            yield f"{len(entry.texts)} forms where {entry.language.english_name} has {needed}"


class SamePlaceholders:
    """The placeholders of the source and no others, in each form.

    A form for exactly one number may leave the count out ("one Mac"), as the source's singular may.
    """

    id = "placeholders"
    ignorable = False

    def evidence(self, entry: Entry) -> Iterator[str]:
        expected = placeholders(entry.message.text) | placeholders(entry.message.plural)
        for form, text in enumerate(entry.texts):
            found = placeholders(text)
            missing = expected - found - self._optional(entry, form)
            for placeholder in sorted(missing) if text else ():
                yield f"{entry.name(form)} lacks {placeholder}"
            for placeholder in sorted(found - expected):
                yield f"{entry.name(form)} has {placeholder}, which the source has not"

    @staticmethod
    def _optional(entry: Entry, form: int) -> frozenset[str]:
        leaves_count_out = entry.message.plural and entry.language.means_one_number(form)
        return frozenset({COUNT}) if leaves_count_out else frozenset()


class NoOtherFormat:
    """Nothing that another program's format would read: its signs would be shown as they stand, or fill in nothing.

    A flag such as `python-format` says that a text is of such a format. None of ours is, and tools believe the flag.
    """

    id = "formats"
    ignorable = False
    _pattern = re.compile(
        r"""
          \{\s*\w+\s*,\s*(?:plural|select|selectordinal|number|date|time)\b  # ICU
        | %%                                                                 # C and Python, for one %
        | \\.?                                                              # an escape that was written out
        | ''                                                                 # ICU and Java, for one '
        | @:\w+                                                              # Vue, for another text
        | \$t\(                                                              # i18next, the same
        """,
        re.VERBOSE,
    )

    def evidence(self, entry: Entry) -> Iterator[str]:
        for flag in entry.translation.flags:
            yield f"has the flag {flag}, which the source has not"
        for form, text in enumerate(entry.texts):
            for found in self._pattern.findall(text):
                yield f"{entry.name(form)} has {found}, which means something in another format only"
