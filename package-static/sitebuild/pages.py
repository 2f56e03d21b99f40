"""A ready page for each language, made from the one page that Vite leaves."""

import re
from functools import reduce
from html import escape

from sitebuild.languages import Language, PageTexts
from sitebuild.manifests import manifest_name


class PageError(Exception):
    """web/index.html lacks something that each language's page sets."""


def page(template: str, language: Language, texts: PageTexts, catalog: str | None) -> str:
    """The page in one language. `catalog` is the address of its texts; the source language has none."""
    parts = {
        r"<html\b[^>]*>": f'<html lang="{escape(language.tag)}" dir="{escape(language.dir)}">',
        r"<title>[^<]*</title>": f"<title>{escape(texts.title)}</title>",
        r"<noscript>[^<]*</noscript>": f"<noscript>{escape(texts.without_script)}</noscript>",
        r"(?=</head>)": _link(f'rel="manifest" href="/{manifest_name(language.tag)}"') + _preload(catalog),
    }
    return reduce(lambda text, part: _replace_once(text, *part), parts.items(), template)


def _preload(catalog: str | None) -> str:
    if catalog is None:
        return ""
    # `crossorigin` although it is our own origin: without it fetch() would not take the preloaded answer.
    return _link(f'rel="preload" as="fetch" crossorigin href="{escape(catalog)}"')


def _link(attributes: str) -> str:
    return f"  <link {attributes} />\n  "


def _replace_once(text: str, pattern: str, replacement: str) -> str:
    replaced, times = re.subn(pattern, lambda _match: replacement, text)
    if times != 1:
        raise PageError(f"web/index.html has {times} of {pattern}, but needs one")
    return replaced
