"""An auditor finds out who did what, and nobody else does."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from playwright.sync_api import expect

from e2e.conftest import Visits
from e2e.laws.accessibility import assert_accessible
from e2e.laws.layout import ZOOMED, assert_nothing_beyond_the_edges
from e2e.pages.visitor import Visitor
from e2e.portal import Owner, Portal
from e2e.readers import every_reader, read_by


@every_reader
def test_an_auditor_sees_what_a_person_did_and_was_denied(
    portal: Portal, visits: Visits, visitor: Visitor, owner: Owner
) -> None:
    browser = visits()
    browser.is_signed_in_as(owner)
    browser.is_denied_a_reveal()
    browser.stored(owner.mac, owner.mac.recovery_key)
    visitor.opens("/audit")
    visitor.sign_in.signs_in(portal.auditor())
    visitor.audit.is_there()
    visitor.audit.searches(User_name=owner.username)
    row = visitor.audit.shows(owner, "Saved a recovery key")
    expect(row).to_contain_text(owner.mac.serial)
    visitor.audit.searches(How_it_ended="denied")
    expect(visitor.audit.entries).to_have_count(1)
    denied = visitor.audit.shows(owner, "Saw a recovery key")
    expect(denied).to_contain_text(visitor.audit.says("Denied"))
    expect(denied).to_contain_text(visitor.audit.says("No key is kept"))
    expect(denied.locator("code")).to_have_count(0)
    visitor.goes_back()
    visitor.audit.shows(owner, "Saved a recovery key")
    expect(visitor.audit.field("User name")).to_have_value(owner.username)


@read_by("nl-desktop", "ar-phone")
def test_what_is_seen_can_be_saved_as_a_file(portal: Portal, visitor: Visitor, owner: Owner, tmp_path: Path) -> None:
    visitor.opens(f"/audit?actor={owner.username}")
    visitor.sign_in.signs_in(portal.auditor())
    visitor.sees("No entry fits these filters. Clear them to see all entries.")
    visitor.button("Clear filters").click()
    visitor.audit.is_there()
    with visitor.page.expect_download() as started:
        visitor.audit.link("Export as CSV").click()
    assert re.fullmatch(r"audit-\d{4}-\d\d-\d\d\.csv", started.value.suggested_filename)
    saved = tmp_path / "audit.csv"
    started.value.save_as(saved)
    rows = list(csv.DictReader(io.StringIO(saved.read_text(encoding="utf-8-sig"))))
    assert rows[0]["action"] == "audit-exported"
    assert owner.username not in {row["actor"] for row in rows}


@read_by("nl-desktop")
def test_at_400_percent_a_long_choice_is_read_whole(portal: Portal, visitor: Visitor) -> None:
    visitor.opens("/audit")
    visitor.sign_in.signs_in(portal.auditor())
    visitor.audit.is_there()
    visitor.page.set_viewport_size(ZOOMED)
    field = visitor.audit.field("What was done")
    in_one_line = field.evaluate("element => element.clientHeight")
    longest = field.evaluate(
        "({ options }) => [...options].reduce((one, other) => other.text.length > one.text.length ? other : one).value"
    )
    field.select_option(longest)
    assert field.evaluate("element => element.clientHeight") > in_one_line
    field.press("Space")
    option = field.locator(f"option[value={longest}]")
    expect(option).to_be_in_viewport()
    assert option.evaluate("element => element.scrollWidth <= element.clientWidth")
    assert_nothing_beyond_the_edges(visitor.page)
    assert_accessible(visitor.page)
    visitor.page.keyboard.press("Home")
    visitor.page.keyboard.press("Enter")
    expect(field).to_have_value("")


def test_to_others_the_page_is_not_there(visitor: Visitor, owner: Owner) -> None:
    visitor.opens("/audit")
    visitor.sign_in.signs_in(owner)
    visitor.sign_in.title_is("There is nothing here")


@read_by("en-desktop")
def test_with_the_keyboard_alone(portal: Portal, visitor: Visitor) -> None:
    visitor.opens("/audit")
    visitor.sign_in.signs_in(portal.auditor())
    visitor.audit.is_there()
    visitor.audit.field("User name").focus()
    visitor.page.keyboard.type("nobody-at-all")
    visitor.page.keyboard.press("Enter")
    visitor.sees("Nobody has this user name.")
    expect(visitor.audit.field("User name")).to_be_focused()
