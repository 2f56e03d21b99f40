"""Where in the gallery each page, message and question of the portal is, so that nothing of it can be forgotten.

A unit test holds these lists against the sources of the web app: what is added there needs a face here. And no face is
taken without what it is listed for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from re import fullmatch
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, TimeoutError

from e2e.languages import SOURCE, language

_PATIENCE = 60_000
"""Milliseconds."""
PAGES: Mapping[str, str] = {
    "/": "devices",
    "/devices": "devices",
    "/devices/:id": "device-no-key",
    "/devices/:id/store": "store-typing",
    "/devices/:id/key": "get-key",
    "/support": "support",
    "/admin/requests": "requests",
    "/audit": "audit",
    "/account": "account",
    "/signed-in": "signed-in",
    "/set-password": "set-password",
    "/help": "help",
    "/help/it": "help-it",
}
"""By the address, as the router has it."""
MESSAGES: Mapping[str, str] = {
    "keys-differ": "help",
    "device-not-updated": "toast",
    "key-not-accepted": "not-accepted",
    "key-updated": "updated",
    "rotation-failed": "rotation-failed",
    "others-rotation-failed": "support-rotation-failed",
    "working": "working",
    "key-hidden": "key-hidden",
    "either-key": "either-key",
    "no-key": "no-key",
    "not-shown": "not-shown",
    "not-sent": "not-sent",
    "not-searched": "support-not-searched",
    "unreachable": "not-sent",
    "password-set": "set-password-done",
    "link-over": "set-password-over",
    "request-approved": "requests-approved",
    "request-denied": "requests-denied",
    "requests-not-fetched": "requests-not-fetched",
}
"""By the code that stands on the page."""
IN_THE_WORDS_OF_THE_PORTAL = frozenset({"request-not-decided"})
"""Messages that hold an answer of the portal: they stay in the language in which it was asked, and so in no picture."""
NOTICES: Mapping[str, str] = {
    "device-not-updated": "notices",
    "rotation-failed": "notices",
    "others-rotation-failed": "support-rotation-failed",
    "store-asked": "notices",
    "key-revealed": "notices",
    "device-reassigned": "notices",
    "ownership-changed": "notices",
    "credential-reset": "notices",
    "reveal-requested": "notices",
    "passkey-added": "notices",
    "passkey-removed": "notices",
    "password-changed": "notices",
    "reveal-approved": "support-approved",
    "reveal-denied": "support-denied",
}
"""What a person is told on whatever page they are."""
DIALOGS: Mapping[str, tuple[str, str]] = {
    "components/language-menu/index.tsx": ("Choose a language", "language-menu"),
    "components/leave-guard/index.tsx": ("Leave this page?", "leave-question"),
    "components/confirm-sign-in/index.tsx": ("Confirm that it is you", "confirm-key"),
    "components/sign-in-dialog/index.tsx": ("Sign in again", "sign-in-again"),
    "pages/account/passkeys.tsx": ("Remove this passkey?", "passkey-remove"),
    "pages/requests/open.tsx": ("Approve this request?", "requests-question"),
    "pages/support/ask-all.tsx": ("Ask all to store the key", "support-ask-all"),
    "pages/device/rotate.tsx": ("Rotate recovery key", "support-rotate"),
}
"""By the file in which it is: its English title, and the face."""


def lacking(face: str, page: Page) -> Iterator[str]:
    """What this face is listed for, and does not show; the page is in English."""
    address = urlsplit(page.url).path
    patterns = [path for path, name in PAGES.items() if name == face]
    if patterns and not any(fullmatch(path.replace(":id", "[^/]+"), address) for path in patterns):
        yield f"the address {address} is none of {patterns}"
    for code in [code for listed in (MESSAGES, NOTICES) for code, name in listed.items() if name == face]:
        if not _comes(page.locator(f"[data-message='{code}']:visible").first):
            yield f"the message {code} is not there"
    for title in [title for title, name in DIALOGS.values() if name == face]:
        if not _comes(page.get_by_role("dialog", name=language(SOURCE).says(title), exact=True)):
            yield f"the question {title!r} is not there"


def _comes(place: Locator) -> bool:
    """A notice comes when the page asks for what is new."""
    try:
        place.wait_for(timeout=_PATIENCE)
    except TimeoutError:
        return False
    return True
