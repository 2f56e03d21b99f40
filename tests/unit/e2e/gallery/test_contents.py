"""The gallery forgets nothing: each page, message, question, mail and refusal of the portal has a face in it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.gallery import doors, mails, troubles, walks
from e2e.gallery.contents import DIALOGS, IN_THE_WORDS_OF_THE_PORTAL, MESSAGES, NOTICES, PAGES
from e2e.gallery.doors import REFUSALS
from e2e.gallery.mails import KINDS
from e2e.gallery.studio import DARK, LIGHT, LOOKS
from e2e.gallery.walks import BRIEF, ROUNDS, looks_of
from e2e.pages import tour
from sleutelkast.domain.mail import MailKind
from sleutelkast.domain.work_account import PageCode
from sleutelkast.usecases.repository import NoticeCode

WEB = Path(__file__).parents[4] / "web" / "src"
MET_ON_THE_WAY = {"cancelled", "another-person"}
"""Refusals that the walk runs into by itself."""
BY_STATE = ("approval-", "stale-")
"""Codes that the web app puts together; the walks past their states stand in the tours."""


def test_each_page_has_a_face() -> None:
    app = (WEB / "app.tsx").read_text(encoding="utf-8")
    named = set(re.findall(r'<Route path="([^"]+)"', app)) | set(re.findall(r'path === "([^"]+)"', app))
    assert "<Route path={SIGNED_IN}" in app
    assert named | {"/signed-in"} == PAGES.keys()


def test_each_message_has_a_face() -> None:
    codes = {code for text in sources() for code in re.findall(r'(?:code|data-message)="([a-z-]+)"', text)}
    assert codes == MESSAGES.keys() | IN_THE_WORDS_OF_THE_PORTAL
    together = {code for text in sources() for code in re.findall(r"code=\{`([a-z-]+)\$", text)}
    assert together == set(BY_STATE)


def test_each_notice_has_a_face() -> None:
    assert set(NoticeCode) == NOTICES.keys()


def test_each_question_has_a_face() -> None:
    asking = {file.relative_to(WEB).as_posix() for file in WEB.rglob("*.tsx") if "<Dialog" in file.read_text("utf-8")}
    assert asking == DIALOGS.keys()


def test_each_mail_has_a_face() -> None:
    assert sorted(KINDS) == sorted(MailKind)


def test_each_refusal_of_a_work_account_has_a_face() -> None:
    assert {*REFUSALS, *MET_ON_THE_WAY} == set(PageCode)


@pytest.mark.parametrize(
    "named",
    [PAGES.values(), MESSAGES.values(), NOTICES.values(), [face for _, face in DIALOGS.values()]],
    ids=["pages", "messages", "notices", "questions"],
)
def test_a_face_that_is_named_is_one_of_a_walk(named: list[str]) -> None:
    assert set(named) - set(faces()) == set()


def test_a_name_is_that_of_one_face() -> None:
    names = list(faces())
    assert sorted(names) == sorted(set(names))


def test_a_brief_look_has_each_screen_and_each_theme() -> None:
    assert BRIEF.keys() == LOOKS.keys()
    assert {theme for themes in BRIEF.values() for theme in themes} == {LIGHT, DARK}


def test_what_differs_in_words_alone_is_taken_once() -> None:
    for face in ("mail-store-asked-plain", "mail-key-updated", "work-expired"):
        ((name, looks),) = looks_of(face, BRIEF)
        assert (name, [(screen.name, *themes) for screen, themes in looks.items()]) == (face, [("phone", "light")])


def test_a_page_that_is_printed_is_taken_on_paper_too() -> None:
    (_, shown), (name, printed) = looks_of("get-key", LOOKS)
    assert shown == LOOKS
    assert (name, [screen.name for screen in printed]) == ("print-sheet", ["paper"])


def test_there_is_a_round_for_each_kind_of_visitor() -> None:
    assert tour.TOURS.keys() < ROUNDS.keys()


def sources() -> Iterator[str]:
    return (file.read_text(encoding="utf-8") for file in WEB.rglob("*.tsx"))


def faces() -> Iterator[str]:
    """What the walks yield by name, be it from a list of names that stands before the yield."""
    for module in (tour, walks, doors, troubles, mails):
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Yield):
                yield from names_in(node)
            elif isinstance(node, ast.For) and any(yields_a_variable(one) for one in node.body):
                yield from names_in(node.iter)


def yields_a_variable(line: ast.stmt) -> bool:
    return isinstance(line, ast.Expr) and isinstance(line.value, ast.Yield) and isinstance(line.value.value, ast.Name)


def names_in(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and face_like(one.value):
            yield str(one.value)


def face_like(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[a-z]+(-[a-z]+)*", value) is not None
