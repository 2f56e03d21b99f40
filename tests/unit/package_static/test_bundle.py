"""Packages are installed by the real npm where the lock file names others than are there, and only then."""

import json
import tarfile
from pathlib import Path

import pytest
from sitebuild.bundle import StepFailedError, install_packages
from sitebuild.site import Site


def test_packages_are_installed_once(site: Site) -> None:
    assert install_packages(site)
    assert (site.web / "node_modules" / "hook" / "package.json").is_file()
    assert not install_packages(site)


def test_another_version_is_installed(site: Site) -> None:
    install_packages(site)
    write_packages(site, "2.0.0")
    assert install_packages(site)
    assert not install_packages(site)


def test_an_install_that_was_cut_short_is_done_again(site: Site) -> None:
    install_packages(site)
    (site.web / "node_modules" / ".package-lock.json").unlink()
    assert install_packages(site)


def test_a_lock_file_that_does_not_fit_is_told_in_npms_words(site: Site) -> None:
    lock = site.web / "package-lock.json"
    lock.write_text('{"lockfileVersion": 3, "packages": {}}', encoding="utf-8")
    with pytest.raises(StepFailedError, match="npm ci"):
        install_packages(site)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A web app with one package, which lies beside it: npm has to reach nothing."""
    made = Site(tmp_path, tmp_path / "static", tmp_path / "stamps")
    write_packages(made, "1.0.0")
    return made


def write_packages(site: Site, version: str) -> None:
    package = {"name": "hook", "version": version}
    wants = {"name": "small", "dependencies": {"hook": "file:./hook.tgz"}}
    write_json(site.root / "hook" / "package.json", package)
    pack(site)
    locked = {"version": version, "resolved": "file:hook.tgz"}
    write_json(site.web / "package.json", wants)
    write_json(
        site.web / "package-lock.json",
        {"name": "small", "lockfileVersion": 3, "packages": {"": wants, "node_modules/hook": locked}},
    )


def pack(site: Site) -> None:
    """A package as npm publishes it: a tar ball with the folder `package`."""
    site.web.mkdir(exist_ok=True)
    with tarfile.open(site.web / "hook.tgz", "w:gz") as archive:
        archive.add(site.root / "hook" / "package.json", "package/package.json")


def write_json(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")
