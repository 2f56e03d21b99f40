"""Whether a text has room on the smallest screen: a phone 320 px wide, or a page at 400 % on a small laptop.

Widths are in em, the size of the letters, since what fits depends on that alone. They are those of common system fonts
within some ten per cent, which is why there is room left in the limits; the browser suite looks at the real pages.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from locales.messages import Message
from locales.placeholders import outside_placeholders
from locales.rules.rule import Entry

SCREEN, EDGE = 320, 20
"""The smallest screen and the page's edge beside it (`--page-edge`), in px."""

_FILLED_IN = "nnnnnnnn"
"""What stands for a placeholder: a name, a date or a number of eight letters."""

MORE, TIMES_MORE = 7, 1.7
"""A translation may be 7 em and 1.7 times as wide as its English: some 30,000 are, and what came in twice is not."""
LESS, FROM = 0.35, 15
"""It is at least 0.35 times as wide, where the English has 15 em or more. The narrowest has 0.42 times."""


@dataclass(frozen=True)
class Room:
    """Where texts of a kind stand, and how many em fit in a line there."""

    kind: str
    starts: tuple[str, ...]
    """How the note for translators of such a text begins."""
    inset: int
    """What padding, border and picture take from the width of the page, in px."""
    size: float
    """The size of the letters, in px."""
    lines: int
    """How many lines there may be."""

    @property
    def em(self) -> float:
        return (SCREEN - 2 * EDGE - self.inset) / self.size


ROOMS = (
    Room("a button", ("Button", "On the button"), inset=51, size=17, lines=2),
    Room("a title", ("Title of", "Name of the page"), inset=0, size=28, lines=4),
    Room("a head of a column", ("Head of a column",), inset=0, size=15, lines=1),
    Room("a row's name", ("Row", "Label of"), inset=0, size=15, lines=2),
    Room("a filter", ("Filter",), inset=40, size=17, lines=1),
    Room("a short state", ("Short state",), inset=44, size=14, lines=1),
)
"""From button.css, base.css (h1 at 320 px), tokens.css and chip.css; docs/translation-checks.md#room has the sums."""

_ANYWHERE = Room("a line", ("",), inset=0, size=17, lines=0)


class EnoughRoom:
    """A text fits where it stands, and each of its words in a line: what does not is cut in two at any letter."""

    id = "room"
    ignorable = True

    def evidence(self, entry: Entry) -> Iterator[str]:
        room = _room_of(entry.message)
        for text in filter(None, entry.texts):
            if room.lines and (needed := width(text)) > room.em * room.lines:
                yield f"{text!r} is {needed:.0f} em wide, and {room.kind} has {room.em * room.lines:.0f}"
            # No letter is wider than one em: most words need no measuring.
            for word in filter(lambda word: len(word) > room.em, _unbreakable(text)):
                if (needed := width(word)) > room.em:
                    yield f"{word!r} is {needed:.0f} em wide, and a line of {room.kind} {room.em:.0f}"


class LikeItsEnglish:
    """A text is about as long as its English: what is far longer came in twice, what is far shorter lost a sentence."""

    id = "length"
    ignorable = True
    _twice = re.compile(r"(.{4,}?)\s+\1")

    def evidence(self, entry: Entry) -> Iterator[str]:
        for source, text in entry.pairs:
            english, said = width(source), width(text)
            if self._twice.fullmatch(text):
                yield f"{text!r} says itself twice"
            elif said > MORE + TIMES_MORE * english:
                yield f"{text!r} is {said:.0f} em wide, its English only {english:.0f}"
            if english >= FROM and said < LESS * english:
                yield f"{text!r} is only {said:.0f} em wide, its English {english:.0f}"


@cache
def width(text: str) -> float:
    """How wide a text is, in em."""
    shown = "".join(_FILLED_IN if kept else piece for piece, kept in outside_placeholders(text))
    return sum(_width_of(letter) for letter in shown)


def _room_of(message: Message) -> Room:
    """The narrowest of the rooms in which a message is shown."""
    rooms = [room for room in ROOMS if any(comment.startswith(room.starts) for comment in message.comments)]
    return min(rooms, key=lambda room: room.em, default=_ANYWHERE)


def _unbreakable(text: str) -> list[str]:
    """The pieces between which a line may break. Languages that write without blanks break anywhere, Thai by a list."""
    return [
        piece
        for piece in re.split(r"[\s\N{SOFT HYPHEN}\N{ZERO WIDTH SPACE}/–—-]+", text)
        if not _BREAKS_BY_ITSELF.search(piece)
    ]


_BREAKS_BY_ITSELF = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
_NARROW = frozenset("iljtfrI.,:;'’‘|!()[]·ıíìîïļľ ")
_BROAD = frozenset("mwMW@%…—ШЩЖЮМшщжюмфыΩω")


@cache
def _width_of(letter: str) -> float:
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    if letter in _NARROW:
        return 0.3
    if letter in _BROAD:
        return 0.85
    return 0.66 if letter.isupper() else 0.56
