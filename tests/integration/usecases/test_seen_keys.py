"""Who saw my keys: the person's own part of the audit log, and nothing of anybody else's."""

from __future__ import annotations

from contextlib import suppress

import pytest

from sleutelkast.domain.access import Ownership, Role
from sleutelkast.domain.person import Person
from sleutelkast.usecases.audit_chain import link_entries
from sleutelkast.usecases.errors import Refusal
from sleutelkast.usecases.reveal_key import reveal_key
from sleutelkast.usecases.seen_keys import seen_keys
from tests.integration.usecases.mdm_in_memory import Mac
from tests.integration.usecases.stage import Stage

REASON = "Anna calls from the train"
CORPORATE, PERSONAL = Ownership.CORPORATE, Ownership.PERSONAL
Told = list[tuple[str | None, str, str | None]]


@pytest.fixture(params=[False, True], ids=["in the last second", "linked"])
def is_linked(request: pytest.FixtureRequest) -> bool:
    """Whether the entries have their places in the chain by then."""
    return bool(request.param)


def test_each_reveal_is_told_and_what_others_were_denied(
    stage: Stage, anna: Person, bram: Person, sanne: Person, corporate: Mac, is_linked: bool
) -> None:
    stage.reveals(anna, corporate)
    stage.reveals(sanne, corporate, reason=REASON)
    is_denied(stage, sanne, corporate)
    is_denied(stage, bram, corporate, REASON)
    assert told(stage, anna, is_linked) == [
        ("Bram", "denied", "not-found"),
        ("Sanne", "denied", "reason-required"),
        ("Sanne", "done", REASON),
        ("Anna", "done", None),
    ]
    assert told(stage, bram) == []
    assert told(stage, sanne) == []


def test_a_step_on_the_way_is_no_denial(stage: Stage, anna: Person, sanne: Person, corporate: Mac) -> None:
    session = stage.session(sanne)
    stage.clock.moment += stage.world.policy.sessions.fresh_sign_in
    with pytest.raises(Refusal):
        reveal_key(stage.world, sanne.actor, session, stage.device(corporate).id, reason=REASON)
    assert told(stage, anna) == []


def test_nor_is_one_told_what_one_was_denied_oneself(stage: Stage, anna: Person, corporate: Mac) -> None:
    with suppress(Refusal):
        stage.reveals(anna, corporate, "no such version")
    assert stage.audited("reveal")[-1][1] == "denied"
    assert told(stage, anna) == []


def test_a_former_owner_reads_no_further_and_the_next_one_nothing_of_before(
    stage: Stage, anna: Person, bram: Person, sanne: Person, corporate: Mac, is_linked: bool
) -> None:
    """All of it in one moment, as far as the clock tells."""
    stage.reveals(sanne, corporate, reason="for Anna")
    stage.gives(corporate, bram, CORPORATE)
    stage.reveals(sanne, corporate, reason="for Bram")
    assert told(stage, anna, is_linked) == [("Sanne", "done", "for Anna")]
    assert told(stage, bram) == [("Sanne", "done", "for Bram")]
    stage.gives(corporate, anna, CORPORATE)
    stage.reveals(sanne, corporate, reason="for Anna again")
    assert told(stage, anna, is_linked) == [("Sanne", "done", "for Anna again"), ("Sanne", "done", "for Anna")]
    assert told(stage, bram) == [("Sanne", "done", "for Bram")]


def test_another_ownership_of_a_mac_takes_nothing_away(
    stage: Stage, anna: Person, sanne: Person, corporate: Mac
) -> None:
    stage.reveals(sanne, corporate, reason=REASON)
    stage.gives(corporate, anna, PERSONAL)
    is_denied(stage, sanne, corporate, REASON)
    assert [one[1] for one in told(stage, anna)] == ["denied", "done"]


def test_the_name_that_the_next_owner_gives_is_not_told(
    stage: Stage, anna: Person, bram: Person, sanne: Person, corporate: Mac
) -> None:
    stage.reveals(sanne, corporate, reason=REASON)
    assert [one.device is not None for one in seen_keys(stage.world, anna.actor, None, 9)] == [True]
    stage.gives(corporate, bram, CORPORATE)
    assert [one.device for one in seen_keys(stage.world, anna.actor, None, 9)] == [None]


def test_it_comes_page_by_page_over_all_macs(stage: Stage, anna: Person, sanne: Person, is_linked: bool) -> None:
    macs = [stage.enrolled_mac(anna) for _ in range(3)]
    for mac in macs:
        stage.gives(mac, anna, CORPORATE)
        stage.stores(anna, mac)
    for round_ in range(3):
        for at, mac in enumerate(macs):
            stage.reveals(sanne, mac, reason=f"{round_}.{at}")
    whole = [one[2] for one in told(stage, anna, is_linked)]
    assert whole == sorted((str(one) for one in whole), reverse=True)
    paged, place = [], None
    while page := seen_keys(stage.world, anna.actor, place, 2):
        paged += [one.named.recorded.entry.reason for one in page]
        place = page[-1].named.place
    assert paged == whole


def told(stage: Stage, person: Person, is_linked: bool = False) -> Told:
    if is_linked:
        link_entries(stage.world)
    found = seen_keys(stage.world, person.actor, None, 100)
    entries = [(one.named.actor_name, one.named.recorded.entry) for one in found]
    return [(name, str(entry.outcome), entry.reason) for name, entry in entries]


def is_denied(stage: Stage, person: Person, mac: Mac, reason: str | None = None) -> None:
    with pytest.raises(Refusal):
        stage.reveals(person, mac, reason=reason)


@pytest.fixture
def sanne(stage: Stage) -> Person:
    return stage.person("sanne", Role.SUPPORT)


@pytest.fixture
def corporate(stage: Stage, anna: Person) -> Mac:
    """The organization's, used by Anna, with a kept key."""
    mac = stage.enrolled_mac(anna)
    stage.gives(mac, anna, CORPORATE)
    stage.stores(anna, mac)
    return mac
