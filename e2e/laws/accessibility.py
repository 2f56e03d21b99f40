"""No page has anything that axe finds wrong with it, after WCAG 2.2 AA and axe's own best practices."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
_RUN = """() => axe.run(document, {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  resultTypes: ["violations"],
})"""


def assert_accessible(page: Page) -> None:
    """Evaluated by the debugger, axe needs no exception from the page's security policy."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_axe())
    violations = page.evaluate(_RUN)["violations"]
    assert not violations, "\n".join(map(_in_words, violations))


@functools.cache
def _axe() -> str:
    return f"() => {{ {_AXE.read_text(encoding='utf-8')} }}"


def _in_words(violation: dict[str, Any]) -> str:
    places = "; ".join(f"{node['target']} {node.get('failureSummary', '')}" for node in violation["nodes"][:4])
    return f"{violation['id']}: {violation['help']}: {places}"
