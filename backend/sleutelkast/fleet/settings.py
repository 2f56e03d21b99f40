"""The environment variables that the fleet's process reads."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

PREFIX: Final = "SLEUTELKAST_FLEET_"


class SettingError(ValueError):
    """A setting that is missing or impossible; the text names it and the mend, never its value."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long Macs take, in seconds."""

    late_after: float = 30.0
    """From the first hand-out of a rotation to its answer, in the scenario `late`."""
    not_now_after: float = 2.0
    """From a NotNow to the Mac's next connect by itself."""


_PATIENCE: Final = Patience()


@dataclass(frozen=True, slots=True)
class FleetSettings:
    """What the process needs to know; see `from_environment` for the names."""

    folder: Path
    webhook_url: str
    api_key: str = field(repr=False)
    webhook_key: str = field(repr=False)
    control_key: str = field(repr=False)
    port: int = 0
    patience: Patience = _PATIENCE
    seed: str = ""
    """From which serial numbers and keys follow; without one they are drawn anew each time."""


def from_environment(environment: Mapping[str, str]) -> FleetSettings:
    """Read the names that begin with SLEUTELKAST_FLEET; raise `SettingError`.

    Required: _FOLDER, _WEBHOOK_URL, _API_KEY, _WEBHOOK_KEY. With a default: _PORT (0, a free one), _CONTROL_KEY (one
    is generated), _LATE_AFTER (30 seconds), _NOT_NOW_AFTER (2 seconds), _SEED (none: serial
    numbers and keys are random).
    """
    return FleetSettings(
        folder=Path(_required(environment, "FOLDER")),
        webhook_url=_loopback_url(_required(environment, "WEBHOOK_URL")),
        api_key=_required(environment, "API_KEY"),
        webhook_key=_required(environment, "WEBHOOK_KEY"),
        control_key=environment.get(PREFIX + "CONTROL_KEY") or secrets.token_urlsafe(32),
        port=_port(environment.get(PREFIX + "PORT", "0")),
        patience=Patience(
            late_after=_seconds(environment, "LATE_AFTER", _PATIENCE.late_after),
            not_now_after=_seconds(environment, "NOT_NOW_AFTER", _PATIENCE.not_now_after),
        ),
        seed=environment.get(PREFIX + "SEED", ""),
    )


def _required(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(PREFIX + name, "")
    if not value:
        raise SettingError(f"{PREFIX}{name} is missing or empty")
    return value


def _loopback_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
        raise SettingError(f"{PREFIX}WEBHOOK_URL must be an http address of this machine: simulated keys stay here")
    return url


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise SettingError(f"{PREFIX}PORT must be a number from 0 to 65535")
    return int(text)


def _seconds(environment: Mapping[str, str], name: str, default: float) -> float:
    try:
        seconds = float(environment.get(PREFIX + name, default))
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < 1e9:
        raise SettingError(f"{PREFIX}{name} must be a number of seconds, as 30 or 0.5")
    return seconds
