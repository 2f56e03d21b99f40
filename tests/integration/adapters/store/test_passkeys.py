"""Passkeys and answered challenges, kept and found again."""

from __future__ import annotations

import pytest

from sleutelkast.adapters.store.engine import SqlStore
from sleutelkast.domain.passkey import Passkey
from sleutelkast.usecases.repository import Conflict
from tests.integration.adapters.store.records import HOUR, NOW, person


def passkey(passkey_id: str = "phone", person_id: str = "anna", **fields: object) -> Passkey:
    given = {"credential_id": passkey_id.encode(), "public_key": b"key", "counter": 0, "name": "Phone", **fields}
    return Passkey(passkey_id, person_id, created_at=NOW, **given)  # type: ignore[arg-type]


def test_a_passkey_comes_back_as_it_was(store: SqlStore, anna_and_bram: None) -> None:
    known = passkey(counter=2**32 - 1, name="Anna’s «iPhone»", last_used_at=NOW + HOUR)
    with store.write() as tx:
        tx.passkeys.add(known)
    with store.read() as tx:
        assert tx.passkeys.by_credential(b"phone") == known
        assert tx.passkeys.by_credential(b"tablet") is None
        assert (tx.passkeys.of("anna"), tx.passkeys.of("bram")) == ([known], [])


def test_what_changes_of_one_changes_no_other(store: SqlStore, anna_and_bram: None) -> None:
    with store.write() as tx:
        for one in (passkey(), passkey("tablet"), passkey("his", "bram")):
            tx.passkeys.add(one)
        tx.passkeys.rename("phone", "The blue one")
        tx.passkeys.note_use("tablet", 7, NOW + HOUR)
        assert tx.passkeys.of("anna") == [
            passkey(name="The blue one"),
            passkey("tablet", counter=7, last_used_at=NOW + HOUR),
        ]
        tx.passkeys.remove("phone")
        assert [one.id for one in tx.passkeys.of("anna")] == ["tablet"]
        tx.passkeys.remove_all("anna")
        assert (tx.passkeys.of("anna"), len(tx.passkeys.of("bram"))) == ([], 1)


def test_two_can_not_have_one_passkey(store: SqlStore, anna_and_bram: None) -> None:
    with pytest.raises(Conflict), store.write() as tx:
        tx.passkeys.add(passkey())
        tx.passkeys.add(passkey("his", "bram", credential_id=b"phone"))


def test_each_person_has_a_name_for_their_devices(store: SqlStore, anna_and_bram: None) -> None:
    with store.write() as tx:
        tx.passkeys.set_handle("anna", b"random")
        assert (tx.passkeys.handle("anna"), tx.passkeys.handle("bram")) == (b"random", None)


def test_a_challenge_is_answered_once(store: SqlStore) -> None:
    with store.write() as tx:
        assert tx.challenges.use(b"first", NOW + HOUR)
        assert not tx.challenges.use(b"first", NOW + HOUR)
        assert tx.challenges.use(b"second", NOW + 2 * HOUR)
        assert tx.challenges.forget_over(NOW + HOUR) == 1
        assert tx.challenges.use(b"first", NOW + HOUR)
        assert not tx.challenges.use(b"second", NOW + HOUR)


@pytest.fixture
def anna_and_bram(store: SqlStore) -> None:
    with store.write() as tx:
        tx.people.add(person("anna"), None)
        tx.people.add(person("bram"), None)
