"""`python -m locales report`."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import asdict

from locales.checks import check
from locales.history import History
from locales.standing import Standing, standings
from locales.tables import Column, for_markdown, for_terminal
from locales.workshop import Workshop

_COLUMNS = (
    Column("tag"),
    Column("language"),
    Column("complete", numbers=True),
    Column("fuzzy", numbers=True),
    Column("check", numbers=True),
    Column("unreviewed", numbers=True),
    Column("last change"),
)


def arguments(parser: ArgumentParser) -> None:
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--markdown", action="store_true", help="as a table for a page")
    form.add_argument("--json", action="store_true", help="for programs")


def run(workshop: Workshop, chosen: Namespace) -> int:
    """show how each language stands: texts complete, fuzzy and unreviewed, findings, last change"""
    findings = check(workshop.project, workshop.languages, workshop.sources)
    history = History(workshop.project.root)
    found = standings(workshop.project, workshop.translated, workshop.sources, findings, history)
    if chosen.json:
        print(as_json(found))
    elif chosen.markdown:
        print(for_markdown(_COLUMNS, [_row(one) for one in found]))
    else:
        print(for_terminal(_COLUMNS, [_row(one) for one in found]), "", *_notes(found), sep="\n")
    return 0


def as_json(found: Sequence[Standing]) -> str:
    """The standings for programs."""
    rows = [{**asdict(one), "empty": one.empty, "unreviewed": one.unreviewed} for one in found]
    return json.dumps(rows, ensure_ascii=False, indent=1)


def _row(one: Standing) -> tuple[str, ...]:
    numbers = (one.fuzzy, one.findings, one.unreviewed)
    return (one.tag, one.english_name, f"{one.complete}/{one.texts}", *map(str, numbers), _last_change(one))


def _last_change(one: Standing) -> str:
    day = one.last_change or "not known"
    return f"{day}+" if one.changed_since else day


def _notes(found: Sequence[Standing]) -> list[str]:
    unreviewed = sum(1 for one in found if not one.reviewed_by)
    notes = [f"{len(found)} languages; {unreviewed} of them not yet reviewed by somebody at home in the language."]
    if any(one.changed_since for one in found):
        notes.append("+ has changes that are not committed.")
    if any(one.last_change is None for one in found):
        notes.append("not known: no commit has the file, or this checkout has not the whole history.")
    if any(one.findings for one in found):
        notes.append("check: so many findings has `python -m locales check`, which says what mends them.")
    return notes
