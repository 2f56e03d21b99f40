"""Passkeys over HTTP: registering, signing in without a name, signing in again, and every way to cheat at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from sleutelkast.adapters.store.schema import audit
from sleutelkast.domain.passkey import MOST
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.domain.work_account import WorkAccount
from sleutelkast.factory import Portal, make_app, make_ceremonies
from sleutelkast.usecases import manage
from sleutelkast.usecases.passwords import make_link, use_link
from tests.authenticator import Authenticator, text
from tests.integration.http.marks import sqlite_alone
from tests.unit.http.harness import PASSWORD, HandClock, Visitor, problem

OpenBrowser = Callable[[], Visitor]
PASSKEYS = "/api/v1/passkeys"
SIGN_IN = "/api/v1/session/passkey"
CONFIRM = "/api/v1/session/confirmation/passkey"
NEW = SecretBytes(b"een ander wachtwoord")


# As it should go


def test_a_passkey_signs_in_without_a_name_or_a_password(anna: Visitor, open_browser: OpenBrowser) -> None:
    device = Authenticator()
    kept = added(anna, device, "Anna’s iPhone")
    assert kept == {"id": kept["id"], "name": "Anna’s iPhone", "created_at": kept["created_at"], "last_used_at": None}
    visitor = open_browser()
    before = visitor.cookies
    told = signs_in(visitor, device)
    assert told.status_code == 200
    assert told.json["person"]["username"] == "anna"
    assert visitor.cookies != before
    visitor.csrf = told.json["csrf"]
    (listed,) = visitor.get(PASSKEYS).json["items"]
    assert listed["last_used_at"] is not None
    assert {one["code"] for one in visitor.get("/api/v1/notices").json["items"]} == {"passkey-added"}


def test_what_a_new_passkey_has_to_be(anna: Visitor) -> None:
    first = added(anna, Authenticator())
    options = anna.post(f"{PASSKEYS}/options").json["options"]
    assert options["attestation"] == "none"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["rp"] == {"name": "Sleutelkast", "id": "localhost"}
    assert (len(options["excludeCredentials"]), first["name"]) == (1, "Phone")
    assert options["user"]["name"] == "anna"
    assert anna.get("/api/v1/session").json["person"]["id"] not in str(options["user"])


def test_all_passkeys_of_a_person_are_one_account_to_their_devices(anna: Visitor, bram: Visitor) -> None:
    handles = [one.post(f"{PASSKEYS}/options").json["options"]["user"]["id"] for one in (anna, anna, bram)]
    assert handles[0] == handles[1] != handles[2]


def test_a_passkey_makes_the_sign_in_fresh_again(anna: Visitor, clock: HandClock) -> None:
    device = Authenticator()
    added(anna, device)
    clock.pass_time(minutes=10)
    assert problem(anna.post(f"{PASSKEYS}/options")) == (403, "sign-in-again")
    assert confirms(anna, device).status_code == 200
    assert anna.post(f"{PASSKEYS}/options").status_code == 200


def test_a_passkey_gets_another_name_and_is_removed(anna: Visitor, open_browser: OpenBrowser, clock: HandClock) -> None:
    device = Authenticator()
    at = f"{PASSKEYS}/{added(anna, device)['id']}"
    elsewhere = open_browser()
    signs_in(elsewhere, device)
    assert anna.patch(at, {"name": " The blue one "}).json["name"] == "The blue one"
    clock.pass_time(minutes=10)
    assert problem(anna.delete(at)) == (403, "sign-in-again")
    anna.post("/api/v1/session/confirmation", {"password": PASSWORD})
    assert anna.delete(at).status_code == 204
    assert anna.get(PASSKEYS).json == {"items": [], "next": None}
    assert problem(elsewhere.get("/api/v1/devices")) == (401, "sign-in-required")
    assert problem(signs_in(open_browser(), device)) == (401, "sign-in-failed")


def test_the_last_way_to_sign_in_is_not_removed(portal: Portal, anna: Visitor) -> None:
    device, other = Authenticator(), Authenticator()
    first = added(anna, device)
    with portal.store.write() as tx:
        tx.connection.exec_driver_sql("UPDATE people SET password_hash = NULL WHERE username = 'anna'")
    assert problem(anna.delete(f"{PASSKEYS}/{first['id']}")) == (409, "last-way")
    added(anna, other)
    assert anna.delete(f"{PASSKEYS}/{first['id']}").status_code == 204


def test_there_is_an_end_to_how_many_one_has(anna: Visitor) -> None:
    for _ in range(MOST):
        added(anna, Authenticator())
    assert problem(anna.post(f"{PASSKEYS}/options")) == (409, "too-many-passkeys")


@sqlite_alone
@pytest.mark.parametrize("name", ["", "  ", "x" * 65, "bell \x07"], ids=["nothing", "blanks", "long", "a bell"])
def test_a_name_that_is_none(anna: Visitor, name: str) -> None:
    kept = added(anna, Authenticator())
    assert problem(anna.patch(f"{PASSKEYS}/{kept['id']}", {"name": name})) == (422, "invalid")


@sqlite_alone
def test_a_recovery_key_is_no_name(anna: Visitor) -> None:
    kept = added(anna, Authenticator())
    told = anna.patch(f"{PASSKEYS}/{kept['id']}", {"name": "ABCD-EFGH-1JKL-MNOP-QRST-2345"})
    assert problem(told) == (422, "key-out-of-place")


def test_whose_account_is_the_providers_alone_signs_in_there_and_confirms_here(
    portal: Portal, anna: Visitor, open_browser: OpenBrowser
) -> None:
    """Who no longer works for the organization is out with their work account."""
    device = Authenticator()
    added(anna, device)
    with portal.store.write() as tx:
        person = tx.people.by_username("anna")
        assert person is not None
        tx.work_accounts.add(WorkAccount("work", person.id, "https://id.example", "a", portal.world.clock.now()))
        tx.connection.exec_driver_sql("UPDATE people SET password_hash = NULL WHERE username = 'anna'")
    assert problem(signs_in(open_browser(), device)) == (401, "sign-in-failed")
    assert confirms(anna, device).status_code == 200
    assert anna.get("/api/v1/session").json["person"]["ways"] == ["passkey"]


# Attacks


def test_an_answer_opens_a_session_once(anna: Visitor, open_browser: OpenBrowser, portal: Portal) -> None:
    """Somebody who recorded everything, cookie included, plays it again."""
    device, visitor = Authenticator(), open_browser()
    added(anna, device)
    options = visitor.post(f"{SIGN_IN}/options").json["options"]
    cookies, csrf, answer = dict(visitor.cookies), visitor.csrf, {"credential": device.uses(options)}
    assert visitor.post(SIGN_IN, answer).status_code == 200
    thief = open_browser().take_over(cookies, csrf)
    assert problem(thief.post(SIGN_IN, answer)) == (401, "sign-in-failed")
    assert denied(portal) == ["sign-in"]


def test_an_answer_is_for_the_browser_that_was_asked(anna: Visitor, open_browser: OpenBrowser) -> None:
    device, visitor, thief = Authenticator(), open_browser(), open_browser()
    added(anna, device)
    answer = {"credential": device.uses(visitor.post(f"{SIGN_IN}/options").json["options"])}
    assert problem(thief.post(SIGN_IN, answer)) == (409, "passkey-too-late")
    thief.post(f"{SIGN_IN}/options")
    assert problem(thief.post(SIGN_IN, answer)) == (401, "sign-in-failed")


def test_an_answer_is_for_what_was_asked(anna: Visitor) -> None:
    """A confirmation does not register, and a registration does not confirm."""
    device = Authenticator()
    added(anna, device)
    asked = anna.post(f"{CONFIRM}/options").json["options"]
    assert problem(anna.post(SIGN_IN, {"credential": device.uses(asked)})) == (409, "passkey-too-late")
    registering = anna.post(f"{PASSKEYS}/options").json["options"]
    assert problem(anna.post(CONFIRM, {"credential": device.uses(registering)})) == (401, "sign-in-failed")


def test_an_answer_is_for_the_session_that_was_asked(anna: Visitor) -> None:
    device = Authenticator()
    added(anna, device)
    options = anna.post(f"{CONFIRM}/options").json["options"]
    anna.sign_in("anna")
    assert problem(anna.post(CONFIRM, {"credential": device.uses(options)})) == (409, "passkey-too-late")


def test_an_answer_has_its_time(anna: Visitor, open_browser: OpenBrowser, clock: HandClock) -> None:
    device, visitor = Authenticator(), open_browser()
    added(anna, device)
    options = visitor.post(f"{SIGN_IN}/options").json["options"]
    clock.pass_time(minutes=5)
    assert problem(visitor.post(SIGN_IN, {"credential": device.uses(options)})) == (409, "passkey-too-late")


def test_another_persons_passkey_confirms_nothing(
    portal: Portal, anna: Visitor, bram: Visitor, clock: HandClock
) -> None:
    """Bram sits down at Anna's open page with his own passkey."""
    hers, his = Authenticator(), Authenticator()
    added(anna, hers)
    added(bram, his)
    clock.pass_time(minutes=10)
    options = anna.post(f"{CONFIRM}/options").json["options"]
    assert [one["id"] for one in options["allowCredentials"]] == [text(hers.kept[0].credential_id)]
    answer = {"credential": his.uses(options, passkey=his.kept[0])}
    assert problem(anna.post(CONFIRM, answer)) == (401, "sign-in-failed")
    assert problem(anna.post(f"{PASSKEYS}/options")) == (403, "sign-in-again")
    assert denied(portal) == ["sign-in-again"]


