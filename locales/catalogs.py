"""Reads and writes catalogs in one form only: a fixed header, no dates, no line numbers, sorted, unwrapped."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import polib

from locales.errors import MendableError
from locales.messages import Message
from locales.registry import Language

PROJECT = "Sleutelkast"
_TEMPLATE_NOTE = """Texts of Sleutelkast. Made from the code by `python -m locales extract`; do not edit.
README.md in this folder is a guide for translators."""
_CATALOG_NOTE = """Sleutelkast in {english_name}. README.md in the folder locales/ is a guide for translators.
Made by: {made_by}."""


# As gettext's programs write who worked on a catalog: a line of its comment, or a header.
_PERSON = re.compile(r"(?P<name>[^<>]*[^<>\s])\s*(?P<mail><[^<>\s]+@[^<>\s]+>)?[,\s]*(?P<years>[\d,\s-]*)\.?")
_WITHOUT_ADDRESS = "Translator: "
_NOBODY = {"FIRST AUTHOR", "FULL NAME", "Automatically generated"}

_LINE_END = re.compile(r"\r\n?|\n")
_KEYWORD = re.compile(r"msg(?:ctxt|id_plural|id|str(?:\[\d+\])?)\s+")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')


class CatalogError(MendableError):
    """A catalog can't be read; the message says where and what to do."""


@dataclass(frozen=True)
class Translation:
    """What a catalog says for one message."""

    message: Message
    texts: tuple[str, ...]
    remark: str = ""
    fuzzy: bool = False
    flags: tuple[str, ...] = ()
    """What other tools say of the text, such as `python-format`. Catalogs are written without."""
    line: int = field(default=0, compare=False)
    """Where it stands in the file that it was read from; 0 where it was not."""

    @property
    def words(self) -> tuple[object, ...]:
        """All that somebody wrote."""
        return (self.message.plural, self.texts, self.remark, self.fuzzy)

    @property
    def usable(self) -> bool:
        """Whether it may be shown: neither a guess nor empty in any form."""
        return not self.fuzzy and all(self.texts)


def render_template(messages: Iterable[Message]) -> str:
    """The text of portal.pot."""
    catalog = _new(_TEMPLATE_NOTE, {"Language": ""})
    for message in messages:
        catalog.append(_entry(Translation(message, ("", "") if message.plural else ("",))))
    return _text(catalog)


def render_catalog(language: Language, translations: Iterable[Translation], translators: Iterable[str] = ()) -> str:
    """The text of a language's portal.po; `translators` as `read_translators` gives them."""
    catalog = _catalog(language, translations)
    note = _CATALOG_NOTE.format(english_name=language.english_name, made_by=language.made_by)
    catalog.header = "\n".join([note, *translators])
    return _text(catalog)


def render_binary(language: Language, translations: Iterable[Translation]) -> bytes:
    """The bytes of a language's portal.mo: what may be shown, and nothing else."""
    usable = (translation for translation in translations if translation.usable)
    return bytes(_catalog(language, usable).to_binary())


def read_catalog(path: Path) -> dict[str, Translation]:
    """The translations of a .po or .pot file by their message's key; none where there is no such file."""
    return dict(_translations(path, path.read_bytes())) if path.is_file() else {}


@lru_cache(maxsize=64)
def _translations(path: Path, content: bytes) -> Mapping[str, Translation]:
    """Kept by the content, since one run of `check` reads each catalog several times, and reading is the slow part."""
    catalog, lines = _parsed(path, content), _LINE_END.split(content.decode("utf-8"))
    found: dict[str, Translation] = {}
    for translation in (_translation(entry, lines) for entry in catalog if not entry.obsolete):
        first = found.setdefault(translation.message.key, translation)
        if first.words != translation.words:
            raise CatalogError(
                f"{path} (lines {first.line} and {translation.line}): {translation.message.text!r} is there twice,"
                " and not the same both times. Keep one of them."
            )
    return found


def read_translators(path: Path) -> tuple[str, ...]:
    """Who worked on a catalog, as its comment and the header of the last program that saved it name them.

    Each once, with the years if the comment has them: `Noor de Wit <noor@example.org>, 2026.`
    """
    if not path.is_file():
        return ()
    catalog = _parsed(path, path.read_bytes())
    comment = [line.strip() for line in catalog.header.splitlines() if "<" in line or line.startswith(_WITHOUT_ADDRESS)]
    last = str(catalog.metadata.get("Last-Translator", "")).strip()
    lines = [*comment, last if "<" in last else f"{_WITHOUT_ADDRESS}{last}"]
    named = {person: line for line in reversed(lines) if (person := without_years(line))}
    return tuple(reversed(named.values()))


