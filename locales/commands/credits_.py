"""`python -m locales credits`."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from locales.history import History
from locales.people import Credit, credit
from locales.workshop import Workshop


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--markdown", action="store_true", help="as a list for a page")


def run(workshop: Workshop, chosen: Namespace) -> int:
    """say who made and who reviewed each language"""
    history = History(workshop.project.root)
    for language in workshop.translated:
        print(*_lines(credit(workshop.project, language, history), markdown=chosen.markdown), sep="\n")
    return 0


def _lines(one: Credit, *, markdown: bool) -> Iterator[str]:
    name = f"{one.language.english_name} ({one.language.name})"
    yield f"- **{name}**" if markdown else name
    dash = "  - " if markdown else "  "
    yield f"{dash}made by {one.language.made_by}; {one.review}"
    if one.translators:
        yield f"{dash}named in the catalog: {', '.join(one.translators)}"
    if one.committers:
        yield f"{dash}commits by: {', '.join(one.committers)}"
