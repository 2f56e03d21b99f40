"""Proves what stands in a part of the window, then takes its picture in each theme."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from playwright.sync_api import Locator, Page

from e2e.guide.album import THEMES, Picture
from e2e.guide.shots import Shot, Words
from e2e.languages import Language

WIDTH = 390
"""Of the window, and so of every picture, in CSS pixels: a phone's."""
DENSITY = 1.5
"""Pixels for each of them. The guide shows the pictures smaller than they were taken, so that this is sharp enough."""
_QUALITY = 2
"""The eye forgives fine pixels more than coarse ones: at this density it looks better than many times that at 1."""
_MARGIN = 12
_ROUND = 4
"""So many CSS pixels are a whole number of pixels."""
_PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
_TEXTS_BETWEEN = """([top, bottom]) => {
  const names = "[translate=no], bdi, time, code, .ltr";
  const isOnTop = (element, x, y) => element.contains(document.elementFromPoint(x, y));
  const isSeen = (element, { left, right, top: upper, bottom: lower }) =>
    right - left > 1 && lower > top && upper < bottom &&
    [left + 1, (left + right) / 2, right - 1].some((x) => isOnTop(element, x, (upper + lower) / 2));
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) {
    const { parentElement, textContent } = walker.currentNode;
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    if ([...range.getClientRects()].some((box) => isSeen(parentElement, box))) {
      texts.push([textContent, parentElement.closest(names) !== null]);
    }
  }
  return texts;
}"""


@dataclass(frozen=True)
class Strip:
    """A part of the window, over its whole width, in CSS pixels."""

    top: int
    bottom: int

    @classmethod
    def round(cls, *places: Locator, until: float | None = None) -> Strip:
        """With all of these and a margin; or from the first of them to a given height."""
        boxes = [place.bounding_box() for place in places]
        edges = [(box["y"], box["y"] + box["height"]) for box in boxes if box is not None]
        assert len(edges) == len(places), "what is to be shown is not on the page"
        top = min(upper for upper, _ in edges) - _MARGIN
        bottom = max(lower for _, lower in edges) + _MARGIN if until is None else until
        return cls(max(0, _ROUND * int(top // _ROUND)), _ROUND * int(-(-bottom // _ROUND)))


def take(page: Page, language: Language, shot: Shot, strip: Strip) -> Picture:
    """The picture of a part of the page; raise AssertionError where other texts stand in it than it is to show."""
    _prove(page, language, shot, strip)
    pictures = {}
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        pictures[theme] = _capture(page, strip)
    return Picture(WIDTH, strip.bottom - strip.top, pictures)


def _prove(page: Page, language: Language, shot: Shot, strip: Strip) -> None:
    seen = [(_plain(text), is_name) for text, is_name in page.evaluate(_TEXTS_BETWEEN, [strip.top, strip.bottom])]
    found = [text for text, _ in seen]
    said = [text for text, is_name in seen if not is_name and any(sign.isalpha() for sign in text)]
    strange = [text for text in said if not any(_stands_in(text, words, language) for words in shot.texts)]
    assert not strange, f"{language.tag} {shot.name}: its texts do not name {strange}"
    unseen = [words.text for words in shot.texts if not _is_among(found, words, language)]
    assert not unseen, f"{language.tag} {shot.name}: not to be seen: {unseen}, only {found}"


def _stands_in(text: str, words: Words, language: Language) -> bool:
    """Whether it is these words with something in the place of each placeholder, or one piece between two of those."""
    pieces = _pieces(words, language)
    whole = ".+?".join(map(re.escape, pieces))
    return re.fullmatch(whole, text) is not None or text in {piece.strip() for piece in pieces}


def _is_among(texts: Sequence[str], words: Words, language: Language) -> bool:
    if any(_stands_in(text, words, language) for text in texts):
        return True
    # A text of placeholders and signs only, as "{model}, {ownership}" is.
    return not any(sign.isalpha() for piece in _pieces(words, language) for sign in piece)


def _pieces(words: Words, language: Language) -> list[str]:
    return [_blanks_alike(piece) for piece in _PLACEHOLDER.split(words.translated(language))]


def _plain(text: str) -> str:
    return _blanks_alike(text).strip()


def _blanks_alike(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _capture(page: Page, strip: Strip) -> bytes:
    devtools = page.context.new_cdp_session(page)
    clip = {"x": 0, "y": strip.top, "width": WIDTH, "height": strip.bottom - strip.top, "scale": DENSITY}
    answer = devtools.send("Page.captureScreenshot", {"format": "webp", "quality": _QUALITY, "clip": clip})
    devtools.detach()
    return _bare(base64.b64decode(answer["data"]))


def _bare(webp: bytes) -> bytes:
    """The picture without the colour profile that the browser puts into each: it is sRGB, as all is that names none."""
    at = webp.index(b"VP8 ")
    size = int.from_bytes(webp[at + 4 : at + 8], "little")
    frame = webp[at : at + 8 + size + size % 2]
    return b"RIFF" + (4 + len(frame)).to_bytes(4, "little") + b"WEBP" + frame
