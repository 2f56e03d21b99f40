"""The guide, with its pictures."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from e2e.guide.album import FOLDER
from e2e.guide.shots import SHOTS
from e2e.languages import Language
from e2e.pages.part import Part

_IS_DRAWN = "(image) => image.complete && image.naturalWidth > 0"


class GuidePage(Part):
    @property
    def pictures(self) -> Locator:
        return self.page.get_by_role("main").locator("img")

    def has_all_its_pictures(self) -> None:
        """Each is drawn, once it is near enough to be fetched."""
        expect(self.pictures).to_have_count(len(SHOTS))
        for picture in self.pictures.all():
            # A picture that is far away is fetched by nobody; to go there would move what is in sight.
            picture.evaluate("(image) => { image.loading = 'eager'; }")
            self.page.wait_for_function(_IS_DRAWN, arg=picture.element_handle())

    def shows_pictures_of(self, language: Language, theme: str) -> None:
        """Those of the album for this language, in the order of the steps, kept by the browser for ever."""
        self.has_all_its_pictures()
        for shot, picture in zip(SHOTS, self.pictures.all(), strict=True):
            answer = self.page.request.get(str(picture.evaluate("(image) => image.currentSrc")))
            assert answer.body() == (FOLDER / language.tag / f"{shot.name}-{theme}.webp").read_bytes(), shot.name
            assert answer.headers["content-type"] == "image/webp"
            assert "immutable" in answer.headers["cache-control"]

    def is_at(self, title: str) -> None:
        """This chapter is the one at the upper edge of the window."""
        heading = self.page.get_by_role("heading", level=2, name=self.says(title), exact=True)
        expect(heading).to_be_in_viewport()
        box = heading.bounding_box()
        assert box is not None
        assert box["y"] < 120, f"{title} is at {box['y']}"
