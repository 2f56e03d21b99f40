"""Each attack has a bystander: whatever was done, the portal goes on working for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from e2e.adversary.attacker import Program, WebSite, web_site
from e2e.portal import Owner, Portal


@pytest.fixture(scope="module")
def somebody_at_work(patient_portal: Portal) -> Program:
    owner = patient_portal.newcomer()
    at_work = Program(patient_portal)
    at_work.signs_in(owner)
    assert [one["serial"] for one in at_work.macs] == [owner.mac.serial]
    return at_work


@pytest.fixture(autouse=True)
def bystander(somebody_at_work: Program) -> Iterator[Program]:
    """Somebody at work who is signed in: after the attack they still are, with their Mac as it was."""
    before = _what_they_have(somebody_at_work)
    yield somebody_at_work
    assert _what_they_have(somebody_at_work) == before


def _what_they_have(program: Program) -> object:
    return program.person, [(one["id"], one["name"], one["ownership"]) for one in program.macs]


@pytest.fixture
def signed_in(portal: Portal) -> Callable[[Owner], Program]:
    def sign_in(owner: Owner) -> Program:
        program = Program(portal)
        program.signs_in(owner)
        return program

    return sign_in


@pytest.fixture
def stranger(portal: Portal) -> Program:
    """Somebody on the network who has no account."""
    return Program(portal)


@pytest.fixture
def site(portal: Portal) -> Iterator[WebSite]:
    with web_site(portal) as site:
        yield site
