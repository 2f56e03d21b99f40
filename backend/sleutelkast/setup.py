"""Creates what a portal needs before it can serve: data folder, key ring, tables, escrow certificate."""

from __future__ import annotations

from dataclasses import replace

from sleutelkast.adapters.sealing.ring import FileKeyRing, key_ring_path
from sleutelkast.adapters.store import migrate
from sleutelkast.adapters.store.engine import make_engine
from sleutelkast.factory import Portal
from sleutelkast.settings import Settings
from sleutelkast.usecases.audit_chain import adopt_entries
from sleutelkast.usecases.escrow import make_identity


def certificate_name(settings: Settings) -> str:
    """Whose an escrow certificate says it is."""
    return settings.organization or "Sleutelkast"


def initialize(settings: Settings) -> list[str]:
    """Create what is missing and overwrite nothing; what was created, in words."""
    created = []
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = key_ring_path(settings.key_ring)
    if not path.exists():
        FileKeyRing.create(path)
        created.append(f"key ring {path}: back it up apart from the database, both are needed to open a key")
    created += _upgrade(settings)
    # Only the store and the seal are needed here, whatever the MDM server's settings are.
    portal = Portal(replace(settings, nanomdm_url=None))
    try:
        adopted = adopt_entries(portal.world)
        created += [f"the chain of the audit log, from {adopted} entries on"] if adopted else []
        created += _identity(portal)
    finally:
        portal.close()
    return created


def _upgrade(settings: Settings) -> list[str]:
    engine = make_engine(settings.database)
    try:
        if migrate.is_current(engine):
            return []
        migrate.upgrade(engine)
        return ["database tables"]
    finally:
        engine.dispose()


def _identity(portal: Portal) -> list[str]:
    with portal.store.write() as tx:
        if tx.identities.all():
            return []
        make_identity(portal.world, tx, certificate_name(portal.settings))
    return ["escrow certificate"]
