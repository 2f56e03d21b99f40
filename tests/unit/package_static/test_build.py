"""A whole build of a small web app by the real Vite: what comes out, and that it is the same each time."""

import gzip
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
from sitebuild.bundle import StepFailedError
from sitebuild.main import build, main
from sitebuild.site import Site

from tests.unit.package_static.conftest import small_site

ALL_STEPS = ["catalogs compiled", "site built"]


@pytest.mark.parametrize(
    ("name", "lang", "direction"),
    [
        ("index.html", "en", "ltr"),
        ("index.en.html", "en", "ltr"),
        ("index.nl.html", "nl", "ltr"),
        ("index.ar.html", "ar", "rtl"),
        ("index.en-XA.html", "en-XA", "ltr"),
        ("index.ar-XB.html", "ar-XB", "rtl"),
    ],
)
def test_each_language_has_a_page_whose_files_are_there(name: str, lang: str, direction: str, built: Site) -> None:
    text = (built.output / name).read_text(encoding="utf-8")
    assert f'<html lang="{lang}" dir="{direction}">' in text
    addresses = re.findall(r'(?:src|href)="/([^"]+)"', text)
    catalog = {".json"} if lang != "en" else set()
    assert {Path(address).suffix for address in addresses} == {".js", ".css", ".webmanifest"} | catalog
    assert all((built.output / address).is_file() for address in addresses)


def test_a_page_preloads_the_catalog_of_its_language(built: Site) -> None:
    text = (built.output / "index.nl.html").read_text(encoding="utf-8")
    (address,) = re.findall(r'rel="preload" as="fetch" crossorigin href="/([^"]+)"', text)
    assert (built.output / address).read_text(encoding="utf-8") == '["Opslaan"]\n'


def test_compressed_copies_stand_beside_the_files(built: Site) -> None:
    compressed = [path for path in built.output.rglob("*") if path.suffix in {".br", ".gz"}]
    assert {".html", ".js", ".css", ".svg"} <= {path.with_suffix("").suffix for path in compressed}
    for path in compressed:
        unpack = brotli.decompress if path.suffix == ".br" else gzip.decompress
        assert unpack(path.read_bytes()) == path.with_suffix("").read_bytes()


def test_vites_manifest_is_not_published(built: Site) -> None:
    assert not list(built.output.rglob("*manifest*.json*"))
    assert not list(built.output.rglob(".*"))


def test_building_elsewhere_gives_the_same_bytes_and_times(built: Site, tmp_path: Path) -> None:
    again = small_site(tmp_path)
    build(again)
    assert contents(again) == contents(built)


def test_a_page_that_names_other_files_has_another_time(built: Site, site: Site) -> None:
    """WhiteNoise makes an ETag of time and size, and hashes in names all have one length."""
    append(site.web / "src" / "main.css", "p { margin: 0 }")
    build(site)
    old, new = (where.output / "index.nl.html" for where in (built, site))
    assert old.stat().st_size == new.stat().st_size
    assert old.stat().st_mtime != new.stat().st_mtime


def test_a_second_build_has_nothing_to_do(site: Site) -> None:
    assert build(site) == ALL_STEPS
    assert build(site) == []


@pytest.mark.parametrize(
    ("change", "steps"),
    [
        pytest.param(lambda site: append(site.web / "src" / "main.css", "p { margin: 0 }"), ALL_STEPS, id="the style"),
        pytest.param(
            lambda site: append(site.root / "backend" / "sleutelkast" / "page.py", "x = 1\n"),
            ["catalogs compiled"],
            id="the server's code, but none of its texts",
        ),
        pytest.param(
            lambda site: replace(site.root / "locales/nl/LC_MESSAGES/portal.po", "Opslaan", "Bewaren"),
            ALL_STEPS,
            id="a translation",
        ),
        pytest.param(lambda site: shutil.rmtree(site.output), ["site built"], id="the site is gone"),
    ],
)
def test_only_what_a_change_touches_is_made_again(change: Callable[[Site], None], steps: list[str], site: Site) -> None:
    build(site)
    change(site)
    assert build(site) == steps
    assert build(site) == []


def test_a_failed_build_says_why_and_leaves_the_last_site(site: Site) -> None:
    build(site)
    before = contents(site)
    append(site.web / "src" / "main.ts", 'import "./nowhere";\n')
    with pytest.raises(StepFailedError, match="nowhere"):
        build(site)
    assert contents(site) == before


def test_a_catalog_that_cannot_be_read_is_told_with_its_line(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sitebuild.main.PORTAL_SITE", site)
    append(site.root / "locales" / "nl" / "LC_MESSAGES" / "portal.po", "<<<<<<< ours\n")
    assert main() == 1
    assert re.search(r"nl/LC_MESSAGES/portal\.po.*line \d+", capsys.readouterr().err)


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def replace(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def contents(site: Site) -> dict[str, tuple[bytes, float]]:
    files = (path for path in site.output.rglob("*") if path.is_file())
    return {path.relative_to(site.output).as_posix(): (path.read_bytes(), path.stat().st_mtime) for path in files}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = small_site(tmp_path_factory.mktemp("small"))
    build(site)
    return site
