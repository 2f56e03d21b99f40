"""What the guide shows in pictures: for each the texts that stand in it, by their English.

The texts are proven on the page before the picture is taken, all of them and no others, so that their fingerprint says
whether the picture still shows what the portal says.
"""

from __future__ import annotations

from dataclasses import dataclass

from e2e.languages import Language


@dataclass(frozen=True)
class Words:
    """One text of the portal."""

    text: str
    context: str = ""

    def translated(self, language: Language) -> str:
        return language.says_in(self.context, self.text) if self.context else language.says(self.text)


@dataclass(frozen=True)
class Shot:
    """One picture of the guide. Its name is that of its files."""

    name: str
    texts: tuple[Words, ...]


def _shot(name: str, *texts: str | Words) -> Shot:
    return Shot(name, tuple(Words(text) if isinstance(text, str) else text for text in texts))


DEVICES = _shot(
    "devices",
    "Devices",
    "Choose the Mac that this is about.",
    "You can do something here",
    "{model}, {ownership}",
    Words("personal", "in a line"),
    "No key yet",
    "Checked in {when}",
)
STORE = _shot("store", "Devices", "Store recovery key")
ENTER = _shot("enter", "Recovery key", "Dashes and spaces are not needed.", "{count} of {total}")
SAVE = _shot(
    "save",
    "Confirm recovery key",
    "Enter the same key once more.",
    "{count} of {total}",
    "Keep your key until it is updated.",
    "Save",
)
WORKING = _shot(
    "working",
    "We are working on your key",
    "Started at {time}. This usually takes a few minutes.",
    "Verify",
    "Your Mac gets the key and checks it.",
    "Rotate",
    "Your Mac replaces the key by a new one.",
    "Store",
    "The new key goes into the cabinet.",
)
UPDATED = _shot(
    "updated",
    "Your key was updated",
    "Your Mac has made a new recovery key, and it is in the cabinet now. The old one no longer opens this Mac.",
    "Locked out one day? Sign in here, on your phone too, and select “Get recovery key”.",
    "Get recovery key",
)
KEY = _shot(
    "key",
    "Get recovery key",
    "Type these six groups on your Mac.",
    "Visible for another {time}",
    "{sign} is a letter",
    "{sign} is a digit",
    "Copy",
    "Print",
    "Spell",
)
SHOTS = (DEVICES, STORE, ENTER, SAVE, WORKING, UPDATED, KEY)
