"""The placeholders in a text, in every syntax that one might be mistaken for.

Only `{name}` is ours. The others are found so that a translation can't bring one in: `{num}` for `{}` once was a
KeyError at run time in a language that no check had looked at.
"""

import re

_ANY = re.compile(
    r"""
      \$\{[^{}]*\}                                     # ${x}   JavaScript
    | %\{[^{}]*\}                                      # %{x}   Ruby
    | \{\{[^{}]*\}\}                                   # {{x}}  Jinja, i18next
    | \{[^{}]*\}                                       # {} {0} {x} {x:>3}
    | [{}]                                             # half of one
    | %\([^()]*\)[-+\#0]*\d*(?:\.\d+)?[a-zA-Z]         # %(x)s
    | %(?:\d+\$)?[-+\#0]*\d*(?:\.\d+)?(?:[sd]|[a-zA-Z@](?![a-zA-Z]))  # %s %d %1$s %.2f %@
    """,
    re.VERBOSE,
)
_OURS = re.compile(r"\{[a-z][a-z0-9_]*\}")

COUNT = "{count}"
"""The placeholder that a plural text shows its number with."""


def placeholders(text: str) -> frozenset[str]:
    """Everything in a text that is a placeholder in some syntax."""
    return frozenset(_ANY.findall(text))


def foreign(text: str) -> frozenset[str]:
    """Placeholders that are not of the form `{name}`."""
    return frozenset(found for found in placeholders(text) if not _OURS.fullmatch(found))


def outside_placeholders(text: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is a placeholder."""
    pieces, end = [], 0
    for match in _ANY.finditer(text):
        pieces += [(text[end : match.start()], False), (match.group(), True)]
        end = match.end()
    return [(piece, kept) for piece, kept in [*pieces, (text[end:], False)] if piece]
