"""A language's plural rule as CLDR has it, written as gettext's expression.

Babel's own `to_gettext` knows no `e`, by which French and its neighbours tell "1 million" from "1000000", and Python's
gettext refuses what it writes for them. Catalogs count whole things, so whatever asks for fractions or exponents is
settled here and left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from babel import Locale

_ORDER = ("zero", "one", "two", "few", "many", "other")
_WHOLE = {"n", "i"}

Condition: TypeAlias = "str | bool"
"""A gettext expression over n, or what it comes to for each whole number."""
_Tree: TypeAlias = Any
"""A node of the tree that Babel makes of a rule: its name and its parts."""


def plural_forms(locale: Locale) -> tuple[str, ...]:
    """CLDR's names of the forms, in the order in which catalogs have them."""
    used = {*locale.plural_form.tags, "other"}
    return tuple(name for name in _ORDER if name in used)


def plural_rule(locale: Locale) -> str:
    """The expression that gives the N of the msgstr[N] for a number n."""
    forms = plural_forms(locale)
    conditions = {name: _compiled(tree, holds=True) for name, tree in locale.plural_form.abstract}
    asked = [(forms.index(name), condition) for name, condition in conditions.items() if condition is not False]
    if len(forms) == 2 and len(asked) == 1:
        return str(_compiled(locale.plural_form.abstract[0][1], holds=False))
    chosen = "".join(f"{condition} ? {form} : " for form, condition in sorted(asked))
    return f"{chosen}{forms.index('other')}"


def _compiled(tree: _Tree, *, holds: bool) -> Condition:
    """The condition under which a tree holds, or under which it does not."""
    name, parts = tree
    if name == "not":
        return _compiled(parts[0], holds=not holds)
    if name in {"and", "or"}:
        # What is not "both" is "one of them is not", and the other way round.
        every = (name == "and") == holds
        return _joined((_compiled(part, holds=holds) for part in parts), every=every)
    _method, counted, (_list, ranges) = parts
    return _joined((_in_range(_number(counted), low[1][0], high[1][0], holds) for low, high in ranges), every=not holds)


def _number(tree: _Tree) -> str | int:
    """What is looked at: the number, its remainder, or 0 for what whole numbers have none of."""
    name, parts = tree
    if name != "mod":
        return "n" if name in _WHOLE else 0
    divided = _number(parts[0])
    return f"{divided} % {parts[1][1][0]}" if divided else 0


def _in_range(number: str | int, low: int, high: int, holds: bool) -> Condition:
    if isinstance(number, int):
        return (low <= number <= high) == holds
    if low == high:
        return f"{number} {'==' if holds else '!='} {low}"
    if holds:
        return _joined((f"{number} >= {low}" if low else True, f"{number} <= {high}"), every=True)
    return _joined((f"{number} < {low}" if low else False, f"{number} > {high}"), every=False)


def _joined(conditions: Iterable[Condition], *, every: bool) -> Condition:
    """All of them, or any; what is settled already is left out, or settles the whole."""
    found = list(conditions)
    if (not every) in found:
        return not every
    open_ones = [one for one in found if isinstance(one, str)]
    if len(open_ones) < 2:
        return open_ones[0] if open_ones else every
    return " && ".join(map(_bracketed, open_ones)) if every else " || ".join(open_ones)


def _bracketed(condition: str) -> str:
    return f"({condition})" if "||" in condition else condition
