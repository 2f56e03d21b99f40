"""Laws over the portal's own site, built for real: strict pages, the same bytes each time, in the wheel."""

import json
import re
import shutil
import subprocess
import sys
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sitebuild.languages import page_texts, read_languages
from sitebuild.main import build
from sitebuild.site import ROOT, Site


def test_every_page_says_its_language_and_texts(portal: Site) -> None:
    for language in read_languages(portal.translations):
        page, texts = read(portal, language.tag), page_texts(portal.translations, language)
        assert page.attributes["html"] == [{"lang": language.tag, "dir": language.dir}]
        assert page.text["title"] == texts.title
        assert page.text["noscript"] == texts.without_script


def test_every_language_but_the_source_preloads_a_catalog_of_its_own(portal: Site) -> None:
    source, *others = read_languages(portal.translations)
    assert read(portal, source.tag).catalogs == []
    catalogs = [read(portal, language.tag).catalogs for language in others]
    assert all(len(found) == 1 for found in catalogs)
    assert len({found[0] for found in catalogs}) == len(others)


def test_every_language_calls_its_app_by_its_words_and_has_the_icons(portal: Site) -> None:
    for language in read_languages(portal.translations):
        app = json.loads((portal.output / f"manifest.{language.tag}.webmanifest").read_text(encoding="utf-8"))
        texts = page_texts(portal.translations, language)
        assert (app["lang"], app["dir"], app["name"]) == (language.tag, language.dir, texts.title)
        assert app["description"] == texts.description
        for icon in app["icons"]:
            content = (portal.output / icon["src"].removeprefix("/")).read_bytes()
            assert icon["type"] == "image/svg+xml" or (size_of_png(content), icon["type"]) == (
                icon["sizes"],
                "image/png",
            )


def size_of_png(content: bytes) -> str:
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    return "x".join(str(int.from_bytes(content[at : at + 4])) for at in (16, 20))


def test_no_page_has_an_inline_script_or_style_or_anything_from_elsewhere(portal: Site) -> None:
    """What the content security policy would block, found before a browser does."""
    for path in portal.output.glob("*.html"):
        page = Page(path.read_text(encoding="utf-8"))
        assert "style" not in page.attributes
        assert not any(name == "style" or name.startswith("on") for name in page.attribute_names)
        assert all(script.get("src") for script in page.attributes["script"])
        for address in page.addresses:
            assert address.startswith("/")
            assert (portal.output / address.removeprefix("/")).is_file()


def test_each_picture_of_the_guide_is_a_file_of_its_own_kept_for_ever(portal: Site) -> None:
    taken = {path.read_bytes() for path in (portal.web / "src" / "pages" / "help" / "pictures").glob("*/*.webp")}
    shipped = list((portal.output / "assets").glob("*.webp"))
    assert taken
    assert {path.read_bytes() for path in shipped} == taken
    assert all(HASHED.fullmatch(path.name) for path in shipped)


def test_the_first_page_loads_nothing_of_the_guide(portal: Site) -> None:
    page = read(portal, "en")
    scripts = [address for address in page.addresses if address.endswith(".js")]
    assert len(scripts) == 1
    first = (portal.output / scripts[0].removeprefix("/")).read_text(encoding="utf-8")
    later = [path.read_text(encoding="utf-8") for path in (portal.output / "assets").glob("*.js")]
    for words in (".webp", "Why store a recovery key?"):
        assert words not in first
        assert any(words in script for script in later)


def test_building_twice_gives_the_same_bytes(portal: Site, tmp_path: Path) -> None:
    again = Site(ROOT, tmp_path / "static", tmp_path / "stamps")
    build(again)
    assert contents(again.output) == contents(portal.output)


def test_the_wheel_holds_the_site_and_the_catalogs(portal: Site, tmp_path: Path) -> None:
    """So installing it needs no Node. Git ignores both folders, and a build backend leaves out what git ignores."""
    shipped = wheel_of(checkout(portal, tmp_path), tmp_path / "dist")
    site = {f"sleutelkast/static/{name}" for name in contents(portal.output)}
    catalogs = {f"sleutelkast/translations/{name}" for name in contents(portal.translations)}
    assert site <= shipped
    assert catalogs <= shipped
    assert not [name for name in shipped if "node_modules" in name or name.endswith((".ts", ".tsx", ".po"))]


HASHED = re.compile(r"[a-z]+-(light|dark)-[\w-]{8}\.webp")


class Page(HTMLParser):
    """The elements of a page: their attributes and texts by the element's name."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.attributes: dict[str, list[dict[str, str | None]]] = {}
        self.text: dict[str, str] = {}
        self._open = ""
        self.feed(text)

    @property
    def attribute_names(self) -> list[str]:
        return [name for elements in self.attributes.values() for element in elements for name in element]

    @property
    def addresses(self) -> list[str]:
        elements = [element for found in self.attributes.values() for element in found]
        return [address for element in elements for address in (element.get("src"), element.get("href")) if address]

    @property
    def catalogs(self) -> list[str | None]:
        return [link["href"] for link in self.attributes["link"] if link.get("as") == "fetch"]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes.setdefault(tag, []).append(dict(attrs))
        self._open = tag

    def handle_data(self, data: str) -> None:
        self.text.setdefault(self._open, data)


def read(site: Site, tag: str) -> Page:
    return Page((site.output / f"index.{tag}.html").read_text(encoding="utf-8"))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def checkout(site: Site, folder: Path) -> Path:
    """What the wheel is built from, with the site and the catalogs where the build puts them."""
    root = folder / "checkout"
    unbuilt = shutil.ignore_patterns("static", "translations", "__pycache__")
    shutil.copytree(ROOT / "backend", root / "backend", ignore=unbuilt)
    for name in ("pyproject.toml", "README.md", ".gitignore"):
        shutil.copy(ROOT / name, root)
    shutil.copytree(site.output, root / "backend" / "sleutelkast" / "static")
    shutil.copytree(site.translations, root / "backend" / "sleutelkast" / "translations")
    return root


def wheel_of(root: Path, folder: Path) -> set[str]:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("portal")
    site = Site(ROOT, folder / "static", folder / "stamps")
    build(site)
    return site
