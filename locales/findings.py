"""What a check found: where, the evidence, why it matters, and what mends it."""

from dataclasses import dataclass

EXPLANATIONS = "docs/translation-checks.md"


@dataclass(frozen=True, order=True)
class Finding:
    """One thing to mend. `check` is the stable id under which the page of explanations has a paragraph."""

    check: str
    where: str
    """A file by its path from the root, and the line in it where one is meant: `path:line`."""
    evidence: str
    mend: str

    @property
    def file(self) -> str:
        return self.where.partition(":")[0]

    @property
    def explanation(self) -> str:
        """Where it is explained, from the root of the repository."""
        return f"{EXPLANATIONS}#{self.check}"

    def __str__(self) -> str:
        return f"{self.where}: {self.evidence} [{self.check}]\n    why:  {self.explanation}\n    mend: {self.mend}"
