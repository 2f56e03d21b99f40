from __future__ import annotations

import pytest

from sleutelkast.adapters.store.engine import SqlStore
from tests.integration.adapters.store.records import device, person


@pytest.fixture
def mac(store: SqlStore) -> str:
    """The id of a Mac that belongs to anna."""
    with store.write() as tx:
        tx.people.add(person("anna"), None)
        tx.devices.add(device("mac", owner_id="anna"))
    return "mac"
