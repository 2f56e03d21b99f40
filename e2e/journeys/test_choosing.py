"""Choosing a language: nothing is loaded that nobody reads, nothing that was typed is lost, and everything follows."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, expect

from e2e.conftest import Visits
from e2e.journeys.test_everywhere import MARK
from e2e.languages import language, offered_languages
from e2e.laws.layout import assert_every_text_has_room
from e2e.pages.visitor import Visitor
from e2e.portal import Owner
from e2e.readers import read_by, reader

PAPER = {"width": 794, "height": 1123}
"""A4 at 96 dots an inch."""
OTHERS = ("ar", "ja", "nl")


@read_by("nl-phone")
def test_a_catalog_is_loaded_when_its_language_is_read_and_once(visitor: Visitor) -> None:
    visitor.opens("/")
    visitor.sign_in.title_is("Sign in")
    dutch = visitor.page.locator("link[rel=preload][as=fetch]").get_attribute("href")
    assert set(catalogs_loaded(visitor)) == {dutch}
    before = len(catalogs_loaded(visitor))
    for tag in ("ar", "nl", "ar", "en", "nl"):
        visitor.chooses_language(language(tag))
    arabic = catalogs_loaded(visitor)[before:]
    assert [path.split(".")[0] for path in arabic] == ["/assets/ar"], "one, once"
    visitor.sign_in.link("What is this portal for?").click()
    visitor.sign_in.title_is("Help")
    more = catalogs_loaded(visitor)[before + 1 :]
    assert {path.split(".")[0] for path in more} == {"/assets/nl"}, "the words of more pages, in Dutch alone"


@read_by("en-desktop")
def test_english_needs_no_catalog(visitor: Visitor) -> None:
    visitor.opens("/help")
    visitor.sign_in.title_is("Help")
    assert catalogs_loaded(visitor) == []


@read_by("nl-desktop")
def test_the_menu_has_each_language_by_its_own_name(visitor: Visitor) -> None:
    visitor.opens("/help")
    visitor.page.get_by_role("button", name=visitor.language.pattern("Language: {name}")).click()
    choices = visitor.page.get_by_role("dialog").get_by_role("listitem").get_by_role("button").all()
    listed = {choice.get_attribute("lang"): choice.inner_text() for choice in choices}
    assert listed == {one.tag: one.name for one in offered_languages()}


def _signing_in(visitor: Visitor, owner: Owner, _visits: Visits) -> None:
    visitor.opens("/devices")
    visitor.sign_in.title_is("Sign in")


def _a_link(visitor: Visitor, owner: Owner, _visits: Visits) -> None:
    visitor.opens(visitor.portal.link_of(owner))
    visitor.sign_in.title_is("Set your password")


def _ones_password(visitor: Visitor, owner: Owner, _visits: Visits) -> None:
    visitor.is_signed_in_as(owner)
    visitor.opens("/account")
    expect(visitor.page.get_by_label(visitor.account.says("Present password"), exact=True)).to_be_visible()


def _a_name(visitor: Visitor, owner: Owner, _visits: Visits) -> None:
    visitor.is_signed_in_as(owner)
    visitor.opens_device(owner.mac)
    visitor.button("Rename").click()


def _a_search(visitor: Visitor, owner: Owner, _visits: Visits) -> None:
    visitor.is_signed_in_as(visitor.portal.supporter())
    visitor.opens("/support")
    expect(visitor.support.words_field).to_be_visible()


def _a_reason(visitor: Visitor, owner: Owner, visits: Visits) -> None:
    visitor.portal.makes_corporate(owner.mac, owner)
    theirs = visits()
    theirs.is_signed_in_as(owner)
    theirs.stored(owner.mac, owner.mac.recovery_key)
    theirs.knows_that_it_is("stored", owner.mac)
    visitor.is_signed_in_as(visitor.portal.supporter())
    visitor.opens_others_device(owner.mac, "/key")
    expect(visitor.support.reason_field).to_be_visible()


def _filters(visitor: Visitor, owner: Owner, _visits: Visits) -> None:
    visitor.is_signed_in_as(visitor.portal.auditor())
    visitor.opens("/audit")
    visitor.audit.is_there()


@pytest.mark.parametrize(
    "goes_to",
    [
        pytest.param(_signing_in, id="sign in"),
        pytest.param(_a_link, id="set a password"),
        pytest.param(_ones_password, id="change it"),
        pytest.param(_a_name, id="name a Mac"),
        pytest.param(_a_search, id="search"),
        pytest.param(_a_reason, id="give a reason"),
        pytest.param(_filters, id="filter"),
    ],
)
@read_by("de-desktop")
def test_nothing_that_was_typed_is_lost_in_any_form(
    visitor: Visitor, visits: Visits, owner: Owner, goes_to: Callable[[Visitor, Owner, Visits], None]
) -> None:
    goes_to(visitor, owner, visits)
    typed = fills_in_all(visitor)
    visitor.page.evaluate(MARK)
    for tag in OTHERS:
        visitor.chooses_language(language(tag))
        assert [field.input_value() for field in fields(visitor)] == typed
    assert visitor.page.evaluate("document.documentElement.dataset.marked") == "yes"


@read_by("nl-desktop")
def test_an_app_is_installed_in_the_language_that_is_read(visitor: Visitor) -> None:
    visitor.opens("/help")
    for tag in ("nl", "ar", "en", "zh-Hant"):
        if tag != visitor.language.tag:
            visitor.chooses_language(language(tag))
        address = visitor.page.locator("link[rel=manifest]").get_attribute("href")
        assert address is not None
        answer = visitor.page.context.request.get(address)
        assert answer.headers["content-type"].startswith("application/manifest+json")
        app = answer.json()
        assert (app["lang"], app["dir"]) == (tag, language(tag).direction)
        assert app["name"] == language(tag).says("Sleutelkast")
        # As the browser reads it, under the page's security policy.
        read = visitor.page.context.new_cdp_session(visitor.page).send("Page.getAppManifest")
        assert (urlsplit(read["url"]).path, read["errors"]) == (address, [])


@read_by("en-XA-desktop", "ar-XB-desktop", "de-desktop", "ja-desktop")
def test_the_printed_sheet_follows_the_language(visitor: Visitor, owner: Owner) -> None:
    visitor.is_signed_in_as(owner)
    visitor.stored(owner.mac, owner.mac.recovery_key)
    visitor.knows_that_it_is("stored", owner.mac)
    visitor.opens_key_page(owner.mac)
    visitor.key.is_asked_for()
    visitor.key.shows(owner.mac.recovery_key)
    visitor.page.set_viewport_size(PAPER)
    visitor.page.emulate_media(media="print")
    expect(visitor.page.locator("html")).to_have_attribute("lang", visitor.language.tag)
    title = visitor.page.locator(".print-only h1")
    expect(title).to_have_text(visitor.language.says("Recovery key"))
    expect(title).to_have_css("direction", visitor.language.direction)
    expect(visitor.key.groups.get_by_role("listitem").first).to_be_visible()
    first, second = (visitor.key.groups.get_by_role("listitem").nth(at).bounding_box() for at in range(2))
    assert first is not None
    assert second is not None
    assert first["x"] < second["x"], "the key runs from left to right"
    assert_every_text_has_room(visitor.page)
    visitor.page.emulate_media(media="screen")


def test_who_asks_for_a_pseudo_language_where_it_is_offered_gets_it(visits: Visits) -> None:
    visitor = visits(reader("ar-XB-phone"))
    visitor.opens("/help")
    visitor.sign_in.title_is("Help")


@pytest.mark.impatient
def test_and_where_it_is_not_gets_the_language_that_it_is_made_of(visits: Visits) -> None:
    visitor = visits(reader("ar-phone"), locale="ar-XB")
    visitor.opens("/help")
    visitor.sign_in.title_is("Help")


def catalogs_loaded(visitor: Visitor) -> list[str]:
    """Addresses; one that the page preloads is asked for twice, and answered once."""
    paths = [urlsplit(request.url).path for request in visitor.guard.requests]
    return [path for path in paths if path.startswith("/assets/") and path.endswith(".json")]


def fields(visitor: Visitor) -> list[Locator]:
    written = ("[type=text]", "[type=password]", "[type=search]", "[type=date]")
    kinds = ", ".join((*(f"input{kind}:visible" for kind in written), "textarea:visible"))
    return visitor.page.get_by_role("main").locator(kinds).all()


def fills_in_all(visitor: Visitor) -> list[str]:
    """What each field of the page's forms holds then."""
    values = []
    for at, field in enumerate(fields(visitor)):
        field.fill("2026-11-20" if field.get_attribute("type") == "date" else f"half typ{at}")
        values.append(field.input_value())
    assert values
    return values
