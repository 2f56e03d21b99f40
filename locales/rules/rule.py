"""What a rule is: a class with an id that looks at one translation and yields its evidence."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol, TypeVar

from locales.catalogs import Translation
from locales.messages import Message
from locales.registry import Language

Known = TypeVar("Known")


@dataclass(frozen=True)
class Catalog:
    """All translations of a language by their message's key."""

    translations: Mapping[str, Translation]

    @cached_property
    def by_text(self) -> Mapping[str, tuple[Message, ...]]:
        """The messages without a count, by what a reader sees of their translation."""
        found = defaultdict(list)
        for translation in self.translations.values():
            if not translation.message.plural:
                found[shown(translation.texts[0])].append(translation.message)
        return {text: tuple(messages) for text, messages in found.items()}


@dataclass(frozen=True)
class Entry:
    """A translation, the language that it is in, and the catalog round it."""

    translation: Translation
    language: Language
    catalog: "Catalog" = field(default_factory=lambda: Catalog({}), repr=False)

    @property
    def message(self) -> Message:
        return self.translation.message

    @property
    def texts(self) -> tuple[str, ...]:
        return self.translation.texts

    @cached_property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Each text that is there with the English one that says the same."""
        sources = self.message.forms
        return tuple((sources[min(form, len(sources) - 1)], text) for form, text in enumerate(self.texts) if text)

    def saying(self, text: str) -> tuple[Message, ...]:
        """The messages of the catalog that a reader can't tell apart from this text."""
        return self.catalog.by_text.get(shown(text), ())

    def name(self, form: int) -> str:
        """A plural form as a translator knows it, or the translation where there is only one."""
        if len(self.texts) == 1:
            return "the translation"
        forms = self.language.plural_forms
        return f"msgstr[{form}] ({forms[form] if form < len(forms) else '?'})"


def nearest(tag: str, table: Mapping[str, Known]) -> Known | None:
    """What a table has for a language, or for the one of which it is a form: zh-Hant, for zh-Hant-HK."""
    parts = tag.split("-")
    names = ("-".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((table[name] for name in names if name in table), None)


def folded(text: str) -> str:
    """A text without what does not tell words apart: capitals and soft hyphens."""
    return text.replace("\N{SOFT HYPHEN}", "").casefold().replace("i\N{COMBINING DOT ABOVE}", "i")


def shown(text: str) -> str:
    """What a reader tells two texts apart by: not by capitals, soft hyphens or the full stop."""
    return folded(text).rstrip(".。।")


class Rule(Protocol):
    """One rule that each translation keeps."""

    id: str
    ignorable: bool
    """Whether a translator may have a reason to break it. What would break the page, nobody may."""

    def evidence(self, entry: Entry) -> Iterator[str]:
        """Says, once for each breach, what is wrong."""
        ...
