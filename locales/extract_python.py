"""The texts of the server and of the build: Babel reads them, and a walk over the tree finds what it passes over."""

import ast
import io
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.extract import extract

from locales.findings import Finding
from locales.messages import Message, Occurrence

MARK = "Translators:"
_CONTEXT = (1, "c")
_KEYWORDS = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": (_CONTEXT, 2),
    "lazy_pgettext": (_CONTEXT, 2),
    "npgettext": (_CONTEXT, 2, 3),
}


class _Source(NamedTuple):
    """One file, with the name that findings give it."""

    name: str
    content: bytes


def read_python(root: Path, folders: Iterable[Path]) -> tuple[list[Occurrence], list[Finding]]:
    """Every text in the Python files of some folders below `root`, and what would be lost in silence."""
    occurrences: list[Occurrence] = []
    findings: list[Finding] = []
    for path in sorted(path for folder in folders for path in folder.rglob("*.py")):
        found, complaints = _read(_Source(path.relative_to(root).as_posix(), path.read_bytes()))
        occurrences += found
        findings += complaints
    return occurrences, findings


def _read(source: _Source) -> tuple[list[Occurrence], list[Finding]]:
    try:
        tree = ast.parse(source.content)
    except SyntaxError as error:
        return [], [Finding("syntax-error", f"{source.name}:{error.lineno}", error.msg, "mend the code first")]
    found = list(_extracted(source))
    return found, [*_uncommented(found), *_lost_notes(source, found), *_unreadable_calls(source, tree)]


def _extracted(source: _Source) -> Iterator[Occurrence]:
    rows = extract("python", io.BytesIO(source.content), _KEYWORDS, (MARK,), strip_comment_tags=True)
    for line, texts, comments, context in rows:
        text, plural = texts if isinstance(texts, tuple) else (texts, "")
        note = _unwrapped(" ".join(comments))
        yield Occurrence(Message(context or "", text, plural, (note,) if note else ()), f"{source.name}:{line}")


def _uncommented(found: list[Occurrence]) -> Iterator[Finding]:
    mend = "say on the line above the call where the text appears: # Translators: …"
    for occurrence in found:
        if not occurrence.message.comments:
            yield Finding("no-comment", occurrence.where, repr(occurrence.message.text), mend)


def _lost_notes(source: _Source, found: list[Occurrence]) -> Iterator[Finding]:
    kept = " ".join(comment for occurrence in found for comment in occurrence.message.comments)
    for token in tokenize.tokenize(io.BytesIO(source.content).readline):
        note = token.string.lstrip("# ")
        if token.type != tokenize.COMMENT or not note.startswith(MARK):
            continue
        said = _unwrapped(note.removeprefix(MARK))
        if said not in kept:
            where = f"{source.name}:{token.start[0]}"
            evidence = "a note for translators that belongs to no text"
            yield Finding("lost-comment", where, evidence, "move it to the line directly above the call")


def _unreadable_calls(source: _Source, tree: ast.Module) -> Iterator[Finding]:
    """Calls whose texts are only known at run time: Babel says nothing of them and translates nothing."""
    mend = "write the text out in the call; a table of texts holds lazy ones: _l(…)"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and not _is_written_out(node):
            yield Finding("text-not-literal", f"{source.name}:{node.lineno}", ast.unparse(node)[:80], mend)


def _is_written_out(call: ast.Call) -> bool:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    if name not in _KEYWORDS:
        return True
    texts = call.args[: len(_KEYWORDS[name] or (1,))]
    return bool(texts) and all(isinstance(text, ast.Constant) and isinstance(text.value, str) for text in texts)


def _unwrapped(text: str) -> str:
    return " ".join(text.split())
