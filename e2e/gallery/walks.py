"""What the gallery shows: the walks past every page and every message, and the portal that each of them needs."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from playwright.sync_api import expect

from e2e.employer import employer
from e2e.gallery.doors import REFUSALS, passkeys, work_accounts
from e2e.gallery.mails import KINDS, Postbox, everything_happens
from e2e.gallery.studio import DARK, LIGHT, LOOKS, PAPER, Studio
from e2e.gallery.troubles import helpers_troubles, owners_troubles
from e2e.pages.table import somebody_with_every_message
from e2e.pages.tour import TOURS, OpenBrowser, Walk
from e2e.pages.visitor import Visitor
from e2e.portal import Portal, own_portal
from e2e.readers import DESKTOP, PHONE, Screen

_SAME = {"fresh_sign_in": "12h", "fleet_seed": "gallery", "fleet_not_now_after": "3600"}
"""A page is held for minutes, and nothing is to happen to it meanwhile; and its Macs are the same each time."""
_PATIENT = {**_SAME, "answer_timeout": "1h"}
_IMPATIENT = {**_SAME, "answer_timeout": "2s"}
_WARY = {**_PATIENT, "fresh_sign_in": "10s"}
BRIEF: Mapping[Screen, Sequence[str]] = {PHONE: (LIGHT,), DESKTOP: (DARK,)}
"""How faces are taken in walks that lead past many of one page: on each screen and in each theme."""
_IN_A_WORD: Mapping[Screen, Sequence[str]] = {PHONE: (LIGHT,)}
"""How faces are taken that differ from another in a sentence alone, or have no look of their own."""
_OTHER_LOOKS = dict.fromkeys(
    [
        *(f"work-{code}" for code in REFUSALS),
        *(f"mail-{kind}" for kind in KINDS[1:]),
        *(f"mail-{kind}-plain" for kind in KINDS),
    ],
    _IN_A_WORD,
)
_ON_PAPER = {"get-key": "print-sheet"}
"""Faces that are there on paper as well, and under which name."""


@dataclass(frozen=True)
class Stage:
    """A walk, and the fresh portal that it needs: its pages show nothing of other walks."""

    portal: Portal
    address: str
    """Where browsers reach the portal."""
    walk: Callable[[Visitor, OpenBrowser], Iterator[Shown]]
    looks: Mapping[Screen, Sequence[str]] = field(default_factory=lambda: BRIEF)
    """How most of its faces are taken."""


Round = Callable[[], AbstractContextManager[Stage]]
Shown = str | tuple[str, Studio]
"""A face of the page that a visitor looks at, or one that is looked at elsewhere."""


def looks_of(face: str, usual: Mapping[Screen, Sequence[str]]) -> Iterator[tuple[str, Mapping[Screen, Sequence[str]]]]:
    """On which screens and in which themes a face is taken, and under which name."""
    yield face, _OTHER_LOOKS.get(face, usual)
    if face in _ON_PAPER:
        yield _ON_PAPER[face], {PAPER: (LIGHT,)}


def _at_a_portal(walk: Walk, settings: Mapping[str, str], looks: Mapping[Screen, Sequence[str]] = LOOKS) -> Round:
    @contextmanager
    def opened() -> Iterator[Stage]:
        with own_portal(batch=1, **settings) as portal:
            yield Stage(portal, portal.by_name, walk, looks)

    return opened


@contextmanager
def _at_an_employer() -> Iterator[Stage]:
    with (
        tempfile.TemporaryDirectory(prefix="sleutelkast-provider-") as folder,
        employer(Path(folder), batch=1, **_WARY) as one,
    ):
        yield Stage(one.portal, one.portal.url, partial(work_accounts, one.provider))


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


@contextmanager
def _with_mail() -> Iterator[Stage]:
    with Postbox().open() as postbox, own_portal(batch=1, **_PATIENT, **postbox.settings) as portal:
        yield Stage(portal, portal.by_name, partial(everything_happens, postbox))


ROUNDS: Mapping[str, Round] = {
    **{name: _at_a_portal(walk, _PATIENT) for name, walk in TOURS.items()},
    "table": _at_a_portal(message_table, _IMPATIENT),
    "waiting": _at_a_portal(waiting, _PATIENT),
    "troubles": _at_a_portal(owners_troubles, _PATIENT, BRIEF),
    "support-troubles": _at_a_portal(helpers_troubles, _PATIENT, BRIEF),
    "passkeys": _at_a_portal(passkeys, _WARY, BRIEF),
    "work": _at_an_employer,
    "mail": _with_mail,
}
