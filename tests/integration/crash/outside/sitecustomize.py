"""Loaded by every Python process of a portal under test, before anything else: has it die at a chosen moment.

The portal's ports are wrapped from outside, so no code of the portal knows of this. The file that `DIE_AT` names holds
the moment, as `committed sealer.seal typed-key` or, to spare the portal's other processes, `alone before
mdm.rotate_filevault_key`. Without the file the wrappers only pass calls on. To die is SIGKILL: nothing is flushed,
closed or rolled back.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sleutelkast import factory
from sleutelkast.usecases.deliver_commands import LEASE
from sleutelkast.usecases.ports import Binding
from sleutelkast.usecases.world import World

_LONG_AGO = LEASE + timedelta(seconds=1)


class _Doom:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._thread = threading.local()

    def moment(self) -> str | None:
        """The moment to die at, if any."""
        try:
            return self._file.read_text().removeprefix("alone ")
        except FileNotFoundError:
            return None

    def pass_by(self, moment: str) -> None:
        """Die, if this is the moment."""
        if self.moment() == moment:
            self._die()

    def called(self, step: str) -> None:
        """A call of a port ended: die at the commit of its transaction, if that is the moment."""
        if self.moment() == f"committed {step}":
            self._thread.dies_at_commit = True

    def committed(self) -> None:
        if getattr(self._thread, "dies_at_commit", False):
            self._die()

    def _die(self) -> None:
        alone = self._file.read_text().startswith("alone ")
        # Once only: the process that takes over must live.
        self._file.unlink()
        if alone:
            os.kill(os.getpid(), signal.SIGKILL)
        os.killpg(os.getpgrp(), signal.SIGKILL)


class _Port:
    """Passes every call on to a port of the portal, and looks at the moment before and after."""

    def __init__(self, port: Any, name: str, doom: _Doom) -> None:
        self._port, self._name, self._doom = port, name, doom

    def __getattr__(self, method: str) -> Callable[..., Any]:
        call = getattr(self._port, method)

        def watched(*given: Any, **named: Any) -> Any:
            purposes = [one.purpose.value for one in given if isinstance(one, Binding)]
            step = " ".join((f"{self._name}.{method}", *purposes))
            self._doom.pass_by(f"before {step}")
            result = call(*given, **named)
            self._doom.pass_by(f"after {step}")
            self._doom.called(step)
            return result

        return watched


class _Store:
    def __init__(self, store: Any, doom: _Doom) -> None:
        self._store, self._doom = store, doom

    @contextmanager
    def write(self) -> Iterator[Any]:
        with self._store.write() as tx:
            yield tx
        self._doom.committed()

    def read(self) -> Any:
        return self._store.read()


class _Clock:
    """What dies did so a while ago: then nobody has to wait until its claims expire."""

    def __init__(self, clock: Any, doom: _Doom) -> None:
        self._clock, self._doom = clock, doom

    def now(self) -> datetime:
        now: datetime = self._clock.now()
        return now if self._doom.moment() is None else now - _LONG_AGO


def _mortal(world: World, doom: _Doom) -> World:
    return replace(
        world,
        store=_Store(world.store, doom),
        clock=_Clock(world.clock, doom),
        sealer=_Port(world.sealer, "sealer", doom),
        mdm=_Port(world.mdm, "mdm", doom),
        envelopes=_Port(world.envelopes, "envelopes", doom),
    )


_immortal_world = factory.make_world


def _make_world(*given: Any) -> World:
    return _mortal(_immortal_world(*given), _Doom(Path(os.environ["DIE_AT"])))


factory.make_world = _make_world
