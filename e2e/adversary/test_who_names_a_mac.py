"""Somebody who names a Mac: the name is told by the Mac itself, and everybody of IT support reads it."""

from __future__ import annotations

import secrets

from playwright.sync_api import expect

from e2e.conftest import Visits
from e2e.pages.visitor import Visitor
from e2e.portal import Owner, Portal

SCRIPTS = (
    "</script><script>window.taken = 1</script><img src=x onerror=window.taken=1><svg onload=window.taken=1>"
    "<a href=javascript:window.taken=1>{{constructor.constructor('window.taken=1')()}}${window.taken=1}%s%n"
)


def test_a_script_in_the_name_of_a_mac_is_read_and_never_run(visitor: Visitor, visits: Visits, portal: Portal) -> None:
    """The guard of all browsers fails the test where the security policy had to step in: nothing even tries."""
    (owner,) = portal.make(1, 1, f"{secrets.token_hex(4)} {SCRIPTS}")
    visitor.is_signed_in_as(owner)
    _reads_it_on_each_page(visitor, owner, f"/devices/{visitor.id_of(owner.mac)}")
    support = visits()
    support.is_signed_in_as(portal.supporter())
    support.opens("/support")
    support.support.searches(owner.mac.serial)
    expect(support.support.row(owner.mac)).to_contain_text(owner.mac.name)
    assert support.page.evaluate("window.taken") is None
    _reads_it_on_each_page(support, owner, f"/devices/{support.others_id(owner.mac)}")


def _reads_it_on_each_page(visitor: Visitor, owner: Owner, address: str) -> None:
    for path in ("/devices", f"{address}/store", f"{address}/key", address):
        visitor.opens(path)
        expect(visitor.page.get_by_role("main")).to_be_visible()
        assert visitor.page.evaluate("window.taken") is None
    expect(visitor.page.get_by_role("heading", level=1, name=owner.mac.name)).to_be_visible()
    assert visitor.page.evaluate("window.taken") is None
