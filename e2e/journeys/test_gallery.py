"""The gallery: its pictures, the proof that each gives first, and how a run goes on where another one ended."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from e2e.conftest import Visits
from e2e.gallery.photographer import Refused, pictures_of
from e2e.gallery.proof import NotProvenError, Proof, seen
from e2e.gallery.records import Face
from e2e.gallery.studio import keeps_still
from e2e.languages import language
from e2e.pages.visitor import Visitor
from e2e.readers import Reader
from e2e.readers import reader as reader_named

ROOT = Path(__file__).parents[2]
SIZES = {("phone", "light"), ("phone", "dark"), ("desktop", "light"), ("desktop", "dark")}


def test_a_page_that_is_held_open_is_taken_in_each_language(still: Visitor, tmp_path: Path) -> None:
    still.opens("/help")
    taken = list(pictures_of(still.page, [language("nl"), language("ar")], "walk", "help", tmp_path))
    assert [one.language for one in taken] == ["nl", "ar"]
    for face in taken:
        assert isinstance(face, Face), face
        assert {(shot.screen, shot.theme) for shot in face.shots} == SIZES
        assert language(face.language).says("Why store a recovery key?") in face.text
        assert all((tmp_path / shot.file).read_bytes()[8:12] == b"WEBP" for shot in face.shots)
        assert len({shot.content for shot in face.shots}) == len(SIZES)
    still.reads_their_language()
    still.sign_in.title_is("Help")


def test_a_page_that_did_not_change_gives_the_same_pictures(visits: Visits, tmp_path: Path) -> None:
    contents = []
    for _ in range(2):
        visitor = visits()
        keeps_still(visitor.page.context)
        visitor.opens("/")
        (face,) = pictures_of(visitor.page, [language("de")], "walk", "sign-in", tmp_path)
        assert isinstance(face, Face), face
        contents.append([shot.content for shot in face.shots])
    assert contents[0] == contents[1]


def test_a_picture_in_a_wrong_language_is_refused(still: Visitor) -> None:
    still.opens("/help")
    proof = Proof.found_in(seen(still.page))
    with pytest.raises(NotProvenError, match="the document says that it is en ltr, not nl ltr"):
        proof.of(language("nl"), seen(still.page))
    still.page.evaluate("document.documentElement.lang = 'nl'")
    with pytest.raises(NotProvenError, match="nl: nothing stands there for"):
        proof.of(language("nl"), seen(still.page))


def test_a_text_that_is_left_of_another_language_is_refused(still: Visitor, tmp_path: Path) -> None:
    still.opens("/help")
    still.page.evaluate("(text) => document.querySelector('main').append(text)", "Your key was updated")
    (refused,) = pictures_of(still.page, [language("nl")], "walk", "help", tmp_path)
    assert refused == Refused("walk", "help", "nl", refused.why)
    assert "Your key was updated" in refused.why
    assert not list(tmp_path.rglob("*.webp"))


def test_a_run_goes_on_where_another_ended(tmp_path: Path) -> None:
    gallery(tmp_path)
    faces = faces_in(tmp_path)
    assert {face["language"] for face in faces} == {"nl", "ar"}
    pictures = sorted((tmp_path / "now").rglob("*.webp"))
    assert len(pictures) == len(faces) * len(SIZES)
    when = {picture: picture.stat().st_mtime_ns for picture in pictures}
    lost, lost_too = (
        tmp_path / "now" / "nl" / "audit-phone-dark.webp",
        tmp_path / "now" / "nl" / "audit-phone-light.webp",
    )
    lost.unlink()
    gallery(tmp_path)
    anew = {picture for picture in pictures if picture.stat().st_mtime_ns != when[picture]}
    assert {lost, lost_too} < anew
    assert len(anew) == len(SIZES)


def gallery(folder: Path) -> None:
    """The smallest walk in two languages."""
    words = ("--folder", str(folder), "--languages", "nl", "ar", "--walks", "auditor", "--workers", "1")
    ended = subprocess.run(
        [sys.executable, "-m", "e2e.gallery", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr


def faces_in(folder: Path) -> list[dict[str, object]]:
    lines = map(json.loads, (folder / "now" / "records.jsonl").read_text(encoding="utf-8").splitlines())
    return [line["face"] for line in lines if "face" in line]


@pytest.fixture
def reader() -> Reader:
    """The gallery walks in English, on a phone."""
    return reader_named("en-phone")


@pytest.fixture
def still(visitor: Visitor) -> Visitor:
    """Somebody before whose eyes nothing moves."""
    keeps_still(visitor.page.context)
    return visitor
