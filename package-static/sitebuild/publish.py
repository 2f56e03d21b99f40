"""Makes the site out of the bundle: pages, manifests, compressed copies, and times that depend on the content only."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from sitebuild.compress import compressed_copies
from sitebuild.languages import page_texts, read_languages
from sitebuild.manifests import app_manifest, manifest_name
from sitebuild.pages import page
from sitebuild.site import Site

_CATALOG = "src/i18n/generated/catalogs/{tag}.first.json"
_FIRST_TIME = 1_000_000_000
_TIME_RANGE = 500_000_000


def publish(site: Site) -> None:
    """Fills `site.output` from `site.bundle`, whole or not at all."""
    fresh = site.stamps / "fresh"
    shutil.rmtree(fresh, ignore_errors=True)
    for name, content in sorted(site_files(site).items()):
        _write(fresh / name, content)
    _replace_folder(site.output, fresh, site.stamps / "old")


def site_files(site: Site) -> dict[str, bytes]:
    """Every file of the site by its path, the compressed copies included."""
    plain = {**_assets(site.bundle), **{name: text.encode() for name, text in _pages(site)}}
    copies = {
        name + suffix: copy
        for name, content in plain.items()
        for suffix, copy in compressed_copies(Path(name), content).items()
    }
    return {**plain, **copies}


def _assets(bundle: Path) -> dict[str, bytes]:
    """What Vite made, without its manifest (which names every source) and its one page."""
    paths = {path.relative_to(bundle): path for path in bundle.rglob("*") if path.is_file()}
    return {
        name.as_posix(): path.read_bytes()
        for name, path in paths.items()
        if name.parts[0] != ".vite" and name.as_posix() != "index.html"
    }


def _pages(site: Site) -> Iterator[tuple[str, str]]:
    template = (site.bundle / "index.html").read_text(encoding="utf-8")
    manifest = json.loads((site.bundle / ".vite" / "manifest.json").read_text(encoding="utf-8"))
    for position, language in enumerate(read_languages(site.translations)):
        catalog = manifest.get(_CATALOG.format(tag=language.tag))
        address = f"/{catalog['file']}" if catalog else None
        texts = page_texts(site.translations, language)
        text = page(template, language, texts, address)
        yield manifest_name(language.tag), app_manifest(language, texts)
        yield f"index.{language.tag}.html", text
        if position == 0:
            yield "index.html", text


def _replace_folder(folder: Path, fresh: Path, old: Path) -> None:
    """Two renames, so that a server never finds half a site."""
    shutil.rmtree(old, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (_time_of(content),) * 2)


def _time_of(content: bytes) -> int:
    """A time made from the content, in seconds since 1970.

    File servers make an ETag of time and size: with one time for all builds, a page that names other hashed files, of
    names as long, would pass for the old one.
    """
    return _FIRST_TIME + int.from_bytes(hashlib.sha256(content).digest()[:8]) % _TIME_RANGE
