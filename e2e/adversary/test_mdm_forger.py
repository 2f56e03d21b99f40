"""Somebody who plays the MDM server, repeats what it said, or owns a Mac that says what no Mac says.

Each form of a wrong signature and of a broken report is tried in tests/integration/http/test_webhook.py, reports that
come in the wrong order or from the wrong Mac in tests/integration/attacks/test_macs.py.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable

from e2e.adversary.attacker import Program
from e2e.fleet import Mac, wait_until
from e2e.portal import Owner, Portal

_LAUGHS = "".join(f'<!ENTITY l{depth} "{f"&l{depth - 1};" * 10 if depth else "ha" * 50}">' for depth in range(12))
BILLION_LAUGHS = f"""<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE plist [{_LAUGHS}]>
<plist version="1.0"><dict><key>UDID</key><string>&l11;</string></dict></plist>"""
READS_A_FILE = """<?xml version="1.0"?><!DOCTYPE plist [<!ENTITY file SYSTEM "file:///etc/passwd">]>
<plist version="1.0"><dict><key>DeviceName</key><string>&file;</string></dict></plist>"""
NESTED = "<plist>" + "<array>" * 50_000
_LONGEST_SECONDS = 20


def test_a_report_that_the_mdm_server_did_not_sign_is_refused(
    portal: Portal, stranger: Program, signed_in: Callable[[Owner], Program]
) -> None:
    owner = portal.newcomer(scenario="offline")
    victim = signed_in(owner)
    _stores(victim, owner.mac)
    forged = json.dumps({"topic": "mdm.CheckOut", "checkin_event": {"udid": owner.mac.serial}}).encode()
    guessed = base64.b64encode(hmac.digest(b"nanomdm", forged, hashlib.sha256)).decode()
    for headers in ({}, {"X-Hmac-Signature": ""}, {"X-Hmac-Signature": guessed}):
        answer = stranger.says("POST", "/mdm/webhook", forged, {"Content-Type": "application/json", **headers})
        assert answer.problem == (401, "sign-in-required")
    assert _latest_state(victim) != "stored"


def test_an_answer_that_is_delivered_twice_is_kept_once(portal: Portal, signed_in: Callable[[Owner], Program]) -> None:
    """Rightly signed, both times: every call that this Mac gives rise to is repeated."""
    owner = portal.newcomer()
    victim = signed_in(owner)
    portal.fleet.call("PUT", "faults/webhook", {"mode": "duplicate", "mac": owner.mac.serial})
    _stores(victim, owner.mac)
    wait_until(lambda: _latest_state(victim) == "stored", "the key is never stored")
    portal.fleet.has_told_everything()
    (mac,) = victim.macs
    versions = victim.calls("GET", f"devices/{mac['id']}/versions").json["items"]
    assert [one["provenance"] for one in versions] == ["rotated", "typed"]
    assert owner.mac.rotations == 1


def test_a_property_list_that_grows_a_billionfold_is_not_unfolded(portal: Portal, bystander: Program) -> None:
    """Rightly signed: an MDM server that looks at nothing passes on what a Mac says."""
    mac = portal.newcomer().mac
    for hostile in (BILLION_LAUGHS, READS_A_FILE, NESTED):
        began = time.monotonic()
        assert mac.says(hostile.encode()) is False, hostile[:40]
        assert time.monotonic() - began < _LONGEST_SECONDS
        assert bystander.macs


def _stores(owner: Program, mac: Mac) -> None:
    (device,) = owner.macs
    typed = {"recovery_key": mac.recovery_key, "confirmation": mac.recovery_key}
    assert owner.calls("POST", f"devices/{device['id']}/deposits", typed).status == 202


def _latest_state(owner: Program) -> str:
    (device,) = owner.macs
    return str(owner.calls("GET", f"devices/{device['id']}/deposits/latest").json["state"])
