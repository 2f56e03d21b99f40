"""The gallery: its pictures, the proof that each gives first, its site, and how a run goes on where another ended."""

from __future__ import annotations

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageOps
from playwright.sync_api import Browser, Page, expect

from e2e.conftest import Visits
from e2e.gallery.differences import difference
from e2e.gallery.photographer import Refused, pictures_of
from e2e.gallery.progress import Progress
from e2e.gallery.proof import NotProvenError, Proof, seen
from e2e.gallery.records import Face
from e2e.gallery.studio import Studio, keeps_still
from e2e.languages import language
from e2e.laws.accessibility import violations
from e2e.pages.visitor import Visitor
from e2e.readers import Reader
from e2e.readers import reader as reader_named

ROOT = Path(__file__).parents[2]
SIZES = {("phone", "light"), ("phone", "dark"), ("desktop", "light"), ("desktop", "dark")}


def test_a_page_that_is_held_open_is_taken_in_each_language(still: Visitor, tmp_path: Path) -> None:
    still.opens("/help")
    taken = list(pictures_of(Studio(still.page), [language("nl"), language("ar")], "walk", "help", tmp_path))
    assert [one.language for one in taken] == ["nl", "ar"]
    for face in taken:
        assert isinstance(face, Face), face
        assert {(shot.screen, shot.theme) for shot in face.shots} == SIZES
        assert language(face.language).says("Why store a recovery key?") in face.text
        assert all((tmp_path / shot.file).read_bytes()[1:4] == b"PNG" for shot in face.shots)
        assert len({shot.content for shot in face.shots}) == len(SIZES)
    still.reads_their_language()
    still.sign_in.title_is("Help")


def test_a_page_that_did_not_change_gives_the_same_pictures(visits: Visits, tmp_path: Path) -> None:
    contents = []
    for _ in range(2):
        visitor = visits()
        keeps_still(visitor.page.context)
        visitor.opens("/")
        (face,) = pictures_of(Studio(visitor.page), [language("de")], "walk", "sign-in", tmp_path)
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
    (refused,) = pictures_of(Studio(still.page), [language("nl")], "walk", "help", tmp_path)
    assert refused == Refused("walk", "help", "nl", refused.why)
    assert "Your key was updated" in refused.why
    assert not list(tmp_path.rglob("*.png"))


def test_a_finding_stands_beside_its_picture(still: Visitor, tmp_path: Path) -> None:
    still.opens("/help")
    still.page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    (face,) = pictures_of(Studio(still.page), [language("en")], "walk", "help", tmp_path)
    assert isinstance(face, Face), face
    assert [one for one in face.findings if one.startswith("phone, light: accessibility: button-name")]


def test_a_run_goes_on_where_another_ended_and_its_site_shows_what_changed(browser: Browser, tmp_path: Path) -> None:
    told = gallery(tmp_path)
    faces = faces_in(tmp_path / "now")
    assert {face["language"] for face in faces} == {"nl", "ar"}
    pictures = sorted((tmp_path / "now").rglob("*.png"))
    assert len(pictures) == len(faces) * len(SIZES)
    assert f"{len(pictures)} pictures, 0 changed, 0 new, 0 gone" in told
    accepts(tmp_path)

    nl = tmp_path / "now" / "nl"
    (nl / "audit-phone-dark.png").unlink()
    when = {picture: picture.stat().st_mtime_ns for picture in pictures if picture.exists()}
    told = gallery(tmp_path)
    anew = {picture for picture in pictures if picture.stat().st_mtime_ns != when.get(picture)}
    assert anew == set(nl.glob("audit-phone-*")) | set(nl.glob("audit-desktop-*")), (
        "a face that lacks nothing was taken"
    )

    plants_a_difference(tmp_path / "accepted", "ar/audit-nothing-phone-light.png")
    told = gallery(tmp_path)
    assert "1 changed, 0 new, 0 gone" in told
    with browser.new_context() as context:
        errors: list[str] = []
        context.on("weberror", lambda error: errors.append(str(error.error)))
        site_finds_and_shows(context.new_page(), tmp_path, len(pictures))
        assert not errors


