"""Where things lie in a checkout. Every tool takes a Project, so that tests can hand it a folder of their own."""

from dataclasses import dataclass
from pathlib import Path

from locales.registry import Language


@dataclass(frozen=True)
class Project:
    """A checkout of the portal, by its root."""

    root: Path

    @property
    def catalogs(self) -> Path:
        return self.root / "locales"

    @property
    def registry(self) -> Path:
        return self.catalogs / "locales.toml"

    @property
    def glossary(self) -> Path:
        return self.catalogs / "glossary.toml"

    @property
    def template(self) -> Path:
        return self.catalogs / "portal.pot"

    @property
    def translations(self) -> Path:
        """What the server reads: compiled catalogs and its copy of the registry."""
        return self.root / "backend" / "sleutelkast" / "translations"

    @property
    def generated(self) -> Path:
        """What the web build reads."""
        return self.root / "web" / "src" / "i18n" / "generated"

    @property
    def python_sources(self) -> tuple[Path, ...]:
        return (self.root / "backend" / "sleutelkast", self.root / "package-static")

    def catalog(self, language: Language) -> Path:
        return self.catalogs / language.folder / "LC_MESSAGES" / "portal.po"

    def binary(self, language: Language) -> Path:
        return self.translations / language.folder / "LC_MESSAGES" / "portal.mo"


THIS = Project(Path(__file__).parent.parent)