def test_who_has_none_is_told_so(anna: Visitor) -> None:
    assert problem(anna.post(f"{CONFIRM}/options")) == (409, "no-passkey")


def test_somebody_elses_passkey_is_neither_named_nor_removed(anna: Visitor, bram: Visitor) -> None:
    at = f"{PASSKEYS}/{added(anna, Authenticator())['id']}"
    assert problem(bram.patch(at, {"name": "mine"})) == (404, "not-found")
    assert problem(bram.delete(at)) == (404, "not-found")
    assert anna.get(PASSKEYS).json["items"][0]["name"] == "Phone"


@pytest.mark.parametrize(
    "lies",
    [
        pytest.param({"client": {"origin": "http://evil.example"}}, id="on another site"),
        pytest.param({"client": {"origin": "http://localhost:8000.evil.example"}}, id="on a site of a similar name"),
        pytest.param({"client": {"challenge": text(b"0" * 32)}}, id="to another challenge"),
        pytest.param({"client": {"type": "webauthn.create"}}, id="to another question"),
        pytest.param({"client": {"crossOrigin": True}}, id="in a frame of another site"),
        pytest.param({"client": {"topOrigin": "http://evil.example"}}, id="under the page of another site"),
        pytest.param({"tells": {"userHandle": b"somebody else"}}, id="for another account"),
        pytest.param({"tells": {"userHandle": None}}, id="for nobody"),
        pytest.param({"tells": {"signature": b"no signature"}}, id="without a signature"),
        pytest.param({"tells": {"authenticatorData": b""}}, id="with nothing said"),
    ],
)
def test_a_lie_signs_nobody_in(anna: Visitor, open_browser: OpenBrowser, lies: dict[str, Any]) -> None:
    device, visitor = Authenticator(), open_browser()
    added(anna, device)
    assert problem(signs_in(visitor, device, **lies)) == (401, "sign-in-failed")
    assert visitor.get("/api/v1/session").json["person"] is None


