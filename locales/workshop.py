"""What a command of the workshop works on: a checkout, and what is read from it when a command first asks."""

from dataclasses import dataclass
from functools import cached_property

from locales.errors import MendableError
from locales.project import Project
from locales.registry import Language, load
from locales.sources import Sources, read_sources


class NoSuchLanguageError(MendableError):
    """A command is asked for a language that is not in the registry."""


@dataclass(frozen=True)
class Workshop:
    """One checkout. Reading the code takes a second or two, so only commands that ask for `sources` wait for it."""

    project: Project

    @cached_property
    def languages(self) -> tuple[Language, ...]:
        """The registry. Raises RegistryError."""
        return load(self.project.registry)

    @cached_property
    def translated(self) -> tuple[Language, ...]:
        """The languages that people translate."""
        return tuple(language for language in self.languages if language.translated)

    def require(self, *tags: str) -> None:
        """Raises NoSuchLanguageError for a tag that no language of the registry has."""
        known = [language.tag for language in self.languages]
        for tag in tags:
            if tag not in known:
                raise NoSuchLanguageError(f"there is no {tag}: there are {' '.join(known)}")

    @cached_property
    def sources(self) -> Sources:
        """The texts of the code. Raises SourcesError and NodeMissingError."""
        return read_sources(self.project, self.languages[0])
