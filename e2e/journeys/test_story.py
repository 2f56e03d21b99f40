"""The whole story, from the first page to the new key."""

from __future__ import annotations

import json

from e2e.conftest import Visits
from e2e.pages.visitor import Visitor
from e2e.portal import Owner, Portal
from e2e.readers import read_by, reader


@read_by("nl-phone")
def test_a_key_is_stored_proven_kept_and_given_back(visits: Visits, portal: Portal) -> None:
    owner = portal.newcomer("offline")
    typed = owner.mac.recovery_key
    phone = visits()
    phone.opens()
    phone.sign_in.signs_in(owner)
    phone.devices.shows(owner.mac, "No key yet")
    phone.devices.chooses(owner.mac)
    phone.device.link("Store recovery key").click()
    phone.store.stores(typed)
    phone.device.says_that_it_works_on_it()
    phone.closes_the_browser()

    owner.mac.connects()

    desktop = visits(reader("nl-desktop"))
    desktop.opens()
    desktop.sign_in.signs_in(owner)
    desktop.devices.shows(owner.mac, "Key kept")
    desktop.devices.chooses(owner.mac)
    desktop.device.says_that_the_key_was_updated()
    desktop.device.link("Get recovery key", within=desktop.device.updated).click()
    listed = {mac["serial"]: mac["recovery_key"] for mac in json.loads(portal.command("fleet", "list", "--json"))}
    assert listed[owner.mac.serial] != typed
    desktop.key.shows(listed[owner.mac.serial])


@read_by("nl-desktop", "ar-desktop")
def test_the_keyboard_alone_is_enough(visitor: Visitor, owner: Owner) -> None:
    visitor.opens()
    visitor.tabs_to(visitor.sign_in.username_field)
    visitor.types(owner.username)
    visitor.tabs_to(visitor.sign_in.password_field)
    visitor.types(owner.password)
    visitor.page.keyboard.press("Enter")
    visitor.presses(visitor.devices.row(owner.mac))
    visitor.presses(visitor.device.link("Store recovery key"))
    visitor.tabs_to(visitor.store.key_field)
    visitor.types(owner.mac.recovery_key.lower())
    visitor.page.keyboard.press("Enter")
    visitor.types(owner.mac.recovery_key)
    visitor.page.keyboard.press("Enter")
    visitor.device.says_that_the_key_was_updated()
    visitor.presses(visitor.device.link("Get recovery key", within=visitor.device.updated))
    visitor.key.shows(owner.mac.recovery_key)
    visitor.presses(visitor.key.button("Done, hide the key"))
    visitor.key.is_hidden("It is still kept. You can have it shown again at any time.")
