"""The guard sees what it is there for: each thing that must never happen is made to happen once."""

from __future__ import annotations

from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Error, Page

from e2e.fleet import wait_until
from e2e.laws.guard import Guard
from e2e.portal import Portal

KEY = "ABCD-EFGH-1234-IJKL-5678-MNOP"
WRONGS = {
    "uncaught error": "setTimeout(() => { throw new Error('nobody catches this'); })",
    "console error": "console.error('something is off')",
    "security policy violated": "document.body.append(Object.assign(new Image(), { src: 'data:image/png;base64,A' }))",
    "TrustedHTML": "try { document.body.innerHTML = '<b>markup</b>'; } catch { /* the report is what matters */ }",
    "fetched from elsewhere": "open('http://127.0.0.1:9/elsewhere')",
    "404": "fetch('/assets/nothing.js')",
    "a recovery key stands in an address": f"fetch('/api/v1/session?key={KEY}')",
    "a recovery key stands in POST": f"fetch('/api/v1/session', {{ method: 'POST', body: '{KEY}' }})",
    "a recovery key stands in the console": f"console.log('{KEY}')",
    "a recovery key stands in what the browser keeps": f"localStorage.setItem('key', '{KEY}')",
}


def has_found(guard: Guard, page: Page) -> bool:
    """Events arrive while something is asked of the page, which may be on its way to another one."""
    with suppress(Error):
        page.evaluate("true")
    return bool(guard.found)


@pytest.mark.parametrize(("report", "wrong"), WRONGS.items(), ids=WRONGS.keys())
def test_the_guard_reports(browser: Browser, portal: Portal, report: str, wrong: str) -> None:
    guard = Guard(portal.url)
    context = browser.new_context()
    guard.watch(context)
    page = context.new_page()
    page.goto(portal.url)
    page.evaluate(f"() => {{ {wrong} }}")
    if report != "a recovery key stands in what the browser keeps":
        wait_until(lambda: has_found(guard, page), f"{report} goes unseen")
    with pytest.raises(AssertionError, match=report):
        guard.verify()
    context.close()
