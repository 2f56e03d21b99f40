"""The album of the guide's pictures: it says which languages' pictures no longer show what the portal says."""

from __future__ import annotations

import gettext
import json
from dataclasses import replace
from pathlib import Path

import pytest

from e2e.guide import album as albums
from e2e.guide.album import THEMES, Album, Picture
from e2e.guide.camera import DENSITY
from e2e.guide.checking import check
from e2e.guide.shots import SHOTS, Shot, Words
from e2e.languages import Language
from e2e.languages import language as language_named

SHOT = Shot("save", (Words("Save"), Words("personal", "in a line")))
PICTURE = Picture(390, 200, {"light": b"light", "dark": b"dark"})
MOST_BYTES = 20_000
MOST_BYTES_OF_ALL = 4_000_000


def test_pictures_go_stale_with_a_text_that_they_show(album: Album) -> None:
    before = (language("nl", Save="Opslaan"), language("de", Save="Sichern"))
    for one in before:
        album.put(one, {"save": PICTURE})
    assert album.stale(before) == []
    assert album.stale((language("nl", Save="Bewaren"), before[1])) == ["nl"]


def test_a_text_with_a_context_counts_as_well(album: Album) -> None:
    album.put(language("nl", personal="persoonlijk"), {"save": PICTURE})
    assert album.stale([language("nl", personal="privé")]) == ["nl"]


def test_a_text_that_they_do_not_show_leaves_them_as_they_are(album: Album) -> None:
    album.put(language("nl", Cancel="Annuleren"), {"save": PICTURE})
    assert album.stale([language("nl", Cancel="Laat maar")]) == []


def test_another_list_of_texts_makes_them_stale(album: Album, tmp_path: Path) -> None:
    album.put(language("nl"), {"save": PICTURE})
    more = Shot("save", (*SHOT.texts, Words("Cancel")))
    assert Album(tmp_path, [more]).stale([language("nl")]) == ["nl"]


def test_the_check_names_the_languages_and_the_mend(album: Album, capsys: pytest.CaptureFixture[str]) -> None:
    album.put(language("nl", Save="Opslaan"), {"save": PICTURE})
    assert check(album, [language("nl", Save="Opslaan")]) == 0
    assert capsys.readouterr() == ("", "")
    assert check(album, [language("nl", Save="Bewaren")]) == 1
    assert capsys.readouterr().err == "the guide's pictures show former texts: nl\n    mend: make guide-pictures\n"


def test_a_new_language_does_without(album: Album, capsys: pytest.CaptureFixture[str]) -> None:
    assert album.missing([language("tlh")]) == ["tlh"]
    assert check(album, [language("tlh")]) == 0
    assert "tlh" in capsys.readouterr().out


def test_new_pictures_take_the_place_of_all_former_ones(album: Album, tmp_path: Path) -> None:
    album.put(language("nl"), {"save": PICTURE, "former": PICTURE})
    album.put(language("nl"), {"save": PICTURE})
    assert {path.name for path in (tmp_path / "nl").iterdir()} == {"save-light.webp", "save-dark.webp"}
    assert json.loads((tmp_path / "pictures.json").read_text())["nl"]["sizes"] == {"save": [390, 200]}


def test_pictures_of_a_language_that_is_gone_go_too(album: Album, tmp_path: Path) -> None:
    for tag in ("nl", "de"):
        album.put(language(tag), {"save": PICTURE})
    album.forget_all_but([language("de")])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["de", "pictures.json"]
    assert list(json.loads((tmp_path / "pictures.json").read_text())) == ["de"]


def test_the_portals_own_album_is_whole_and_small() -> None:
    listed = json.loads((albums.FOLDER / "pictures.json").read_text())
    files = {path.relative_to(albums.FOLDER).as_posix(): path.read_bytes() for path in albums.FOLDER.glob("*/*")}
    names = {shot.name for shot in SHOTS}
    assert listed
    assert all(set(entry["sizes"]) == names for entry in listed.values())
    assert set(files) == {f"{tag}/{name}-{theme}.webp" for tag in listed for name in names for theme in THEMES}
    for path, content in files.items():
        tag, _, file = path.partition("/")
        width, height = listed[tag]["sizes"][file.rpartition("-")[0]]
        assert size_of(content) == (width * DENSITY, height * DENSITY), path
        assert len(content) < MOST_BYTES, path
    assert sum(map(len, files.values())) < MOST_BYTES_OF_ALL


def size_of(webp: bytes) -> tuple[int, int]:
    """Width and height, as the frame of a lossy WebP file has them."""
    assert webp[:4] == b"RIFF"
    assert webp[8:16] == b"WEBPVP8 "
    width, height = (int.from_bytes(webp[at : at + 2], "little") & 0x3FFF for at in (26, 28))
    return width, height


class _Texts(gettext.NullTranslations):
    def __init__(self, texts: dict[str, str]) -> None:
        super().__init__()
        self._texts = texts

    def gettext(self, message: str) -> str:
        return self._texts.get(message, message)

    def pgettext(self, context: str, message: str) -> str:
        return self._texts.get(message, message)


def language(tag: str, **texts: str) -> Language:
    return replace(language_named("en"), tag=tag, translations=_Texts(texts))


@pytest.fixture
def album(tmp_path: Path) -> Album:
    return Album(tmp_path, [SHOT])
