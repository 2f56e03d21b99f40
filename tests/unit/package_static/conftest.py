"""A small web app that is built for real, with the packages of the portal's own."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "package-static"))

from sitebuild.bundle import install_packages  # noqa: E402
from sitebuild.site import PORTAL_SITE, Site  # noqa: E402

PAGE = """<!doctype html>
<html lang="en" dir="ltr">
  <head>
    <title>Small</title>
    <script type="module" src="/src/main.ts"></script>
  </head>
  <body>
    <noscript>Scripts, please.</noscript>
  </body>
</html>
"""
MAIN = """import "./main.css";
const catalogs = import.meta.glob("./i18n/generated/catalogs/*.json", {
  query: "?url", import: "default", eager: true
});
// Translators: A button.
document.title = [t("Save"), Object.values(catalogs)].join();
"""
DUTCH = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Save"
msgstr "Opslaan"

msgid "Sleutelkast needs JavaScript."
msgstr "Sleutelkast heeft JavaScript nodig."
"""


@pytest.fixture(scope="session", autouse=True)
def _packages() -> None:
    install_packages(PORTAL_SITE)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A checkout with the smallest web app that has a page, a script, a style sheet and catalogs."""
    return small_site(tmp_path)


def small_site(root: Path) -> Site:
    files = {
        "web/index.html": PAGE,
        "web/package.json": '{"type": "module"}',
        # The packages are the portal's own: with another lock file the build would install others in their place.
        "web/package-lock.json": (ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"),
        "web/vite.config.js": "export default { build: { manifest: true, assetsInlineLimit: 0 } };",
        "web/public/icon.svg": "<svg xmlns='http://www.w3.org/2000/svg'><!-- " + "hook " * 50 + "--></svg>",
        "web/src/main.ts": MAIN,
        "web/src/main.css": "".join(f".hook-{at} {{ inset-inline-start: {at}rem; }}\n" for at in range(20)),
        "locales/locales.toml": (ROOT / "locales" / "locales.toml").read_text(encoding="utf-8"),
        "locales/nl/LC_MESSAGES/portal.po": DUTCH,
        "backend/sleutelkast/page.py": '# Translators: A note.\nNOTE = _("Sleutelkast needs JavaScript.")\n',
    }
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    (root / "web" / "node_modules").symlink_to(ROOT / "web" / "node_modules")
    return Site(root, root / "static", root / "stamps")
