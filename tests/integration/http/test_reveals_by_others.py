"""The keys of others, over HTTP: what is asked for wrongly gets a clear answer, and no answer tells more than that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from werkzeug.test import TestResponse

from sleutelkast.domain.access import Escrowing, Ownership, Role
from sleutelkast.domain.approval import ApprovalPolicy
from sleutelkast.domain.device import Device
from sleutelkast.domain.recovery_key import parse
from sleutelkast.domain.versions import Provenance
from sleutelkast.factory import Portal
from sleutelkast.usecases import escrow
from tests.unit.http.harness import KEY, OTHER_KEY, HandClock, Visitor, add_mac, add_person, problem

WHY = {"reason": "Anna calls from the train"}
ABSENT = "0123456789abcdef01234567"


# Corporate Macs


def test_a_key_is_shown_for_a_reason(sanne: Visitor, corporate: str) -> None:
    assert sanne.post(f"{corporate}/reveals", WHY).json["recovery_key"] == KEY


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param({}, (403, "reason-required"), id="no reason"),
        pytest.param({"reason": None}, (403, "reason-required"), id="null"),
        pytest.param({"reason": ""}, (403, "reason-required"), id="an empty one"),
        pytest.param({"reason": " \n\u00a0\t"}, (403, "reason-required"), id="blanks"),
        pytest.param({"reason": KEY}, (422, "key-out-of-place"), id="a recovery key"),
        pytest.param({"reason": "x" * 10_000}, (422, "invalid"), id="10,000 characters"),
        pytest.param({"reason": "a\x00b"}, (422, "invalid"), id="a null character"),
        pytest.param({"reason": ["x"]}, (422, "invalid"), id="a list"),
    ],
)
@pytest.mark.parametrize("path", ["reveals", "requests"])
def test_without_a_reason_that_holds_nothing_is_shown(
    sanne: Visitor, anna: Visitor, corporate: str, path: str, body: dict[str, object], expected: tuple[int, str]
) -> None:
    answer = sanne.post(f"{corporate}/{path}", body)
    assert problem(answer) == expected
    assert answer.json["detail"]
    assert KEY not in answer.text
    assert anna.get("/api/v1/notices").json["items"] == []


def test_versions_that_there_are_not_here_are_all_the_same(
    portal: Portal, sanne: Visitor, corporate: str, personal: str
) -> None:
    """Those of another Mac, be it one whose key support may see or may not, among them."""
    other = add_mac(portal.world, "bram", "C02OTHER", Ownership.CORPORATE)
    keep(portal, other, OTHER_KEY)
    asked = [ABSENT, "latest", "", version_of(portal, other.id), version_of(portal, personal.rsplit("/", 1)[1])]
    told = {tell(sanne.post(f"{corporate}/reveals", {**WHY, "version": one})) for one in asked}
    assert len(told) == 1
    assert problem(sanne.post(f"{corporate}/reveals", {**WHY, "version": ABSENT})) == (404, "not-found")


# With the approval of a second person


def test_approved_once_it_is_not_decided_twice(
    strict: Portal, sanne: Visitor, ada: Visitor, corporate: str, clock: HandClock
) -> None:
    assert problem(sanne.post(f"{corporate}/reveals", WHY)) == (403, "approval-required")
    decision = f"/api/v1/admin/requests/{sanne.post(f'{corporate}/requests', WHY).json['id']}/decision"
    assert problem(sanne.post(decision, {"approve": True})) == (403, "forbidden")
    assert ada.post(decision, {"approve": True}).json["state"] == "approved"
    for approve in (True, False):
        assert problem(ada.post(decision, {"approve": approve})) == (409, "already-decided")
    assert sanne.post(f"{corporate}/reveals", WHY).status_code == 201
    clock.pass_time(minutes=5)
    assert problem(sanne.post(f"{corporate}/reveals", WHY)) == (403, "approval-required")
    assert sanne.get(f"{corporate}/requests/latest").json["state"] == "expired"


def test_what_nobody_decided_in_time_is_over(
    strict: Portal, sanne: Visitor, ada: Visitor, corporate: str, clock: HandClock
) -> None:
    decision = f"/api/v1/admin/requests/{sanne.post(f'{corporate}/requests', WHY).json['id']}/decision"
    clock.pass_time(minutes=20)
    assert problem(ada.post(decision, {"approve": True})) == (409, "already-decided")
    assert ada.get("/api/v1/admin/requests").json["items"] == []
    assert problem(sanne.post(f"{corporate}/reveals", WHY)) == (403, "sign-in-again")


# Personal Macs: neither words nor time tell what is kept


@pytest.mark.parametrize("body", [WHY, {}, {**WHY, "version": ABSENT}], ids=["a reason", "none", "a version"])
def test_support_is_told_the_same_of_a_personal_mac_whatever_is_kept_of_it(
    portal: Portal, sanne: Visitor, personal: str, body: dict[str, object]
) -> None:
    empty = at(add_mac(portal.world, "anna", "C02EMPTY"))
    own_version = {**body, "version": version_of(portal, personal.rsplit("/", 1)[1])}
    told = set()
    for path, asked in ((personal, body), (personal, own_version), (empty, body)):
        with statements(portal) as done:
            answer = sanne.post(f"{path}/reveals", asked)
        assert problem(answer) == (403, "personal-device")
        told.add((tell(answer), tuple(done)))
    assert len(told) == 1


# Foreign Macs: neither words nor time tell whether there is such a Mac


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda who, at: who.get(at), id="look at it"),
        pytest.param(lambda who, at: who.get(f"{at}/deposits/latest"), id="its deposit"),
        pytest.param(lambda who, at: who.get(f"{at}/versions"), id="its keys"),
        pytest.param(lambda who, at: who.get(f"{at}/history"), id="its history"),
        pytest.param(lambda who, at: who.get(f"{at}/checks/latest"), id="its check"),
        pytest.param(lambda who, at: who.get(f"{at}/requests/latest"), id="a request"),
        pytest.param(lambda who, at: who.post(f"{at}/reveals", WHY), id="its key"),
        pytest.param(lambda who, at: who.post(f"{at}/requests", WHY), id="ask for leave"),
        pytest.param(lambda who, at: who.post(f"{at}/checks"), id="check it"),
        pytest.param(lambda who, at: who.post(f"{at}/rotations"), id="rotate its key"),
        pytest.param(lambda who, at: who.post(f"{at}/asks", {}), id="ask to store"),
        pytest.param(lambda who, at: who.patch(at, {"name": "mine"}), id="name it"),
        pytest.param(
            lambda who, at: who.post(f"{at}/deposits", {"recovery_key": OTHER_KEY, "confirmation": OTHER_KEY}),
            id="save a key",
        ),
    ],
)
def test_a_colleague_is_told_the_same_of_a_foreign_mac_and_of_none(
    portal: Portal, bram: Visitor, corporate: str, personal: str, ask: Callable[[Visitor, str], TestResponse]
) -> None:
    told = set()
    for path in (f"/api/v1/devices/{ABSENT}", corporate, personal):
        with statements(portal) as done:
            answer = ask(bram, path)
        assert problem(answer) == (404, "not-found")
        told.add((tell(answer), tuple(done)))
    assert len(told) == 1


def tell(answer: TestResponse) -> tuple[int, bytes, tuple[tuple[str, str], ...]]:
    """All that somebody could tell two answers by."""
    return answer.status_code, answer.data, tuple(one for one in answer.headers if one[0] != "Set-Cookie")


@contextmanager
def statements(portal: Portal) -> Iterator[list[str]]:
    """What the database is asked, without the conditions: an answer takes the time that these take."""
    done: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        done.append(statement.partition("WHERE")[0])

    event.listen(portal.store.engine, "before_cursor_execute", note)
    yield done
    event.remove(portal.store.engine, "before_cursor_execute", note)


def at(mac: Device) -> str:
    return f"/api/v1/devices/{mac.id}"


def keep(portal: Portal, mac: Device, key: str) -> None:
    """A key that the Mac has proven."""
    with portal.store.write() as tx:
        bound = Escrowing(mac.owner_id, mac.ownership)
        escrow.keep(portal.world, tx, mac.id, parse(key), Provenance.ROTATED, portal.world.clock.now(), bound)


def version_of(portal: Portal, device_id: str) -> str:
    with portal.store.read() as tx:
        (version,) = tx.versions.of(device_id)
    return version.id


@pytest.fixture
def corporate(portal: Portal) -> str:
    """The address of the organization's Mac that Anna uses; its key is kept."""
    mac = add_mac(portal.world, "anna", "C02CORP", Ownership.CORPORATE)
    keep(portal, mac, KEY)
    return at(mac)


@pytest.fixture
def personal(portal: Portal, mac: Device) -> str:
    """The address of Anna's own Mac; its key is kept."""
    keep(portal, mac, OTHER_KEY)
    return at(mac)


@pytest.fixture
def sanne(portal: Portal, open_browser: Callable[[], Visitor]) -> Visitor:
    add_person(portal.world, "sanne", Role.SUPPORT)
    return open_browser().signed_in("sanne")


@pytest.fixture
def ada(portal: Portal, open_browser: Callable[[], Visitor]) -> Visitor:
    add_person(portal.world, "ada", Role.ADMINISTRATOR)
    return open_browser().signed_in("ada")


@pytest.fixture
def strict(portal: Portal) -> Portal:
    """With the policy that a second person approves each reveal by somebody else."""
    approval = ApprovalPolicy(required=True, wait=timedelta(minutes=20), valid=timedelta(minutes=5))
    portal.world = replace(portal.world, policy=replace(portal.world.policy, approval=approval))
    return portal
