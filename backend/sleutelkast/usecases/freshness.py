"""A list of what is due is worked through while it is fresh: the MDM server may be slow, a person come meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import TypeVar

from sleutelkast.usecases.world import World

_FRESH = timedelta(seconds=1)

_T = TypeVar("_T")


def while_fresh(world: World, due: Iterable[_T]) -> Iterator[_T]:
    """What was due a moment ago; what is left of a list that has become old, the next look ranks anew."""
    read_at = world.clock.now()
    for one in due:
        if world.clock.now() - read_at > _FRESH:
            return
        yield one
