"""The page that explains the checks: each check has its paragraph, and each paragraph its check."""

import re

import pytest

from locales.checks import FILE_CHECKS
from locales.entry_checks import IGNORE, RULES
from locales.findings import EXPLANATIONS, Finding
from locales.project import THIS
from locales.sources import CODE_CHECKS

CHECKS = [*RULES, IGNORE, *(check.id for check in FILE_CHECKS), *CODE_CHECKS]
PAGE = (THIS.root / EXPLANATIONS).read_text(encoding="utf-8")
PARAGRAPHS = dict(re.findall(r"^### (\S+)\n(.*?)(?=^#|\Z)", PAGE, re.MULTILINE | re.DOTALL))


def test_each_check_has_its_paragraph_and_each_paragraph_its_check() -> None:
    assert sorted(PARAGRAPHS) == sorted(CHECKS)


@pytest.mark.parametrize("check", CHECKS)
def test_a_paragraph_has_both_examples_the_mend_and_whether_it_may_be_ignored(check: str) -> None:
    points = re.findall(r"^\* (.*?): (\S+)", PARAGRAPHS[check], re.MULTILINE)
    assert [name for name, _ in points] == ["Breaks it", "Keeps it", "Mend", "Ignore"]
    ignorable = check in RULES and RULES[check].ignorable
    assert dict(points)["Ignore"].rstrip(".,") == ("yes" if ignorable else "no")


def test_a_finding_tells_its_paragraph() -> None:
    finding = Finding("markup", "nl.po", "<b>", "edit nl.po")
    assert str(finding) == "nl.po: <b> [markup]\n    why:  docs/translation-checks.md#markup\n    mend: edit nl.po"


@pytest.mark.parametrize("check", CODE_CHECKS)
def test_the_checks_of_the_code_are_those_that_reading_it_has(check: str) -> None:
    readers = [*THIS.catalogs.glob("extract*"), THIS.catalogs / "messages.py", THIS.catalogs / "sources.py"]
    code = "".join(path.read_text(encoding="utf-8") for path in readers).partition("CODE_CHECKS = (")
    assert re.search(rf'(Finding|report)\(\s*"{check}"', "".join(code))
