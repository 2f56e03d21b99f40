"""Reading the texts of Python code, and finding what Babel says nothing of."""

from pathlib import Path

import pytest

from locales.extract_python import read_python
from locales.findings import Finding
from locales.messages import Message


@pytest.mark.parametrize(
    ("code", "message"),
    [
        pytest.param('_("Save")', Message("", "Save"), id="gettext"),
        pytest.param('_l("Save")', Message("", "Save"), id="lazy"),
        pytest.param('flask_babel.gettext("Save")', Message("", "Save"), id="by its module"),
        pytest.param('ngettext("a Mac", "{count} Macs", n)', Message("", "a Mac", "{count} Macs"), id="plural"),
        pytest.param('pgettext("verb", "Open")', Message("verb", "Open"), id="context"),
        pytest.param('lazy_pgettext("verb", "Open")', Message("verb", "Open"), id="lazy context"),
        pytest.param('npgettext("x", "one", "more", n)', Message("x", "one", "more"), id="plural with context"),
        pytest.param('_(\n    "two"\n    " pieces"\n)', Message("", "two pieces"), id="pieces on lines of their own"),
    ],
)
def test_a_text_is_read_with_its_comment(code: str, message: Message, tmp_path: Path) -> None:
    read, findings = extracted(tmp_path, f"# Translators: Where it\n#   appears.\nx = {code}\n")
    assert read == [Message(message.context, message.text, message.plural, ("Where it appears.",))]
    assert findings == []


@pytest.mark.parametrize(
    ("code", "check", "line"),
    [
        pytest.param("_(text)", "text-not-literal", 1, id="a variable"),
        pytest.param('_(f"Hello {name}")', "text-not-literal", 1, id="a template with a hole"),
        pytest.param('# Translators: A.\n_("a" + b)', "text-not-literal", 2, id="a sum, of which Babel takes a half"),
        pytest.param('# Translators: A.\npgettext(kind, "Open")', "text-not-literal", 2, id="a variable context"),
        pytest.param("ngettext()", "text-not-literal", 1, id="no text at all"),
        pytest.param("x = (1\n", "syntax-error", 1, id="code that is not Python"),
        pytest.param('_("Save")', "no-comment", 1, id="no comment"),
        pytest.param('# Translators:\n_("Save")', "no-comment", 2, id="an empty comment"),
        pytest.param('# A note.\n_("Save")', "no-comment", 2, id="a comment for others"),
        pytest.param("# Translators: Lost.\n\nx = 1\n", "lost-comment", 1, id="a comment before something else"),
    ],
)
def test_what_would_be_lost_in_silence_is_found(code: str, check: str, line: int, tmp_path: Path) -> None:
    _read, findings = extracted(tmp_path, code)
    assert [(finding.check, finding.where) for finding in findings] == [(check, f"src/a.py:{line}")]


def test_a_comment_above_the_statement_but_not_above_the_call_is_lost_twice_over(tmp_path: Path) -> None:
    code = '# Translators: A title.\nproblem(\n    404,\n    _("Not found"),\n)\n'
    assert {finding.check for finding in extracted(tmp_path, code)[1]} == {"lost-comment", "no-comment"}


def extracted(root: Path, code: str) -> tuple[list[Message], list[Finding]]:
    (root / "src").mkdir()
    (root / "src" / "a.py").write_text(code, encoding="utf-8")
    occurrences, findings = read_python(root, [root / "src"])
    return [occurrence.message for occurrence in occurrences], findings
