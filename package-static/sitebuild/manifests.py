"""What each language's installed app is called, in the manifest that its page links."""

import json
from typing import Any

from sitebuild.languages import Language, PageTexts

_ICONS = (
    ("/icon.svg", "any", "image/svg+xml", "any"),
    ("/icon-192.png", "192x192", "image/png", "any"),
    ("/icon-512.png", "512x512", "image/png", "any"),
    ("/icon-maskable-512.png", "512x512", "image/png", "maskable"),
)
"""Address, sizes, type, purpose. The maskable one has ground all round, for systems that cut out their own shape."""
_SURFACE, _PAGE = "#ffffff", "#f2f5f6"
"""The tokens of these names, as they are in the light: what shows before the app does."""


def manifest_name(tag: str) -> str:
    """The file with the manifest of a language; the web app knows its address by the tag, too."""
    return f"manifest.{tag}.webmanifest"


def app_manifest(language: Language, texts: PageTexts) -> str:
    """The manifest in one language. In all of them it is the same app, whose language changes with its reader's."""
    said: dict[str, Any] = {
        "id": "/",
        "lang": language.tag,
        "dir": language.dir,
        "name": texts.title,
        "short_name": texts.title,
        "description": texts.description,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": _PAGE,
        "theme_color": _SURFACE,
        "icons": [dict(zip(("src", "sizes", "type", "purpose"), icon, strict=True)) for icon in _ICONS],
    }
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"
