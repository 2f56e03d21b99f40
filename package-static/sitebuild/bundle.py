"""npm and Vite: the packages that the lock file names, and the bundle that they make."""

import json
import os
import subprocess  # nosec B404
from pathlib import Path
from typing import Any

from locales.node import find_node, find_npm
from sitebuild.site import Site


class StepFailedError(Exception):
    """A command of the build ended badly; the message holds what it said."""


def install_packages(site: Site) -> bool:
    """Runs `npm ci` where the installed packages are not those of the lock file, and says whether it did."""
    if _are_installed(site.web):
        return False
    _run_node(site.web, find_npm(find_node()), "ci", "--no-audit", "--no-fund")
    return True


def _are_installed(web: Path) -> bool:
    """Compares the lock file with npm's record of what it installed, which npm writes last.

    Not by their times: a checkout or an `npm install` gives the lock file a newer one although nothing is missing.
    """
    record = web / "node_modules" / ".package-lock.json"
    if not record.is_file():
        return False
    wanted, installed = _locked_packages(web / "package-lock.json"), _locked_packages(record)
    needed = {name for name, package in wanted.items() if not package.get("optional")}
    return needed <= installed.keys() <= wanted.keys() and all(
        package["version"] == wanted[name]["version"] for name, package in installed.items()
    )


def _locked_packages(path: Path) -> dict[str, dict[str, Any]]:
    packages = json.loads(path.read_text(encoding="utf-8"))["packages"]
    return {name: package for name, package in packages.items() if name}


def run_vite(site: Site) -> None:
    """Fills `site.bundle` with the hashed files, index.html and Vite's manifest."""
    vite = site.web / "node_modules" / "vite" / "bin" / "vite.js"
    _run_node(site.web, vite, "build", "--logLevel", "warn", "--outDir", site.bundle, "--emptyOutDir")


def _run_node(folder: Path, *arguments: str | Path) -> None:
    node = find_node()
    command = [node, *arguments]
    answer = subprocess.run(  # nosec B603
        command, cwd=folder, env=node_environment(node), capture_output=True, encoding="utf-8", check=False
    )
    if answer.returncode:
        said = "\n".join(filter(None, (answer.stdout.strip(), answer.stderr.strip())))
        raise StepFailedError(f"{' '.join(map(str, command))} ended with {answer.returncode}\n{said}")


def node_environment(node: Path) -> dict[str, str]:
    """The environment in which a Node program of the build runs."""
    # Scripts of packages start `node` by its name: it has to be this one. An outer NODE_ENV would change what is made.
    path = os.pathsep.join((str(node.parent), os.environ.get("PATH", "")))
    kept = {name: value for name, value in os.environ.items() if name != "NODE_ENV"}
    # The machine's certificates count beside Node's own: a company's proxy is known to the machine only.
    return {"NODE_USE_SYSTEM_CA": "1", **kept, "PATH": path, "NO_COLOR": "1"}
