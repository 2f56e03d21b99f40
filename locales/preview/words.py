"""The catalogs of the preview: as they stand in their files at this moment, each text with its number.

What nobody has translated is shown in English, with its number as well; a guess is shown as it stands.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from locales.catalogs import Translation, read_catalog, render_binary
from locales.compilation import server_files, spoken, web_files
from locales.messages import Message
from locales.preview.marks import marked
from locales.registry import Language
from locales.workshop import Workshop


@dataclass(frozen=True)
class Place:
    """Where a text stands, and what stands there."""

    message: Message
    texts: tuple[str, ...]
    remark: str
    fuzzy: bool
    path: Path | None
    """None for a language that is made from the code."""
    line: int
    """From 1; that of the file's beginning where the file lacks the text, 0 where there is no file."""


class Words:
    """All texts in all languages. A text's number is its place in the template."""

    def __init__(self, workshop: Workshop, folder: Path) -> None:
        self._workshop = workshop
        self._folder = folder
        self._numbers = {message.key: number for number, message in enumerate(workshop.sources.messages)}
        self._web: dict[str, str | bytes] = {}

    @property
    def languages(self) -> tuple[Language, ...]:
        return self._workshop.languages

    def compile_all(self) -> None:
        """Makes every catalog, and the registry that the server reads beside them."""
        for language in self.languages:
            self.compile(language)
        registry = server_files({language: {} for language in self.languages})["locales.json"]
        replace_file(self._folder / "locales.json", str(registry).encode())

    def compile(self, language: Language) -> None:
        """Makes a language's catalogs as its file stands. Raises CatalogError, and leaves the last ones."""
        said = self._shown(language)
        web = web_files({language: said}, self._workshop.sources)
        replace_file(
            self._folder / language.folder / "LC_MESSAGES" / "portal.mo", render_binary(language, said.values())
        )
        self._web.update(web)

    def web(self, name: str) -> str | None:
        """A part of a catalog for the web app, as `nl.first`; None for what is none. The source language has none."""
        found = self._web.get(f"catalogs/{name}.json")
        return str(found) if found is not None else None

    def place(self, number: int, tag: str) -> Place | None:
        """Where a text stands in a language."""
        language = next((one for one in self.languages if one.tag == tag), None)
        messages = self._workshop.sources.messages
        if language is None or not 0 <= number < len(messages):
            return None
        message = messages[number]
        if not language.translated:
            said = spoken(self._workshop.project, language, (message,))[message.key]
            return Place(message, said.texts, "", False, None, 0)
        path = self._workshop.project.catalog(language)
        said = read_catalog(path).get(message.key, Translation(message, ("",)))
        return Place(message, said.texts, said.remark, said.fuzzy, path, said.line or 1)

    def _shown(self, language: Language) -> dict[str, Translation]:
        said = spoken(self._workshop.project, language, self._workshop.sources.messages)
        texts = self._workshop.sources.messages
        return {message.key: self._marked(message, said.get(message.key), language) for message in texts}

    def _marked(self, message: Message, said: Translation | None, language: Language) -> Translation:
        forms = said.texts if said is not None and all(said.texts) else tuple(_english(message, language))
        number = self._numbers[message.key]
        texts = tuple(marked(text, number) for text in forms)
        return replace(said or Translation(message, texts), texts=texts, fuzzy=False)


def replace_file(path: Path, content: bytes) -> None:
    """Whole or not at all: a server may be reading."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_bytes(content)
    os.replace(fresh, path)  # noqa: PTH105 - said beside the word it is about


def as_json(place: Place, root: Path, editor: str) -> dict[str, object]:
    """What the page shows of a text; `editor` is the address of one that opens at a `{path}` and `{line}`."""
    name = place.path.relative_to(root).as_posix() if place.path else ""
    return {
        "context": place.message.context,
        "english": list(place.message.forms),
        "texts": list(place.texts),
        "notes": list(place.message.comments),
        "remark": place.remark,
        "fuzzy": place.fuzzy,
        "where": f"{name}:{place.line}" if name else "",
        "editor": editor.replace("{path}", str(place.path)).replace("{line}", str(place.line)) if name else "",
    }


def _english(message: Message, language: Language) -> Iterator[str]:
    if not message.plural:
        yield message.text
        return
    for form in range(len(language.plural_forms)):
        yield message.text if language.plural_forms[form] == "one" else message.plural


def dumped(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
