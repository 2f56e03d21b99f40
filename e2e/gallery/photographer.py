"""Walks past the pages and takes each in its share of the languages: the work of one process."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, expect

from e2e.browser import own_browser
from e2e.gallery.contents import lacking
from e2e.gallery.findings import accessibility_findings, layout_findings
from e2e.gallery.mails import is_of_a_mail
from e2e.gallery.proof import NotProvenError, Proof, seen
from e2e.gallery.records import Face, Shot
from e2e.gallery.studio import LIGHT, LOOKS, PAPER, Picture, Studio, keeps_still
from e2e.gallery.walks import ROUNDS, Round, Stage, looks_of
from e2e.languages import SOURCE, Language, language
from e2e.laws.guard import Guard
from e2e.laws.signs import signs_without_a_font
from e2e.pages.visitor import Visitor
from e2e.readers import PHONE, Reader, Screen

_LOOKED_INTO = frozenset({"en", "el", "ru", "ar", "he", "hi", "th", "ja", "ko", "zh-Hans"})
"""One language of each script."""
_PATIENCE = 30_000
"""Milliseconds."""
_NAME = "kast"
"""With which the names of all people begin who are made for pictures."""


@dataclass(frozen=True)
class Share:
    """What one process takes: in each walk so many languages, without the faces that are there."""

    folder: Path
    languages: Mapping[str, Sequence[str]]
    """The tags, by the name of the walk."""
    there: frozenset[tuple[str, str]]
    """Faces and languages."""


@dataclass(frozen=True)
class Finished:
    """A walk came to its end in a language, past these faces."""

    walk: str
    language: str
    faces: Sequence[str]


@dataclass(frozen=True)
class Refused:
    """No picture was taken, for this reason."""

    walk: str
    face: str
    language: str
    why: str


Tell = Callable[[Face | Finished | Refused], None]


def takes(share: Share, tell: Tell) -> None:
    """All of a share. What goes wrong with one face or walk is told, and the rest goes on."""
    expect.set_options(timeout=_PATIENCE)
    with own_browser() as browser:
        for name, tags in share.languages.items():
            languages = [language(tag) for tag in tags]
            try:
                _walks(browser, name, ROUNDS[name], languages, share, tell)
            except Exception as error:
                tell(Refused(name, "", "", f"{type(error).__name__}: {error}"))


def _walks(browser: Browser, name: str, one: Round, languages: Sequence[Language], share: Share, tell: Tell) -> None:
    with one() as stage, ExitStack() as opened:
        stage.portal.run = _NAME
        numbers = itertools.count(1)
        stage.portal.next_mac_name = lambda: f"MacBook Air {next(numbers):02}"
        guard = Guard(stage.address)

        def open_browser() -> Visitor:
            return _visitor(browser, stage, guard, opened)

        visitor = open_browser()
        studio = Studio(visitor.page)
        faces: list[str] = []
        refused: set[str] = set()
        for shown in stage.walk(visitor, open_browser):
            called, place = (shown, studio) if isinstance(shown, str) else shown
            for face, looks in looks_of(called, stage.looks):
                faces.append(face)
                wanted = [who for who in languages if (face, who.tag) not in share.there]
                for told in pictures_of(place, wanted, name, face, share.folder, looks):
                    tell(told)
                    if isinstance(told, Refused):
                        refused.add(told.language)
        guard.verify()
        for who in languages:
            if who.tag not in refused:
                tell(Finished(name, who.tag, faces))


def _visitor(browser: Browser, stage: Stage, guard: Guard, opened: ExitStack) -> Visitor:
    """They read English while they walk, on a phone."""
    who = Reader(language(SOURCE), PHONE)
    context = opened.enter_context(browser.new_context(base_url=stage.address, **who.context))
    keeps_still(context)
    guard.watch(context)
    return Visitor(context.new_page(), who.language, stage.portal, guard)


def pictures_of(
    studio: Studio,
    languages: Sequence[Language],
    walk: str,
    face: str,
    folder: Path,
    looks: Mapping[Screen, Sequence[str]] = LOOKS,
) -> Iterator[Face | Refused]:
    """This face in each of the languages; the page is left in English, as it was found."""
    if not languages:
        return
    try:
        for missing in lacking(face, studio.page):
            yield from (Refused(walk, face, who.tag, missing) for who in languages)
            return
        studio.comes_to_rest()
        try:
            proofs = {screen: _proof_on(studio, screen) for screen in looks}
        except NotProvenError as why:
            yield from (Refused(walk, face, who.tag, str(why)) for who in languages)
            return
        former = SOURCE
        for who in languages:
            studio.speaks(who.tag)
            try:
                yield _Sitting(studio, folder, walk, face, who, former).takes(looks, proofs)
            except NotProvenError as why:
                yield Refused(walk, face, who.tag, str(why))
            former = who.tag
        studio.speaks(SOURCE)
    finally:
        studio.leaves()


def _proof_on(studio: Studio, screen: Screen) -> Proof:
    studio.stands_on(screen)
    return Proof.found_in(seen(studio.page))


@dataclass(frozen=True)
class _Sitting:
    """One face in one language."""

    studio: Studio
    folder: Path
    walk: str
    face: str
    who: Language
    former: str
    """The tag of the language that the page was in before."""

    def takes(self, looks: Mapping[Screen, Sequence[str]], proofs: Mapping[Screen, Proof]) -> Face:
        """Raise `NotProvenError` where the page is in another language."""
        shots: list[Shot] = []
        findings: list[str] = []
        text = ""
        for screen, themes in looks.items():
            self.studio.stands_on(screen)
            for theme in themes:
                self.studio.looks(theme)
                text = self._proves(proofs[screen])
                shots.append(self._keeps(self.studio.shot(), screen, theme))
                findings += [f"{screen.name}, {theme}: {one}" for one in self._findings(screen, theme)]
        return Face(self.walk, self.face, self.who.tag, self.studio.page.title(), text, shots, findings)

    def _proves(self, proof: Proof) -> str:
        """What can be read there."""
        at_hand = seen(self.studio.page)
        proof.of(self.who, at_hand, self.former)
        missing = signs_without_a_font(self.studio.page)
        if missing:
            raise NotProvenError(f"{self.who.tag}: no font has {' '.join(missing)} (python -m e2e.fonts)")
        return at_hand.read

    def _findings(self, screen: Screen, theme: str) -> list[str]:
        """What has no room, in all languages; what axe finds on phones, in one language of each script."""
        page = self.studio.page
        layout = layout_findings(page) if theme == LIGHT and screen is not PAPER else []
        looked_into = screen is PHONE and self.who.tag in _LOOKED_INTO
        return layout + (accessibility_findings(page, of_a_mail=is_of_a_mail(self.face)) if looked_into else [])

    def _keeps(self, picture: Picture, screen: Screen, theme: str) -> Shot:
        file = Path(self.who.tag) / f"{self.face}-{screen.name}-{theme}.png"
        (self.folder / file).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / file).write_bytes(picture.data)
        content = hashlib.sha256(picture.data).hexdigest()
        return Shot(screen.name, theme, file.as_posix(), picture.width, picture.height, content)
