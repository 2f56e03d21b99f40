"""The number of a text, at its end, in signs that take no room.

They are Unicode's tag characters: no font draws them, they join no letters, break no line and have no direction, and
nothing else in the portal uses them. overlay.js reads them.
"""

_FIRST = 0xE0030
"""The tag for the digit 0."""
_END = "\U000e007f"


def marked(text: str, number: int) -> str:
    """The text with its number behind it."""
    return f"{text}{''.join(chr(_FIRST + int(digit)) for digit in str(number))}{_END}"
