"""Checks every part of an installation, and says the mend for what does not work."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from sleutelkast.adapters.sealing.ring import KeyRingError, open_key_ring
from sleutelkast.adapters.store import migrate
from sleutelkast.adapters.store.engine import make_engine
from sleutelkast.domain.mail import MailState
from sleutelkast.factory import CATALOGS, STATIC, Portal, sealing_works
from sleutelkast.settings import FIRST_PROVIDER, Settings
from sleutelkast.usecases.audit_chain import kept_head_holds, waiting_for
from sleutelkast.usecases.certificates import certificates
from sleutelkast.usecases.mail import unsent_mail
from sleutelkast.usecases.ports import Delivery, Mailer
from sleutelkast.usecases.world import WorkProvider

_ENOUGH_BYTES = 512 * 1024 * 1024
_LONG_UNLINKED = timedelta(minutes=5)
_LONG_UNSENT = timedelta(minutes=10)
_RENEWED_BEFORE = timedelta(days=180)
"""So long before its end a certificate is renewed: a Mac that is away for months gets the new profile in time."""
_CLOCKS_DIFFER = timedelta(seconds=30)
"""Answers take their time, and the server tells whole seconds."""
_NO_MAC = "00000000-0000-0000-0000-000000000000"
"""The UDID of no Mac."""


@dataclass(frozen=True, slots=True)
class Finding:
    part: str
    mend: str | None
    """None where the part works."""


def examine(settings: Settings) -> Iterator[Finding]:
    """Each part in turn; a part that another needs comes first, and what can't be looked at then is left out."""
    yield from map(_finding, (("web app", _web_app), ("languages", _languages)))
    yield Finding("data folder", _data_folder(settings))
    needed = (Finding("key ring", _key_ring(settings)), Finding("database", _database(settings)))
    yield from needed
    if any(one.mend is not None for one in needed):
        return
    portal = Portal(settings)
    try:
        yield Finding(
            "sealing", None if sealing_works(portal.world.sealer) else "the key ring can't open what it seals"
        )
        yield Finding("escrow certificate", _identity(portal))
        yield Finding("audit log", _audit_log(portal))
        yield Finding("MDM server", _mdm(portal))
        for provider in portal.world.providers.values():
            yield Finding(f"work accounts ({provider.id})", _provider(provider))
        if portal.world.mailer is not None:
            yield Finding("mail server", _mail_server(portal.world.mailer))
            yield Finding("mail", _mail(portal))
    finally:
        portal.close()


def _finding(part: tuple[str, Callable[[], str | None]]) -> Finding:
    return Finding(part[0], part[1]())


def _web_app() -> str | None:
    return None if STATIC.is_dir() else "not built: run `make build`, or install Sleutelkast from its wheel"


def _languages() -> str | None:
    built = (CATALOGS / "locales.json").is_file()
    return None if built else "not compiled: run `make build`, or install Sleutelkast from its wheel"


def _data_folder(settings: Settings) -> str | None:
    if not settings.data.is_dir():
        return f"{settings.data} is no folder: run `sleutelkast init`"
    free = shutil.disk_usage(settings.data).free
    return None if free >= _ENOUGH_BYTES else f"{settings.data} has less than 512 MiB left: make room"


def _key_ring(settings: Settings) -> str | None:
    try:
        open_key_ring(settings.key_ring)
    except KeyRingError as error:
        return str(error)
    return None


def _database(settings: Settings) -> str | None:
    engine = make_engine(settings.database)
    try:
        return None if migrate.is_current(engine) else "not at this release's schema: run `sleutelkast init`"
    except Exception as error:
        # Its text may repeat the address with its password.
        return f"can't be reached ({type(error).__name__}): check SLEUTELKAST_DATABASE_URL"
    finally:
        engine.dispose()


def _identity(portal: Portal) -> str | None:
    every = certificates(portal.world)
    if not every:
        return "there is none: run `sleutelkast init`"
    if not all(one.opens for one in every):
        return "the private key of one can't be opened, so answers to it are lost: put back the key ring's backup"
    last_day = every[0].not_after
    if last_day - portal.world.clock.now() > _RENEWED_BEFORE:
        return None
    mend = "run `sleutelkast certificate renew`, and install the profile that `sleutelkast profile` then writes"
    return f"Macs may refuse it after {last_day:%Y-%m-%d}: {mend}"


def _audit_log(portal: Portal) -> str | None:
    if not kept_head_holds(portal.world):
        return "it has lost what it had: run `sleutelkast audit verify`"
    if waiting_for(portal.world) > _LONG_UNLINKED:
        return "new entries are not linked: run `serve` or `worker`, and look for job.failed in their log"
    return None


def _provider(provider: WorkProvider) -> str | None:
    trouble = provider.door.trouble()
    own = "" if provider.id == FIRST_PROVIDER else f"{provider.id.upper()}_"
    return None if trouble is None else f"{trouble}: check SLEUTELKAST_OIDC_{own}ISSUER, and whether it runs"


def _mail_server(mailer: Mailer) -> str | None:
    trouble = mailer.trouble()
    return None if trouble is None else f"{trouble}: check SLEUTELKAST_SMTP_URL, and whether the server runs"


def _mail(portal: Portal) -> str | None:
    """Mail waits where the server is away: that is told as long as it lasts, what failed until it is dealt with."""
    unsent = [one.mail for one in unsent_mail(portal.world)]
    failed = sum(one.state is MailState.FAILED for one in unsent)
    late = portal.world.clock.now() - _LONG_UNSENT
    overdue = sum(one.state is MailState.WAITING and (one.tried_since or one.due_at) < late for one in unsent)
    if not failed and not overdue:
        return None
    return f"{failed} could not be sent, {overdue} wait for long: `sleutelkast mail list` says why"


def _mdm(portal: Portal) -> str | None:
    settings = portal.settings
    if settings.nanomdm_url is None or settings.nanomdm_api_key is None or settings.nanomdm_webhook_key is None:
        return "set SLEUTELKAST_NANOMDM_URL, SLEUTELKAST_NANOMDM_API_KEY and SLEUTELKAST_NANOMDM_WEBHOOK_KEY"
    # Its version is told to anybody. A push to a Mac that nobody has wakes none, and takes the key of the API.
    told = portal.world.mdm.push(_NO_MAC)
    if told.delivery is Delivery.UNKNOWN_DEVICE:
        return _its_clock(portal)
    if portal.world.mdm.version() is None:
        return f"it does not answer ({told.detail}): check SLEUTELKAST_NANOMDM_URL, and whether it runs"
    return f"it does not take our calls ({told.detail}): check SLEUTELKAST_NANOMDM_API_KEY, and its log"


def _its_clock(portal: Portal) -> str | None:
    """It says when Macs talked and enrolled, and the portal holds that against its own time."""
    there, here = portal.world.mdm.clock(), portal.world.clock.now()
    if there is None or abs(there - here) < _CLOCKS_DIFFER:
        return None
    which = "behind" if there < here else "ahead of"
    return f"its clock is {round(abs(there - here).total_seconds())} s {which} ours: have NTP set both"
