"""The escrow profile of this portal, worded from the catalogs in one language."""

from __future__ import annotations

from collections.abc import Callable

from sleutelkast.adapters.catalogs import Voice, Voices
from sleutelkast.adapters.mdm.profile import ProfileWords, escrow_profile
from sleutelkast.factory import CATALOGS, languages
from sleutelkast.settings import Settings


def write_profile(settings: Settings, certificate: bytes, tag: str | None = None) -> bytes:
    """The `.mobileconfig` for this certificate, in the language `tag` or the default one.

    Raise ValueError for a language that is not there.
    """
    offered = languages(settings)
    chosen = tag or offered.default
    if chosen not in offered.tags:
        raise ValueError(f"there is no language {chosen}; there are {', '.join(offered.tags)}")
    voice = Voices(CATALOGS, offered.default).named(chosen)
    return escrow_profile(certificate, _words(voice.say, settings, voice))


def _words(_: Callable[[str], str], settings: Settings, voice: Voice) -> ProfileWords:
    names = {"address": settings.public_address, "organization": settings.organization or ""}
    told = {name: voice.isolated(value) for name, value in names.items()}
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
