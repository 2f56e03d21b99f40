"""The escrow profile of this portal, worded from the catalogs in one language."""

from __future__ import annotations

import gettext
import json
from collections.abc import Callable

from sleutelkast.adapters.mdm.profile import ProfileWords, escrow_profile
from sleutelkast.factory import CATALOGS, languages
from sleutelkast.settings import Settings

_ISOLATED = "\u2068{}\u2069"
"""Keeps an address or a name whole in a text that runs the other way."""


def write_profile(settings: Settings, certificate: bytes, tag: str | None = None) -> bytes:
    """The `.mobileconfig` for this certificate, in the language `tag` or the default one.

    Raise ValueError for a language that is not there.
    """
    offered = languages(settings)
    chosen = tag or offered.default
    if chosen not in offered.tags:
        raise ValueError(f"there is no language {chosen}; there are {', '.join(offered.tags)}")
    translate = gettext.translation("portal", CATALOGS, [offered.folder(chosen)], fallback=True).gettext

    def say(text: str) -> str:
        # Where a word may break is for pages: what shows a profile prints soft hyphens or not, as it likes.
        return translate(text).replace("\u00ad", "")

    return escrow_profile(certificate, _words(say, settings, _frame(chosen)))


def _frame(tag: str) -> str:
    registry = json.loads((CATALOGS / "locales.json").read_text(encoding="utf-8"))
    runs_leftward = any(one["tag"] == tag and one["dir"] == "rtl" for one in registry)
    return _ISOLATED if runs_leftward else "{}"


def _words(_: Callable[[str], str], settings: Settings, frame: str) -> ProfileWords:
    told = {"address": frame.format(settings.public_address), "organization": frame.format(settings.organization or "")}
    return ProfileWords(
        # Translators: Name of the configuration profile on a Mac that has its recovery key kept by this portal.
        name=_("Recovery key"),
        # Translators: Explains that configuration profile, in the Mac's System Settings. {address} is the web address
        # of the portal.
        description=_(
            "Each new FileVault recovery key of this Mac is encrypted and kept at {address}. You can get it there."
        ).format(**told),
        # Translators: Name of a certificate on a Mac, with which its recovery key is encrypted for the portal.
        certificate_name=_("Certificate for the recovery key"),
        location=_location(_, settings).format(**told),
        organization=settings.organization,
    )


def _location(_: Callable[[str], str], settings: Settings) -> str:
    if settings.organization is None:
        # Translators: Where the recovery key of a Mac is kept: macOS puts it into its own message when FileVault is
        # turned on. {address} is the web address of the portal.
        return _("your organization, at {address}")
    # Translators: Where the recovery key of a Mac is kept: macOS puts it into its own message when FileVault is turned
    # on. {organization} is its name, {address} the web address of its portal.
    return _("{organization}, at {address}")
