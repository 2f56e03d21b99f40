from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sleutelkast.adapters.mdm.cms import CmsEnvelopes
from sleutelkast.adapters.store.engine import SqlStore
from sleutelkast.domain.person import Person
from sleutelkast.factory import make_world
from sleutelkast.settings import Settings
from sleutelkast.usecases.ports import Sealer
from tests.integration.usecases.mdm_in_memory import Mac, MdmInMemory
from tests.integration.usecases.stage import Stage
from tests.unit.http.harness import QUICK_PASSWORDS, HandClock


@pytest.fixture
def stage(settings: Settings, store: SqlStore, sealer: Sealer, stranger: bytes) -> Stage:
    """The use cases of a portal that is ready to serve; nobody is known to it yet."""
    mdm, clock = MdmInMemory(), HandClock()
    world = make_world(settings, store, sealer, wake_worker=lambda: None)
    # The regular inquiry of a new Mac comes a whole interval later, not at some moment in the midst of a story.
    world = replace(world, mdm=mdm, clock=clock, passwords=QUICK_PASSWORDS, chance=lambda: 1.0)
    return Stage(world, store, mdm, clock, stranger)


@pytest.fixture
def anna(stage: Stage) -> Person:
    return stage.person("anna")


@pytest.fixture
def bram(stage: Stage) -> Person:
    return stage.person("bram")


@pytest.fixture
def mac(stage: Stage, anna: Person) -> Mac:
    """Anna's, enrolled and without an escrow profile."""
    return stage.enrolled_mac(anna)


@pytest.fixture(scope="session")
def stranger() -> bytes:
    """A certificate that is not the portal's."""
    return CmsEnvelopes().make_identity("stranger", "Somebody else", datetime.now(UTC)).certificate
