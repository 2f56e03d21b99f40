"""What git knows of the catalogs: when each last changed, and who changed it."""

import shutil
import subprocess  # nosec B404
from collections.abc import Sequence
from pathlib import Path


class History:
    """The history of a checkout; one that has none, or only the newest part of it, tells nothing."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._git = shutil.which("git")
        self.whole = self._said("rev-parse", "--is-shallow-repository") == ["false"]

    def last_change(self, path: Path) -> str | None:
        """The day of the last commit that changed a file, as 2026-11-26; None where that is not known."""
        days = self._log("-1", "--format=%cs", path)
        return days[0] if days else None

    def is_changed(self, path: Path) -> bool:
        """Whether the file differs from the last commit, or is in none yet."""
        return bool(self._said("status", "--porcelain", "--", str(path)))

    def authors(self, path: Path) -> list[str]:
        """The names of all who changed a file, the one with the most commits first."""
        names = self._log("--format=%aN", path)
        return sorted(set(names), key=lambda name: (-names.count(name), name))

    def _log(self, *words: str | Path) -> list[str]:
        *options, path = words
        return self._said("log", *map(str, options), "--", str(path)) if self.whole else []

    def _said(self, *words: str) -> list[str]:
        """The lines of git's answer; none where it has no answer."""
        if self._git is None:
            return []
        command: Sequence[str] = [self._git, "-C", str(self._root), *words]
        answer = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)  # noqa: S603  # nosec B603
        return answer.stdout.splitlines() if answer.returncode == 0 else []
