"""`python -m locales preview`."""

import os
import signal
import socket
import sys
import threading
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import ExitStack

from locales.compilation import compile_catalogs
from locales.errors import MendableError
from locales.preview.house import House
from locales.preview.server import OWN, Preview
from locales.preview.site import Site
from locales.preview.watch import Changes, Watcher
from locales.preview.words import Words
from locales.workshop import Workshop

EDITOR = "EDITOR_URL"
"""Names how an editor is opened at a line, as vscode://file/{path}:{line}"""
_PORT = 8100


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("tag", metavar="TAG", nargs="?", help="the language to begin with: nl, pt-PT, ar-XB")
    parser.add_argument("--port", type=int, default=_PORT, help=f"where it is on this machine ({_PORT})")


def run(workshop: Workshop, chosen: Namespace) -> int:
    """show a demo portal with the catalogs as they are saved, where a click on a text says its line"""
    if chosen.tag is not None:
        workshop.require(chosen.tag)
    _require_free(chosen.port)
    folder = workshop.project.root / ".cache" / "preview"
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as ending:
        house = House(workshop.project, folder, _free_port())
        words, changes = Words(workshop, house.catalogs), Changes()
        site = Site(workshop.project, folder / "web", words)
        print("Building the web app and the catalogs …", flush=True)
        compile_catalogs(workshop.project, workshop.languages, workshop.sources)
        watcher = Watcher(workshop.project, words, changes)
        words.compile_all()
        site.build()
        ending.callback(house.stop)
        said = house.start()
        preview = Preview(
            chosen.port, house.address, site, words, changes, workshop.project.root, house.catalogs, _editor()
        )
        watcher.start()
        ending.callback(watcher.stop)
        ending.callback(changes.end)
        print(*_introduction(said, house, chosen), sep="\n", flush=True)
        _serve(preview)
    return 0


def _serve(preview: Preview) -> None:
    """Until SIGINT or SIGTERM."""
    for number in (signal.SIGINT, signal.SIGTERM):
        # Not in the thread that serves, which would wait for itself.
        signal.signal(number, lambda *_: threading.Thread(target=preview.shutdown).start())
    with preview:
        preview.serve_forever(poll_interval=0.1)


def _introduction(said: str, house: House, chosen: Namespace) -> Iterator[str]:
    address = f"http://127.0.0.1:{chosen.port}"
    macs = said.partition("  Mac  ")[2].partition("\n\n")[0]
    yield f"The preview is at {address}/"
    yield f"Sign in as anna, bram, sanne, ada or otto; the password of each is  {house.password}"
    yield ""
    yield f"  Mac  {macs}"
    yield ""
    yield "Save a catalog, and the page shows its words. The button in the corner, or Ctrl+Alt+L, shows each text;"
    yield "a click on one says its line."
    yield f"Every mail: {address}{OWN}mails?language={chosen.tag or 'nl'}"
    if chosen.tag is not None:
        yield f"Begin in {chosen.tag}: {address}{OWN}in/{chosen.tag}"
    yield "Ctrl-C ends it."


def _editor() -> str:
    pattern = os.environ.get(EDITOR, "")
    if pattern and "{path}" not in pattern:
        print(f"{EDITOR} has no {{path}} in it: write it as  vscode://file/{{path}}:{{line}}", file=sys.stderr)
        return ""
    return pattern


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise MendableError(f"port {port} is taken: name another with --port") from error


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
