"""The manifest of each language: one app, called and described as the language does."""

import json

from sitebuild.languages import Language, PageTexts
from sitebuild.manifests import app_manifest, manifest_name

ARABIC = Language("ar", "ar", "العربية", "Arabic", "rtl", pseudo=False)
DUTCH = Language("nl", "nl", "Nederlands", "Dutch", "ltr", pseudo=False)
TEXTS = PageTexts("عنوان", "نص", "وعد")


def test_an_app_is_called_and_described_in_its_language() -> None:
    said = json.loads(app_manifest(ARABIC, TEXTS))
    assert (said["lang"], said["dir"]) == ("ar", "rtl")
    assert (said["name"], said["short_name"], said["description"]) == ("عنوان", "عنوان", "وعد")
    assert manifest_name("ar") == "manifest.ar.webmanifest"


def test_it_is_the_same_app_in_every_language() -> None:
    one, other = (json.loads(app_manifest(language, TEXTS)) for language in (ARABIC, DUTCH))
    assert {name for name in one if one[name] != other[name]} == {"lang", "dir"}
    assert (one["id"], one["start_url"], one["scope"], one["display"]) == ("/", "/", "/", "standalone")
