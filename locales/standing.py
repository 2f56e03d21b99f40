"""How each language stands: what is there, what is a guess, what nobody has read, and when it last changed."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from locales.catalogs import read_catalog
from locales.findings import Finding
from locales.history import History
from locales.project import Project
from locales.registry import Language
from locales.sources import Sources


@dataclass(frozen=True)
class Standing:
    """One language. The texts are those of the code: each is complete, fuzzy (a guess) or empty."""

    tag: str
    english_name: str
    texts: int
    complete: int
    fuzzy: int
    findings: int
    reviewed_by: str
    last_change: str | None
    """A day as 2026-11-26; None where git does not know it."""
    changed_since: bool
    """Whether the file holds what is in no commit yet."""

    @property
    def empty(self) -> int:
        return self.texts - self.complete - self.fuzzy

    @property
    def unreviewed(self) -> int:
        """How many texts wait for somebody at home in the language: a review is of a whole catalog."""
        return 0 if self.reviewed_by else self.texts


def standings(
    project: Project, languages: Iterable[Language], sources: Sources, findings: Iterable[Finding], history: History
) -> list[Standing]:
    """How each of these languages stands, `findings` being what `check` has to say."""
    by_place = Counter(finding.file for finding in findings)
    return [_standing(project, language, sources, by_place, history) for language in languages]


def _standing(
    project: Project, language: Language, sources: Sources, findings: Counter[str], history: History
) -> Standing:
    path = project.catalog(language)
    said = read_catalog(path)
    present = [said[message.key] for message in sources.messages if message.key in said]
    return Standing(
        tag=language.tag,
        english_name=language.english_name,
        texts=len(sources.messages),
        complete=sum(translation.usable for translation in present),
        fuzzy=sum(translation.fuzzy for translation in present),
        findings=findings[path.relative_to(project.root).as_posix()],
        reviewed_by=language.reviewed_by,
        last_change=history.last_change(path),
        changed_since=history.is_changed(path),
    )
