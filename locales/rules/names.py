"""What is called the same in every language: names of products, and what somebody types or a program reads."""

import re
from functools import cache

from locales.placeholders import outside_placeholders

SIGN = "\ue000"
"""Stands for a placeholder or a code where only the words round it are looked at. No text has it: it is private use."""

NAMES = ("Sleutelkast", "FileVault", "Mac", "Crypt", "JavaScript", "JSON Lines", "JSON", "CSV", "API", "HTTP")
"""Names of products, formats and protocols. Where a language bends one, its glossary says how."""

MENUS = ("System Settings", "Privacy & Security")
"""Names of macOS's own windows, for the languages that macOS does not speak."""

_CODES = re.compile(r"(?<![A-Za-z])(?:application|text)/[a-z][a-z.-]*[a-z]|Authorization: Bearer|Content-Length")
_ADDRESSES = re.compile(
    r"""
      (?:https?://|mailto:|tel:|www\.)[^\s"'<>()\x80-\U0010ffff]*[A-Za-z0-9/=&#]
    | [\w.+-]+@[\w-]+(?:\.[\w-]+)+
    """,
    re.VERBOSE | re.ASCII,
)


def codes(text: str) -> list[str]:
    """What a program reads, letter by letter: media types, headers."""
    return _CODES.findall(text)


def addresses(text: str) -> list[str]:
    """Addresses of pages and mailboxes."""
    return _ADDRESSES.findall(text) if _may_have_addresses(text) else []


def without_codes(text: str) -> str:
    """The text with a sign in place of codes and addresses, whose marks and words are of no language."""
    return _CODES.sub(SIGN, _ADDRESSES.sub(SIGN, text) if _may_have_addresses(text) else text)


@cache
def words_of(text: str) -> str:
    """The text without codes, and with a sign in place of its placeholders too."""
    return without_codes("".join(SIGN if kept else piece for piece, kept in outside_placeholders(text)))


def _may_have_addresses(text: str) -> bool:
    """Looking for these first is what makes looking for addresses quick: hardly a text has one."""
    return "@" in text or ":" in text or "www." in text
