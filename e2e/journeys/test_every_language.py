"""The whole message table in each language that people are offered, on the narrowest phone.

What happens is made once, for one person with a Mac for each row of the table; then it is read in each language.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from e2e.journeys.test_message_table import CAUSES, FILEVAULT_OFF, NOT_CHECKED_IN, UNANSWERED, UNDELIVERABLE
from e2e.languages import language
from e2e.laws.guard import Guard
from e2e.laws.layout import assert_every_text_has_room, assert_nothing_beyond_the_edges
from e2e.pages.table import REFUSED, Person, somebody_with_every_message
from e2e.pages.visitor import Visitor
from e2e.portal import Portal
from e2e.readers import in_every_language

pytestmark = pytest.mark.impatient


@in_every_language
def test_the_message_table(visitor: Visitor, person: Person) -> None:
    visitor.opens("/")
    visitor.sign_in.title_is("Sign in")
    _has_its_room(visitor)
    visitor.is_signed_in_as(person.owner)
    _reads_the_list(visitor, person)
    _reads_that_it_was_stored(visitor, person)
    _reads_what_was_not_accepted(visitor, person)
    _reads_that_the_keys_differ(visitor, person)


def _reads_the_list(visitor: Visitor, person: Person) -> None:
    visitor.opens("/devices")
    visitor.toast.says_that_it_was_not_stored(person.refused)
    visitor.devices.shows(person.stored, "Key kept")
    visitor.devices.shows(person.untouched, "No key yet")
    visitor.finds_the_page_accessible()
    _has_its_room(visitor)


def _reads_that_it_was_stored(visitor: Visitor, person: Person) -> None:
    visitor.opens_device(person.stored)
    visitor.device.says_that_the_key_was_updated()
    _has_its_room(visitor)


def _reads_what_was_not_accepted(visitor: Visitor, person: Person) -> None:
    rows = (
        (person.refused, REFUSED, CAUSES, ()),
        (person.filevault_off, REFUSED, (*CAUSES[:2], FILEVAULT_OFF), (FILEVAULT_OFF,)),
        (person.unanswered, UNANSWERED, (CAUSES[0], NOT_CHECKED_IN, CAUSES[2]), (NOT_CHECKED_IN,)),
        (person.undeliverable, UNDELIVERABLE, None, ()),
    )
    for mac, words, causes, known in rows:
        visitor.opens_device(mac)
        visitor.device.says_that_the_key_was_not_accepted(*words)
        if causes is not None:
            visitor.device.helps(causes, known=known)
        _has_its_room(visitor)


def _reads_that_the_keys_differ(visitor: Visitor, person: Person) -> None:
    visitor.opens_store_page(person.untouched)
    with visitor.sends_nothing():
        visitor.store.enters(person.untouched.recovery_key, person.untouched.wrong_key)
        visitor.store.saves()
        visitor.store.says_that_the_keys_differ()
    expect(visitor.store.save_button).to_be_visible()
    _has_its_room(visitor)


def _has_its_room(visitor: Visitor) -> None:
    assert_nothing_beyond_the_edges(visitor.page)
    assert_every_text_has_room(visitor.page)


@pytest.fixture(scope="module")
def person(without_a_page: Visitor) -> Person:
    return somebody_with_every_message(without_a_page)


@pytest.fixture(scope="module")
def without_a_page(impatient_portal: Portal, browser: Browser) -> Iterator[Visitor]:
    """Somebody who lets things happen, and looks at nothing."""
    with browser.new_context(base_url=impatient_portal.url) as context:
        yield Visitor(context.new_page(), language("en"), impatient_portal, Guard(impatient_portal.url))