def test_a_device_that_does_not_look_who_uses_it_signs_nobody_in(anna: Visitor, open_browser: OpenBrowser) -> None:
    device = Authenticator()
    added(anna, device)
    device.verifies = False
    assert problem(signs_in(open_browser(), device)) == (401, "sign-in-failed")
    options = anna.post(f"{PASSKEYS}/options").json["options"]
    assert problem(anna.post(PASSKEYS, {"name": "x", "credential": device.makes(options)})) == (422, "passkey-refused")


@pytest.mark.parametrize(
    "lies",
    [
        pytest.param({"client": {"origin": "http://evil.example"}}, id="on another site"),
        pytest.param({"client": {"challenge": text(b"0" * 32)}}, id="to another challenge"),
        pytest.param({"client": {"type": "webauthn.get"}}, id="to another question"),
        pytest.param({"client": {"crossOrigin": True}}, id="in a frame of another site"),
        pytest.param({"client": {"topOrigin": "http://evil.example"}}, id="under the page of another site"),
        pytest.param({"attestation": {"fmt": "packed", "attStmt": {"x5c": [b"a"]}}}, id="with a maker's certificate"),
        pytest.param({"attestation": {"fmt": "tpm"}}, id="with an attestation"),
        pytest.param({"attestation": {"authData": b"x" * 90}}, id="with nonsense"),
    ],
)
def test_a_lie_is_not_kept(anna: Visitor, lies: dict[str, Any]) -> None:
    options = anna.post(f"{PASSKEYS}/options").json["options"]
    body = {"name": "x", "credential": Authenticator().makes(options, **lies)}
    assert problem(anna.post(PASSKEYS, body)) == (422, "passkey-refused")
    assert anna.get(PASSKEYS).json["items"] == []


