"""The build, step by step; each step runs only when what it reads, or what it made, has changed."""

import sys
from collections.abc import Iterator
from pathlib import Path

from locales.compilation import compile_catalogs
from locales.errors import MendableError
from locales.project import Project
from locales.registry import load
from locales.sources import read_sources
from sitebuild.bundle import StepFailedError, install_packages, run_vite
from sitebuild.pages import PageError
from sitebuild.publish import publish
from sitebuild.site import PORTAL_SITE, Site
from sitebuild.stamps import files_below, run_if_changed

_MENDABLE = (StepFailedError, PageError, MendableError)
_NOT_INPUT = {"node_modules", "dist", "tests"}


def main() -> int:
    """Builds the portal's site and says in a line what was done; 1 and the reason where it can't be built."""
    try:
        done = build(PORTAL_SITE)
    except _MENDABLE as error:
        print(error, file=sys.stderr)
        return 1
    print(f"static site: {', '.join(done) or 'nothing to do'}")
    return 0


def build(site: Site) -> list[str]:
    """Brings the site up to the sources. Returns the steps that had to run."""
    steps = {
        "packages installed": install_packages(site),
        "catalogs compiled": _compile_catalogs(site),
        "site built": _build_site(site),
    }
    return [name for name, ran in steps.items() if ran]


def _compile_catalogs(site: Site) -> bool:
    project = Project(site.root)

    def step() -> None:
        languages = load(project.registry)
        compile_catalogs(project, languages, read_sources(project, languages[0]))

    def inputs() -> Iterator[Path]:
        yield from files_below(*project.python_sources, suffixes=(".py",))
        yield from (path for path in _web_sources(site) if project.generated not in path.parents)
        yield from files_below(project.catalogs, suffixes=(".py", ".mjs", ".toml", ".po"))

    return run_if_changed(
        site.stamps / "catalogs", inputs, lambda: files_below(project.translations, project.generated), step
    )


def _build_site(site: Site) -> bool:
    def step() -> None:
        run_vite(site)
        publish(site)

    def inputs() -> Iterator[Path]:
        yield from _web_sources(site)
        yield from files_below(site.translations)
        yield from files_below(Path(__file__).parent, suffixes=(".py",))

    return run_if_changed(site.stamps / "site", inputs, lambda: files_below(site.output), step)


def _web_sources(site: Site) -> Iterator[Path]:
    for path in site.web.iterdir():
        if path.name not in _NOT_INPUT:
            yield from files_below(path)
