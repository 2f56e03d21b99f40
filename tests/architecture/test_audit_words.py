"""Whatever is written down in the audit log has words for people in the web app, and so in every catalog."""

from __future__ import annotations

import re
from pathlib import Path

from sleutelkast.domain.audit import Action, Outcome
from tests.audit_reasons import GOLDEN, every_row, written

WORDS = Path(__file__).parents[2] / "web" / "src" / "components" / "audit-words" / "index.ts"


def test_every_action_and_outcome_has_words() -> None:
    source = WORDS.read_text(encoding="utf-8")
    words = {
        quoted or bare for quoted, bare in re.findall(r'^  (?:"([\w-]+)"|(\w+)): \(\) => t\("', source, re.MULTILINE)
    }
    assert {*Action, *Outcome} - words == set()


def test_the_web_app_is_held_against_every_code_that_can_stand_beside_an_action() -> None:
    """A new code belongs into the golden file; then `web/tests/pages/audit-reasons.test.ts` asks for its words."""
    assert GOLDEN.read_text(encoding="utf-8") == written(every_row())
