"""Where the build reads and writes. Tests build into folders of their own."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Site:
    """One build: the checkout it reads and the folder that it fills."""

    root: Path
    output: Path
    stamps: Path

    @property
    def web(self) -> Path:
        return self.root / "web"

    @property
    def translations(self) -> Path:
        return self.root / "backend" / "sleutelkast" / "translations"

    @property
    def bundle(self) -> Path:
        """What Vite makes, before the pages are."""
        return self.stamps / "bundle"


PORTAL_SITE = Site(ROOT, ROOT / "backend" / "sleutelkast" / "static", ROOT / ".cache" / "package-static")
