"""Tables for a terminal and for Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import category, east_asian_width


@dataclass(frozen=True)
class Column:
    """A heading, and whether what stands below it are numbers."""

    heading: str
    numbers: bool = False


def for_terminal(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as they need to be, numbers at the right."""
    table = [[column.heading for column in columns], *rows]
    widths = [max(map(_cells, values)) for values in zip(*table, strict=True)]
    return "\n".join(
        "  ".join(_padded(*cell) for cell in zip(row, widths, columns, strict=True)).rstrip() for row in table
    )


def for_markdown(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> str:
    """A table of GitHub's Markdown."""
    table = [
        [column.heading for column in columns],
        ["---:" if column.numbers else "---" for column in columns],
        *([value.replace("|", "\\|") for value in row] for row in rows),
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in table)


def _padded(value: str, width: int, column: Column) -> str:
    blanks = " " * (width - _cells(value))
    return blanks + value if column.numbers else value + blanks


def _cells(text: str) -> int:
    """How many columns of a terminal a text takes: names of languages are in every script."""
    taken = (0 if category(sign) in {"Mn", "Me", "Cf"} else 2 if east_asian_width(sign) in "WF" else 1 for sign in text)
    return sum(taken)
