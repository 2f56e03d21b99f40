"""The control interface below `/control/`, for tests and the `fleet` commands: what can be asked of it, as JSON."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
from collections.abc import Callable
from typing import Any, Final

from sleutelkast.fleet import roster
from sleutelkast.fleet.faults import Fault, Mode, Part
from sleutelkast.fleet.fleet import Fleet, NotEnrolled
from sleutelkast.fleet.http_messages import Answer, Request
from sleutelkast.fleet.mac import Mac, Scenario
from sleutelkast.fleet.mac_store import UnknownMac
from sleutelkast.fleet.profiles import escrow_certificate

PATH: Final = "/control/"
_MAC: Final = r"macs/(?P<name>[^/]+)"
_MOST_SECONDS: Final = 60.0
_MOST_MACS: Final = 10_000

Json = dict[str, Any]


class Control:
    """Every call needs the control key as a bearer token."""

    def __init__(self, fleet: Fleet, control_key: str) -> None:
        self._fleet = fleet
        self._authorization = f"Bearer {control_key}".encode()
        self._calls: list[tuple[str, re.Pattern[str], Callable[..., Any]]] = [
            (method, re.compile(pattern), call)
            for method, pattern, call in (
                ("GET", "macs", self._list),
                ("POST", "macs", self._add),
                ("GET", _MAC, self._details),
                ("PUT", f"{_MAC}/scenario", self._set_scenario),
                ("POST", f"{_MAC}/connect", self._connect),
                ("POST", f"{_MAC}/enrol", self._enrol),
                ("POST", f"{_MAC}/check-out", self._check_out),
                ("POST", f"{_MAC}/answer-now", self._answer_now),
                ("POST", f"{_MAC}/say", self._say),
                ("POST", f"{_MAC}/change-key", self._change_key),
                ("PUT", f"{_MAC}/escrow-profile", self._install_escrow_profile),
                ("DELETE", f"{_MAC}/escrow-profile", self._remove_escrow_profile),
                ("POST", "enrol", self._enrol_all),
                ("PUT", "faults/(?P<part>[^/]+)", self._switch_on),
                ("DELETE", "faults", self._clear_faults),
                ("POST", "settled", self._settled),
                ("POST", "reset", self._reset),
            )
        ]

    def answer(self, request: Request) -> Answer:
        """JSON always: what was asked for, or `{"error": text}`."""
        if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), self._authorization):
            return _json(401, {"error": "the control key is missing or wrong"})
        try:
            return self._call(request.method, request.path.removeprefix(PATH), _read(request.body))
        except UnknownMac as error:
            return _json(404, {"error": str(error)})
        except NotEnrolled as error:
            return _json(409, {"error": str(error)})
        except (ValueError, TypeError, KeyError) as error:
            return _json(422, {"error": f"{type(error).__name__}: {error}"})

    def _call(self, method: str, path: str, body: Json) -> Answer:
        for its_method, pattern, call in self._calls:
            found = pattern.fullmatch(path)
            if found and its_method == method:
                return _json(200, call(body, **found.groupdict()))
        return _json(404, {"error": "no such call"})

    def _list(self, body: Json) -> list[Json]:
        return [_entry(mac) for mac in self._fleet.macs()]

    def _details(self, body: Json, name: str) -> Json:
        return self._detailed(self._fleet.find(name))

    def _detailed(self, mac: Mac) -> Json:
        commands = self._fleet.commands(mac)
        return {
            **_entry(mac),
            "enrolled": mac.enrolled,
            "escrow_profile": mac.escrow_certificate is not None,
            "pending": sum(one.pending for one in commands),
            "commands": [
                {
                    "command_uuid": one.command_uuid,
                    "request_type": one.request_type,
                    "active": one.active,
                    "status": one.status,
                }
                for one in commands
            ],
        }

    def _add(self, body: Json) -> list[Json]:
        name, count = str(body["name"]), int(body.get("count", 1))
        if not 1 <= count <= _MOST_MACS:
            raise ValueError(f"count must be from 1 to {_MOST_MACS}")
        names = [name] if count == 1 else [f"{name} {number}" for number in range(1, count + 1)]
        scenario = Scenario(body.get("scenario", Scenario.RIGHT))
        macs = [roster.another_mac(one, body.get("owner"), body.get("ownership"), scenario) for one in names]
        self._fleet.add(macs)
        return [_entry(mac) for mac in macs]

    def _set_scenario(self, body: Json, name: str) -> Json:
        self._fleet.set_scenario(self._fleet.find(name), Scenario(body["scenario"]))
        return self._details(body, name)

    def _connect(self, body: Json, name: str) -> Json:
        self._fleet.connect(self._fleet.find(name))
        return self._details(body, name)

    def _enrol(self, body: Json, name: str) -> Json:
        return {"delivered": self._fleet.enrol(self._fleet.find(name))}

    def _enrol_all(self, body: Json) -> Json:
        return {"delivered": self._fleet.enrol_all()}

    def _check_out(self, body: Json, name: str) -> Json:
        return {"delivered": self._fleet.check_out(self._fleet.find(name))}

    def _answer_now(self, body: Json, name: str) -> Json:
        self._fleet.answer_now(self._fleet.find(name))
        return self._details(body, name)

    def _say(self, body: Json, name: str) -> Json:
        """`report`, in base64, is passed on as it is, whatever it is."""
        try:
            report = base64.b64decode(body["report"], validate=True)
        except binascii.Error as error:
            raise ValueError("report must be in base64") from error
        return {"delivered": self._fleet.say(self._fleet.find(name), report)}

    def _change_key(self, body: Json, name: str) -> Json:
        self._fleet.change_key(self._fleet.find(name))
        return self._details(body, name)

    def _install_escrow_profile(self, body: Json, name: str) -> Json:
        """`profile` is a whole .mobileconfig, `certificate` its certificate alone; both in base64."""
        what = "profile" if "profile" in body else "certificate"
        try:
            content = base64.b64decode(body[what], validate=True)
        except binascii.Error as error:
            raise ValueError(f"{what} must be in base64") from error
        certificate = escrow_certificate(content) if what == "profile" else content
        self._fleet.install_escrow_profile(self._fleet.find(name), certificate)
        return self._details(body, name)

    def _remove_escrow_profile(self, body: Json, name: str) -> Json:
        self._fleet.install_escrow_profile(self._fleet.find(name), None)
        return self._details(body, name)

    def _switch_on(self, body: Json, part: str) -> Json:
        times = body.get("times")
        if times is not None and int(times) < 1:
            raise ValueError("times must be 1 or more, or null")
        seconds = float(body.get("seconds", 0))
        if not 0 <= seconds <= _MOST_SECONDS:
            raise ValueError(f"seconds must be from 0 to {_MOST_SECONDS:.0f}")
        udid = self._fleet.find(str(body["mac"])).udid if body.get("mac") is not None else None
        self._fleet.faults.switch_on(Part(part), Fault(Mode(body["mode"]), times and int(times), seconds), udid)
        return {}

    def _clear_faults(self, body: Json) -> Json:
        self._fleet.faults.clear()
        return {}

    def _settled(self, body: Json) -> Json:
        return {"settled": self._fleet.wait_for_quiet(min(float(body.get("within", 10)), _MOST_SECONDS))}

    def _reset(self, body: Json) -> list[Json]:
        self._fleet.reset()
        return self._list(body)


def _entry(mac: Mac) -> Json:
    """A Mac as `fleet list --json` shows it."""
    return {
        "name": mac.name,
        "serial": mac.serial,
        "udid": mac.udid,
        "owner": mac.owner,
        "ownership": mac.ownership,
        "scenario": mac.scenario,
        "recovery_key": mac.recovery_key,
        "earlier_keys": list(mac.earlier_keys),
    }


def _read(body: bytes) -> Json:
    content = json.loads(body or b"{}")
    if not isinstance(content, dict):
        raise ValueError("the body must be a JSON object")
    return content


def _json(status: int, content: Any) -> Answer:
    return Answer(status, json.dumps(content).encode(), "application/json")
