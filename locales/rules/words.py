"""The words: no English left over, names as they are, the glossary's terms, and for each message a text of its own."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from locales.errors import MendableError
from locales.messages import Message
from locales.rules.names import MENUS, NAMES, SIGN, codes, without_codes, words_of
from locales.rules.rule import Entry, folded, nearest, shown

GLOSSARY = Path(__file__).parent.parent / "glossary.toml"
SPELLING = "spelling alphabet"
"""The context of the words that letters are read aloud with: names, that many countries took over from ICAO."""

TERMS = (
    "recovery key",
    "password",
    "passkey",
    "work account",
    "audit log",
    "administrator",
    "organization",
    "device",
    "IT department",
    "owner",
    "Terminal",
)
"""The terms that a text has wherever its English has them. They name things; verbs bend too much to be found."""

_ENGLISH_TERMS = {term: re.compile(rf"\b{term}s?\b", re.IGNORECASE) for term in TERMS}
_NAMES = {name: re.compile(rf"(?<![A-Za-z]){name}(?![A-Z])") for name in NAMES}
_ANY_NAME = re.compile(rf"(?<![A-Za-z])(?:{'|'.join(map(re.escape, (*MENUS, *NAMES)))})")
_MISSPELLED = re.compile(r"\b(?:file ?vault|sleutel ?kast|java ?script)", re.IGNORECASE)


class GlossaryError(MendableError):
    """The glossary can't be read; the message says where."""


class NoEnglish:
    """Nothing is left in English: not a whole text, not a word within one.

    A word that the language spells like English stands in its glossary ("status", "model"); so does what it took over.
    """

    id = "english"
    ignorable = True
    _latin_word = re.compile(r"[A-Za-z]{2,}(?:-[A-Za-z]+)*")
    _of_english_only = re.compile(
        r"\b(?:the|this|that|these|those|with|without|your|you|from|which|when|where|what|who|they|their|there|would"
        r"|should|could|because|please|cannot|into|about|while|if)\b",
        re.IGNORECASE,
    )
    _of_two_scripts = re.compile(r"[A-Za-z](?=[\u0370-\u052f])|(?<=[\u0370-\u052f])[A-Za-z]")
    _not_latin = re.compile(r"[^\W\d_a-zA-Z\u00aa-\u02ff\u1e00-\u1eff]")

    def evidence(self, entry: Entry) -> Iterator[str]:
        of_english = entry.language.locale.language == "en"
        if of_english or (entry.message.context == SPELLING and entry.message.text[:1].isupper()):
            return
        own = _glossary(entry.language.tag)
        for source, text in entry.pairs:
            words, english = words_of(text), words_of(source)
            if folded(words) == folded(english) and self._says_something(english, own):
                yield f"{text!r} is the English text"
            elif self._not_latin.search(words):
                yield from self._latin_among_others(words, english, own, text)
            else:
                yield from self._english_among_latin(words, english, own, text)

    @staticmethod
    def _says_something(english: str, own: Mapping[str, str]) -> bool:
        """Whether words stay where names are taken away, and the language does not spell them like English."""
        phrase = shown(english.replace(SIGN, " ").strip(" .,:;?!…"))
        words_left = re.search(r"[^\W\d_]{2}", _without_names(english))
        return words_left is not None and phrase not in _alternatives(own.get(phrase, ""))

    def _latin_among_others(self, words: str, english: str, own: Mapping[str, str], text: str) -> Iterator[str]:
        abbreviations = {word for word in self._latin_word.findall(english) if word.isupper()}
        allowed = abbreviations.union(self._latin_word.findall(" ".join(own.values())))
        bare = _without_names(words)
        for word in self._latin_word.findall(bare):
            if word not in allowed:
                yield f"{word} in {text!r}"
        for letter in self._of_two_scripts.findall(bare):
            yield f"Latin {letter} in a word of {text!r}"

    def _english_among_latin(self, words: str, english: str, own: Mapping[str, str], text: str) -> Iterator[str]:
        yield from (f"{word} in {text!r}" for word in self._of_english_only.findall(_without_names(words)))
        for term in _terms_of(english):
            ours, english_term = own.get(term.casefold()), _ENGLISH_TERMS[term]
            if ours and english_term.search(words) and not english_term.search(ours):
                yield f"{term} in {text!r}, where the glossary has {ours}"


