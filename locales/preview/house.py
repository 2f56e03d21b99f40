"""A demo portal whose processes read the preview's catalogs. Its code is the portal's own, by links."""

import os
import secrets
import signal
import subprocess  # nosec B404
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from locales.errors import MendableError
from locales.project import Project

_READY = "Ctrl-C ends everything."
"""The end of what the demo prints once all is there."""
_PATIENCE_SECONDS = 180
_STOP_SECONDS = 30


class PortalError(MendableError):
    """The demo portal does not start; the message is what it said."""


class House:
    """The demo portal and its folder: data, catalogs, and the package as its processes see it."""

    def __init__(self, project: Project, folder: Path, port: int) -> None:
        self._project = project
        self._folder = folder
        self._port = port
        self.password = os.environ.get("SLEUTELKAST_DEMO_PASSWORD") or secrets.token_urlsafe(9)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def catalogs(self) -> Path:
        """What the server reads in place of the portal's compiled catalogs."""
        return self._folder / "translations"

    @property
    def address(self) -> tuple[str, int]:
        return ("127.0.0.1", self._port)

    def start(self) -> str:
        """Starts it and returns what it says for people. Raises PortalError."""
        from sleutelkast.serving import die_with_parent

        self._link()
        said = self._folder / "said"
        with said.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "sleutelkast.cli", "demo"],
                env=self._environment(os.environ),
                stdout=output,
                stderr=output,
                cwd=self._folder,
                # A signal from the terminal is for the preview, which ends the demo in its turn.
                start_new_session=True,
                preexec_fn=lambda: die_with_parent(signal.SIGTERM),
            )
        return self._wait(said)

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _wait(self, said: Path) -> str:
        give_up = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < give_up and self.is_running:
            words = said.read_text(encoding="utf-8")
            if _READY in words:
                return words
            time.sleep(0.05)
        self.stop()
        raise PortalError(f"the demo portal did not start:\n{said.read_text(encoding='utf-8')}")

    def _link(self) -> None:
        """The package, with the preview's catalogs in the place of the compiled ones."""
        package, source = self._folder / "python" / "sleutelkast", self._project.translations.parent
        if not (source / "static" / "index.html").is_file():
            raise PortalError("the web app is not built: run  make build")
        package.mkdir(parents=True, exist_ok=True)
        for old in package.iterdir():
            if old.is_symlink():
                old.unlink()
        for path in source.iterdir():
            if path.name not in {"translations", "__pycache__"}:
                (package / path.name).symlink_to(path)
        (package / "translations").symlink_to(self.catalogs)
        hook = self._folder / "python" / "sitecustomize.py"
        hook.unlink(missing_ok=True)
        hook.symlink_to(Path(__file__).with_name("fresh_catalogs.py"))

    def _environment(self, given: Mapping[str, str]) -> dict[str, str]:
        return {
            **given,
            "PYTHONPATH": os.pathsep.join(filter(None, (str(self._folder / "python"), given.get("PYTHONPATH")))),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PREVIEW_CATALOGS": str(self.catalogs),
            "SLEUTELKAST_DATA": str(self._folder / "data"),
            "SLEUTELKAST_PORT": str(self._port),
            "SLEUTELKAST_PSEUDO_LANGUAGES": "1",
            "SLEUTELKAST_DEMO_PASSWORD": self.password,
        }