def site_finds_and_shows(page: Page, folder: Path, count: int) -> None:
    """From the file, as somebody opens it."""
    page.goto((folder / "index.html").as_uri())
    found = page.get_by_role("status").first
    expect(found).to_have_text(f"{count} of {count} pictures")
    words = language("ar").says("Nobody has this user name.")
    page.get_by_role("searchbox", name="Search").fill(words)
    expect(found).to_have_text(f"{len(SIZES)} of {count} pictures")
    page.get_by_role("button", name="Clear").click()
    page.get_by_label("Only differences").check()
    expect(found).to_have_text(f"1 of {count} pictures")
    page.get_by_role("listitem").get_by_role("button", name="audit-nothing").click()
    closer = page.get_by_role("dialog", name="audit-nothing")
    expect(closer.get_by_role("img")).to_have_count(3)
    page.keyboard.press("Escape")
    expect(closer).to_have_count(0)
    page.get_by_role("button", name="Clear").click()
    page.get_by_role("combobox", name="Language", exact=True).select_option("nl")
    page.get_by_role("combobox", name="Side by side with").select_option("ar")
    page.get_by_role("listitem").get_by_role("button").first.click()
    place = page.locator("#closer-place")
    expect(place).to_contain_text(f"1 of {count // 2}")
    page.keyboard.press("ArrowRight")
    expect(place).to_contain_text(f"2 of {count // 2}")
    shown = page.get_by_role("dialog").get_by_role("img")
    expect(shown).to_have_count(2)
    for at in range(2):
        expect(shown.nth(at)).to_have_js_property("complete", True)
        assert shown.nth(at).evaluate("(image) => image.naturalWidth") > 0
    assert not violations(page)


def test_a_difference_is_measured_and_shown(tmp_path: Path) -> None:
    after, before, where = (tmp_path / name for name in ("after.png", "before.png", "where.png"))
    Image.new("RGB", (100, 100), "white").save(before)
    changed = Image.new("RGB", (100, 100), "white")
    changed.paste("black", (0, 0, 10, 100))
    changed.save(after)
    assert difference((after, before, where)) == pytest.approx(0.1)
    with Image.open(where) as shown:
        red, green, _ = shown.convert("RGB").getpixel((4, 50))
        assert red > green + 100
    Image.new("RGB", (100, 200), "white").save(after)
    assert difference((after, before, where)) == pytest.approx(0.5), "a page that grew changed by what came to it"
    assert difference((before, before, tmp_path / "none.png")) == 0
    assert not (tmp_path / "none.png").exists()


def test_how_far_it_is_stands_in_a_bar_in_a_terminal_and_in_lines_elsewhere() -> None:
    terminal, pipe = Terminal(), StringIO()
    for out in (terminal, pipe):
        progress = Progress(4, out)
        progress.advance("owner: help, nl")
        progress.ends()
    assert "███████░" in terminal.getvalue()
    assert "25 %  1 of 4  0:00  owner: help, nl" in terminal.getvalue()
    assert pipe.getvalue() == " 25 %  1 of 4  0:00  done\n", "a pipe hears of each picture"


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def gallery(folder: Path) -> str:
    """The smallest walk in two languages; what the run says in the end."""
    return runs("--folder", str(folder), "--languages", "nl", "ar", "--walks", "auditor", "--workers", "1")


def accepts(folder: Path) -> None:
    runs("--folder", str(folder), "--accept")


def runs(*words: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-m", "e2e.gallery", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def plants_a_difference(accepted: Path, place: str) -> None:
    """As if another picture had been accepted."""
    with Image.open(accepted / place) as image:
        ImageOps.invert(image.convert("RGB")).save(accepted / place)
    records = accepted / "records.jsonl"
    (content,) = [shot["content"] for face in faces_in(accepted) for shot in face["shots"] if shot["file"] == place]
    records.write_text(records.read_text(encoding="utf-8").replace(content, "another"), encoding="utf-8")


def faces_in(folder: Path) -> list[dict[str, Any]]:
    lines = map(json.loads, (folder / "records.jsonl").read_text(encoding="utf-8").splitlines())
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