class Names:
    """Names of products and what a program reads are there, spelled as in the source.

    Where a language bends a name or has a word of its own for it, its glossary says how.
    """

    id = "names"
    ignorable = True

    def evidence(self, entry: Entry) -> Iterator[str]:
        own = _glossary(entry.language.tag)
        for source, text in entry.pairs:
            for name in _names_of(source):
                if not self._kept(name, without_codes(text), own):
                    yield f"{name} is missing in {text!r}"
            for code in sorted(set(codes(source)) - set(codes(text))):
                yield f"{code} is missing in {text!r}"
            for found in _MISSPELLED.findall(text):
                if found not in NAMES:
                    yield f"{found} in {text!r}: a name is not spelled so"

    @staticmethod
    def _kept(name: str, text: str, own: Mapping[str, str]) -> bool:
        return _has_name(name, text) or (name.casefold() in own and _has_term(own[name.casefold()], text))


class GlossaryTerms:
    """The glossary's words for things, wherever the English text has its own: a person meets each under one name."""

    id = "glossary"
    ignorable = True

    def evidence(self, entry: Entry) -> Iterator[str]:
        own = _glossary(entry.language.tag)
        for source, text in entry.pairs:
            for term in _terms_of(words_of(source)):
                ours = own.get(term.casefold())
                if ours and not _has_term(ours, text):
                    yield f"{ours} ({term}) is missing in {text!r}"


class OwnText:
    """Two messages that differ in English differ here too: a button is not named like another.

    Where English only bends a word ("Device", "Devices"; "Sign in", "Signed in"), a language that does not bend it may
    say the same. The words that letters and digits are read aloud with differ from each other alone.
    """

    id = "same-text"
    ignorable = True

    def evidence(self, entry: Entry) -> Iterator[str]:
        message, (text, *others) = entry.message, entry.texts
        if others or not text:
            return
        for other in entry.saying(text):
            both_alike = (other.context == SPELLING) == (message.context == SPELLING)
            if both_alike and other.place < message.place and _unbent(other) != _unbent(message):
                yield f"{text!r} is said for {other.text!r} too"


def read_glossary(path: Path) -> Mapping[str, Mapping[str, str]]:
    """The terms of each language; none where there is no such file. Raises GlossaryError."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except ValueError as error:
        raise GlossaryError(f"{path}: {error}. Mend the line, or take the last good file back from git.") from error


@cache
def _glossary(tag: str) -> Mapping[str, str]:
    """The words of a language by the English term in small letters."""
    terms = nearest(tag, read_glossary(GLOSSARY)) or {}
    return {term.casefold(): words for term, words in terms.items()}


@cache
def _terms_of(english: str) -> tuple[str, ...]:
    """The glossary's terms in an English text."""
    return tuple(term for term in TERMS if _ENGLISH_TERMS[term].search(english))


@cache
def _names_of(source: str) -> tuple[str, ...]:
    bare = without_codes(source)
    return tuple(name for name in NAMES if _has_name(name, bare))


def _without_names(text: str) -> str:
    return _ANY_NAME.sub(SIGN, text)


def _has_name(name: str, text: str) -> bool:
    """Whether a name is there, with the endings of a language that bends it: Macu, Macs, Mac'in."""
    return _NAMES[name].search(text) is not None


def _has_term(words: str, text: str) -> bool:
    """Whether one of a glossary's alternatives is there, in whatever form: each of its words by its beginning."""
    said = shown(text)
    return any(all(_beginning(word) in said for word in words.split()) for words in _alternatives(words))


@cache
def _alternatives(words: str) -> tuple[str, ...]:
    """A glossary's words apart, without its remarks."""
    parts = re.split(r"[,/／]", re.sub(r"\([^()]*\)", "", words))
    return tuple(filter(None, (shown(part.strip()) for part in parts)))


def _beginning(word: str) -> str:
    """What stays of a word when it bends: about half of it, without Arabic's article."""
    word = re.sub(r"^(?:وال|بال|لل|ال)", "", word)
    return word if len(word) <= 3 else word[: max(2, round(len(word) * 0.55))]


def _unbent(message: Message) -> tuple[str, ...]:
    """The words of an English text without endings, articles and owners."""
    words = re.findall(r"[a-z{}]+", message.text.casefold().replace("’", "").replace("'", ""))
    small = {"a", "an", "the", "your", "my", "has", "have", "its"}
    return tuple(re.sub(r"(?:ing|ed|e)$", "", word.removesuffix("s")) for word in words if word not in small)
