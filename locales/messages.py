"""A text of the source, and how the same text from several places becomes one message."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

from locales.findings import Finding

CONTEXT_END = "\x04"
"""What gettext writes between a context and its text in compiled catalogs."""


@dataclass(frozen=True)
class Message:
    """One text to translate. `plural` is empty for texts without a count."""

    context: str
    text: str
    plural: str = ""
    comments: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What tells it from every other message, as compiled catalogs write it."""
        return f"{self.context}{CONTEXT_END}{self.text}" if self.context else self.text

    @property
    def place(self) -> tuple[str, str]:
        """Its place in the template: by context, then by text."""
        return (self.context, self.text)

    @property
    def forms(self) -> tuple[str, ...]:
        """The texts of the source language, one for each of its plural forms."""
        return (self.text, self.plural) if self.plural else (self.text,)


@dataclass(frozen=True)
class Occurrence:
    """A message at one place in the code. `where` is `path:line`, for whoever has to mend it."""

    message: Message
    where: str
    later: bool = False
    """Whether the web app loads this place only when somebody goes to a page that it does not begin with."""


def merged(occurrences: Iterable[Occurrence]) -> tuple[Message, ...]:
    """The messages in the template's order, each once, with the comments of all its places."""
    by_place = sorted((occurrence.message for occurrence in occurrences), key=lambda message: message.place)
    return tuple(_union(tuple(same)) for _place, same in groupby(by_place, key=lambda message: message.place))


def plural_mismatches(occurrences: Iterable[Occurrence]) -> list[Finding]:
    """Places where a text has another plural than where it stood first: gettext can keep only one of them."""
    first: dict[str, Occurrence] = {}
    return [
        _mismatch(first[found.message.key], found)
        for found in occurrences
        if first.setdefault(found.message.key, found).message.plural != found.message.plural
    ]


def fingerprint(key: str) -> int:
    """FNV-1a, 32 bits, over the key's UTF-16 code units: what the web app looks a message up by.

    The English text stands in the calls already; a second copy of every text in the bundle would be sent to everybody.
    """
    units = key.encode("utf-16-le")
    value = 0x811C9DC5
    for low, high in zip(units[::2], units[1::2], strict=True):
        value = (value ^ (high << 8 | low)) * 0x01000193 & 0xFFFFFFFF
    return value


def _union(same: tuple[Message, ...]) -> Message:
    return replace(same[0], comments=tuple(sorted({comment for message in same for comment in message.comments})))


def _mismatch(first: Occurrence, other: Occurrence) -> Finding:
    plurals = f"the plural {other.message.plural!r}, but {first.message.plural!r} in {first.where}"
    return Finding(
        "plural-differs",
        other.where,
        f"{other.message.text!r} has {plurals}",
        "give both the same plural, or one of them a context",
    )
