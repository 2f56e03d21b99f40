"""Single signs that do not belong in a text, or have to be as they are in the source."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from locales.rules.names import addresses
from locales.rules.rule import Entry

_INVISIBLE = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200d\u2028\u2029\u2060-\u2064"
    "\u3164\ufeff\ufff9-\ufffb]"
)
_JOINED = "ARABIC", "EXTENDED ARABIC"
_INDIC = (
    *("DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "ORIYA"),
    *("TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA"),
)
_FROM_THE_KEYBOARD = {"\n": "a line break", "\t": "a tab"}
_NON_JOINER, _JOINER = "\u200c", "\u200d"
_NEEDED_BY = {
    "\u200b": ("THAI", "LAO", "KHMER", "MYANMAR"),
    _NON_JOINER: (*_JOINED, *_INDIC),
    _JOINER: (*_JOINED, *_INDIC),
    "\u00ad": ("LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "GEORGIAN"),
}


class NoMarkup:
    """No tags and no entities: they would be shown as they stand."""

    id = "markup"
    ignorable = False
    _pattern = re.compile(r"</?[a-zA-Z][^<>]*>|<!--|&(?:[a-zA-Z]+|#\d+|#x[0-9a-fA-F]+);")

    def evidence(self, entry: Entry) -> Iterator[str]:
        for text in entry.texts:
            yield from (f"{found} in {text!r}" for found in self._pattern.findall(text))


class SameAddresses:
    """Addresses of pages and mailboxes as in the source: somebody follows them."""

    id = "addresses"
    ignorable = False

    def evidence(self, entry: Entry) -> Iterator[str]:
        for source, text in entry.pairs:
            in_source, in_text = addresses(source), addresses(text)
            if in_source == in_text:
                continue
            expected, found = Counter(in_source), Counter(in_text)
            yield from (f"lacks {address}" for address in sorted((expected - found).elements()))
            yield from (f"has {address}, which the source has not" for address in sorted((found - expected).elements()))


class NoEdgeBlanks:
    """No blank or line break at either end: whoever joins texts with blanks cuts up sentences."""

    id = "edge-blanks"
    ignorable = False

    def evidence(self, entry: Entry) -> Iterator[str]:
        yield from (f"{text!r}" for text in entry.texts if text != text.strip())


class NoDirectionControls:
    """No characters that turn the writing direction: isolation is the page's work, and they hide from the eye."""

    id = "direction-controls"
    ignorable = False
    _pattern = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

    def evidence(self, entry: Entry) -> Iterator[str]:
        for text in entry.texts:
            yield from (f"U+{ord(found):04X} in {text!r}" for found in self._pattern.findall(text))


class ZeroWidth:
    """Signs without width only where a script needs them: nobody sees them, and no search finds a word that has one.

    A joiner stands by letters of a script whose letters change shape, a soft hyphen between two letters of a script
    that breaks words with a hyphen, a zero width space in Thai, which writes words without blanks. A line break or a
    tab, which Enter and Tab leave in many an editor, stands nowhere.
    """

    id = "zero-width"
    ignorable = False

    def evidence(self, entry: Entry) -> Iterator[str]:
        for text in entry.texts:
            # What stands at an end is another rule's.
            inside = text.strip()
            for match in _INVISIBLE.finditer(inside):
                if not self._has_its_place(inside, match.start()):
                    sign = match.group()
                    yield f"{_FROM_THE_KEYBOARD.get(sign, f'U+{ord(sign):04X}')} in {text!r}"

    @staticmethod
    def _has_its_place(text: str, position: int) -> bool:
        sign, before, behind = text[position], text[:position][-1:], text[position + 1 :][:1]
        of_script = [unicodedata.name(one or " ", "").startswith(_NEEDED_BY.get(sign, "-")) for one in (before, behind)]
        if sign == _NON_JOINER:
            # Persian sets its endings apart behind foreign words, figures and placeholders too.
            return of_script[1] and before.strip() != ""
        if sign == _JOINER:
            # A last letter that keeps the shape of a middle one: an abbreviation.
            return of_script[0] and behind != ""
        return all(of_script)
