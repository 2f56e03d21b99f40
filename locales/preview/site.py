"""The files of the web app as the preview gives them out."""

import json
import re
import subprocess  # nosec B404
from pathlib import Path

from locales.errors import MendableError
from locales.node import find_node
from locales.preview.words import Words
from locales.project import Project

_SCRIPT = Path(__file__).with_name("build-web.mjs")
_CATALOG = re.compile(r"/assets/(?P<name>[A-Za-z0-9.-]+)-[\w-]{8}\.json")
_ENTRY = re.compile(r'<script type="module"[^>]* src="(?P<address>/assets/[^"]+)"')


class WebBuildError(MendableError):
    """The web app can't be built; the message is what Vite said."""


class Site:
    """The preview's own build of the web app, with the catalogs of this moment."""

    def __init__(self, project: Project, folder: Path, words: Words) -> None:
        self._project = project
        self._folder = folder
        self._words = words
        self._entry = ""

    def build(self) -> None:
        """Takes some seconds. Raises WebBuildError and NodeMissingError."""
        command = [find_node(), _SCRIPT, self._project.root / "web", self._folder]
        answer = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)  # noqa: S603  # nosec B603
        if answer.returncode:
            raise WebBuildError(f"the web app can't be built:\n{answer.stdout}{answer.stderr}")
        manifest = json.loads((self._folder / ".vite" / "manifest.json").read_text(encoding="utf-8"))
        self._entry = next(f"/{one['file']}" for one in manifest.values() if one.get("isEntry"))

    def asset(self, address: str) -> bytes | None:
        """What stands at an address in the preview; None for what the portal has to answer."""
        catalog = _CATALOG.fullmatch(address)
        if catalog is not None:
            words = self._words.web(catalog["name"])
            return words.encode() if words is not None else None
        path = (self._folder / address.lstrip("/")).resolve()
        is_ours = address.startswith("/assets/") and path.is_relative_to(self._folder.resolve()) and path.is_file()
        return path.read_bytes() if is_ours else None

    def page(self, page: str, script: str) -> str:
        """The portal's page with the preview's build in the place of the portal's, and one more script."""
        own = _ENTRY.search(page)
        if own is not None:
            page = page.replace(own["address"], self._entry)
        return page.replace("</head>", f'<script src="{script}" defer></script></head>', 1)
