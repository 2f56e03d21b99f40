"""Brings the template and every catalog up to the texts of the code."""

from locales.catalogs import (
    Translation,
    empty_translation,
    read_catalog,
    read_translators,
    render_catalog,
    render_template,
)
from locales.messages import Message
from locales.project import Project
from locales.registry import Language
from locales.sources import Sources
from locales.writing import write


def write_template(project: Project, sources: Sources) -> bool:
    """Writes portal.pot and says whether it changed."""
    return write(project.template, render_template(sources.messages))


def write_catalogs(project: Project, languages: tuple[Language, ...], sources: Sources) -> list[str]:
    """Brings each translated language's portal.po up to the code; the tags of those that changed."""
    translated = [language for language in languages if language.translated]
    return [
        language.tag
        for language in translated
        if write(project.catalog(language), updated_catalog(project, language, sources.messages))
    ]


def updated_catalog(project: Project, language: Language, messages: tuple[Message, ...]) -> str:
    """A language's catalog for these messages: what it says of them is kept, what it says of others is dropped."""
    path = project.catalog(language)
    kept = read_catalog(path)
    translations = (_updated(message, kept.get(message.key), language) for message in messages)
    return render_catalog(language, translations, read_translators(path))


def _updated(message: Message, kept: Translation | None, language: Language) -> Translation:
    """The translation so far, or an empty one. Nothing is guessed: a text that changed is a new text."""
    if kept is None or kept.message.plural != message.plural:
        return empty_translation(message, language)
    return Translation(message, kept.texts, kept.remark, kept.fuzzy)
