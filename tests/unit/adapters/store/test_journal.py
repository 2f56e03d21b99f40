"""The count of a process's entries: what is settled, and what came to nothing."""

from __future__ import annotations

import hmac
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from sleutelkast.adapters.store.journal import NO_PAGE, Journal, Page
from sleutelkast.domain.audit import Action, AuditEntry, Origin, Outcome, entry_message

ENTRY = AuditEntry(datetime(2026, 11, 2, tzinfo=UTC), None, Action.SIGN_IN, Outcome.DENIED)


def authenticate(message: bytes) -> bytes:
    return hmac.digest(b"a key of the tests", message, "sha256")


@pytest.fixture
def journal() -> Journal:
    return Journal(authenticate)


def written(journal: Journal) -> Origin:
    with journal.page() as page:
        return page.sign(ENTRY)[0]


def comes_to_nothing(journal: Journal) -> Origin:
    with pytest.raises(ZeroDivisionError), journal.page() as page:
        origin = page.sign(ENTRY)[0]
        raise ZeroDivisionError
    return origin


def test_an_entry_is_authenticated_with_all_that_it_says(journal: Journal) -> None:
    with journal.page() as page:
        origin, authenticator = page.sign(ENTRY)
    assert authenticator == authenticate(entry_message(ENTRY, origin))


def test_one_after_the_other_they_are_settled_up_to_the_one_before(journal: Journal) -> None:
    told = [(one.serial, one.settled, one.dropped) for one in (written(journal) for _ in range(3))]
    assert told == [(1, 0, ()), (2, 1, ()), (3, 2, ())]


def test_one_transaction_may_write_several(journal: Journal) -> None:
    with journal.page() as page:
        assert [page.sign(ENTRY)[0].settled for _ in range(3)] == [0, 0, 0]
    assert written(journal).settled == 3


def test_nothing_behind_an_open_transaction_is_settled(journal: Journal) -> None:
    with journal.page() as open_page:
        open_page.sign(ENTRY)
        assert [written(journal).settled for _ in range(2)] == [0, 0]
    assert written(journal).settled == 3


def test_what_came_to_nothing_is_told_until_one_that_tells_it_is_committed(journal: Journal) -> None:
    assert comes_to_nothing(journal).dropped == ()
    assert comes_to_nothing(journal).dropped == (1,)
    assert written(journal).dropped == (1, 2)
    told = written(journal)
    assert (told.settled, told.dropped) == (3, ())


def test_a_process_whose_transactions_all_fail_does_not_carry_them_all_along(journal: Journal) -> None:
    for _ in range(500):
        assert len(comes_to_nothing(journal).dropped) <= 51
    assert len(written(journal).dropped) <= 51


def test_what_was_open_under_a_former_name_changes_nothing_of_the_new_one(journal: Journal) -> None:
    with journal.page() as open_page:
        before = open_page.sign(ENTRY)[0]
        for _ in range(60):
            comes_to_nothing(journal)
    after = written(journal)
    assert after.writer != before.writer
    assert after.settled == after.serial - 1


def test_each_process_has_another_name() -> None:
    assert written(Journal(authenticate)).writer != written(Journal(authenticate)).writer


def test_many_threads_share_one_count(journal: Journal) -> None:
    with ThreadPoolExecutor(8) as threads:
        origins = list(threads.map(lambda _: written(journal), range(400)))
    assert sorted(one.serial for one in origins) == list(range(1, 401))
    assert all(one.settled < one.serial for one in origins)
    assert written(journal).settled == 400


@pytest.mark.parametrize("page", [pytest.param(NO_PAGE, id="reading"), pytest.param(Page(Journal(None)), id="no key")])
def test_without_the_key_nothing_is_written_down(page: Page) -> None:
    with pytest.raises(RuntimeError):
        page.sign(ENTRY)