@sqlite_alone
@pytest.mark.parametrize(
    "credential",
    [{}, {"id": 1}, {"id": "a", "rawId": "a", "type": "public-key", "response": {}}, {"id": "é" * 4000}],
    ids=["empty", "a number", "no response", "long"],
)
def test_what_is_no_credential_is_refused_in_words(anna: Visitor, credential: dict[str, Any]) -> None:
    anna.post(f"{SIGN_IN}/options")
    assert problem(anna.post(SIGN_IN, {"credential": credential})) == (401, "sign-in-failed")
    anna.post(f"{PASSKEYS}/options")
    assert problem(anna.post(PASSKEYS, {"name": "x", "credential": credential})) == (422, "passkey-refused")


def test_a_passkey_is_kept_once_and_for_one_person(anna: Visitor, bram: Visitor) -> None:
    """Who learnt the id of somebody's passkey can't claim it, nor send their own answer twice."""
    device = Authenticator()
    options = anna.post(f"{PASSKEYS}/options").json["options"]
    cookies, csrf = dict(anna.cookies), anna.csrf
    body = {"name": "Phone", "credential": device.makes(options)}
    assert anna.post(PASSKEYS, body).status_code == 201
    anna.take_over(cookies, csrf)
    assert problem(anna.post(PASSKEYS, body)) == (422, "passkey-refused")
    options = bram.post(f"{PASSKEYS}/options").json["options"]
    his = Authenticator().makes(options, credential_id=device.kept[0].credential_id)
    assert problem(bram.post(PASSKEYS, {"name": "x", "credential": his})) == (422, "passkey-refused")


def test_a_copy_of_a_passkey_that_counts_is_found_out(portal: Portal, anna: Visitor, open_browser: OpenBrowser) -> None:
    device = Authenticator(counts=True)
    added(anna, device)
    assert signs_in(open_browser(), device, counter=7).status_code == 200
    for counter in (7, 6, 0):
        assert problem(signs_in(open_browser(), device, counter=counter)) == (401, "sign-in-failed")
    assert denied(portal) == ["passkey-copied", "sign-in"] * 3
    assert signs_in(open_browser(), device, counter=8).status_code == 200


def test_a_passkey_that_does_not_count_signs_in_again_and_again(anna: Visitor, open_browser: OpenBrowser) -> None:
    device = Authenticator(counts=False)
    added(anna, device)
    assert [signs_in(open_browser(), device).status_code for _ in range(3)] == [200] * 3


