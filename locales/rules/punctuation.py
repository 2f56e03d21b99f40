"""The marks between words, as each language writes them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from locales.rules.names import SIGN, words_of
from locales.rules.rule import Entry, nearest

_CLOSING = "\"'”’“»«›)]」』）】\u00a0\u202f "
_MARKS = ".,:;?!…⋯。，：；？！、।؟،؛·"
_FOREIGN = "。，；：？！、।؟،؛"
_IDEOGRAPH = r"\u3040-\u30ff\u3400-\u9fff"
_CJK = rf"\u3001-\u303f{_IDEOGRAPH}\uff00-\uffef”’{SIGN}"


@dataclass(frozen=True)
class Habits:
    """How a language writes: at the end of a text, between words, and round what is quoted."""

    ends: Mapping[str, str] = field(default_factory=dict, hash=False)
    """For an English mark at the end, the marks that may stand there instead; a blank is for none."""
    own: str = ""
    """Marks of other scripts that are at home in this one."""
    strange: str = ""
    """A pattern for what this language does not write, though others do."""
    quotes: str = "“”"
    """What opens and closes a quotation; several pairs in a row."""


_WIDE = {".": "。", "?": "？", ":": "：", ",": "：，", "!": "！"}
_BLANK_BEFORE_MARK = r"[ \u00a0\u202f][.,:;?!…](?!\w)"
_FRENCH = r"(?<![\u00a0\u202f])[:;?!](?=\s|$)|[^\u00a0\u202f]»|«[^\u00a0\u202f]|[ \u00a0\u202f][.,…]|[ ][:;?!]"
_ASCII_IN_CJK = rf"[{_CJK}][.,:;?!]|[.,:;?!](?=[{_IDEOGRAPH}])"
_LOW_HIGH, _LOW_LOW, _ANGLES = "„“", "„”", "«»"
_NEVER = r"[\"']|[ \u00a0\u202f]{2}|\.\.\.|!"
_PLAIN = Habits(strange=_BLANK_BEFORE_MARK)


def _habits(quotes: str, own: str = "", strange: str = _BLANK_BEFORE_MARK, **ends: str) -> Habits:
    return Habits({_ENDS[name]: marks for name, marks in ends.items()}, own, strange, quotes)


_ENDS = {"stop": ".", "question": "?", "colon": ":", "comma": ",", "ellipsis": "…"}
_LATIN_QUESTION_MARKS = r"[?,;](?!\w)"
_HABITS: Mapping[str, Habits] = {
    "nl": _habits("‘’“”"),
    "de": _habits(_LOW_HIGH, strange=r"[ \u00a0\u202f][.,:;?!](?!\w)|(?<!\u00a0)…"),
    "ar": _habits("«»“”", own="؟،؛", strange=rf"{_LATIN_QUESTION_MARKS}|\s[؟،؛.:]", question="؟", comma="،"),
    "fr": _habits(_ANGLES, strange=_FRENCH),
    "es": _habits(_ANGLES, comma=":"),
    "pt-PT": _habits(_ANGLES),
    "ca": _habits(_ANGLES),
    "da": _habits("””"),
    "sv": _habits("””"),
    "nb": _habits(_ANGLES),
    "fi": _habits("””"),
    "is": _habits(_LOW_HIGH),
    "et": _habits(_LOW_HIGH),
    "lv": _habits(_LOW_LOW, comma="."),
    "lt": _habits(_LOW_HIGH),
    "pl": _habits(_LOW_LOW),
    "cs": _habits(_LOW_HIGH),
    "sk": _habits(_LOW_HIGH),
    "sl": _habits("»«"),
    "hr": _habits(_LOW_LOW),
    "hu": _habits(_LOW_LOW),
    "ro": _habits(_LOW_LOW, strange=rf"[ŞşŢţ]|{_BLANK_BEFORE_MARK}"),
    "bg": _habits(_LOW_HIGH),
    "el": _habits(_ANGLES, strange=rf"\?|{_BLANK_BEFORE_MARK}", question=";"),
    "uk": _habits(_ANGLES, comma="."),
    "ru": _habits(_ANGLES, comma="."),
    "he": _habits("״״"),
    "fa": _habits(_ANGLES, own="؟،؛", strange=rf"{_LATIN_QUESTION_MARKS}|\s[؟،؛.:]|[يك]", question="؟", comma="،"),
    "hi": _habits("“”", own="।", strange=rf"[\u0900-\u097f]\.|{_BLANK_BEFORE_MARK}", stop="।"),
    "th": _habits("“”", strange=rf"[\u0e00-\u0e7f]\.(?!\w)|{_BLANK_BEFORE_MARK}", stop=" ", question=" ?", comma=" "),
    "ja": Habits({**_WIDE, "?": "？。 ", ",": "、 "}, "。：？！、", rf"{_ASCII_IN_CJK}|[，；]", "「」『』"),
    "ko": _habits("‘’“”", colon=":.", comma=",."),
    "zh-Hans": Habits(_WIDE, "。，：；？！、", _ASCII_IN_CJK, "“”"),
    "zh-Hant": Habits({**_WIDE, "…": "⋯…"}, "。，：；？！、", _ASCII_IN_CJK, "「」『』"),
}
_APOSTROPHE = "’"
_HEBREW_ABBREVIATION = re.compile(r"(?<=\w)״(?=\w\b)")
"""Its sign stands before the last letter (דוא״ל) and quotes nothing."""
_ALL_QUOTES = frozenset('“”„‟«»‹›「」『』״"')


class EndMark:
    """A text ends as its source does, with the mark of its own language: a sentence stays one, a label stays one."""

    id = "end-mark"
    ignorable = True
    _abbreviation = re.compile(r"\b(?:dvs|etc|usw|itd|atd|bzw)\.$")

    def evidence(self, entry: Entry) -> Iterator[str]:
        ends = _habits_of(entry).ends
        for source, text in entry.pairs:
            expected, found = _last_mark(source), _last_mark(text)
            allowed = ends.get(expected, expected) if expected else " "
            if (found or " ") not in allowed and not (not expected and self._abbreviation.search(text)):
                yield f"{text!r} ends with {found or 'no mark'}, where {_in_words(allowed)} belongs"


class Punctuation:
    """Marks are those of the language, with the blanks that it has before them."""

    id = "punctuation"
    ignorable = True

    def evidence(self, entry: Entry) -> Iterator[str]:
        strange = _strange_marks(_habits_of(entry))
        for text in entry.texts:
            plain = words_of(text)
            for match in strange.finditer(plain):
                yield f"{match.group().replace(SIGN, '…')!r} in {text!r}"
            yield from self._unpaired(plain, entry.language.tag, text)

    @staticmethod
    def _unpaired(plain: str, tag: str, text: str) -> Iterator[str]:
        if tag == "es" and any(plain.count(first) != plain.count(last) for first, last in ("¿?", "¡!")):
            yield f"a question without ¿ or ? in {text!r}"


class Quotes:
    """What is quoted stands between the marks of the language, each opened and closed."""

    id = "quotes"
    ignorable = True

    def evidence(self, entry: Entry) -> Iterator[str]:
        pairs = _habits_of(entry).quotes
        for text in entry.texts:
            strange = sorted(set(text) & (_ALL_QUOTES - set(pairs)))
            yield from (f"{mark} in {text!r}, where {pairs} is written" for mark in strange)
            if not strange and not self._paired(text, pairs):
                yield f"a quotation is not opened or not closed in {text!r}"

    @staticmethod
    def _paired(text: str, pairs: str) -> bool:
        closer_of, awaited = dict(zip(pairs[::2], pairs[1::2], strict=True)), ""
        for sign in _HEBREW_ABBREVIATION.sub("", text):
            if awaited and sign == awaited:
                awaited = ""
            elif sign in closer_of:
                if awaited:
                    return False
                awaited = closer_of[sign]
            elif sign in pairs and sign != _APOSTROPHE:
                return False
        return not awaited


def _habits_of(entry: Entry) -> Habits:
    return nearest(entry.language.tag, _HABITS) or _PLAIN


@cache
def _strange_marks(habits: Habits) -> re.Pattern[str]:
    """What no language here writes, what this one does not, and the marks of other scripts."""
    foreign = "".join(mark for mark in _FOREIGN if mark not in habits.own)
    return re.compile("|".join(filter(None, (_NEVER, habits.strange, f"[{foreign}]" if foreign else ""))))


def _last_mark(text: str) -> str:
    """The mark at the end, be it inside or outside of what closes there."""
    end = text.rstrip(_CLOSING)[-1:]
    return end if end in _MARKS else ""


def _in_words(marks: str) -> str:
    return " or ".join(mark if mark.strip() else "none" for mark in marks)
