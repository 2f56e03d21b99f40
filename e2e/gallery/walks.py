"""What the gallery shows: the walks past every page and every message, and the portal that each of them needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from playwright.sync_api import expect

from e2e.pages.table import somebody_with_every_message
from e2e.pages.tour import TOURS, OpenBrowser, Walk
from e2e.pages.visitor import Visitor

_SAME = {"fresh_sign_in": "12h", "fleet_seed": "gallery", "fleet_not_now_after": "3600"}
"""A page is held for minutes, and nothing is to happen to it meanwhile; and its Macs are the same each time."""
_PATIENT = {**_SAME, "answer_timeout": "1h"}
_IMPATIENT = {**_SAME, "answer_timeout": "2s"}


@dataclass(frozen=True)
class Round:
    """One walk, at a fresh portal with these settings, so that its pages show nothing of other walks."""

    walk: Walk
    settings: Mapping[str, str]


def message_table(visitor: Visitor, open_browser: OpenBrowser) -> Iterator[str]:
    """The rows of the message table that no walk of a visitor has."""
    person = somebody_with_every_message(visitor)
    visitor.opens("/devices")
    visitor.toast.says_that_it_was_not_stored(person.refused)
    visitor.devices.shows(person.stored, "Key kept")
    yield "table-devices"
    for mac, name in (
        (person.filevault_off, "table-filevault-off"),
        (person.unanswered, "table-unanswered"),
        (person.undeliverable, "table-undeliverable"),
    ):
        visitor.opens_device(mac)
        expect(visitor.device.not_accepted).to_be_visible()
        yield name
    visitor.opens_key_page(person.unanswered)
    visitor.sees("Not confirmed by the Mac")
    yield "table-not-confirmed"


def waiting(visitor: Visitor, open_browser: OpenBrowser) -> Iterator[str]:
    """What is on its way, as long as it is, and what is said at the door."""
    owner = visitor.portal.newcomer(macs=2)
    busy, opened = owner.macs
    visitor.opens("/devices")
    visitor.sign_in.enters(owner.username, "not their password")
    visitor.sees("This user name and password do not belong together. Check both and try again.")
    yield "sign-in-wrong"
    visitor.is_signed_in_as(owner)
    for mac, scenario in ((busy, "not-now"), (opened, "malformed")):
        mac.does(scenario)
        visitor.stored(mac, mac.recovery_key)
    visitor.opens_device(busy)
    visitor.device.says_that_the_mac_is_busy()
    yield "table-busy"
    visitor.opens_device(opened)
    visitor.device.says_that_it_works_on_it("Store")
    yield "table-opened"


ROUNDS: Mapping[str, Round] = {
    **{name: Round(walk, _PATIENT) for name, walk in TOURS.items()},
    "table": Round(message_table, _IMPATIENT),
    "waiting": Round(waiting, _PATIENT),
}
