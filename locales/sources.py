"""All texts of the code, read afresh: the web's and the server's apart, since each reads its own from the catalogs.

Which of the two uses a text is known by who extracted it. A project that went by the reference comments in its catalogs
lost the web's texts in 12 of 13 languages when a tool dropped the comments.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from locales.entry_checks import complaints_of_source
from locales.errors import MendableError
from locales.extract_python import read_python
from locales.extract_web import read_web
from locales.findings import Finding
from locales.messages import Message, Occurrence, merged, plural_mismatches
from locales.placeholders import foreign
from locales.project import Project
from locales.registry import Language

CODE_CHECKS = (
    "text-not-literal",
    "no-comment",
    "lost-comment",
    "plural-differs",
    "placeholder-syntax",
    "syntax-error",
)
"""The ids of what is found in the code alone; its texts are held to the rules of entry_checks as well."""


class SourcesError(MendableError):
    """The texts of the code break a rule; `findings` says which and where."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings


@dataclass(frozen=True)
class Sources:
    """The messages of the code, in the template's order: all of them, and those that the web uses."""

    messages: tuple[Message, ...]
    web: tuple[Message, ...]
    later: frozenset[str] = frozenset()
    """The keys of the web's messages that stand on no page with which the app begins."""


def read_sources(project: Project, source_language: Language) -> Sources:
    """Reads the code. Raises SourcesError where a text would be lost or could not be translated."""
    # Node reads the web's while Python reads the server's: both take their time.
    with ThreadPoolExecutor(max_workers=1) as beside:
        reading_web = beside.submit(read_web, project.root)
        server, server_findings = read_python(project.root, project.python_sources)
        web, web_findings = reading_web.result()
    everything = [*web, *server]
    ill_formed = _ill_formed(everything, source_language)
    findings = [*web_findings, *server_findings, *plural_mismatches(everything), *ill_formed]
    if findings:
        raise SourcesError(sorted(findings))
    first = {occurrence.message.key for occurrence in web if not occurrence.later}
    return Sources(merged(everything), merged(web), frozenset(one.message.key for one in web) - first)


def _ill_formed(occurrences: Iterable[Occurrence], language: Language) -> Iterable[Finding]:
    """Source texts are held to what their translations are held to, and to placeholders of our own form."""
    for occurrence in occurrences:
        message, where = occurrence.message, occurrence.where
        for strange in sorted(foreign(message.text) | foreign(message.plural)):
            evidence = f"{strange} in {message.text!r}"
            yield Finding("placeholder-syntax", where, evidence, "name it in lower case: {name}")
        for check, evidence in complaints_of_source(message, language):
            yield Finding(check, where, f"{message.text!r}: {evidence}", "mend the text in the code")
