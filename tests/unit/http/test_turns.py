"""How many may wait for a hash, and that everybody else is answered meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from sleutelkast.domain.secret import SecretBytes
from sleutelkast.factory import Portal
from sleutelkast.http.app import Site, create_app
from sleutelkast.http.limits import MISTYPED
from sleutelkast.http.turns import Places, Standing
from tests.unit.http.harness import PASSWORD, QUICK_PASSWORDS, Visitor, problem

THREADS = 8
PATIENCE_SECONDS = 30
ELSEWHERE = "192.0.2.7"


@pytest.mark.parametrize(
    ("threads", "guesses", "strangers", "signed_in"),
    [
        pytest.param(16, 8, 10, 12, id="as many threads as are usual"),
        pytest.param(THREADS, 4, 5, 6, id="half of them"),
        pytest.param(2, 1, 1, 1, id="two"),
        pytest.param(1, 1, 1, 1, id="the only one"),
    ],
)
def test_who_may_wait(threads: int, guesses: int, strangers: int, signed_in: int) -> None:
    for standing, places in zip(Standing, (guesses, strangers, signed_in), strict=True):
        assert places_for(Places(threads), standing) == places


def test_a_place_is_free_again_whatever_happens_in_it() -> None:
    places = Places(1)
    with pytest.raises(ZeroDivisionError), places.taken(Standing.STRANGER) as is_theirs:
        assert is_theirs
        _ = 1 / 0
    assert places_for(places, Standing.STRANGER) == 1


def test_a_flood_leaves_places_for_strangers_and_for_those_who_signed_in(
    app: Flask, held: Held, people: ThreadPoolExecutor
) -> None:
    owner, guesser = Visitor(app).signed_in("anna"), Visitor(app, address=ELSEWHERE)
    for _ in range(int(MISTYPED.split()[0])):
        assert problem(guesser.sign_in("anna", "wrong"))[0] == 401
    with held:
        flood = [_signs_in(people, Visitor(app, address=ELSEWHERE)) for _ in range(4)]
        held.wait_for(4)
        turned_away = guesser.sign_in("anna", "wrong")
        assert problem(turned_away) == (429, "too-many-attempts")
        assert 1 <= int(turned_away.headers["Retry-After"]) <= 5
        stranger = _signs_in(people, Visitor(app))
        held.wait_for(1)
        assert problem(Visitor(app).sign_in("anna"))[0] == 429
        confirms = people.submit(owner.post, "/api/v1/session/confirmation", {"password": PASSWORD})
        held.wait_for(1)
        assert owner.get("/api/v1/devices").status_code == 200
    answers = [one.result(PATIENCE_SECONDS) for one in (*flood, stranger, confirms)]
    assert [answer.status_code for answer in answers] == [200] * 6
    assert Visitor(app).sign_in("anna").status_code == 200


def _signs_in(people: ThreadPoolExecutor, visitor: Visitor) -> Future[TestResponse]:
    visitor.token()
    return people.submit(visitor.sign_in, "anna")


def test_the_routes_that_wait_are_these(app: Flask) -> None:
    """For a hash, or for a provider. A route that does either and is missing here can be had to hold every thread."""
    waiting = {endpoint for endpoint, view in app.view_functions.items() if getattr(view, "waits", False)}
    assert waiting == {
        "session.post_session",
        "session.post_confirmation",
        "passwords.put_password",
        "passwords.post_password_link",
        "oidc.get_callback",
    }


def places_for(places: Places, standing: Standing) -> int:
    """How many of this standing find one, from now on."""
    with places.taken(standing) as is_theirs:
        return 1 + places_for(places, standing) if is_theirs else 0


class Held:
    """Real argon2id that waits, within the block, to be told before it says what it found."""

    def __init__(self) -> None:
        self._entered = threading.Semaphore(0)
        self._may_go_on = threading.Event()
        self._may_go_on.set()

    def verify(self, password_hash: str | None, password: SecretBytes) -> bool:
        if not self._may_go_on.is_set():
            self._entered.release()
            assert self._may_go_on.wait(PATIENCE_SECONDS)
        return QUICK_PASSWORDS.verify(password_hash, password)

    def needs_rehash(self, password_hash: str) -> bool:
        return QUICK_PASSWORDS.needs_rehash(password_hash)

    def hash(self, password: SecretBytes) -> str:
        return QUICK_PASSWORDS.hash(password)

    def wait_for(self, count: int) -> None:
        """Until so many more have come in."""
        for _ in range(count):
            assert self._entered.acquire(timeout=PATIENCE_SECONDS)

    def __enter__(self) -> Held:
        self._may_go_on.clear()
        return self

    def __exit__(self, *_: object) -> None:
        self._may_go_on.set()


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
def app(portal: Portal, site: Site, held: Held) -> Flask:
    return create_app(replace(portal.world, passwords=held), replace(site, threads=THREADS))


@pytest.fixture
def people() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(THREADS) as people:
        yield people
