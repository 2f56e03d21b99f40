"""What is checked of one translation: the rules, and the remarks with which a translator ignores one.

A translator's comment above the entry, `# ignore-<id>: reason`, silences one rule for one entry. The reason is what
makes it more than a way round: without one, for a rule that broke nothing, or for one that nobody may break, the remark
is a finding itself.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from locales.catalogs import Translation
from locales.messages import Message
from locales.registry import Language
from locales.rules.punctuation import EndMark, Punctuation, Quotes
from locales.rules.room import EnoughRoom, LikeItsEnglish
from locales.rules.rule import Entry, Rule
from locales.rules.signs import NoDirectionControls, NoEdgeBlanks, NoMarkup, SameAddresses, ZeroWidth
from locales.rules.structure import NoGuess, NoOtherFormat, NotEmpty, PluralForms, SamePlaceholders
from locales.rules.words import GlossaryTerms, Names, NoEnglish, OwnText

TEXT_RULES: tuple[Rule, ...] = (
    NotEmpty(),
    PluralForms(),
    SamePlaceholders(),
    NoOtherFormat(),
    NoMarkup(),
    NoEdgeBlanks(),
    NoDirectionControls(),
    ZeroWidth(),
)
"""What every text is held to, those of the source too."""

TRANSLATION_RULES: tuple[Rule, ...] = (
    NoGuess(),
    SameAddresses(),
    EndMark(),
    Punctuation(),
    Quotes(),
    NoEnglish(),
    Names(),
    GlossaryTerms(),
    OwnText(),
    EnoughRoom(),
    LikeItsEnglish(),
)
"""What translations are held to beside: that they say what the source says, in the way of their language."""

RULES = {rule.id: rule for rule in (*TEXT_RULES, *TRANSLATION_RULES)}
IGNORE = "ignore"
"""The id of what is found about the remarks themselves."""


class Complaint(NamedTuple):
    """The id of a rule, and what breaks it."""

    check: str
    evidence: str


class _Remark(NamedTuple):
    check: str
    reason: str


def complaints_of_source(message: Message, language: Language) -> Iterator[Complaint]:
    """What the rules have to say of a text of the source."""
    entry = Entry(Translation(message, message.forms), language)
    return _complaints(TEXT_RULES, entry)


def complaints(entry: Entry) -> Iterator[Complaint]:
    """What the rules have to say of a translation, save for what a remark ignores; and what is wrong with remarks."""
    found = list(_complaints(RULES.values(), entry))
    remarks = _remarks(entry.translation.remark)
    ignored = {remark.check for remark in remarks if remark.reason and _may_be_ignored(remark.check)}
    yield from (complaint for complaint in found if complaint.check not in ignored)
    broken = {complaint.check for complaint in found}
    yield from (Complaint(IGNORE, wrong) for remark in remarks for wrong in _wrong_with(remark, broken))


def _complaints(rules: Iterable[Rule], entry: Entry) -> Iterator[Complaint]:
    for rule in rules:
        yield from (Complaint(rule.id, evidence) for evidence in rule.evidence(entry))


def _may_be_ignored(check: str) -> bool:
    return check in RULES and RULES[check].ignorable


_REMARK = re.compile(r"^\s*ignore-(?P<check>[\w-]+)[^\S\n]*:?[^\S\n]*(?P<reason>.*?)\s*$", re.MULTILINE | re.IGNORECASE)


def _remarks(remark: str) -> list[_Remark]:
    return [_Remark(found["check"].lower(), found["reason"]) for found in _REMARK.finditer(remark)]


def _wrong_with(remark: _Remark, broken: set[str]) -> Iterator[str]:
    spelling = f"ignore-{remark.check}"
    if remark.check not in RULES:
        yield f"{spelling}: there is no such check"
    elif not RULES[remark.check].ignorable:
        yield f"{spelling}: nobody can ignore this check, since its breach would break the page"
    elif not remark.reason:
        yield f"{spelling} gives no reason"
    elif remark.check not in broken:
        yield f"{spelling} ignores nothing"
