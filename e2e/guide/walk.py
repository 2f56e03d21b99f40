"""The way through the portal that the guide describes, with a stop wherever it has a picture."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from playwright.sync_api import Locator, Route, expect

from e2e.guide.camera import WIDTH, Strip
from e2e.guide.shots import DEVICES, ENTER, KEY, SAVE, STORE, UPDATED, WORKING, Shot
from e2e.pages.visitor import Visitor
from e2e.portal import Mac, Owner

MAC = "MacBook Air"
EXAMPLE = "ABCD-1234-EFGH-5678-JKLM-9012"
"""The key in every picture: one that anybody sees is none."""
_HIGH = 1600
"""Of the window: everything is in it."""
_LOWEST_WITH_A_DOCK = 480
_TOO_LOW_FOR_A_DOCK = 479
"""The button stands under the name of the Mac, and nothing between them."""


def walk(visitor: Visitor, owner: Owner) -> Iterator[tuple[Shot, Strip]]:
    """Each picture with the part of the window that it shows, once all of it is there."""
    visitor.is_signed_in_as(owner)
    visitor.has_named(owner.mac, MAC)
    mac = replace(owner.mac, name=MAC)
    yield from _choosing(visitor, mac)
    yield from _entering(visitor, mac)
    yield from _waiting(visitor, mac)
    yield from _getting(visitor, mac)


def _choosing(visitor: Visitor, mac: Mac) -> Iterator[tuple[Shot, Strip]]:
    _window_is(visitor, _HIGH)
    visitor.opens("/devices")
    visitor.devices.shows(mac, "No key yet")
    yield DEVICES, Strip.round(visitor.page.get_by_role("heading", level=1), visitor.devices.row(mac))
    _window_is(visitor, _TOO_LOW_FOR_A_DOCK)
    visitor.opens_device(mac)
    to_store = visitor.device.link("Store recovery key")
    expect(to_store).to_be_visible()
    yield STORE, Strip.round(visitor.device.link("Devices", within=visitor.page.get_by_role("main")), to_store)


def _entering(visitor: Visitor, mac: Mac) -> Iterator[tuple[Shot, Strip]]:
    _window_is(visitor, _HIGH)
    visitor.opens_store_page(mac)
    visitor.store.enters(EXAMPLE, "")
    visitor.store.key_field.focus()
    first, second = visitor.page.locator(".key-field").all()
    yield ENTER, Strip.round(first)
    visitor.store.enters(EXAMPLE, EXAMPLE)
    height = _docks_below(visitor, second, visitor.store.save_button)
    yield SAVE, Strip.round(second, until=height)
    visitor.store.enters("", "")


def _waiting(visitor: Visitor, mac: Mac) -> Iterator[tuple[Shot, Strip]]:
    _window_is(visitor, _HIGH)
    mac.does("offline")
    visitor.stored(mac, mac.recovery_key)
    visitor.opens_device(mac)
    visitor.device.says_that_it_works_on_it()
    yield WORKING, Strip.round(visitor.device.working)
    mac.comes_back()
    visitor.device.says_that_the_key_was_updated()
    yield UPDATED, Strip.round(visitor.device.updated)


def _getting(visitor: Visitor, mac: Mac) -> Iterator[tuple[Shot, Strip]]:
    visitor.page.route("**/reveals", _answer_with_the_example)
    visitor.opens_key_page(mac)
    visitor.page.clock.install()
    visitor.key.is_asked_for()
    visitor.key.shows(EXAMPLE)
    yield KEY, Strip.round(visitor.page.get_by_role("heading", level=1), visitor.key.button("Spell"))
    visitor.key.is_put_away()


def _answer_with_the_example(route: Route) -> None:
    """The key of the Mac is of nobody's business, though the Mac is none: the portal's own answer, with the example."""
    answer = route.fetch()
    said = answer.json()
    assert "recovery_key" in said
    route.fulfill(response=answer, body=json.dumps({**said, "recovery_key": EXAMPLE}))


def _docks_below(visitor: Visitor, content: Locator, docked: Locator) -> int:
    """Makes the window just so high that what is docked at its lower edge covers nothing of the content."""
    box, dock = content.bounding_box(), visitor.page.locator(".dock").filter(has=docked).bounding_box()
    assert box is not None
    assert dock is not None
    height = max(_LOWEST_WITH_A_DOCK, 4 * round((box["y"] + box["height"] + dock["height"]) / 4 + 4))
    _window_is(visitor, height)
    return height


def _window_is(visitor: Visitor, height: int) -> None:
    visitor.page.set_viewport_size({"width": WIDTH, "height": height})
