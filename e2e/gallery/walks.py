"""What the gallery shows: the walks past every page, and the portal that each of them needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from e2e.pages.tour import TOURS, Walk

_UNHURRIED = {"fresh_sign_in": "12h", "answer_timeout": "1h", "fleet_seed": "gallery"}
"""A page is held for minutes, and nothing is to happen to it meanwhile; and its Macs are the same each time."""


@dataclass(frozen=True)
class Round:
    """One walk, at a fresh portal with these settings, so that its pages show nothing of other walks."""

    walk: Walk
    settings: Mapping[str, str]


ROUNDS: Mapping[str, Round] = {name: Round(walk, _UNHURRIED) for name, walk in TOURS.items()}
