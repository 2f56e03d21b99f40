"""A portal whose people have work accounts, and beside it the provider of those: a real one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from e2e.pages.work_account import NAME
from e2e.portal import Portal, own_portal
from tests.machine import free_port
from tests.openid.provider import CLIENT_ID, CLIENT_SECRET, OpenIdProvider, client


@dataclass(frozen=True)
class Employer:
    portal: Portal
    provider: OpenIdProvider


@contextmanager
def employer(folder: Path, batch: int, **settings: str) -> Iterator[Employer]:
    """Both, ended afterwards; `folder` is the provider's."""
    port = free_port()
    provider = OpenIdProvider(folder, [client(f"http://127.0.0.1:{port}")])
    work = {
        "oidc_issuer": provider.issuer,
        "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": CLIENT_SECRET,
        "oidc_name": NAME,
        "oidc_roles_claim": "roles",
        "oidc_roles": "auditor=audit",
    }
    try:
        with own_portal(batch, port=str(port), **settings, **work) as portal:
            yield Employer(portal, provider)
    finally:
        provider.stop()
