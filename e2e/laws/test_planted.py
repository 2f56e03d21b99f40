"""No law is toothless: each finds what is planted against it on a page that it finds nothing wrong with."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from e2e.laws.layout import assert_every_text_has_room, assert_nothing_beyond_the_edges
from e2e.laws.marked import assert_everything_is_marked
from e2e.pages.visitor import Visitor
from e2e.readers import read_by

Law = Callable[[Page], None]
UNMARKED = {
    "a text": "() => make('p', 'Try again')",
    "a word in a marked text": "() => make('p', document.querySelector('h1').textContent + ' later')",
    "a text that looks like a name": "() => make('bdi', 'Your Mac')",
    "a text that says it needs no translation": "() => { make('p', 'Keep this key').translate = false }",
    "a text for screen readers": "() => { make('p', 'Close the menu').className = 'visually-hidden' }",
    "a sentence as code": "() => make('code', 'Try it again.')",
    "a date put together": "() => make('time', '26 Nov 2026')",
    "the title": "() => { document.title = 'Help · Sleutelkast' }",
    **{
        name: f"() => make('button', '').setAttribute('{name}', 'Close')"
        for name in ("aria-label", "title", "aria-description", "placeholder")
    },
    "alt": "() => { make('img', '').alt = 'A key' }",
    "a button": "() => { Object.assign(make('input', ''), { type: 'submit', value: 'Send' }) }",
    "generated content": "() => rule('main h1::after { content: \"New\" }')",
}
"""Each by what makes it, with the tools of `_WITH_TOOLS`."""
BOX = "inline-size: 3rem; border: 1px solid; white-space: nowrap;"
CLAMPED = (
    "inline-size: 3rem; overflow: hidden; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2"
)
LOW = "inline-size: 3rem; block-size: 1.5rem;"
ASIDE = "position: relative; inline-size: 3rem;"
WITHOUT_ROOM = {
    "hidden overflow": ("cut off at its side", f"() => styled('{BOX} overflow: hidden')"),
    "an ellipsis": ("cut off at its side", f"() => styled('{BOX} overflow: clip; text-overflow: ellipsis')"),
    "hidden further up": (
        "cut off at its side",
        f"() => styled('white-space: nowrap', styled('{BOX} overflow: hidden', undefined, ''))",
    ),
    "a placeholder": (
        "cut off at its side",
        "() => { Object.assign(make('input', ''), { placeholder: words }).style.maxInlineSize = '6rem' }",
    ),
    "so many lines": ("cut off above or below", f"() => styled('{CLAMPED}')"),
    "so much height": ("cut off above or below", f"() => styled('{LOW} overflow: hidden')"),
    "a scroll bar": ("scrolled sideways", f"() => styled('{BOX} overflow: auto')"),
    "a narrow box": ("out of its box", f"() => styled('{BOX}')"),
    "a low box": ("out of its box", f"() => styled('{LOW} background: yellow')"),
    "the edge at the end": ("beyond the window's edge", f"() => styled('{ASIDE} inset-inline-start: 100vw')"),
    "the edge at the start": ("beyond the window's edge", f"() => styled('{ASIDE} inset-inline-end: 100vw')"),
    "another text": ("upon each other", "() => { styled(''); styled('margin-block-start: -1.2em') }"),
}
"""Each with what the law calls it."""
OUTSIDE = "position: absolute; inline-size: 2rem;"
BEYOND = {
    "a wide box": ("sideways", "() => { styled('inline-size: 120vw; max-inline-size: none') }"),
    "a button at the start": (
        "beyond the edge: <button",
        f"() => {{ make('button', '').style.cssText = '{OUTSIDE} inset-inline-start: -3rem' }}",
    ),
    "a button at the end": (
        "beyond the edge: <button",
        f"() => {{ make('button', '').style.cssText = '{OUTSIDE} inset-inline-end: -3rem' }}",
    ),
}
_WITH_TOOLS = """async (plant) => {
  const words = `${document.querySelector("h1").textContent} `.repeat(5);
  const make = (name, text, into = document.querySelector("main")) => {
    const element = document.createElement(name);
    element.textContent = text;
    element.dataset.planted = "";
    return into.insertAdjacentElement("beforeend", element);
  };
  const styled = (style, into, text = words) => {
    const element = make("p", text, into);
    element.style.cssText = style;
    return element;
  };
  const rule = (text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    document.adoptedStyleSheets = [sheet];
  };
  const title = document.title;
  PLANT();
  globalThis.pull = () => {
    document.querySelectorAll("[data-planted]").forEach((element) => element.remove());
    document.adoptedStyleSheets = [];
    document.title = title;
  };
}"""


@read_by("en-XA-desktop", "ar-XB-desktop")
def test_whatever_was_not_marked_is_found(visitor: Visitor) -> None:
    def law(page: Page) -> None:
        assert_everything_is_marked(page, visitor.language)

    _finds_each(visitor, law, {name: ("never marked", plant) for name, plant in UNMARKED.items()})


@read_by("en-XA-desktop", "ar-XB-desktop")
def test_whatever_has_no_room_is_found(visitor: Visitor) -> None:
    _finds_each(visitor, assert_every_text_has_room, WITHOUT_ROOM)


@read_by("en-XA-desktop", "ar-XB-desktop")
def test_whatever_is_beyond_the_edges_is_found(visitor: Visitor) -> None:
    _finds_each(visitor, assert_nothing_beyond_the_edges, BEYOND)


@read_by("nl-phone")
def test_a_spoken_language_tells_nothing_of_what_was_marked(visitor: Visitor) -> None:
    visitor.opens("/no-such-page")
    with pytest.raises(AssertionError, match="only a pseudo-language"):
        assert_everything_is_marked(visitor.page, visitor.language)


def _finds_each(visitor: Visitor, law: Law, breaches: dict[str, tuple[str, str]]) -> None:
    visitor.opens("/help")
    visitor.sign_in.title_is("Help")
    law(visitor.page)
    for name, (words, plant) in breaches.items():
        visitor.page.evaluate(_WITH_TOOLS.replace("PLANT", f"({plant})"))
        found = _found(law, visitor.page)
        assert words in found, f"{name} was not found, but this: {found}"
        visitor.page.evaluate("() => pull()")
    law(visitor.page)


def _found(law: Law, page: Page) -> str:
    try:
        law(page)
    except AssertionError as error:
        return str(error)
    return "nothing"
