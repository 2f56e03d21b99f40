"""One run of a plan, from a fresh installation to the verdict."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sleutelkast.fleet.client import FleetClient
from sleutelkast.fleet.mac import Scenario, new_recovery_key
from tests.integration.processes import wait_for
from tests.integration.soak.databases import Database
from tests.integration.soak.diary import Diary
from tests.integration.soak.installation import Installation, OwnedMac
from tests.integration.soak.observer import Observer
from tests.integration.soak.plan import Journey, Plan, Round, Typed

_FAILED = {"refused", "unanswered", "undeliverable"}
_ROUND_SECONDS = 2.5
_CALM_SECONDS = 100.0
_CHECK_IN_EVERY_SECONDS = 1.0
_HELD_BACK_SECONDS = 7.0
"""Longer than the portal holds a command back behind one that was lost (five seconds) and takes to send it: a deposit
that is called unanswered may still be sent, and its Mac make one more key."""


@dataclass
class Report:
    """What became of a run."""

    rotations: int = 0
    successes: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)
    """What must hold and did not, in words; none of them holds a key."""
    diary: Diary = field(default_factory=Diary)

    def __str__(self) -> str:
        ends = ", ".join(f"{count} {state}" for state, count in sorted(self.outcomes.items()))
        words = f"{self.rotations} rotations, {self.successes} successes shown; the deposits ended {ends}"
        return "\n".join((words, *(f"{self.diary}\n{one}" for one in self.complaints[:1]), *self.complaints[1:]))


Tell = Callable[[Round, int], None]
"""Called at the end of each round, with how many successes were read so far."""


def run(plan: Plan, folder: Path, database: Database, tell: Tell = lambda _round, _successes: None) -> Report:
    installation = Installation(folder, database)
    try:
        macs = installation.begin(plan.macs, plan.without_profile)
        return _Run(plan, installation, macs).to_the_end(tell)
    finally:
        installation.end()


class _Run:
    def __init__(self, plan: Plan, installation: Installation, macs: list[OwnedMac]) -> None:
        self._plan = plan
        self._installation = installation
        self._macs = macs
        self._typed: dict[str, str] = {}
        """The key that was typed for each deposit."""
        self._report = Report()
        self._diary = self._report.diary
        self._observer = Observer(installation, macs, self._diary)

    def to_the_end(self, tell: Tell) -> Report:
        with self._observer.watching():
            self._first_keys()
            for one in self._plan.rounds:
                self._pass_through(one)
                tell(one, self._observer.successes)
            self._calm_down()
        self._judge()
        return self._report

    # The rounds

    def _first_keys(self) -> None:
        """Escrow begins with a rotation: before it, a profile gives nothing to find."""
        for mac in self._macs:
            self._save(mac, mac.entry.recovery_key, times=1)
        for mac in self._macs:
            wait_for(partial(self._has_stored, mac), "the first key of a Mac")

    def _has_stored(self, mac: OwnedMac) -> bool:
        return "stored" in self._observer.look(mac).values()

    def _pass_through(self, one: Round) -> None:
        ends_at = time.monotonic() + _ROUND_SECONDS
        self._diary.note(f"round {one.number}: {one.weather}")
        keys = {journey.mac: self._prepare(journey) for journey in one.journeys}
        with ThreadPoolExecutor(len(one.journeys)) as owners:
            works = [owners.submit(self._travel, journey, keys[journey.mac]) for journey in one.journeys]
            # In this thread: to the kernel it is the parent of the processes that are started, and they end with it.
            one.weather.pass_over(self._installation)
            for work in works:
                work.result()
        time.sleep(max(0.0, ends_at - time.monotonic()))
        self._clear_up(one)

    def _prepare(self, journey: Journey) -> str:
        """The key of the Mac as its owner knows it, with everything ready that will go wrong."""
        mac, fleet = self._macs[journey.mac], self._installation.fleet
        self._observer.look(mac)
        fleet.set_scenario(mac.udid, Scenario.RIGHT)
        key = self._installation.keys_of(mac)[-1]
        self._diary.note(f"{mac.entry.name}: {journey}")
        for mishap in journey.mishaps:
            mishap.befall(fleet, mac.udid)
        return key

    def _travel(self, journey: Journey, key: str) -> None:
        mac = self._macs[journey.mac]
        time.sleep(journey.pressed_after)
        if journey.typed is Typed.NONE:
            self._rotate(mac, journey.times)
            return
        if journey.typed is Typed.REVEALED:
            key = self._installation.revealed(mac) or key
        if journey.typed is Typed.WRONG:
            key = new_recovery_key()
        self._save(mac, key, journey.times)

    def _save(self, mac: OwnedMac, key: str, times: int) -> None:
        for _ in range(times):
            answer = self._installation.insist(lambda: mac.browser.save(mac.device_id, key))
            if answer.status not in {200, 202}:
                self._report.complaints.append(f"{mac.entry.name}: Save was answered with {answer.status}")
                return
            self._typed[str(answer.json["id"])] = key
            self._diary.note(f"{mac.entry.name}: saved, deposit {answer.json['id']}")

    def _rotate(self, mac: OwnedMac, times: int) -> None:
        for _ in range(times):
            answer = self._installation.insist(lambda: mac.browser.call("POST", f"{mac.path}/rotations"))
            if answer.status not in {200, 202}:
                self._report.complaints.append(f"{mac.entry.name}: Rotate was answered with {answer.status}")
                return
            self._diary.note(f"{mac.entry.name}: rotates, deposit {answer.json['id']}")

    def _clear_up(self, one: Round) -> None:
        self._installation.fleet.clear_faults()
        if one.come_back:
            for journey in one.journeys:
                self._installation.fleet.set_scenario(self._macs[journey.mac].udid, Scenario.RIGHT)

    # The verdict

    def _calm_down(self) -> None:
        """Everything is up; the Macs check in as Macs do, only more often, until nothing has happened for a while."""
        self._diary.note("everything is up again")
        fleet = self._installation.fleet
        fleet.clear_faults()
        for mac in self._macs:
            fleet.set_scenario(mac.udid, Scenario.RIGHT)
        now = time.monotonic()
        deadline, calm_since, seen = now + _CALM_SECONDS, now, self._keys_and_states()
        while now < deadline and now - calm_since < _HELD_BACK_SECONDS:
            self._check_in(fleet)
            time.sleep(_CHECK_IN_EVERY_SECONDS)
            before, seen, now = seen, self._keys_and_states(), time.monotonic()
            if seen != before or not self._is_calm():
                calm_since = now

    def _keys_and_states(self) -> list[tuple[list[str], dict[str, str]]]:
        return [(self._installation.keys_of(mac), self._observer.look(mac)) for mac in self._macs]

    def _check_in(self, fleet: FleetClient) -> None:
        for mac in self._macs:
            fleet.connect(mac.udid)

    def _is_calm(self) -> bool:
        under_way = {"received", "sent"}
        settled = all(under_way.isdisjoint(self._observer.look(mac).values()) for mac in self._macs)
        return settled and self._installation.fleet.wait_until_settled() and all(map(self._opens, self._macs))

    def _opens(self, mac: OwnedMac) -> bool:
        return not mac.has_profile or self._installation.revealed(mac) == self._installation.keys_of(mac)[-1]

    def _judge(self) -> None:
        for mac in self._macs:
            states = self._observer.look(mac)
            self._report.complaints += [f"{mac.entry.name}: {words}" for words in self._faults_of(mac, states)]
            self._report.rotations += len(self._installation.keys_of(mac)) - 1
        self._report.complaints += self._observer.complaints
        self._report.complaints += [f"the audit log: {words}" for words in self._installation.audit_findings()]
        self._report.successes = self._observer.successes
        self._report.outcomes = self._observer.outcomes()

    def _faults_of(self, mac: OwnedMac, states: dict[str, str]) -> Iterator[str]:
        keys, kept = self._installation.keys_of(mac), self._kept(mac)
        if mac.has_profile:
            if self._installation.revealed(mac) != keys[-1]:
                yield "the key shown does not open it"
            missing = [number for number, key in enumerate(keys, 1) if key not in kept.values()]
            if missing:
                yield f"of its {len(keys)} keys, these are not kept: {missing}"
        for deposit_id, state in states.items():
            if state in {"received", "sent"}:
                yield f"a deposit is still {state}"
            if state == "undeliverable":
                yield "a deposit was called undeliverable, and the MDM server knows every Mac"
            if state in _FAILED and self._typed.get(deposit_id) not in {None, *kept.values()}:
                yield f"the typed key of a deposit that is {state} is not kept"

    def _kept(self, mac: OwnedMac) -> dict[str, str]:
        """The key of each version."""
        versions = self._installation.insist(lambda: mac.browser.call("GET", f"{mac.path}/versions")).json["items"]
        revealed = {one["id"]: self._installation.revealed(mac, one["id"]) for one in versions}
        return {version: key for version, key in revealed.items() if key is not None}
