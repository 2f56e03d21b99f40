"""`python -m sleutelkast.fleet`: the simulated fleet, until SIGTERM or SIGINT. See `settings` for its environment."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading

from sleutelkast.fleet import control
from sleutelkast.fleet.api import Api
from sleutelkast.fleet.edge import Answerer, Edge
from sleutelkast.fleet.fleet import Fleet
from sleutelkast.fleet.http_messages import Answer, Request
from sleutelkast.fleet.process import die_with_parent, forget_address, write_address
from sleutelkast.fleet.settings import FleetSettings, SettingError, from_environment


def main() -> int:
    """Serve until told to end; 2 for a setting that is missing or impossible."""
    try:
        settings = from_environment(os.environ)
    except SettingError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    os.umask(0o077)
    logging.basicConfig(level=logging.INFO, format="fleet: %(message)s", stream=sys.stderr)
    closing = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: closing.set())
    die_with_parent()
    serve(settings, closing)
    return 0


def serve(settings: FleetSettings, closing: threading.Event) -> None:
    """Serve until `closing` is set, then let what is under way come to its end."""
    fleet = Fleet(settings)
    edge = Edge(settings.port, _answerer(fleet, settings, closing))
    write_address(settings.folder, edge.url, settings.control_key)
    serving = threading.Thread(target=edge.serve_forever, daemon=True)
    serving.start()
    fleet.resume()
    closing.wait()
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
