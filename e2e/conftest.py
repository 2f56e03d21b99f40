"""What every test gets: a portal, somebody who owns a Mac, and somebody at a browser."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from e2e.browser import browser_path, launch_arguments
from e2e.employer import Employer, employer
from e2e.laws.guard import Guard
from e2e.pages.visitor import Visitor
from e2e.portal import Owner, Portal, given_portal, own_portal
from e2e.readers import Reader
from e2e.readers import reader as reader_named
from tests.openid.provider import OpenIdProvider

# How long what is bound to come may take on a busy machine, in milliseconds. Nothing waits longer than it must.
_PATIENCE = 20_000
_PATIENCE_WITH_A_GIVEN_PORTAL = 60_000
expect.set_options(timeout=_PATIENCE)

_NO_GRACE = {"escrow_policy": "require", "escrow_grace": "1s"}

Visits = Callable[..., Visitor]
KINDS = ("impatient", "strict", "employed")
"""Portals of another kind than most tests need; each has a mark."""


def pytest_itemcollected(item: pytest.Item) -> None:
    """Tests of a portal of another kind run in one process, so that only one has to start it."""
    for kind in KINDS:
        if item.get_closest_marker(kind) is not None:
            item.add_marker(pytest.mark.xdist_group(kind))


@pytest.fixture
def visitor(visits: Visits) -> Visitor:
    """Somebody who opened a browser and is signed in nowhere yet."""
    return visits()


@pytest.fixture
def owner(portal: Portal) -> Owner:
    """Somebody new, with one Mac that does what is right."""
    return portal.newcomer()


@pytest.fixture
def reader() -> Reader:
    """For whom a test is, unless it names its readers: somebody with a phone, in Dutch."""
    return reader_named("nl-phone")


@pytest.fixture
def visits(new_context: Callable[..., BrowserContext], portal: Portal, guard: Guard, reader: Reader) -> Visits:
    """Opens another browser, of the same reader or of somebody else."""

    def open_browser(who: Reader = reader, **context: Any) -> Visitor:
        page = new_context(**{"base_url": portal.url, **who.context, **context}).new_page()
        return Visitor(page, who.language, portal, guard)

    return open_browser


@pytest.fixture
def new_context(new_context: Callable[..., BrowserContext], guard: Guard) -> Iterator[Callable[..., BrowserContext]]:
    """Browsers that are watched."""

    def watched(**arguments: Any) -> BrowserContext:
        context = new_context(**arguments)
        guard.watch(context)
        return context

    yield watched
    guard.verify()


@pytest.fixture
def guard(portal: Portal) -> Guard:
    return Guard(portal.url)


@pytest.fixture
def portal(request: pytest.FixtureRequest) -> Portal:
    """The portal under test; a test that is marked with a kind gets one of that kind."""
    kind = next((one for one in KINDS if request.node.get_closest_marker(one)), "patient")
    found: Portal = request.getfixturevalue(f"{kind}_portal")
    return found


@pytest.fixture(scope="session")
def patient_portal(base_url: str | None, batch: int) -> Iterator[Portal]:
    if base_url:
        yield _given(base_url, batch)
        return
    # Macs that say "not now" come back when a test says so, not by themselves.
    with own_portal(
        batch, answer_timeout="1h", pseudo_languages="1", fleet_not_now_after="3600", escrow_policy="require"
    ) as portal:
        yield portal


@pytest.fixture(scope="session")
def impatient_portal(base_url: str | None, batch: int) -> Iterator[Portal]:
    if base_url:
        yield _given(base_url, batch)
        return
    with own_portal(max(1, batch // 4), answer_timeout="2s", fresh_sign_in="4s", **_NO_GRACE) as portal:
        yield portal


@pytest.fixture(scope="session")
def strict_portal(batch: int) -> Iterator[Portal]:
    """In which a second person approves what support sees. No portal is both, so this one is always the suite's own."""
    with own_portal(max(1, batch // 4), answer_timeout="1h", approval_required="1") as portal:
        yield portal


@pytest.fixture(scope="session")
def employed_portal(employment: Employer) -> Portal:
    """In which people sign in with work accounts, and soon have to again. This one is always the suite's own, too."""
    return employment.portal


@pytest.fixture(scope="session")
def provider(employment: Employer) -> OpenIdProvider:
    """Of those work accounts: a real one, which knows the portal."""
    return employment.provider


@pytest.fixture(scope="session")
def employment(batch: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Employer]:
    folder = tmp_path_factory.mktemp("provider")
    with employer(folder, max(1, batch // 4), answer_timeout="1h", fresh_sign_in="4s") as one:
        yield one


def _given(base_url: str, batch: int) -> Portal:
    """A portal that is running loses its patience when its own settings say so."""
    expect.set_options(timeout=_PATIENCE_WITH_A_GIVEN_PORTAL)
    return given_portal(base_url, batch)


@pytest.fixture(scope="session")
def base_url(request: pytest.FixtureRequest) -> str | None:
    """The address of `--base-url`. The plugin's own fixture is of a kind that pytest warns of."""
    given: str | None = request.config.getoption("base_url")
    return given


@pytest.fixture(scope="session")
def batch(request: pytest.FixtureRequest) -> int:
    """How many people are made at once: as many as this process is likely to need."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    return max(1, -(-len(request.session.items) // workers))


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    """Everything about a browser comes from its reader."""
    return {}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": browser_path(), "args": launch_arguments()}
