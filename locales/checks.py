"""What `check` looks at: each catalog as a whole, and each translation in it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from locales.catalogs import Translation, read_catalog, render_template
from locales.entry_checks import complaints
from locales.findings import Finding
from locales.messages import Message
from locales.new_language import ALPHABET_TO_DO, NOBODY_YET
from locales.project import Project
from locales.registry import Language
from locales.rules.rule import Catalog, Entry, nearest
from locales.rules.words import read_glossary
from locales.sources import Sources
from locales.update import updated_catalog

UPDATE = "python -m locales update"
_HOW = {
    "fuzzy": "read the translation and take the mark away",
    "formats": "take away what the other format needs, and the flag",
    "ignore": "write `# ignore-<id>: reason` above the entry, or take the remark away",
}
"""What to do with an entry, where it is not plain from the evidence."""


class TemplateIsFresh:
    """portal.pot says what the code says."""

    id = "template-stale"

    def findings(self, project: Project, languages: tuple[Language, ...], sources: Sources) -> Iterator[Finding]:
        if _content(project.template) != render_template(sources.messages).encode():
            yield Finding(self.id, _name(project, project.template), "differs from the texts in the code", UPDATE)


class SameKeys:
    """Each catalog has the messages of the code, no more and no fewer."""

    id = "keys"

    def findings(self, project: Project, languages: tuple[Language, ...], sources: Sources) -> Iterator[Finding]:
        expected = {message.key: message for message in sources.messages}
        for language in filter(lambda language: language.translated, languages):
            where = _name(project, project.catalog(language))
            found = read_catalog(project.catalog(language))
            yield from (Finding(self.id, where, evidence, UPDATE) for evidence in self.evidence(expected, found))

    @staticmethod
    def evidence(expected: Mapping[str, Message], found: Mapping[str, Translation]) -> Iterator[str]:
        """What a catalog lacks of the messages of the code, and what it has beside them."""
        for key in sorted(expected.keys() - found.keys()):
            yield f"lacks {expected[key].text!r}"
        for key in sorted(found.keys() - expected.keys()):
            yield f"has {found[key].message.text!r}, which the code has not"


class CanonicalForm:
    """Each catalog is written as `update` writes it, so that a change of words is all that a diff shows."""

    id = "form"

    def findings(self, project: Project, languages: tuple[Language, ...], sources: Sources) -> Iterator[Finding]:
        for language in filter(lambda language: language.translated, languages):
            path = project.catalog(language)
            if _content(path) != updated_catalog(project, language, sources.messages).encode():
                yield Finding(self.id, _name(project, path), "is not as `update` writes it", UPDATE)


class KnownFolders:
    """Each folder with a catalog belongs to a language of the registry."""

    id = "unknown-folder"

    def findings(self, project: Project, languages: tuple[Language, ...], sources: Sources) -> Iterator[Finding]:
        known = {project.catalog(language) for language in languages if language.translated}
        for path in sorted(project.catalogs.glob("*/LC_MESSAGES/portal.po")):
            if path not in known:
                evidence = "no language of locales.toml has this folder"
                yield Finding(self.id, _name(project, path), evidence, "add it there")


class NothingUnsaid:
    """What `new` could not know of a language is said: who made it, whence its spelling alphabet, its terms."""

    id = "unsaid"

    def findings(self, project: Project, languages: tuple[Language, ...], sources: Sources) -> Iterator[Finding]:
        registry, glossary = _name(project, project.registry), _name(project, project.glossary)
        terms = read_glossary(project.glossary)
        for language in filter(lambda language: language.translated, languages):
            if language.made_by in {"", NOBODY_YET}:
                yield Finding(self.id, registry, f"{language.tag}: who made it?", f"edit {registry}: made_by")
            if language.spelling_alphabet in {"", ALPHABET_TO_DO}:
                evidence = f"{language.tag}: where do the words of its spelling alphabet come from?"
                yield Finding(self.id, registry, evidence, f"edit {registry}: spelling_alphabet")
            if nearest(language.tag, terms) is None:
                mend = f"edit {glossary}: a table [{language.tag}] with the terms that the others have"
                yield Finding(self.id, glossary, f"{language.tag}: what are its terms?", mend)


class FileCheck(Protocol):
    """One rule over the files of a project."""

    id: str

    def findings(self, project: Project, languages: tuple[Language, ...], sources: Sources) -> Iterator[Finding]:
        """Everything that breaks it."""
        ...


FILE_CHECKS: tuple[FileCheck, ...] = (TemplateIsFresh(), SameKeys(), CanonicalForm(), KnownFolders(), NothingUnsaid())


def check(project: Project, languages: tuple[Language, ...], sources: Sources) -> list[Finding]:
    """Everything there is to mend: in the catalogs as files, then in each translation."""
    of_files = [finding for rule in FILE_CHECKS for finding in rule.findings(project, languages, sources)]
    translated = filter(lambda language: language.translated, languages)
    return [*of_files, *(finding for language in translated for finding in _of_translations(project, language))]


def _of_translations(project: Project, language: Language) -> Iterator[Finding]:
    where, catalog = _name(project, project.catalog(language)), Catalog(read_catalog(project.catalog(language)))
    for translation in catalog.translations.values():
        for check, evidence in complaints(Entry(translation, language, catalog)):
            place = f"{where}:{translation.line}"
            yield Finding(check, place, f"{translation.message.text!r}: {evidence}", _mend(check, place))


def _mend(check: str, place: str) -> str:
    return f"edit {place}: {_HOW[check]}" if check in _HOW else f"edit {place}"


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _name(project: Project, path: Path) -> str:
    return path.relative_to(project.root).as_posix()
