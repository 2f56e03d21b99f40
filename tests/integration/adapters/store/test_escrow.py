"""What the cabinet holds: versions and escrow identities, kept and found again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from sleutelkast.adapters.store.engine import SqlStore
from sleutelkast.adapters.store.schema import versions
from sleutelkast.domain.access import Escrowing, Ownership
from sleutelkast.domain.versions import Provenance, Version
from sleutelkast.usecases.repository import SealedIdentity
from tests.integration.adapters.store.records import FOR_ANNA, HOUR, NOW, device


@pytest.mark.parametrize("provenance", Provenance)
def test_a_version_comes_back_as_it_was(store: SqlStore, mac: str, provenance: Provenance) -> None:
    known = Version("v", mac, provenance, NOW, FOR_ANNA)
    with store.write() as tx:
        tx.versions.add(known, b"\x00\xffsealed", NOW + HOUR)
    with store.read() as tx:
        assert tx.versions.of(mac) == [known]
        assert tx.versions.envelope("v") == b"\x00\xffsealed"
        assert tx.versions.envelope("unknown") is None


def test_a_version_keeps_for_whom_and_under_which_ownership_it_was_escrowed(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        tx.versions.add(version("v", mac, bound=Escrowing(None, Ownership.CORPORATE)), b"sealed", NOW + HOUR)
        kept = tx.connection.execute(
            select(versions.c.escrow_owner_id, versions.c.escrow_ownership, versions.c.received_at)
        ).one()
    assert tuple(kept) == (None, "corporate", NOW + HOUR)


def test_a_key_belongs_to_the_first_mac_that_had_it(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        tx.devices.add(device("other"))
        assert tx.versions.claim("a mark", mac)
    with store.write() as tx:
        assert tx.versions.claim("a mark", mac)
        assert not tx.versions.claim("a mark", "other")
        assert tx.versions.claim("another mark", "other")


def test_versions_are_in_the_order_in_which_the_mdm_server_heard_of_them(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        tx.devices.add(device("other"))
        for version_id, hours in (("third", 2), ("first", 0), ("second", 1)):
            tx.versions.add(version(version_id, mac, hours), b"sealed", NOW)
        tx.versions.add(version("of another", "other"), b"sealed", NOW)
        assert [one.id for one in tx.versions.of(mac)] == ["first", "second", "third"]
        assert tx.versions.of("of nobody") == []


def version(version_id: str, device_id: str, hours: int = 0, bound: Escrowing = FOR_ANNA) -> Version:
    return Version(version_id, device_id, Provenance.ROTATED, NOW + hours * HOUR, bound)


def test_the_newest_identity_comes_first_and_the_older_ones_stay(store: SqlStore) -> None:
    with store.write() as tx:
        made_by_init = tx.identities.all()
        later = max(one.created_at for one in made_by_init) + HOUR
        renewed = SealedIdentity("renewed", b"\x30certificate", b"\x00sealed key", later, later + HOUR)
        tx.identities.add(renewed)
    with store.read() as tx:
        assert list(tx.identities.all()) == [renewed, *made_by_init]


def test_what_was_escrowed_for_nobody_is_bound_to_the_first_owner_alone(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        tx.devices.add(device("other"))
        for version_id, device_id, escrowed_for in (("a", mac, None), ("b", mac, "bram"), ("c", "other", None)):
            bound = Escrowing(escrowed_for, Ownership.CORPORATE)
            tx.versions.add(Version(version_id, device_id, Provenance.REPORTED, NOW, bound), b"sealed", NOW)
        tx.versions.bind_unbound(mac, FOR_ANNA)
    with store.read() as tx:
        rows = tx.connection.execute(
            select(versions.c.id, versions.c.escrow_owner_id, versions.c.escrow_ownership).order_by(versions.c.id)
        )
        assert [tuple(row) for row in rows] == [
            ("a", "anna", "personal"),
            ("b", "bram", "corporate"),
            ("c", None, "corporate"),
        ]


def test_a_report_once_more_is_noted_beside_the_first(store: SqlStore, mac: str) -> None:
    known = Version("v", mac, Provenance.REPORTED, NOW, FOR_ANNA)
    with store.write() as tx:
        tx.versions.add(known, b"sealed", NOW)
        tx.versions.note_report("v", NOW + HOUR)
    with store.read() as tx:
        assert tx.versions.of(mac) == [replace(known, reported_at=NOW + HOUR)]
