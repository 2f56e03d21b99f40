"""What an import took over and what it did not, counted while it runs, for the command line. No key is in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sleutelkast.usecases.import_keys import Taken

_HOME = "nobody's: give them to their owners with `sleutelkast device import FILE.csv` (serial,username,ownership)"


@dataclass(slots=True)
class Imported:
    dry_run: bool
    macs: int = 0
    new_macs: int = 0
    taken: int = 0
    known: int = 0
    undated: int = 0
    lost: int = 0
    """Secrets that point at no computer."""
    not_taken: list[dict[str, Any]] = field(default_factory=list)
    without_owner: list[dict[str, str]] = field(default_factory=list)

    def add(self, mac: Taken) -> None:
        self.macs += 1
        self.new_macs += mac.is_new
        self.taken += mac.taken
        self.known += mac.known
        self.undated += mac.undated
        self.not_taken += (
            {"serial": mac.serial, "secret": one.number, "reason": one.reason.value, "count": one.count}
            for one in mac.not_taken
        )
        if not mac.has_owner and mac.taken + mac.known:
            self.without_owner.append({"serial": mac.serial, "username": mac.username, "name": mac.name})

    @property
    def secrets(self) -> int:
        return self.taken + self.known + self.refused

    @property
    def refused(self) -> int:
        return self.lost + sum(int(one["count"]) for one in self.not_taken)

    def as_json(self) -> dict[str, Any]:
        return {
            "dry_run": self.dry_run,
            "macs": self.macs,
            "new_macs": self.new_macs,
            "secrets": self.secrets,
            "taken": self.taken,
            "known": self.known,
            "undated": self.undated,
            "of_no_mac": self.lost,
            "not_taken": self.not_taken,
            "without_owner": self.without_owner,
        }

    def in_words(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"Crypt-Server has {self.macs} Macs with {self.secrets} secrets."
        would = "would be " if self.dry_run else ""
        yield f"{would}taken: {self.taken} keys; {self.new_macs} Macs were not known here"
        if self.undated:
            yield f"    {self.undated} of them without a date that can be read: they count as older than all others"
        yield f"held already: {self.known}"
        yield from self._reasons()
        if self.without_owner:
            yield f"{len(self.without_owner)} of these Macs are {_HOME}"

    def _reasons(self) -> Iterator[str]:
        yield f"not taken: {self.refused}"
        reasons: Counter[str] = Counter()
        for one in self.not_taken:
            reasons[one["reason"]] += one["count"]
        for reason, count in reasons.most_common():
            yield f"    {count}: {reason}"
        if self.lost:
            yield f"    {self.lost}: of no computer"
        yield from (f"    {one['serial']}, secret {one['secret']}: {one['reason']}" for one in self.not_taken)
