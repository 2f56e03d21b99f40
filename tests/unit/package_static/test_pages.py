"""The page of each language, made from the page that Vite leaves."""

import pytest
from sitebuild.languages import Language, PageTexts
from sitebuild.pages import PageError, page

TEMPLATE = """<!doctype html>
<html lang="en" dir="ltr">
  <head>
    <title>Sleutelkast</title>
    <script type="module" crossorigin src="/assets/main-1.js"></script>
  </head>
  <body>
    <noscript>Scripts, please.</noscript>
  </body>
</html>
"""
ARABIC = Language("ar", "ar", "العربية", "Arabic", "rtl", pseudo=False)
TEXTS = PageTexts("عنوان", "نص", "وعد")


def test_a_page_is_in_its_language_before_any_script_runs() -> None:
    text = page(TEMPLATE, ARABIC, TEXTS, "/assets/ar-1.json")
    assert '<html lang="ar" dir="rtl">' in text
    assert "<title>عنوان</title>" in text
    assert "<noscript>نص</noscript>" in text
    assert '<link rel="preload" as="fetch" crossorigin href="/assets/ar-1.json" />\n  </head>' in text
    assert '<link rel="manifest" href="/manifest.ar.webmanifest" />' in text
    assert '<script type="module" crossorigin src="/assets/main-1.js"></script>' in text


def test_the_source_language_has_no_catalog_to_load() -> None:
    assert "preload" not in page(TEMPLATE, ARABIC, TEXTS, None)


def test_texts_are_no_markup_and_no_pattern() -> None:
    text = page(TEMPLATE, ARABIC, PageTexts("<b>&", r"\1 \g<0>", ""), None)
    assert "<title>&lt;b&gt;&amp;</title>" in text
    assert r"<noscript>\1 \g&lt;0&gt;</noscript>" in text


@pytest.mark.parametrize(
    ("found", "instead"),
    [
        ("<title>Sleutelkast</title>", ""),
        ("<noscript>Scripts, please.</noscript>", "<noscript><b>Scripts</b></noscript>"),
        ("</head>", "</head></head>"),
    ],
    ids=["no title", "markup in noscript", "two heads"],
)
def test_a_page_that_lacks_a_part_is_refused(found: str, instead: str) -> None:
    with pytest.raises(PageError, match=r"web/index\.html has \d of"):
        page(TEMPLATE.replace(found, instead), ARABIC, TEXTS, None)
