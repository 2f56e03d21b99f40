"""`python -m sleutelkast.fleet`: the simulated fleet, until SIGTERM or SIGINT. See `settings` for its environment."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from typing import Final

from sleutelkast.fleet import chance, control
from sleutelkast.fleet.api import Api
from sleutelkast.fleet.edge import Answerer, Edge
from sleutelkast.fleet.fleet import Fleet
from sleutelkast.fleet.http_messages import Answer, Request
from sleutelkast.fleet.process import die_with_parent, forget_address, write_address
from sleutelkast.fleet.settings import FleetSettings, SettingError, from_environment

_END: Final = {signal.SIGTERM, signal.SIGINT}
_POLL_SECONDS: Final = 0.05
"""How soon the server notices that it is to end; requests do not wait for it."""


def main() -> int:
    """Serve until told to end; 2 for a setting that is missing or impossible."""
    try:
        settings = from_environment(os.environ)
    except SettingError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    os.umask(0o077)
    logging.basicConfig(level=logging.INFO, format="fleet: %(message)s", stream=sys.stderr)
    # Blocked before any thread starts, and waited for: Python's own handlers run in the main thread only, and that
    # sleeps on where the kernel gives the signal to another thread.
    signal.pthread_sigmask(signal.SIG_BLOCK, _END)
    die_with_parent()
    serve(settings)
    return 0


def serve(settings: FleetSettings) -> None:
    """Serve until a signal says to end, then let what is under way come to its end."""
    closing = threading.Event()
    if settings.seed:
        chance.follow(settings.seed)
    fleet = Fleet(settings)
    edge = Edge(settings.port, _answerer(fleet, settings, closing))
    write_address(settings.folder, edge.url, settings.control_key)
    serving = threading.Thread(target=edge.serve_forever, args=(_POLL_SECONDS,), daemon=True)
    serving.start()
    fleet.resume()
    signal.sigwait(_END)
    closing.set()
    edge.shutdown()
    edge.server_close()
    fleet.close()
    forget_address(settings.folder)


def _answerer(fleet: Fleet, settings: FleetSettings, closing: threading.Event) -> Answerer:
    api = Api(fleet.server, fleet.faults, settings.api_key, closing)
    controls = control.Control(fleet, settings.control_key)

    def answer(request: Request) -> Answer | None:
        return controls.answer(request) if request.path.startswith(control.PATH) else api.answer(request)

    return answer


if __name__ == "__main__":
    sys.exit(main())