def without_years(translator: str) -> str:
    """Name and address of a translator; nothing where a line names nobody."""
    found = _PERSON.fullmatch(translator.removeprefix(_WITHOUT_ADDRESS).strip())
    if found is None or found["name"] in _NOBODY:
        return ""
    return " ".join(filter(None, (found["name"], found["mail"])))


@lru_cache(maxsize=64)
def _parsed(path: Path, _content: bytes) -> polib.POFile:
    """The file as polib reads it, kept by its content; nobody changes it. Raises CatalogError."""
    try:
        _require_whole_lines(path)
        return polib.pofile(str(path), encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CatalogError(f"{path}: {error}. Save it as UTF-8.") from error
    except OSError as error:
        raise CatalogError(f"{error}. Mend the file there, or take the last good one back from git.") from error


def empty_translation(message: Message, language: Language) -> Translation:
    """A message that nobody has translated yet."""
    return Translation(message, ("",) * (len(language.plural_forms) if message.plural else 1))


def plural_header(language: Language) -> str:
    """gettext's Plural-Forms for a language."""
    return f"nplurals={len(language.plural_forms)}; plural=({language.plural_rule});"


def _catalog(language: Language, translations: Iterable[Translation]) -> polib.POFile:
    catalog = _new("", {"Language": language.folder, "Plural-Forms": plural_header(language)})
    catalog.extend(_entry(translation) for translation in translations)
    return catalog


def _new(note: str, metadata: Mapping[str, str]) -> polib.POFile:
    catalog = polib.POFile(wrapwidth=0)
    catalog.header = note
    catalog.metadata = {
        "Project-Id-Version": PROJECT,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        **metadata,
    }
    return catalog


def _entry(translation: Translation) -> polib.POEntry:
    message = translation.message
    texts = {"msgid_plural": message.plural, "msgstr_plural": dict(enumerate(translation.texts))}
    return polib.POEntry(
        msgid=message.text,
        msgctxt=message.context or None,
        comment="\n".join(message.comments),
        tcomment=translation.remark,
        flags=["fuzzy"] if translation.fuzzy else [],
        **(texts if message.plural else {"msgstr": translation.texts[0]}),
    )


def _translation(entry: polib.POEntry, lines: Sequence[str]) -> Translation:
    comments = tuple(entry.comment.splitlines())
    message = Message(entry.msgctxt or "", entry.msgid, entry.msgid_plural or "", comments)
    forms = tuple(entry.msgstr_plural[form] for form in sorted(entry.msgstr_plural))
    # The same letters may be saved whole or in parts (é, e and its accent): what looks alike is kept alike.
    texts = tuple(unicodedata.normalize("NFC", text) for text in (forms if message.plural else (entry.msgstr,)))
    flags = tuple(flag for flag in entry.flags if flag != "fuzzy")
    return Translation(message, texts, entry.tcomment, "fuzzy" in entry.flags, flags, _line(entry, lines))


def _line(entry: polib.POEntry, lines: Sequence[str]) -> int:
    """The line of an entry's translation, from 1; polib knows that of its first comment."""
    start = max(0, entry.linenum - 1)
    return next((at + 1 for at in range(start, len(lines)) if lines[at].lstrip().startswith("msgstr")), start + 1)


def _require_whole_lines(path: Path) -> None:
    """A text without its start or end, as in a file that was saved by half, loses a letter in polib, without a word."""
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        text = line.strip()
        keyword = _KEYWORD.match(text)
        quoted = text[keyword.end() :] if keyword else text
        if (keyword or text.startswith('"')) and not _QUOTED.fullmatch(quoted):
            raise CatalogError(f"{path} (line {number}): {_wrong_with(quoted)}")


def _wrong_with(text: str) -> str:
    if not text.startswith('"'):
        return "the quotation mark at the start is missing. Write it there."
    if _QUOTED.match(text):
        return 'there is a quotation mark within the text. Write that of the language, or \\".'
    return "the quotation mark at the end is missing. Write it there."


def _text(catalog: polib.POFile) -> str:
    return str(catalog).rstrip("\n") + "\n"
