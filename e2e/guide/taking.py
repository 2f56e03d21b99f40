"""Takes the pictures of one language after the other: each is one person's way through the portal."""

from __future__ import annotations

from collections.abc import Sequence

from playwright.sync_api import Browser, expect

from e2e.browser import own_browser
from e2e.guide.album import Album
from e2e.guide.camera import WIDTH, take
from e2e.guide.walk import walk
from e2e.languages import Language
from e2e.laws.guard import Guard
from e2e.pages.visitor import Visitor
from e2e.portal import Portal, own_portal

_PATIENCE = 30_000


def take_all(album: Album, languages: Sequence[Language]) -> int:
    """What was taken is kept, though a later one should not work; 0 when all are there."""
    expect.set_options(timeout=_PATIENCE)
    if languages:
        with own_portal(batch=1, answer_timeout="1h") as portal, own_browser() as browser:
            for at, one in enumerate(languages, 1):
                print(f"{at}/{len(languages)} {one.tag}", flush=True)
                _take(browser, portal, one, album)
    print(f"pictures taken: {', '.join(one.tag for one in languages) or 'none, all show what the portal says'}")
    return 0


def _take(browser: Browser, portal: Portal, one: Language, album: Album) -> None:
    with browser.new_context(
        base_url=portal.url,
        locale=one.tag,
        timezone_id="Europe/Amsterdam",
        reduced_motion="reduce",
        viewport={"width": WIDTH, "height": 844},
        is_mobile=True,
        has_touch=True,
    ) as context:
        visitor = Visitor(context.new_page(), one, portal, Guard(portal.url))
        stops = walk(visitor, portal.newcomer())
        album.put(one, {shot.name: take(visitor.page, one, shot, strip) for shot, strip in stops})
