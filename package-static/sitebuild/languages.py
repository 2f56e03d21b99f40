"""The languages of the pages and the few texts that stand in a page or its manifest before the web app runs."""

import gettext
import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Language:
    """One language, as the compiled registry gives it."""

    tag: str
    folder: str
    name: str
    english_name: str
    dir: str
    pseudo: bool


@dataclass(frozen=True)
class PageTexts:
    """What a page says by itself, and its manifest."""

    title: str
    without_script: str
    description: str


def read_languages(translations: Path) -> tuple[Language, ...]:
    """The compiled registry, the source language first."""
    rows = json.loads((translations / "locales.json").read_text(encoding="utf-8"))
    return tuple(Language(**row) for row in rows)


def page_texts(translations: Path, language: Language) -> PageTexts:
    """The texts of a page in its language."""
    catalog = translations / language.folder / "LC_MESSAGES" / "portal.mo"
    with catalog.open("rb") as file:
        _ = gettext.GNUTranslations(file).gettext
    return PageTexts(
        # Translators: Title of the browser tab until a page gives its own. Sleutelkast is the product's name: keep it.
        title=_("Sleutelkast"),
        # Translators: All that somebody sees whose browser runs no scripts.
        without_script=_("Sleutelkast needs JavaScript. Switch it on in your browser, then load this page again."),
        # Translators: Promise of the portal, on the sign-in page.
        description=_("Keep the recovery key of your Mac here. If your Mac is ever locked, you get the key back here."),
    )
