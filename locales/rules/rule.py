"""What a rule is: a class with an id that looks at one translation and yields its evidence."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from locales.catalogs import Translation
from locales.messages import Message
from locales.registry import Language


@dataclass(frozen=True)
class Entry:
    """A translation, the language that it is in, and the catalog round it."""

    translation: Translation
    language: Language
    catalog: Mapping[str, Translation] = field(default_factory=dict, repr=False)

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

    def name(self, form: int) -> str:
        """A plural form as a translator knows it, or the translation where there is only one."""
        if len(self.texts) == 1:
            return "the translation"
        forms = self.language.plural_forms
        return f"msgstr[{form}] ({forms[form] if form < len(forms) else '?'})"


class Rule(Protocol):
    """One rule that each translation keeps."""

    id: str
    ignorable: bool
    """Whether a translator may have a reason to break it. What would break the page, nobody may."""

    def evidence(self, entry: Entry) -> Iterator[str]:
        """Says, once for each breach, what is wrong."""
        ...
