"""The texts of the web app, as extract-web.mjs reads them."""

import json
import subprocess  # nosec B404
from pathlib import Path
from typing import Any

from locales.errors import MendableError
from locales.findings import Finding
from locales.messages import Message, Occurrence
from locales.node import find_node

_SCRIPT = Path(__file__).with_name("extract-web.mjs")
_PACKAGES = _SCRIPT.parent.parent / "web" / "node_modules"


class PackagesMissingError(MendableError):
    """The script's packages are not installed, and the message says how they are."""


def read_web(root: Path) -> tuple[list[Occurrence], list[Finding]]:
    """Every text below `root`/web/src, and what would be lost in silence.

    Raises NodeMissingError and PackagesMissingError.
    """
    if not _PACKAGES.is_dir():
        raise PackagesMissingError("the packages of the web app are not installed: run  make build")
    command = [find_node(), _SCRIPT, root]
    answer = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)  # noqa: S603  # nosec B603
    if answer.returncode:
        raise RuntimeError(f"{_SCRIPT.name} ended with {answer.returncode}; it says:\n{answer.stderr}")
    read = json.loads(answer.stdout)
    return [_occurrence(row) for row in read["occurrences"]], [Finding(**row) for row in read["findings"]]


def _occurrence(row: dict[str, Any]) -> Occurrence:
    message = Message(row["context"], row["text"], row["plural"], tuple(row["comments"]))
    return Occurrence(message, row["where"], row["later"])
