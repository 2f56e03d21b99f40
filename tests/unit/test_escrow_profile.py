"""The words of the escrow profile, from the catalogs."""

from __future__ import annotations

import plistlib
from typing import Any

import pytest

from sleutelkast.escrow_profile import write_profile
from sleutelkast.settings import Settings

SETTINGS = Settings(public_url="https://keys.example.org", organization="Havenlicht")


@pytest.mark.parametrize(
    ("tag", "name", "location"),
    [
        ("en", "Recovery key", "Havenlicht, at https://keys.example.org"),
        ("nl", "Herstelsleutel", "Havenlicht, op https://keys.example.org"),
        ("de", "Wiederherstellungsschlüssel", "Havenlicht, unter https://keys.example.org"),
        ("ar", "مفتاح الاسترداد", "\u2068Havenlicht\u2069، على العنوان \u2068https://keys.example.org\u2069"),
    ],
)
def test_it_speaks_the_chosen_language(tag: str, name: str, location: str) -> None:
    profile = written(SETTINGS, tag)
    assert profile["PayloadDisplayName"] == name
    assert profile["PayloadContent"][0]["Location"] == location
    assert "https://keys.example.org" in profile["PayloadDescription"]
    assert profile["PayloadOrganization"] == "Havenlicht"


def test_without_a_choice_it_speaks_the_portals_language() -> None:
    settings = Settings(default_language="nl")
    assert written(settings)["PayloadDisplayName"] == "Herstelsleutel"


def test_without_an_organization_it_names_none() -> None:
    profile = written(Settings(public_url="https://keys.example.org"), "nl")
    assert profile["PayloadContent"][0]["Location"] == "je organisatie, op https://keys.example.org"
    assert "PayloadOrganization" not in profile


def test_a_name_with_braces_is_a_name() -> None:
    profile = written(Settings(organization="{address} {0}", public_url="https://keys.example.org"), "en")
    assert profile["PayloadContent"][0]["Location"] == "{address} {0}, at https://keys.example.org"


def test_a_language_that_is_not_there() -> None:
    with pytest.raises(ValueError, match="there is no language xx; there are en, nl"):
        write_profile(SETTINGS, b"der", "xx")


def written(settings: Settings, tag: str | None = None) -> dict[str, Any]:
    found: dict[str, Any] = plistlib.loads(write_profile(settings, b"der", tag))
    return found