def test_who_is_disabled_is_not_let_in(portal: Portal, anna: Visitor, open_browser: OpenBrowser) -> None:
    device = Authenticator()
    added(anna, device)
    manage.disable_person(portal.world, "anna")
    assert problem(signs_in(open_browser(), device)) == (401, "sign-in-failed")


@pytest.mark.parametrize(
    "resets",
    [
        pytest.param(lambda world: manage.reset_password(world, "anna", NEW), id="another password"),
        pytest.param(lambda world: use_link(world, make_link(world, "anna").reveal().decode(), NEW), id="a link"),
    ],
)
def test_a_reset_by_somebody_else_shuts_out_a_thiefs_passkey(
    portal: Portal, anna: Visitor, open_browser: OpenBrowser, resets: Callable[[object], None]
) -> None:
    """The thief had an open page for a minute, and made a passkey of their own."""
    device = Authenticator()
    added(anna, device)
    resets(portal.world)
    assert problem(signs_in(open_browser(), device)) == (401, "sign-in-failed")
    thief = open_browser().sign_in("anna", NEW.reveal().decode())
    assert thief.status_code == 200


def test_the_host_that_a_request_names_changes_nothing(anna: Visitor, portal: Portal) -> None:
    visitor = Visitor(make_app(portal), at="http://evil.example")  # type: ignore[arg-type]
    assert visitor.post(f"{SIGN_IN}/options").json["options"]["rpId"] == "localhost"


@sqlite_alone
def test_nobody_learns_from_the_options_who_has_a_passkey(anna: Visitor, open_browser: OpenBrowser) -> None:
    before = open_browser().post(f"{SIGN_IN}/options").json["options"]
    added(anna, Authenticator())
    after = open_browser().post(f"{SIGN_IN}/options").json["options"]
    assert {**before, "challenge": ""} == {**after, "challenge": ""}
    assert before["challenge"] != after["challenge"]
    assert before["allowCredentials"] == []


@sqlite_alone
def test_whoever_tries_has_to_wait(anna: Visitor, open_browser: OpenBrowser) -> None:
    device, visitor = Authenticator(), open_browser()
    added(anna, device)
    told = {problem(signs_in(visitor, device, tells={"signature": b"x"})) for _ in range(61)}
    assert told == {(401, "sign-in-failed"), (429, "too-many-attempts")}


@sqlite_alone
def test_an_address_that_is_a_number_has_no_passkeys(portal: Portal) -> None:
    settings = replace(portal.settings, public_url="https://192.0.2.1")
    portal.world = replace(portal.world, ceremonies=make_ceremonies(settings))
    visitor = Visitor(make_app(portal))  # type: ignore[arg-type]
    assert visitor.get("/api/v1/session").json["sign_in"]["passkey"] is False
    assert problem(visitor.post(f"{SIGN_IN}/options")) == (409, "passkeys-off")


def added(visitor: Visitor, device: Authenticator, name: str = "Phone") -> dict[str, Any]:
    options = visitor.post(f"{PASSKEYS}/options").json["options"]
    answer = visitor.post(PASSKEYS, {"name": name, "credential": device.makes(options)})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    kept: dict[str, Any] = answer.json
    return kept


def signs_in(visitor: Visitor, device: Authenticator, **lies: Any) -> Any:
    options = visitor.post(f"{SIGN_IN}/options").json["options"]
    answer = visitor.post(SIGN_IN, {"credential": device.uses(options, **lies)})
    if answer.status_code == 200:
        visitor.csrf = answer.json["csrf"]
    return answer


def confirms(visitor: Visitor, device: Authenticator) -> Any:
    options = visitor.post(f"{CONFIRM}/options").json["options"]
    return visitor.post(CONFIRM, {"credential": device.uses(options)})


def denied(portal: Portal) -> list[str]:
    with portal.store.read() as tx:
        found = select(audit.c.action).where(audit.c.outcome == "denied").order_by(audit.c.id)
        return list(tx.connection.scalars(found))
