"""What the cabinet holds: key versions and escrow identities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, insert, select, update

from sleutelkast.adapters.store.schema import columns, identities, key_marks, versions
from sleutelkast.adapters.store.search import DeviceIndex
from sleutelkast.domain.access import Escrowing, Ownership
from sleutelkast.domain.versions import Provenance, Version
from sleutelkast.usecases.repository import SealedIdentity


class SqlVersions:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, device_id: str) -> Sequence[Version]:
        return versions_of(self._connection, [device_id]).get(device_id, [])

    def add(self, version: Version, envelope: bytes, received_at: datetime) -> None:
        self._connection.execute(
            insert(versions).values(
                id=version.id,
                device_id=version.device_id,
                provenance=version.provenance,
                as_of=version.as_of,
                received_at=received_at,
                escrow_owner_id=version.bound.owner_id,
                escrow_ownership=version.bound.ownership,
                envelope=envelope,
                proves=version.proves,
            )
        )
        DeviceIndex(self._connection).keys_changed(version.device_id)

    def note_report(self, version_id: str, moment: datetime) -> None:
        one = update(versions).where(versions.c.id == version_id)
        self._connection.execute(one.values(reported_at=moment))

    def bind_unbound(self, device_id: str, escrowing: Escrowing) -> None:
        unbound = (versions.c.device_id == device_id) & versions.c.escrow_owner_id.is_(None)
        bound = {"escrow_owner_id": escrowing.owner_id, "escrow_ownership": escrowing.ownership}
        self._connection.execute(update(versions).where(unbound).values(**bound))
        DeviceIndex(self._connection).keys_changed(device_id)

    def claim(self, mark: str, device_id: str) -> bool:
        owner = self._connection.scalar(select(key_marks.c.device_id).where(key_marks.c.mark == mark))
        if owner is None:
            self._connection.execute(insert(key_marks).values(mark=mark, device_id=device_id))
        return owner in {None, device_id}

    def envelope(self, version_id: str) -> bytes | None:
        return self._connection.scalar(select(versions.c.envelope).where(versions.c.id == version_id))


def versions_of(connection: Connection, device_ids: Sequence[str]) -> Mapping[str, list[Version]]:
    """The versions of several Macs at once, oldest first, without their envelopes."""
    if not device_ids:
        return {}
    wanted = [column for column in versions.c if column is not versions.c.envelope]
    statement = select(*wanted).where(versions.c.device_id.in_(device_ids))
    found: dict[str, list[Version]] = defaultdict(list)
    for row in connection.execute(statement.order_by(versions.c.as_of, versions.c.id)).mappings():
        found[row["device_id"]].append(_version(row))
    return found


def _version(row: RowMapping) -> Version:
    return Version(
        id=row["id"],
        device_id=row["device_id"],
        provenance=Provenance(row["provenance"]),
        as_of=row["as_of"],
        bound=Escrowing(row["escrow_owner_id"], Ownership(row["escrow_ownership"])),
        reported_at=row["reported_at"],
        proves=row["proves"],
    )


class SqlIdentities:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, identity: SealedIdentity) -> None:
        self._connection.execute(insert(identities), columns(identity))

    def all(self) -> Sequence[SealedIdentity]:
        newest_first = select(identities).order_by(identities.c.created_at.desc(), identities.c.id)
        return [SealedIdentity(**row) for row in self._connection.execute(newest_first).mappings()]
