"""Builds the real thing from settings: the world of the use cases, the WSGI application, the background work."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Mapping
from email.headerregistry import Address
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from argon2 import PasswordHasher
from babel.dates import LOCALTZ

from sleutelkast import logs
from sleutelkast.adapters.audit_head import AuditHeadFile
from sleutelkast.adapters.catalogs import Voices
from sleutelkast.adapters.clock import SystemClock, new_id, new_secret, new_uuid
from sleutelkast.adapters.identity.guesses import EarlyGuesses
from sleutelkast.adapters.identity.passkeys import WebAuthn
from sleutelkast.adapters.identity.passwords import Argon2Passwords
from sleutelkast.adapters.mdm.absent import NoMdmServer, NoReports
from sleutelkast.adapters.mdm.cms import CmsEnvelopes
from sleutelkast.adapters.mdm.nanomdm import NanoMdm
from sleutelkast.adapters.mdm.webhook import NanoMdmReports
from sleutelkast.adapters.notify.smtp import MailServer, SmtpMailer, Writing
from sleutelkast.adapters.notify.words import Letterhead
from sleutelkast.adapters.sealing.envelope import EnvelopeSealer
from sleutelkast.adapters.sealing.ring import open_key_ring
from sleutelkast.adapters.store.engine import SqlStore, make_engine
from sleutelkast.domain.approval import ApprovalPolicy
from sleutelkast.domain.password import PasswordPolicy
from sleutelkast.domain.person import SessionPolicy
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.domain.upkeep import RotationPolicy
from sleutelkast.domain.work_account import AccountRules
from sleutelkast.jobs import Jobs, is_shared, make_huey
from sleutelkast.settings import PREFIX, OidcSettings, Settings, is_ip_address, load
from sleutelkast.usecases.audit_chain import AUDIT_ENTRY
from sleutelkast.usecases.mail import send_next_mail
from sleutelkast.usecases.ports import Binding, MdmServer, Purpose, ReportReader, Sealer
from sleutelkast.usecases.settle_due import clean, settle_until_done
from sleutelkast.usecases.world import Policy, WorkProvider, World

if TYPE_CHECKING:
    # Flask and all that comes with it: commands that serve nobody don't wait for it.
    from sleutelkast.http.headers import WsgiApp
    from sleutelkast.http.languages import Languages
    from sleutelkast.http.operations import Probe
    from sleutelkast.http.reception import Reception

_HERE = Path(__file__).parent
CATALOGS = _HERE / "translations"
STATIC = _HERE / "static"
DEMO_READY = f"{PREFIX}DEMO_READY"
"""Names a file that the demo writes once its fleet is complete; the portal is not ready before."""


class Portal:
    """One process's portal: its world and its background work."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        sealer = EnvelopeSealer(open_key_ring(settings.key_ring))
        self.store = make_store(settings, sealer)
        self.jobs = Jobs(make_huey(settings.jobs), self._settle, self._clean, self._send_mail)
        self.world = make_world(settings, self.store, sealer, self.jobs.wake)

    def _settle(self) -> int:
        return settle_until_done(self.world)

    def _clean(self) -> int:
        return clean(self.world)

    def _send_mail(self) -> bool:
        return send_next_mail(self.world)

    def close(self) -> None:
        self.jobs.close()
        self.store.close()


def make_store(settings: Settings, sealer: Sealer) -> SqlStore:
    engine = make_engine(settings.database, connections=settings.threads)
    return SqlStore(engine, partial(sealer.authenticate, AUDIT_ENTRY))


def make_world(settings: Settings, store: SqlStore, sealer: Sealer, wake_worker: Callable[[], None]) -> World:
    mdm, reports = _mdm(settings)
    return World(
        store=store,
        sealer=sealer,
        mdm=mdm,
        reports=reports,
        envelopes=CmsEnvelopes(),
        passwords=Argon2Passwords(make_hasher(settings)),
        guesses=EarlyGuesses(),
        ceremonies=make_ceremonies(settings),
        mailer=make_mailer(settings),
        audit_heads=AuditHeadFile(settings.audit_head),
        clock=SystemClock(),
        new_id=new_id,
        new_secret=new_secret,
        new_uuid=new_uuid,
        chance=random.random,
        wake_worker=wake_worker,
        policy=make_policy(settings),
        organization=settings.organization,
        providers=make_providers(settings),
    )


def make_ceremonies(settings: Settings) -> WebAuthn | None:
    """None where the portal's address is an IP address: passkeys are bound to a name."""
    # Without a public address the portal is for this machine alone, which browsers know by this name.
    parts = urlsplit(settings.public_url or f"http://localhost:{settings.port}")
    host = _as_browsers_write(parts.hostname or "")
    if host is None or is_ip_address(host):
        return None
    # Without a port that goes without saying.
    port = "" if parts.port in {None, _USUAL_PORTS[parts.scheme]} else f":{parts.port}"
    return WebAuthn(host, f"{parts.scheme}://{host}{port}", settings.organization or "Sleutelkast")


def _as_browsers_write(host: str) -> str | None:
    """In ASCII; None for what can't be the name of a host at all."""
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return None


_USUAL_PORTS = {"http": 80, "https": 443}


def make_hasher(settings: Settings) -> PasswordHasher:
    return PasswordHasher(
        time_cost=settings.argon2_passes, memory_cost=settings.argon2_memory, parallelism=settings.argon2_lanes
    )


