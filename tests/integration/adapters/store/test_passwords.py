"""Links with which people set their password, kept and used up."""

from __future__ import annotations

import pytest

from sleutelkast.adapters.store.engine import SqlStore
from sleutelkast.domain.password import PasswordLink
from sleutelkast.usecases.repository import Conflict
from tests.integration.adapters.store.records import HOUR, NOW, person


def link(person_id: str = "anna", digest: bytes = b"first", life: int = 1) -> PasswordLink:
    return PasswordLink(person_id, digest, NOW, NOW + life * HOUR)


def test_a_link_comes_back_as_it_was(store: SqlStore, anna_and_bram: None) -> None:
    with store.write() as tx:
        tx.password_links.put(link())
    with store.read() as tx:
        assert tx.password_links.by_digest(b"first") == link()
        assert tx.password_links.by_digest(b"second") is None


def test_each_person_has_one(store: SqlStore, anna_and_bram: None) -> None:
    with store.write() as tx:
        tx.password_links.put(link())
        tx.password_links.put(link("bram", b"his"))
        tx.password_links.put(link("anna", b"second"))
        assert [tx.password_links.by_digest(one) is None for one in (b"first", b"his", b"second")] == [
            True,
            False,
            False,
        ]


def test_one_is_taken_once_and_in_time(store: SqlStore, anna_and_bram: None) -> None:
    with store.write() as tx:
        tx.password_links.put(link())
        assert not tx.password_links.take(b"first", NOW + HOUR)
        assert not tx.password_links.take(b"second", NOW)
        assert tx.password_links.take(b"first", NOW)
        assert not tx.password_links.take(b"first", NOW)


def test_those_that_are_over_are_forgotten(store: SqlStore, anna_and_bram: None) -> None:
    with store.write() as tx:
        tx.password_links.put(link())
        tx.password_links.put(link("bram", b"his", 2))
        assert tx.password_links.forget_over(NOW + HOUR) == 1
        tx.password_links.end("bram")
        assert tx.password_links.by_digest(b"his") is None


def test_two_can_not_have_one_token(store: SqlStore, anna_and_bram: None) -> None:
    with pytest.raises(Conflict), store.write() as tx:
        tx.password_links.put(link())
        tx.password_links.put(link("bram"))


@pytest.fixture
def anna_and_bram(store: SqlStore) -> None:
    with store.write() as tx:
        tx.people.add(person("anna"), None)
        tx.people.add(person("bram"), None)
