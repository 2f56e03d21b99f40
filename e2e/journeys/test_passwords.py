"""Setting a password by a link, and changing one's own."""

from __future__ import annotations

import dataclasses

from playwright.sync_api import Locator, expect

from e2e.pages.visitor import Visitor
from e2e.portal import Owner, Portal
from e2e.readers import every_reader, read_by

NEW = "zeven zilveren zeilen"


@every_reader
def test_a_link_sets_the_password_once(visitor: Visitor, owner: Owner, portal: Portal) -> None:
    path = portal.link_of(owner)
    visitor.opens(path)
    visitor.sign_in.title_is("Set your password")
    visitor.finds_the_page_accessible()
    sets(visitor, "password1234")
    visitor.sees("This one is easy to guess: many people choose it, or one like it. Several words are harder.")
    expect(field(visitor)).to_have_value("password1234")
    sets(visitor, NEW)
    visitor.sees("Your password is set")
    visitor.finds_the_page_accessible()
    visitor.sign_in.link("Sign in").click()
    visitor.sign_in.signs_in(dataclasses.replace(owner, password=NEW))
    visitor.opens("/help")
    visitor.opens(path)
    sets(visitor, "nog een ander wachtwoord")
    visitor.sees("This link no longer works")


@read_by("nl-phone")
def test_one_changes_ones_own_password(visitor: Visitor, owner: Owner) -> None:
    visitor.is_signed_in_as(owner)
    visitor.opens("/account")
    card = visitor.account.card("Password")
    present = card.get_by_label(visitor.account.says("Present password"), exact=True)
    present.fill("not this one")
    field(visitor).fill(NEW)
    change = visitor.account.button("Change password", within=card)
    change.click()
    visitor.sees("This is not your present password. Check it and try again.")
    expect(field(visitor)).to_have_value(NEW)
    present.fill(owner.password)
    change.click()
    visitor.sees("Your password was changed, and you were signed out everywhere else.")
    visitor.finds_the_page_accessible()
    visitor.signs_out()
    visitor.sign_in.signs_in(dataclasses.replace(owner, password=NEW))


def field(visitor: Visitor) -> Locator:
    return visitor.page.get_by_label(visitor.account.says("New password"), exact=True)


def sets(visitor: Visitor, password: str) -> None:
    field(visitor).fill(password)
    visitor.account.button("Set password").click()