def make_providers(settings: Settings) -> Mapping[str, WorkProvider]:
    return {provider_id: _provider(settings, provider_id, one) for provider_id, one in settings.oidc.items()}


def _provider(settings: Settings, provider_id: str, one: OidcSettings) -> WorkProvider:
    # What reads tokens takes a moment to load, and most commands of most portals need none of it.
    from sleutelkast.adapters.identity.oidc import Client, OidcProvider

    home = settings.public_address
    client = Client(
        issuer=one.issuer or "",
        client_id=one.client_id or "",
        secret=one.client_secret,
        redirect_uri=f"{home}/api/v1/session/oidc/{provider_id}/callback",
        after_sign_out=f"{home}/",
        scopes=one.scopes,
    )
    needs = [name for name in (one.roles_claim, one.require and one.require[0]) if name is not None]
    rules = AccountRules(one.roles_claim, one.roles or {}, one.new_people, one.require)
    return WorkProvider(provider_id, one.name, OidcProvider(client, needs), rules)


def _mdm(settings: Settings) -> tuple[MdmServer, ReportReader]:
    url, api_key, webhook_key = settings.nanomdm_url, settings.nanomdm_api_key, settings.nanomdm_webhook_key
    if url is None or api_key is None or webhook_key is None:
        return NoMdmServer(), NoReports()
    return NanoMdm(url, api_key), NanoMdmReports(webhook_key)


def make_mailer(settings: Settings) -> SmtpMailer | None:
    """None where no mail is set up."""
    at, sender = settings.smtp_url, settings.mail_from
    if at is None or sender is None:
        return None
    named = (
        sender if sender.display_name else Address(settings.organization or "Sleutelkast", addr_spec=sender.addr_spec)
    )
    server = MailServer(
        host=at.host,
        port=at.port,
        starttls=at.scheme == "smtp+starttls",
        tls=at.scheme == "smtps",
        username=at.username,
        password=at.password,
        name=urlsplit(settings.public_address).hostname or "localhost",
    )
    return SmtpMailer(
        server, Writing(named, _letterhead(settings), Voices(CATALOGS, settings.default_language), LOCALTZ)
    )


def _letterhead(settings: Settings) -> Letterhead:
    ways = (settings.support_phone, settings.support_email, settings.support_url)
    return Letterhead(settings.public_address, settings.support_name, tuple(way for way in ways if way is not None))


def make_policy(settings: Settings) -> Policy:
    return Policy(
        answer_timeout=settings.answer_timeout,
        typed_key_kept=settings.typed_key_kept,
        escrow=settings.escrow_policy,
        escrow_grace=settings.escrow_grace,
        new_macs_an_hour=settings.crypt_new_macs,
        inquiry_interval=settings.inquiry_interval,
        sessions=SessionPolicy(settings.session_idle, settings.session_life, settings.fresh_sign_in),
        approval=ApprovalPolicy(settings.approval_required, settings.approval_wait, settings.approval_valid),
        silent_after=settings.silent_after,
        reset_wait=settings.reset_wait,
        passwords=PasswordPolicy(settings.password_length, settings.password_link_life),
        rotation=RotationPolicy(settings.rotate_after_reveal, settings.rotate_every),
        local_accounts=settings.local_accounts,
    )


def make_app(portal: Portal) -> WsgiApp:
    """The WSGI application of a portal."""
    from sleutelkast.http.app import Site, create_app
    from sleutelkast.http.models import Support

    settings = portal.settings
    site = Site(
        languages=languages(settings),
        support=Support(
            name=settings.support_name,
            email=settings.support_email,
            phone=settings.support_phone,
            url=settings.support_url,
            hours=settings.support_hours,
        ),
        organization=settings.organization,
        is_https=settings.is_https,
        trusted_proxies=settings.trusted_proxies,
        threads=settings.threads,
        crypt_secret=settings.crypt_secret,
        limits_shared_by=settings.jobs if is_shared(settings.jobs) else None,
        probe=_probe(portal),
        static=STATIC if STATIC.is_dir() else None,
    )
    return create_app(portal.world, site)


def languages(settings: Settings) -> Languages:
    from sleutelkast.http.languages import load_languages

    return load_languages(CATALOGS, settings.default_language, with_pseudo=settings.pseudo_languages)


def _probe(portal: Portal) -> Probe:
    from sleutelkast.http.operations import Probe

    marker = os.environ.get(DEMO_READY)
    return Probe(
        database=partial(database_works, portal),
        sealing_key=partial(sealing_works, portal.world.sealer),
        whole_fleet=Path(marker).exists if marker else None,
    )


def database_works(portal: Portal) -> bool:
    try:
        with portal.store.read() as tx:
            tx.identities.all()
    except Exception:
        return False
    return True


def sealing_works(sealer: Sealer) -> bool:
    """Whether what is sealed now can be opened."""
    probe, binding = SecretBytes(b"probe"), Binding(Purpose.RAW_ANSWER, "portal", "probe")
    try:
        return sealer.open(sealer.seal(probe, binding), binding) == probe
    except Exception:
        return False


def reception() -> Reception:
    """The application for a server process, from its environment."""
    from sleutelkast.http.reception import Reception

    logs.configure()
    settings = load(os.environ)
    return Reception(make_app(Portal(settings)), settings.threads)
