"""Who made and who reviewed each language, as far as that is written down anywhere."""

from dataclasses import dataclass

from locales.catalogs import read_translators, without_years
from locales.history import History
from locales.project import Project
from locales.registry import Language

UNREVIEWED = "not yet reviewed by a native speaker"


@dataclass(frozen=True)
class Credit:
    """One language. Nothing here is guessed: what the registry, the catalog and git don't name is left out."""

    language: Language
    translators: tuple[str, ...]
    """Who is named in the catalog itself, without their mail addresses."""
    committers: tuple[str, ...]
    """Whose commits changed the catalog, which a change of the English texts does as well."""

    @property
    def review(self) -> str:
        by = self.language.reviewed_by
        return f"reviewed by {by}" if by else UNREVIEWED


def credit(project: Project, language: Language, history: History) -> Credit:
    """Who is known to have had a hand in a language."""
    path = project.catalog(language)
    named = dict.fromkeys(without_years(line).partition(" <")[0] for line in read_translators(path))
    return Credit(language, tuple(named), tuple(history.authors(path)))
