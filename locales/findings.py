"""What a check found: where, the evidence, and what mends it."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Finding:
    """One thing to mend. `check` is the stable id that README.md explains."""

    check: str
    where: str
    evidence: str
    mend: str

    def __str__(self) -> str:
        return f"{self.where}: {self.evidence} [{self.check}]\n    mend: {self.mend}"
