"""The preview for translators: what they save is on the page they look at, and a click says which line it is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.checkout import ROOT, copy_checkout
from tests.machine import free_port

pytestmark = pytest.mark.xdist_group("preview")
CATALOG = "locales/nl/LC_MESSAGES/portal.po"
PASSWORD = "words-for-the-preview"
READY = "Ctrl-C ends it."
BUTTON = "Texts (Ctrl+Alt+L)"
_PATIENCE_SECONDS = 240
_TAGS = re.compile("[\U000e0030-\U000e007f]")


@dataclass(frozen=True)
class Preview:
    """A running preview of a checkout of its own."""

    url: str
    root: Path

    def begins_in(self, tag: str) -> str:
        return f"{self.url}/__preview/in/{tag}"

    def saves(self, english: str, dutch: str) -> int:
        """Changes a translation as a translator does, and returns its line."""
        path = self.root / CATALOG
        before = path.read_text(encoding="utf-8")
        found = re.search(rf'^msgid "{re.escape(english)}"\nmsgstr ".*"$', before, re.MULTILINE)
        assert found is not None, english
        after = before.replace(found[0], f'msgid "{english}"\nmsgstr "{dutch}"')
        path.write_text(after, encoding="utf-8")
        return before[: found.start()].count("\n") + 2


def test_what_is_saved_is_on_the_open_page_and_its_session_goes_on(preview: Preview, page: Page) -> None:
    signs_in(page, preview)
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("Apparaten")
    page.evaluate("() => { window.keptSinceTheBeginning = true; }")
    session = cookies(page)
    preview.saves("Devices", "Alles in de kast")
    expect(heading).to_contain_text("Alles in de kast")
    assert page.evaluate("() => window.keptSinceTheBeginning") is True
    assert cookies(page) == session
    page.get_by_role("link", name="Anna's iMac").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Anna's iMac")


def test_typed_text_stays_when_words_change(preview: Preview, page: Page) -> None:
    page.goto(preview.begins_in("nl"))
    page.get_by_label("Gebruikersnaam").fill("anna")
    preview.saves("User name", "Jouw naam")
    expect(page.get_by_label("Jouw naam")).to_have_value("anna")
    preview.saves("User name", "Gebruikersnaam")


def test_pages_that_come_later_have_new_words_as_well(preview: Preview, page: Page) -> None:
    page.goto(preview.begins_in("nl"))
    page.get_by_role("link", name="portaal").click()
    expect(page.get_by_role("heading", name="Een nieuwe sleutel voor je Mac")).to_be_visible()
    preview.saves("A new key for your Mac", "Je Mac krijgt een andere sleutel")
    expect(page.get_by_role("heading", name="Je Mac krijgt een andere sleutel")).to_be_visible()


def test_a_click_on_a_text_says_its_line(preview: Preview, page: Page) -> None:
    line = preview.saves("What is this portal for?", "Waar dient dit portaal voor?")
    page.goto(preview.begins_in("nl"))
    link = page.get_by_role("link", name="Waar dient dit portaal voor?")
    expect(link).to_be_visible()
    address = page.url
    shows_texts(page)
    link.click()
    panel = page.get_by_role("region", name="Texts")
    expect(panel).to_contain_text("What is this portal for?")
    expect(panel).to_contain_text(f"{CATALOG}:{line}")
    written = (preview.root / CATALOG).read_text(encoding="utf-8").splitlines()[line - 1]
    assert written == 'msgstr "Waar dient dit portaal voor?"'
    assert page.url == address, "while texts are shown, a click does nothing else"
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    panel.get_by_role("button", name="Copy the place").click()
    expect(panel.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("() => navigator.clipboard.readText()") == f"{CATALOG}:{line}"
    editor = panel.get_by_role("link", name="Open in editor")
    expect(editor).to_have_attribute("href", f"vscode://file/{preview.root / CATALOG}:{line}")
    page.keyboard.press("Control+Alt+l")
    link.click()
    expect(page).not_to_have_url(address)


def test_a_name_that_only_screen_readers_say_has_its_line_as_well(preview: Preview, page: Page) -> None:
    page.goto(preview.begins_in("nl"))
    shows_texts(page)
    page.get_by_role("button", name="Taal: Nederlands").click()
    panel = page.get_by_role("region", name="Texts")
    expect(panel).to_contain_text("Language: {name}")
    expect(panel).to_contain_text("For translators")
    expect(page.get_by_role("dialog")).to_have_count(0)
    panel.get_by_role("button", name="All texts of this page").click()
    expect(panel).to_contain_text("Gebruikersnaam")


def test_texts_are_found_in_a_dialog_too(preview: Preview, page: Page) -> None:
    page.goto(preview.begins_in("nl"))
    page.get_by_role("button", name="Taal: Nederlands").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    shows_texts(page)
    dialog.get_by_role("heading").click()
    expect(page.get_by_role("region", name="Texts")).to_contain_text("Choose a language")


def test_what_nobody_has_translated_is_shown_in_english_with_its_line(preview: Preview, page: Page) -> None:
    line = preview.saves("Password", "")
    page.goto(preview.begins_in("nl"))
    label = page.get_by_text(re.compile("^Password"))
    expect(label).to_be_visible()
    shows_texts(page)
    label.click()
    panel = page.get_by_role("region", name="Texts")
    expect(panel).to_contain_text("(empty)")
    expect(panel).to_contain_text(f"{CATALOG}:{line}")
    preview.saves("Password", "Wachtwoord")


def test_what_the_server_says_is_new_as_well(preview: Preview, page: Page) -> None:
    assert title(page, preview) == "Meld je eerst aan"
    preview.saves("Sign in first", "Kom eerst binnen")
    wait_until(lambda: title(page, preview) == "Kom eerst binnen")


def test_mails_are_shown_with_the_words_of_this_moment(preview: Preview, page: Page) -> None:
    page.goto(f"{preview.url}/__preview/mails?language=nl")
    expect(page.get_by_role("heading", name="Je account heeft een nieuw wachtwoord")).to_be_visible()
    line = preview.saves("Your account has a new password", "Er is een nieuw wachtwoord")
    subject = page.get_by_role("heading", name="Er is een nieuw wachtwoord")
    expect(subject).to_be_visible()
    shows_texts(page)
    subject.click()
    expect(page.get_by_role("region", name="Texts")).to_contain_text(f"{CATALOG}:{line}")


def test_a_catalog_that_cannot_be_read_is_said_and_the_words_stay(preview: Preview, page: Page) -> None:
    path = preview.root / CATALOG
    whole = path.read_text(encoding="utf-8")
    page.goto(preview.begins_in("nl"))
    expect(page.get_by_label("Gebruikersnaam")).to_be_visible()
    path.write_text(f'{whole}\nmsgid "half', encoding="utf-8")
    expect(page.get_by_role("alert")).to_contain_text("portal.po")
    expect(page.get_by_label("Gebruikersnaam")).to_be_visible()
    path.write_text(whole, encoding="utf-8")
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize(("tag", "direction"), [("en-XA", "ltr"), ("ar-XB", "rtl")])
def test_pseudo_languages_are_shown_too(tag: str, direction: str, preview: Preview, page: Page) -> None:
    page.goto(preview.begins_in(tag))
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("[")
    expect(page.locator("html")).to_have_attribute("dir", direction)
    shows_texts(page)
    heading.click()
    expect(page.get_by_role("region", name="Texts")).to_contain_text("made from the code")


def test_the_pages_keep_their_security_policy_and_only_this_machine_is_answered(preview: Preview, page: Page) -> None:
    answer = page.request.get(f"{preview.url}/")
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
    other = page.request.get(f"{preview.url}/", headers={"Host": "keys.example.org"})
    assert other.status == 403
    outside = page.request.get(f"{preview.url}/assets/..%2f..%2f..%2flocales%2flocales.toml")
    assert outside.status == 404


def signs_in(page: Page, preview: Preview) -> None:
    page.goto(preview.begins_in("nl"))
    page.get_by_label("Gebruikersnaam").fill("anna")
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Aanmelden").click()
    expect(page.get_by_label("Wachtwoord")).to_have_count(0)


def shows_texts(page: Page) -> Locator:
    button = page.get_by_role("button", name=BUTTON)
    expect(button).to_be_visible()
    page.keyboard.press("Control+Alt+l")
    expect(button).to_have_attribute("aria-pressed", "true")
    return button


def title(page: Page, preview: Preview) -> str:
    """The title of the problem that somebody gets who asks for devices and is nobody."""
    answer = page.request.get(f"{preview.url}/api/v1/devices", headers={"Accept-Language": "nl", "Cookie": ""})
    return _TAGS.sub("", answer.json()["title"])


def cookies(page: Page) -> dict[str, str]:
    return {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}


def wait_until(look: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not look():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A browser in which nothing went wrong in the end."""
    context = browser.new_context()
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    """`python -m locales preview`, in a copy of the checkout and with the web app that is built."""
    root, port = tmp_path_factory.mktemp("preview"), free_port()
    copy_checkout(root)
    built = root / "backend" / "sleutelkast" / "static"
    built.symlink_to(ROOT / "backend" / "sleutelkast" / "static")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SLEUTELKAST_")}
    given = {"SLEUTELKAST_DEMO_PASSWORD": PASSWORD, "EDITOR_URL": "vscode://file/{path}:{line}"}
    with (root / "said").open("w+b") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "locales", "preview", "nl", "--port", str(port)],
            cwd=root,
            env=kept | given,
            stdout=said,
            stderr=said,
        )
        try:
            wait_for_words(process, root / "said")
            yield Preview(f"http://127.0.0.1:{port}", root)
        finally:
            process.terminate()
            ended = process.wait(_PATIENCE_SECONDS)
    assert ended == 0


def wait_for_words(process: subprocess.Popen[bytes], said: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while READY not in (words := said.read_text(encoding="utf-8")):
        assert process.poll() is None, words
        assert time.monotonic() < deadline, words
        time.sleep(0.1)
