"""Which language an answer is in, and that it says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from sleutelkast.domain.person import Person
from sleutelkast.factory import CATALOGS, Portal
from sleutelkast.http.languages import LANGUAGE_COOKIE, Language, Languages, load_languages, lookup
from sleutelkast.usecases.sign_in import choose_locale
from tests.unit.http.harness import Visitor, add_person

GOLDEN: dict[str, Any] = json.loads((Path(__file__).parents[2] / "golden" / "negotiation.json").read_text("utf-8"))
OFFERED = Languages([Language(tag, tag, pseudo=False) for tag in ("en", "nl", "de", "ar", "zh-Hant")], "nl", Path())
TITLES = {"en": "Sign in first", "nl": "Meld je eerst aan"}


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=lambda case: case["about"])
def test_lookup_after_rfc_4647(case: dict[str, Any]) -> None:
    """The same cases as those of the web app's twin, `web/tests/i18n/negotiate.test.ts`."""
    assert lookup(case["wanted"], case.get("available", GOLDEN["available"])) == case["found"]


@pytest.mark.parametrize(
    ("chosen", "accepted", "expected"),
    [
        pytest.param(None, None, "nl", id="nothing said: the default"),
        pytest.param(None, "", "nl", id="an empty header"),
        pytest.param(None, "de", "de", id="one language"),
        pytest.param(None, "en;q=0.2, de;q=0.9, ar;q=0.5", "de", id="the highest quality, wherever it stands"),
        pytest.param(None, "de-AT,de;q=0.9,en;q=0.8", "de", id="as an Austrian browser asks"),
        pytest.param(None, "nl-BE,en;q=0.8", "nl", id="a region before another language"),
        pytest.param(None, "zh-TW,zh;q=0.9,en-US;q=0.8", "zh-Hant", id="as a browser in Taiwan asks"),
        pytest.param(None, "fr, ar;q=0.1", "ar", id="the only one that is there"),
        pytest.param(None, "en;q=0, de;q=0.1", "de", id="none of the one with quality 0"),
        pytest.param(None, "en;q=0", "nl", id="only what is not wanted"),
        pytest.param(None, "*", "nl", id="anything: the default"),
        pytest.param(None, "fr, *;q=0.5", "nl", id="else anything"),
        pytest.param(None, "de;q=high, en;q=0.5", "en", id="a quality that is none counts for nothing"),
        pytest.param(None, ",;=,;q=1,\x00", "nl", id="malformed"),
        pytest.param(None, "x" * 50_000, "nl", id="long"),
        pytest.param(None, ", ".join(f"x{n}" for n in range(2_000)) + ", en", "en", id="many"),
        pytest.param("ar", "de", "ar", id="a choice wins"),
        pytest.param("fr", "de", "de", id="not a choice that no longer is there"),
        pytest.param("AR", "de", "de", id="a choice is a tag as the registry writes it"),
    ],
)
def test_negotiation(chosen: str | None, accepted: str | None, expected: str) -> None:
    assert OFFERED.negotiate(chosen, accepted) == expected


@pytest.mark.parametrize(
    ("accepted", "cookie", "expected"),
    [
        pytest.param(None, None, "en", id="the default"),
        pytest.param("nl", None, "nl", id="the browser's wish"),
        pytest.param("en", "nl", "nl", id="the choice on this device before the browser's wish"),
        pytest.param("nl", "xx", "nl", id="not a choice that no longer is there"),
        pytest.param("nl", '"><script>', "nl", id="not a choice that is none"),
    ],
)
def test_an_answer_is_in_the_language_and_says_so(
    nobody: Visitor, accepted: str | None, cookie: str | None, expected: str
) -> None:
    if cookie is not None:
        nobody.client.set_cookie(LANGUAGE_COOKIE, cookie, domain="127.0.0.1")
    answer = nobody.get("/api/v1/devices", **({} if accepted is None else {"Accept_Language": accepted}))
    assert answer.json["title"] == TITLES[expected]
    assert answer.headers["Content-Language"] == expected
    assert {"accept-language", "cookie"} <= {name.lower() for name in answer.vary}


def test_the_choice_of_the_account_wins(app: Flask, portal: Portal) -> None:
    dirk = Visitor(app).signed_in(chooses(portal, add_person(portal.world, "dirk"), "nl").username)
    dirk.client.set_cookie(LANGUAGE_COOKIE, "en", domain="127.0.0.1")
    answer = dirk.get("/api/v1/devices/none", Accept_Language="de")
    assert answer.headers["Content-Language"] == "nl"
    assert answer.json["title"] == "Hier is niets"


def test_an_account_that_chose_nothing_follows_the_browser(anna: Visitor) -> None:
    assert anna.get("/api/v1/devices", Accept_Language="nl").headers["Content-Language"] == "nl"
    assert anna.get("/api/v1/devices", Accept_Language="ar-EG").headers["Content-Language"] == "ar"


def test_a_choice_is_kept_and_forgotten(app: Flask, portal: Portal) -> None:
    eva = Visitor(app).signed_in(add_person(portal.world, "eva").username)
    kept = eva.patch("/api/v1/session", {"locale": "nl"})
    assert (kept.json["person"]["locale"], kept.headers["Content-Language"]) == ("nl", "nl")
    assert eva.get("/api/v1/session").json["person"]["locale"] == "nl"
    forgotten = eva.patch("/api/v1/session", {"locale": None})
    assert (forgotten.json["person"]["locale"], forgotten.headers["Content-Language"]) == (None, "en")


@pytest.mark.parametrize(
    "locale", [pytest.param("xx", id="unknown"), pytest.param("NL", id="not as written"), pytest.param("", id="empty")]
)
def test_only_a_language_of_the_registry_can_be_chosen(anna: Visitor, locale: str) -> None:
    answer = anna.patch("/api/v1/session", {"locale": locale})
    assert (answer.status_code, answer.json["params"]) == (422, {"fields": {"locale": "unknown"}})


def test_pseudo_languages_are_offered_by_setting_only() -> None:
    pseudo = {"en-XA", "ar-XB"}
    assert pseudo <= set(load_languages(CATALOGS, "en", with_pseudo=True).tags)
    offered = load_languages(CATALOGS, "en", with_pseudo=False)
    assert not pseudo & set(offered.tags)
    assert [offered.negotiate(tag, tag) for tag in sorted(pseudo)] == ["ar", "en"]


def test_the_registry_is_that_of_the_locales_folder() -> None:
    """What the server offers is what `locales/locales.toml` lists."""
    listed = json.loads((CATALOGS / "locales.json").read_text(encoding="utf-8"))
    assert load_languages(CATALOGS, "en", with_pseudo=True).tags == [one["tag"] for one in listed]
    assert set(GOLDEN["available"]) <= set(load_languages(CATALOGS, "en", with_pseudo=False).tags)


def test_an_impossible_default_is_refused() -> None:
    with pytest.raises(ValueError, match=r"there is no language xx; there are en, nl, de, ar"):
        load_languages(CATALOGS, "xx", with_pseudo=False)
    with pytest.raises(ValueError, match="there is no language en-XA"):
        load_languages(CATALOGS, "en-XA", with_pseudo=False)


def chooses(portal: Portal, person: Person, locale: str) -> Person:
    return choose_locale(portal.world, person, locale)
