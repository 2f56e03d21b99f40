"""Somebody to whom everything in the message table happened, each row to a Mac of its own."""

from __future__ import annotations

from dataclasses import dataclass

from e2e.pages.visitor import Visitor
from e2e.portal import Mac, Owner

REFUSED = ("This key could not be stored", "Check that it is the right key for this Mac and try again.")
_ROWS = 6


@dataclass(frozen=True)
class Person:
    """Their Macs, by what became of the key."""

    owner: Owner
    stored: Mac
    refused: Mac
    filevault_off: Mac
    unanswered: Mac
    undeliverable: Mac
    untouched: Mac


def somebody_with_every_message(browser: Visitor) -> Person:
    """At a portal that soon calls a deposit unanswered. `browser` is signed in as them, and has looked at nothing."""
    owner = browser.portal.newcomer(macs=_ROWS)
    row = Person(owner, *owner.macs)
    browser.is_signed_in_as(owner)
    becomes = (
        (row.stored, "right", row.stored.recovery_key, "stored"),
        (row.refused, "right", row.refused.wrong_key, "refused"),
        (row.filevault_off, "filevault-off", row.filevault_off.recovery_key, "refused"),
        (row.unanswered, "offline", row.unanswered.recovery_key, "unanswered"),
        (row.undeliverable, "unenrolled", row.undeliverable.recovery_key, "undeliverable"),
    )
    for mac, scenario, key, _ in becomes:
        mac.does(scenario)
        browser.stored(mac, key)
    for mac, _, _, state in becomes:
        browser.knows_that_it_is(state, mac)
    browser.has_dismissed_all_but(row.refused)
    return row
