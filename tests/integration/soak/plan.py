"""The plan of a run: all that chance has to say, drawn from one seed before anything starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from tests.integration.soak import weather
from tests.integration.soak.mishaps import OF_THE_MAC, ON_THE_WAY, Draw, Mishap
from tests.integration.soak.weather import Weather

_SAVES_WITHIN = 1.2
"""Seconds of a round within which owners press Save."""
_LONG_RUN = 30
"""Runs of so many rounds have the time for weather that outlasts the portal's own patience with a busy database."""
_ENDURING = 17.0


class Typed(StrEnum):
    """Which key an owner types, if any."""

    OF_THE_MAC = "of-the-mac"
    """The one that the Mac has as the round begins."""
    REVEALED = "revealed"
    """The one that the portal shows as the present one."""
    WRONG = "wrong"
    NONE = "none"
    """The owner has the kept key rotated."""


@dataclass(frozen=True)
class Journey:
    """One owner stores a key of one Mac, or has it rotated."""

    mac: int
    typed: Typed
    pressed_after: float
    times: int
    """How often the button is pressed: an impatient owner presses twice."""
    mishaps: tuple[Mishap, ...]


@dataclass(frozen=True)
class Round:
    number: int
    weather: Weather
    journeys: tuple[Journey, ...]
    come_back: bool
    """Whether Macs behave again when the round is over; else when they have their next turn."""


@dataclass(frozen=True)
class Plan:
    seed: int
    database: str
    macs: int
    without_profile: int
    """So many of the Macs, the last ones, have no escrow profile."""
    rounds: tuple[Round, ...]


def draw(seed: int, database: str, rounds: int, macs: int = 12, without_profile: int = 3) -> Plan:
    chance = Random(seed)
    weathers = [_weather(chance, kind, long=rounds >= _LONG_RUN) for kind in _skies(chance, database, rounds)]
    drawn = tuple(_round(chance, number, one, macs) for number, one in enumerate(weathers, 1))
    return Plan(seed, database, macs, without_profile, drawn)


def _skies(chance: Random, database: str, rounds: int) -> list[weather.Kind]:
    """Every kind of weather comes as often as any other, in any order."""
    kinds = weather.KINDS[database]
    skies: list[weather.Kind] = []
    while len(skies) < rounds:
        skies += chance.sample(kinds, len(kinds))
    return skies[:rounds]


def _weather(chance: Random, kind: weather.Kind, *, long: bool) -> Weather:
    begins_after, lasts = chance.uniform(0.0, _SAVES_WITHIN), chance.uniform(0.1, 1.5)
    endures = long and kind is weather.database_busy and chance.random() < 0.3
    return Weather(kind, begins_after, _ENDURING if endures else lasts)


def _round(chance: Random, number: int, passing: Weather, macs: int) -> Round:
    busy = sorted(chance.sample(range(macs), round(macs * 0.75)))
    return Round(number, passing, tuple(_journey(chance, mac) for mac in busy), chance.random() < 0.7)


def _journey(chance: Random, mac: int) -> Journey:
    return Journey(
        mac=mac,
        typed=chance.choices(list(Typed), weights=(5, 2, 1, 2))[0],
        pressed_after=chance.uniform(0.0, _SAVES_WITHIN),
        times=chance.choices((1, 2), weights=(4, 1))[0],
        mishaps=(*_perhaps(chance, OF_THE_MAC, 0.5), *_perhaps(chance, ON_THE_WAY, 0.6)),
    )


def _perhaps(chance: Random, draws: Sequence[Draw], probability: float) -> tuple[Mishap, ...]:
    return (chance.choice(draws)(chance),) if chance.random() < probability else ()
