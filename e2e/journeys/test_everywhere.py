"""What is on every page: the toast, the language menu, the guide, and the Mac's own status."""

from __future__ import annotations

from playwright.sync_api import expect

from e2e.conftest import Visits
from e2e.languages import language
from e2e.pages.visitor import Visitor
from e2e.portal import Owner, Portal
from e2e.readers import every_reader, read_by, reader

MARK = "document.documentElement.dataset.marked = 'yes'"
"""What a page that was not loaded anew still has."""


@read_by("nl-phone", "ar-desktop")
def test_a_toast_is_on_every_page_and_dismissed_for_good(visitor: Visitor, owner: Owner) -> None:
    visitor.is_signed_in_as(owner)
    visitor.stored(owner.mac, owner.mac.wrong_key)
    visitor.knows_that_it_is("refused", owner.mac)
    for path in ("/devices", "/help", f"/devices/{visitor.id_of(owner.mac)}/store"):
        visitor.opens(path)
        visitor.toast.says_that_it_was_not_stored(owner.mac)
    visitor.toast.is_dismissed(owner.mac)
    for path in ("/devices", "/help"):
        visitor.opens(path)
        visitor.reads_their_language()
        visitor.toast.is_absent()


@read_by("en-desktop")
def test_a_toast_comes_while_the_person_is_elsewhere(visitor: Visitor, portal: Portal) -> None:
    owner = portal.newcomer("offline")
    visitor.is_signed_in_as(owner)
    visitor.page.clock.install()
    visitor.stored(owner.mac, owner.mac.wrong_key)
    visitor.opens("/help")
    visitor.toast.is_absent()
    owner.mac.comes_back()
    visitor.knows_that_it_is("refused", owner.mac)
    visitor.page.clock.fast_forward("01:01")
    visitor.toast.says_that_it_was_not_stored(owner.mac)
    visitor.toast.leads_to(owner.mac)


@read_by("nl-phone", "en-desktop")
def test_the_language_changes_at_once_and_what_was_typed_stays(visitor: Visitor, owner: Owner) -> None:
    visitor.is_signed_in_as(owner)
    visitor.opens_store_page(owner.mac)
    visitor.page.evaluate(MARK)
    visitor.store.enters("ABCD-EFGH", "AB")
    for tag in ("ar", "de"):
        visitor.chooses_language(language(tag))
        visitor.store.holds("ABCDEFGH", "AB")
        expect(visitor.store.save_button).to_be_visible()
    assert visitor.page.evaluate("document.documentElement.dataset.marked") == "yes"


def test_the_language_is_kept_with_the_account(visits: Visits, owner: Owner) -> None:
    visitor = visits(reader("en-desktop"))
    visitor.is_signed_in_as(owner)
    visitor.opens("/devices")
    with visitor.page.expect_response(lambda answer: answer.request.method == "PATCH" and answer.ok):
        visitor.chooses_language(language("ar"))
    elsewhere = visits(reader("de-phone"))
    elsewhere.opens("/devices")
    elsewhere.sign_in.signs_in(owner)
    elsewhere.language = language("ar")
    elsewhere.reads_their_language()
    elsewhere.devices.shows(owner.mac, "No key yet")


@read_by("nl-desktop", "ar-phone")
def test_the_language_menu_finds_languages_by_any_name(visitor: Visitor) -> None:
    visitor.opens()
    visitor.page.get_by_role("button", name=visitor.language.pattern("Language: {name}")).click()
    dialog = visitor.page.get_by_role("dialog", name=visitor.language.says("Choose a language"))
    visitor.finds_the_page_accessible()
    for sought, found in (("dutch", "Nederlands"), ("deu", "Deutsch"), ("العر", "العربية")):
        dialog.get_by_role("searchbox").fill(sought)
        expect(dialog.get_by_role("listitem")).to_have_text([found])
    visitor.button("Close").click()
    expect(dialog).to_have_count(0)


@every_reader
def test_the_guide_explains_everything_without_signing_in(visitor: Visitor) -> None:
    visitor.opens("/help")
    visitor.sign_in.title_is("Help")
    for code in ("keys-differ", "device-not-updated", "key-not-accepted", "key-updated"):
        expect(visitor.sign_in.message(code)).to_be_visible()
    for name in ("Store recovery key", "Get recovery key", "Check status"):
        expect(visitor.page.get_by_role("main")).to_contain_text(visitor.language.says(name))
    visitor.finds_the_page_accessible()


@read_by("nl-phone", "ar-desktop", "ja-phone", "fi-desktop", "en-phone")
def test_the_guide_has_pictures_in_the_very_language(visitor: Visitor) -> None:
    visitor.opens("/help")
    visitor.guide.shows_pictures_of(visitor.language, "light")
    visitor.chooses_language(language("pt-BR"))
    visitor.guide.shows_pictures_of(language("pt-BR"), "light")


@read_by("ar-phone", "zh-Hant-desktop")
def test_the_guide_has_dark_pictures_for_the_dark(visits: Visits) -> None:
    visitor = visits(color_scheme="dark")
    visitor.opens("/help")
    visitor.guide.shows_pictures_of(visitor.language, "dark")


@read_by("en-XA-phone", "ar-XB-phone")
def test_the_guide_does_without_pictures_where_there_are_none(visitor: Visitor) -> None:
    visitor.opens("/help")
    visitor.sign_in.title_is("Help")
    expect(visitor.guide.pictures).to_have_count(0)


@read_by("de-phone", "ar-desktop")
def test_a_chapter_of_the_guide_stays_in_sight_while_pictures_come(visitor: Visitor) -> None:
    visitor.opens("/help#get")
    visitor.guide.is_at("Get your key back")
    visitor.guide.has_all_its_pictures()
    visitor.guide.is_at("Get your key back")


@read_by("de-desktop")
def test_a_mac_gets_another_name(visitor: Visitor, owner: Owner) -> None:
    visitor.is_signed_in_as(owner)
    visitor.opens_device(owner.mac)
    visitor.button("Rename").click()
    visitor.page.get_by_label(visitor.language.says("Name of this Mac")).fill("Kücheninsel & <b>Büro</b>")
    visitor.button("Save name").click()
    expect(visitor.page.get_by_role("heading", level=1, name="Kücheninsel & <b>Büro</b>", exact=True)).to_be_visible()
    visitor.opens("/devices")
    expect(visitor.page.get_by_role("link").filter(has_text="Kücheninsel & <b>Büro</b>")).to_be_visible()


@read_by("ar-desktop", "ar-phone")
def test_right_to_left_the_key_still_runs_from_left_to_right(visitor: Visitor, owner: Owner) -> None:
    visitor.is_signed_in_as(owner)
    visitor.stored(owner.mac, owner.mac.recovery_key)
    visitor.knows_that_it_is("stored", owner.mac)
    visitor.opens_key_page(owner.mac)
    visitor.key.is_asked_for()
    visitor.key.shows(owner.mac.recovery_key)
    first, second = (visitor.key.groups.get_by_role("listitem").nth(at).bounding_box() for at in range(2))
    assert first is not None
    assert second is not None
    assert first["x"] < second["x"]
    name = visitor.page.get_by_role("link", name="Sleutelkast").bounding_box()
    assert name is not None
    assert name["x"] > visitor.page.viewport_size["width"] / 2, "the page's name stands at the start of the line"
