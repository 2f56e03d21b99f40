"""Who may do what: every route, for every role, on every kind of Mac, by the table of the specification.

The table is written down here once more, after the specification and not after the code: what the portal's own table
of rights says is what is looked at. A route that stands in neither list below fails.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import product

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from sleutelkast.adapters.store.schema import audit
from sleutelkast.domain import deposit as machine
from sleutelkast.domain.access import Escrowing, Ownership, Role
from sleutelkast.domain.approval import RevealRequest
from sleutelkast.domain.deposit import Kind, State
from sleutelkast.domain.device import Device
from sleutelkast.domain.person import Person
from sleutelkast.domain.recovery_key import parse
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.domain.versions import Provenance
from sleutelkast.factory import Portal
from sleutelkast.usecases import escrow
from sleutelkast.usecases.repository import Check, CheckState, Notice, NoticeCode, Transaction
from sleutelkast.usecases.sessions import sessions
from sleutelkast.usecases.sign_in import sign_in
from tests.unit.http.harness import KEY, PASSWORD, Visitor, add_person

# The table of roles

OF_AN_OWNER = {"see", "deposit", "reveal", "rotate", "check", "rename"}
OF_SUPPORT = {"see", "history", "rotate", "check", "ask to store"}
FOR_A_REASON = {"reveal", "ask for leave"}
TO_NO_MAC_IN_QUARANTINE = {"deposit", "rotate", "check"}


@dataclass(frozen=True)
class Rights:
    """What a role may do with the Macs of others, and beside them."""

    personal: frozenset[str] = frozenset()
    corporate: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()


SUPPORT = Rights(frozenset(OF_SUPPORT), frozenset(OF_SUPPORT | FOR_A_REASON), frozenset({"search"}))
TABLE: Mapping[Role, Rights] = {
    Role.SUPPORT: SUPPORT,
    Role.ADMINISTRATOR: replace(SUPPORT, beside=frozenset({"search", "decide"})),
    Role.AUDITOR: Rights(beside=frozenset({"read the audit log"})),
}

# The routes


DEVICE_ROUTES: Mapping[tuple[str, str], tuple[str, object]] = {
    ("GET", ""): ("see", None),
    ("PATCH", ""): ("rename", {"name": "The blue one"}),
    ("POST", "/deposits"): ("deposit", {"recovery_key": KEY, "confirmation": KEY}),
    ("GET", "/deposits/<deposit_id>"): ("see", None),
    ("POST", "/rotations"): ("rotate", None),
    ("POST", "/reveals"): ("reveal", {"reason": "Anna calls from the train"}),
    ("GET", "/versions"): ("reveal", None),
    ("POST", "/checks"): ("check", None),
    ("GET", "/checks/latest"): ("see", None),
    ("GET", "/history"): ("history", None),
    ("POST", "/asks"): ("ask to store", None),
    ("POST", "/requests"): ("ask for leave", {"reason": "Anna calls from the train"}),
    ("GET", "/requests/latest"): ("reveal", None),
}
"""Below the address of a Mac: what is done there, and what is sent."""

ROUTES: Mapping[tuple[str, str], tuple[str, object]] = {
    ("GET", "/healthz"): ("anybody", None),
    ("GET", "/readyz"): ("anybody", None),
    ("GET", "/api/v1/openapi.json"): ("anybody", None),
    ("GET", "/api/v1/session"): ("anybody", None),
    ("POST", "/api/v1/session"): ("anybody", {"username": "floor", "password": PASSWORD}),
    ("PATCH", "/api/v1/session"): ("whoever signed in", {"locale": "nl"}),
    ("POST", "/api/v1/session/confirmation"): ("whoever signed in", {"password": PASSWORD}),
    ("DELETE", "/api/v1/session"): ("whoever signed in", None),
    ("POST", "/api/v1/session/passkey/options"): ("anybody", None),
    ("POST", "/api/v1/session/passkey"): ("whoever has what it takes", None),
    ("POST", "/api/v1/session/confirmation/passkey/options"): ("whoever has a passkey", None),
    ("POST", "/api/v1/session/confirmation/passkey"): ("whoever has a passkey", None),
    ("GET", "/api/v1/passkeys"): ("whoever signed in", None),
    ("POST", "/api/v1/passkeys/options"): ("whoever signed in", None),
    ("POST", "/api/v1/passkeys"): ("whoever has a passkey", None),
    ("PATCH", "/api/v1/passkeys/<passkey_id>"): ("whoever has a passkey", {"name": "Mine"}),
    ("DELETE", "/api/v1/passkeys/<passkey_id>"): ("whoever has a passkey", None),
    ("PUT", "/api/v1/account/password"): ("whoever signed in", {"present": PASSWORD, "password": PASSWORD}),
    ("POST", "/api/v1/password-links"): ("whoever has what it takes", None),
    ("GET", "/api/v1/session/oidc/<provider_id>"): ("nobody: no provider is set up", None),
    ("GET", "/api/v1/session/oidc/<provider_id>/callback"): ("nobody: no provider is set up", None),
    ("POST", "/api/v1/session/oidc/<provider_id>/back-channel"): ("nobody: no provider is set up", {}),
    ("GET", "/api/v1/account/reveals"): ("whoever signed in", None),
    ("GET", "/api/v1/sessions"): ("whoever signed in", None),
    ("DELETE", "/api/v1/sessions"): ("whoever signed in", None),
    ("DELETE", "/api/v1/sessions/<session_name>"): ("whose it is", None),
    ("GET", "/api/v1/devices"): ("whoever signed in", None),
    ("GET", "/api/v1/notices"): ("whoever signed in", None),
    ("DELETE", "/api/v1/notices/<notice_id>"): ("whose it is", None),
    ("GET", "/api/v1/support/devices"): ("search", None),
    ("GET", "/api/v1/support/devices/counts"): ("search", None),
    ("GET", "/api/v1/support/asks"): ("search", None),
    ("POST", "/api/v1/support/asks"): ("search", {}),
    ("GET", "/api/v1/admin/requests"): ("decide", None),
    ("GET", "/api/v1/admin/requests/closed"): ("decide", None),
    ("POST", "/api/v1/admin/requests/<request_id>/decision"): ("decide", {"approve": True}),
    ("GET", "/api/v1/audit"): ("read the audit log", None),
    ("GET", "/api/v1/access/<serial>"): ("no person", None),
    ("POST", "/mdm/webhook"): ("no person", {}),
    ("POST", "/crypt/<secret>/checkin/"): ("no person", None),
    ("GET", "/crypt/<secret>/verify/<path:serial>/<secret_type>/"): ("no person", None),
    ("GET", "/metrics"): ("this very machine", None),
}

NOT_THEIRS: Mapping[tuple[str, str], tuple[int, str]] = {
    ("POST", "/api/v1/session/confirmation/passkey/options"): (409, "no-passkey"),
    ("POST", "/api/v1/session/confirmation/passkey"): (415, "unsupported-media-type"),
    ("POST", "/api/v1/passkeys"): (415, "unsupported-media-type"),
    ("PATCH", "/api/v1/passkeys/<passkey_id>"): (404, "not-found"),
    ("DELETE", "/api/v1/passkeys/<passkey_id>"): (404, "not-found"),
}
"""What somebody without any passkey is told of theirs, whatever their roles."""

WRITTEN_AS = {
    "see": "see",
    "history": "see",
    "deposit": "deposit",
    "reveal": "reveal",
    "ask for leave": "reveal",
    "rotate": "rotation",
    "check": "check",
    "rename": "rename",
    "ask to store": "store-asked",
    "search": "search",
    "decide": "reveal-decided",
    "read the audit log": "audit-read",
}
"""What the audit log calls it where it was denied."""
LOOKED = {"see", "search"}
"""Of these one denial an hour is written down."""

DEVICE = "/api/v1/devices/<device_id>"
ABSENT = "0123456789abcdef01234567"

PEOPLE = {
    "nobody special": (),
    "support": (Role.SUPPORT,),
    "administrator": (Role.ADMINISTRATOR,),
    "auditor": (Role.AUDITOR,),
    "support and auditor": (Role.SUPPORT, Role.AUDITOR),
    "every role": tuple(Role),
}
each_person = pytest.mark.parametrize("roles", PEOPLE.values(), ids=PEOPLE)
Sort = tuple[str, Ownership, bool]
KINDS: list[Sort] = list(product(("own", "another's", "nobody's"), Ownership, (False, True)))
"""Whose a Mac is, its ownership, and whether it is in quarantine."""


def test_every_route_has_a_row(app: Flask) -> None:
    every = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    rows = {(method, f"{DEVICE}{below}") for method, below in DEVICE_ROUTES} | set(ROUTES)
    assert every - rows == set()
    assert rows - every == set()


@each_person
def test_what_is_done_to_a_mac(portal: Portal, open_browser: Callable[[], Visitor], roles: tuple[Role, ...]) -> None:
    person, macs = stage(portal, roles)
    visitor = open_browser().signed_in("person")
    wrong: dict[object, object] = {}
    denied: Counter[tuple[str, str | None]] = Counter()
    for (method, below), (what, body) in DEVICE_ROUTES.items():
        unknown = tell(visitor.call(method, at(ABSENT, below), body))
        assert unknown[:2] == (404, "not-found"), (method, below)
        denied[WRITTEN_AS[what], None] += 1
        for kind, mac in macs.items():
            told = tell(visitor.call(method, at(mac.id, below), body))
            expected = answer_to(what, kind, roles)
            if told[:2] != expected:
                wrong[method, below, kind] = told[:2], expected
            if expected == (404, "not-found"):
                assert told == unknown, (method, below, kind)
            if expected in NO_RIGHT and not is_a_needless_question(what, kind):
                denied[WRITTEN_AS[what], mac.id] += 1
    assert wrong == {}
    assert written(portal, person) == once_an_hour(denied)


@each_person
def test_what_is_done_beside_them(portal: Portal, open_browser: Callable[[], Visitor], roles: tuple[Role, ...]) -> None:
    person, _ = stage(portal, roles)
    rights = {right for role in roles for right in TABLE[role].beside}
    wrong: dict[object, object] = {}
    denied: Counter[tuple[str, str | None]] = Counter()
    for (method, path), (what, body) in ROUTES.items():
        visitor = open_browser().signed_in("person")
        told = tell(visitor.call(method, filled(portal, person, path), body))[:2]
        is_right = what in {"anybody", "whoever signed in", "whose it is", "this very machine"} | rights
        expected = DONE if is_right else (403, "forbidden")
        if what == "nobody: no provider is set up":
            expected = 404, "not-found"
        elif what == "no person":
            expected = (404, "not-found") if path.startswith("/crypt/") else (401, told[1])
        elif what == "whoever has what it takes":
            expected = 415, "unsupported-media-type"
        elif what == "whoever has a passkey":
            expected = NOT_THEIRS[method, path]
        elif not is_right:
            denied[WRITTEN_AS[what], None] += 1
        if told != expected:
            wrong[method, path] = told, expected
    assert wrong == {}
    assert written(portal, person) == once_an_hour(denied)


def test_who_has_not_signed_in(portal: Portal, open_browser: Callable[[], Visitor]) -> None:
    """Neither by HEAD or OPTIONS, and whether there is such a Mac or not."""
    person, macs = stage(portal, ())
    for (method, below), (_, body) in DEVICE_ROUTES.items():
        for device_id in (ABSENT, *(mac.id for mac in macs.values())):
            for asked in {method, "OPTIONS", *(["HEAD"] if method == "GET" else [])}:
                answer = open_browser().call(asked, at(device_id, below), body)
                assert answer.status_code == 401, (asked, below)
    for (method, path), (what, body) in ROUTES.items():
        told = tell(open_browser().call(method, filled(portal, person, path), body))[:2]
        expected = DONE if what in {"anybody", "this very machine"} else (401, told[1])
        expected = (415, told[1]) if what == "whoever has what it takes" else expected
        is_there = not path.startswith("/crypt/") and what != "nobody: no provider is set up"
        assert told == (expected if is_there else (404, "not-found")), (method, path)
    with portal.store.read() as tx:
        assert tx.connection.scalars(select(audit.c.id).where(audit.c.outcome == "denied")).all() == []


@each_person
def test_requests_are_decided_by_a_second_person_alone(
    portal: Portal, open_browser: Callable[[], Visitor], roles: tuple[Role, ...]
) -> None:
    person, _ = stage(portal, roles)
    visitor = open_browser().signed_in("person")
    path = "/api/v1/admin/requests/{}/decision"
    own, another, unknown = (
        tell(visitor.post(path.format(request_id), {"approve": True}))
        for request_id in (request_by(portal, person), request_by(portal, named(portal, "floor")), ABSENT)
    )
    if Role.ADMINISTRATOR in roles:
        assert (own[:2], another[:2], unknown[:2]) == ((403, "own-request"), DONE, (404, "not-found"))
    else:
        # Who may not decide can't even tell whether there is such a request.
        assert own == another == unknown
        assert unknown[:2] == (403, "forbidden")


@each_person
def test_notices_are_dismissed_by_whom_they_are_for_alone(
    portal: Portal, open_browser: Callable[[], Visitor], roles: tuple[Role, ...]
) -> None:
    stage(portal, roles)
    another = notice_to(portal, named(portal, "floor"))
    visitor = open_browser().signed_in("person")
    refused = tell(visitor.delete(f"/api/v1/notices/{another}"))
    assert refused == tell(visitor.delete(f"/api/v1/notices/{ABSENT}"))
    assert refused[:2] == (404, "not-found")
    assert [one["id"] for one in open_browser().signed_in("floor").get("/api/v1/notices").json["items"]] == [another]


@each_person
def test_pages_of_many_macs_hold_no_key_and_own_pages_no_others_mac(
    portal: Portal, open_browser: Callable[[], Visitor], roles: tuple[Role, ...]
) -> None:
    _, macs = stage(portal, roles)
    visitor = open_browser().signed_in("person")
    own = {mac.id for (whose, *_), mac in macs.items() if whose == "own"}
    assert {one["id"] for one in visitor.get("/api/v1/devices").json["items"]} == own
    for path in ("/api/v1/devices", "/api/v1/support/devices", "/api/v1/audit?limit=100", "/api/v1/audit?format=csv"):
        text = visitor.get(path).get_data(as_text=True)
        assert KEY not in text
        assert KEY.replace("-", "") not in text


# What the table says

DONE = (200, None)
NO_RIGHT = {(404, "not-found"), (403, "forbidden"), (403, "personal-device")}


def may(kind: Sort, roles: tuple[Role, ...]) -> set[str]:
    whose, ownership, in_quarantine = kind
    allowed: set[str] = set(OF_AN_OWNER) if whose == "own" else set()
    for role in roles:
        others = TABLE[role].personal if ownership is Ownership.PERSONAL else TABLE[role].corporate
        allowed |= others - (FOR_A_REASON if whose == "own" else set())
    return allowed - (TO_NO_MAC_IN_QUARANTINE if in_quarantine else set())


def answer_to(what: str, kind: Sort, roles: tuple[Role, ...]) -> tuple[int, str | None]:
    allowed = may(kind, roles)
    whose, ownership, _ = kind
    if what == "ask to store" and what in allowed and whose == "nobody's":
        return 409, "nobody-to-ask"
    if what in allowed:
        return DONE
    if "see" not in allowed:
        return 404, "not-found"
    if what in FOR_A_REASON and whose != "own" and ownership is Ownership.PERSONAL:
        return 403, "personal-device"
    return 403, "forbidden"


def is_a_needless_question(what: str, kind: Sort) -> bool:
    """Who owns a Mac needs no leave: they are told so, and no right of theirs was denied."""
    return what == "ask for leave" and kind[0] == "own"


def once_an_hour(denied: Counter[tuple[str, str | None]]) -> Counter[tuple[str, str | None]]:
    return Counter({one: 1 if one[0] in LOOKED else count for one, count in denied.items()})


# What is looked at


def at(device_id: str, below: str) -> str:
    return f"/api/v1/devices/{device_id}{below}".replace("<deposit_id>", "latest")


def filled(portal: Portal, person: Person, path: str) -> str:
    if "<notice_id>" in path:
        return path.replace("<notice_id>", notice_to(portal, person))
    if "<request_id>" in path:
        return path.replace("<request_id>", request_by(portal, named(portal, "floor")))
    if "<session_name>" in path:
        return path.replace("<session_name>", session_of(portal, person))
    names = {
        "<provider_id>": "work",
        "<passkey_id>": ABSENT,
        "<serial>": "C02OWN",
        "<path:serial>": "C02OWN",
        "<secret>": "secret",
        "<secret_type>": "recovery_key",
    }
    for name, value in names.items():
        path = path.replace(name, value)
    return path


def session_of(portal: Portal, person: Person) -> str:
    """The name of one more session of theirs."""
    _, begun = sign_in(portal.world, person.username, SecretBytes(PASSWORD.encode()))
    return sessions(portal.world, begun, None, 1)[0].name


Told = tuple[int, str | None, bytes, list[tuple[str, str]]]


def tell(answer: TestResponse) -> Told:
    """Status and code, and all else that somebody could tell two answers by."""
    code = answer.json["code"] if answer.mimetype == "application/problem+json" else None
    headers = [(name, value) for name, value in answer.headers if name != "Set-Cookie"]
    return (200 if answer.status_code < 300 else answer.status_code), code, answer.data, headers


def written(portal: Portal, person: Person) -> Counter[tuple[str, str | None]]:
    denied = select(audit.c.action, audit.c.device_id).where(audit.c.outcome == "denied", audit.c.actor_id == person.id)
    with portal.store.read() as tx:
        return Counter((row.action, row.device_id) for row in tx.connection.execute(denied))


# What there is


def stage(portal: Portal, roles: tuple[Role, ...]) -> tuple[Person, Mapping[Sort, Device]]:
    """The person, somebody else, and a Mac of each kind, with a kept key and all else that can be asked for."""
    person, other = add_person(portal.world, "person", *roles), add_person(portal.world, "floor")
    owners = {"own": person.id, "another's": other.id, "nobody's": None}
    macs: dict[Sort, Device] = {}
    with portal.store.write() as tx:
        for number, kind in enumerate(KINDS):
            whose, ownership, in_quarantine = kind
            macs[kind] = Device(
                id=portal.world.new_id(),
                created_at=portal.world.clock.now(),
                serial=f"C02{number}",
                udid=f"UDID-{number}",
                owner_id=owners[whose],
                ownership=ownership,
                enrolled_at=portal.world.clock.now(),
                quarantined=in_quarantine,
            )
            has_all(portal, tx, macs[kind], person)
    return person, macs


def has_all(portal: Portal, tx: Transaction, mac: Device, person: Person) -> None:
    new_id, now = portal.world.new_id, portal.world.clock.now()
    bound = Escrowing(mac.owner_id, mac.ownership)
    tx.devices.add(mac)
    escrow.keep(portal.world, tx, mac.id, parse(KEY), Provenance.ROTATED, now, bound)
    (received,) = machine.save((), new_id(), Kind.DEPOSIT, now)
    stored = replace(received, state=State.STORED, settled_at=now)
    tx.deposits.add(stored, mac.id, mac.owner_id, bound, b"sealed", None)
    tx.checks.add(Check(new_id(), mac.id, CheckState.ANSWERED, now))
    tx.requests.add(RevealRequest(new_id(), mac.id, person.id, "Anna calls", now))


def request_by(portal: Portal, person: Person) -> str:
    """A request of theirs for a corporate Mac of nobody's."""
    with portal.store.write() as tx:
        mac = next(one for one in tx.devices.all() if one.owner_id is None and one.ownership is Ownership.CORPORATE)
        request = RevealRequest(portal.world.new_id(), mac.id, person.id, "Anna calls", portal.world.clock.now())
        tx.requests.add(request)
    return request.id


def notice_to(portal: Portal, person: Person) -> str:
    notice = Notice(portal.world.new_id(), person.id, None, NoticeCode.CREDENTIAL_RESET, portal.world.clock.now())
    with portal.store.write() as tx:
        tx.notices.add(notice)
    return notice.id


def named(portal: Portal, username: str) -> Person:
    with portal.store.read() as tx:
        found = tx.people.by_username(username)
    assert found is not None
    return found
