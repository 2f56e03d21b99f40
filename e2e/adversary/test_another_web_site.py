"""The person on another web site: their page is open in the browser of somebody who is signed in to the portal.

That every change needs the token is tried on every route in tests/unit/http/test_guard.py, and the headers on every
kind of answer in test_headers.py. Here a real browser keeps to them. `next_door` is the worst case: a page at the
portal's own host, on another port, where SameSite keeps no cookie back.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.adversary.attacker import Program, WebSite
from e2e.adversary.interface import changing
from e2e.fleet import wait_until
from e2e.laws.guard import Guard
from e2e.pages.visitor import Visitor
from e2e.portal import Owner, Portal
from e2e.readers import Reader
from tests.openid.provider import OpenIdProvider

from_each_place = pytest.mark.parametrize("place", ["elsewhere", "next_door"])
ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/devices",
    "/\\evil.example",
    "/\t/evil.example",
    "/%5Cevil.example",
    "/%2Fevil.example",
    "/..//evil.example",
    "///evil.example",
    "javascript:alert(1)",
    "evil.example",
    "/api/v1/session",
)
FORM = """<form method="post" enctype="text/plain" action="{address}"><input name='{beginning}"x":"' value='"}}'>
<button>Win a prize</button></form>"""
"""Sends a JSON object, as far as a form can."""
TRIES_TO_READ = """async ([address, options]) => {
  try {
    const answer = await fetch(address, { credentials: "include", ...options });
    return `it reads ${answer.status} ${await answer.text()}`;
  } catch {
    return "refused";
  }
}"""


@from_each_place
def test_a_form_that_is_posted_from_another_origin_changes_nothing(
    victim: Visitor, owner: Owner, portal: Portal, site: WebSite, place: str
) -> None:
    key, ids = owner.mac.recovery_key, {"device_id": victim.id_of(owner.mac)}
    written = {
        "/api/v1/session": '{"username":"mallory","password":"hers",',
        "/api/v1/session/confirmation": f'{{"password":"{owner.password}",',
        "/api/v1/devices/{device_id}/deposits": f'{{"recovery_key":"{key}","confirmation":"{key}",',
    }
    posted = [route for route in changing(Program(portal)) if route.method == "POST"]
    assert written.keys() < {route.path for route in posted}
    for route in posted:
        address, beginning = f"{portal.url}{route.at(ids)}", written.get(route.path, "{")
        site.page = FORM.format(address=address, beginning=beginning)
        victim.page.goto(getattr(site, place))
        with victim.page.expect_response(address) as answer:
            victim.page.get_by_role("button").click()
        assert answer.value.status in {401, 403}, address
    assert _who_is_signed_in(victim) == owner.username
    assert owner.mac.rotations == 0


@from_each_place
def test_a_script_of_another_origin_reads_and_changes_nothing(
    victim: Visitor, owner: Owner, portal: Portal, site: WebSite, place: str
) -> None:
    at = f"{portal.url}/api/v1/devices"
    token = {"X-CSRF-Token": "guessed", "Content-Type": "application/json"}
    victim.page.goto(getattr(site, place))
    for address, options in (
        (f"{portal.url}/api/v1/session", {}),
        (f"{portal.url}/api/v1/session", {"mode": "no-cors"}),
        (f"{portal.url}/", {"mode": "no-cors"}),
        (at, {}),
        (f"{at}/{victim.id_of(owner.mac)}/reveals", {"method": "POST", "headers": token, "body": "{}"}),
        (f"{portal.url}/api/v1/session", {"method": "DELETE", "headers": token}),
        (f"{portal.url}/api/v1/session", {"method": "POST", "mode": "no-cors", "body": "{}"}),
    ):
        assert victim.page.evaluate(TRIES_TO_READ, [address, options]) == "refused", (address, options)
    assert _who_is_signed_in(victim) == owner.username


@from_each_place
def test_no_page_of_the_portal_is_shown_in_a_frame(victim: Visitor, portal: Portal, site: WebSite, place: str) -> None:
    """Nobody is made to press a button that they do not see."""
    site.page = f"""<iframe src="{portal.url}/devices"></iframe>"""
    victim.page.goto(getattr(site, place))
    (frame,) = victim.page.main_frame.child_frames
    wait_until(lambda: frame.url.startswith("chrome-error:"), "the frame shows the portal")


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("//evil.example/devices", id="an address without a scheme"),
        pytest.param("/%5Cevil.example/devices", id="the same, backwards"),
        pytest.param("/?next=https://evil.example/&return_to=//evil.example&redirect=//evil.example", id="questions"),
        pytest.param("/devices#https://evil.example/", id="a fragment"),
    ],
)
def test_signing_in_leads_nowhere_else(visitor: Visitor, owner: Owner, portal: Portal, path: str) -> None:
    """The guard of all browsers sees to it that nothing is fetched from elsewhere either."""
    visitor.opens(f"{portal.url}{path}")
    visitor.sign_in.signs_in(owner)
    visitor.reads_their_language()
    assert urlsplit(visitor.page.url).netloc == urlsplit(portal.url).netloc


@pytest.mark.employed
def test_signing_in_with_a_work_account_leads_nowhere_else(
    visitor: Visitor, portal: Portal, provider: OpenIdProvider
) -> None:
    """The address was written by the other site; the provider is a real one, and asks only the first time."""
    visitor.guard.also_from.add(provider.issuer)
    provider.knows(mallorys_prey={"name": "Noor de Wit", "preferred_username": "mallorys_prey"})
    (way,) = Program(portal).calls("GET", "session").json["sign_in"]["oidc"]
    for number, wanted in enumerate(ELSEWHERE):
        visitor.page.goto(f"{portal.url}{way['url']}?{urlencode({'next': wanted})}")
        if number == 0:
            visitor.page.get_by_label("Account").fill("mallorys_prey")
            visitor.page.get_by_role("button", name="Sign in").click()
        expect(visitor.page).to_have_url(f"{portal.url}/")
        assert _who_is_signed_in(visitor) == "mallorys_prey", wanted


def _who_is_signed_in(visitor: Visitor) -> str:
    return str(visitor.page.context.request.get("/api/v1/session").json()["person"]["username"])


@pytest.fixture
def page_of_the_victim(browser: Browser, portal: Portal, reader: Reader) -> Iterator[Page]:
    """Watched by no guard: it goes to other sites, which is what this is about."""
    context = browser.new_context(**{"base_url": portal.url, **reader.context})
    yield context.new_page()
    context.close()


@pytest.fixture
def victim(page_of_the_victim: Page, portal: Portal, reader: Reader, owner: Owner) -> Visitor:
    victim = Visitor(page_of_the_victim, reader.language, portal, Guard(portal.url))
    victim.is_signed_in_as(owner)
    return victim
