"""What goes wrong with one Mac, or on the way to and from it, while its key is being rotated.

Each function below draws one mishap; a mishap is prepared before its owner presses Save.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Protocol

from sleutelkast.fleet.client import FleetClient
from sleutelkast.fleet.faults import Mode, Part
from sleutelkast.fleet.mac import Scenario


class Mishap(Protocol):
    def befall(self, fleet: FleetClient, udid: str) -> None:
        """Prepare it; raise `FleetError` where the MDM server is down."""


@dataclass(frozen=True)
class Behaves:
    """The Mac does something else than to rotate and tell at once."""

    scenario: Scenario

    def befall(self, fleet: FleetClient, udid: str) -> None:
        fleet.set_scenario(udid, self.scenario)


@dataclass(frozen=True)
class Fails:
    """The next calls to or from the MDM server that are about this Mac fail."""

    part: Part
    mode: Mode
    times: int
    seconds: float = 0.0

    def befall(self, fleet: FleetClient, udid: str) -> None:
        fleet.switch_on(self.part, self.mode, self.times, self.seconds, mac=udid)


@dataclass(frozen=True)
class ReEnrols:
    """The Mac enrols anew, which empties its queue; the webhook may miss either call."""

    missed_calls: int

    def befall(self, fleet: FleetClient, udid: str) -> None:
        if self.missed_calls:
            fleet.switch_on(Part.WEBHOOK, Mode.DROP, self.missed_calls, mac=udid)
        fleet.enrol(udid)


def webhook_dropped(chance: Random) -> Mishap:
    return Fails(Part.WEBHOOK, Mode.DROP, times=chance.randint(1, 4))


def webhook_duplicated(chance: Random) -> Mishap:
    return Fails(Part.WEBHOOK, Mode.DUPLICATE, times=chance.randint(1, 4))


def webhook_delayed(chance: Random) -> Mishap:
    """Some come while the portal still waits, some long after it gave up waiting."""
    return Fails(Part.WEBHOOK, Mode.DELAY, times=chance.randint(1, 3), seconds=chance.uniform(0.2, 7.0))


def webhook_reordered(chance: Random) -> Mishap:
    return Fails(Part.WEBHOOK, Mode.OVERTAKEN, times=chance.randint(1, 2), seconds=chance.uniform(0.5, 3.0))


def answer_lost(_chance: Random) -> Mishap:
    """The very call that carries the new key."""
    return Behaves(Scenario.LOST_ANSWER)


def asked_twice(_chance: Random) -> Mishap:
    return Behaves(Scenario.TWICE)


def answers_late(_chance: Random) -> Mishap:
    return Behaves(Scenario.LATE)


def not_now(_chance: Random) -> Mishap:
    return Behaves(Scenario.NOT_NOW)


def away(_chance: Random) -> Mishap:
    return Behaves(Scenario.OFFLINE)


def answers_without_a_key(_chance: Random) -> Mishap:
    return Behaves(Scenario.NO_KEY)


def answers_with_half_a_key(_chance: Random) -> Mishap:
    return Behaves(Scenario.MALFORMED)


def answers_to_another_certificate(_chance: Random) -> Mishap:
    return Behaves(Scenario.OTHER_CERTIFICATE)


def re_enrols_instead(_chance: Random) -> Mishap:
    """Handed the command, it enrols anew and answers nothing."""
    return Behaves(Scenario.RE_ENROL)


def re_enrols_before(chance: Random) -> Mishap:
    return ReEnrols(missed_calls=chance.randint(0, 2))


def server_answers_500(chance: Random) -> Mishap:
    return Fails(Part.API, Mode.ERROR, times=chance.randint(1, 2))


def server_slow(chance: Random) -> Mishap:
    return Fails(Part.API, Mode.SLOW, times=1, seconds=chance.uniform(0.5, 3.0))


def server_cuts_the_call(_chance: Random) -> Mishap:
    return Fails(Part.API, Mode.CUT, times=1)


def server_cuts_its_answer(_chance: Random) -> Mishap:
    """Queued, and the portal does not know."""
    return Fails(Part.API, Mode.CUT_ANSWER, times=1)


def push_refused(_chance: Random) -> Mishap:
    """The server answers 500 with nothing but `push_error`: the command is queued."""
    return Fails(Part.PUSH, Mode.REFUSED, times=1)


def push_unreachable(_chance: Random) -> Mishap:
    return Fails(Part.PUSH, Mode.UNREACHABLE, times=1)


Draw = Callable[[Random], Mishap]

OF_THE_MAC: tuple[Draw, ...] = (
    answer_lost,
    asked_twice,
    answers_late,
    not_now,
    away,
    answers_without_a_key,
    answers_with_half_a_key,
    answers_to_another_certificate,
    re_enrols_instead,
)
ON_THE_WAY: tuple[Draw, ...] = (
    webhook_dropped,
    webhook_duplicated,
    webhook_delayed,
    webhook_reordered,
    re_enrols_before,
    server_answers_500,
    server_slow,
    server_cuts_the_call,
    server_cuts_its_answer,
    push_refused,
    push_unreachable,
)
