"""`python -m locales new TAG`."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from locales.commands import update
from locales.new_language import language_named, with_block
from locales.registry import Language
from locales.workshop import Workshop
from locales.writing import write


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("tag", metavar="TAG", help="the language by its BCP 47 tag: nl, pt-AO, zh-Hans")


def run(workshop: Workshop, chosen: Namespace) -> int:
    """add a language: its block in locales.toml with what CLDR knows of it, and its empty catalog"""
    language = language_named(chosen.tag, workshop.languages)
    stand_in = _stand_in(language, workshop)
    _ = workshop.sources  # Whatever is wrong with them is better said before anything is written.
    registry = workshop.project.registry
    write(registry, with_block(registry.read_text(encoding="utf-8"), language))
    extended = Workshop(workshop.project)
    update.run(extended, chosen)
    print(*_next_steps(language, stand_in, extended), sep="\n")
    return 0


def _stand_in(language: Language, workshop: Workshop) -> str:
    """The name of what people read so far who ask for the language."""
    # The portal's own choice. Only this command needs it, so no other waits for the server's modules.
    from sleutelkast.http.languages import lookup

    offered = {one.tag: one for one in workshop.languages if not one.pseudo}
    found = lookup([language.tag], list(offered)) or workshop.languages[0].tag
    return f"{offered[found].english_name} ({found})"


def _next_steps(language: Language, stand_in: str, workshop: Workshop) -> Iterator[str]:
    name, catalog = language.english_name, workshop.project.catalog(language).relative_to(workshop.project.root)
    yield f"{name} ({language.tag}) is added; {len(workshop.sources.messages)} texts wait in {catalog}"
    yield f"Until now, who asks for {language.tag} reads {stand_in}. From now on it is {name}, with English where"
    yield "a text is empty: so let nobody have it before it is complete."
    yield "Next: in its block of locales/locales.toml, see that the name is as its speakers write it, and say who makes"
    yield "the translation and where the spelling alphabet comes from. Choose its terms in locales/glossary.toml, and"
    yield "its quotation marks in locales/rules/punctuation.py if they are not “these”. Then translate."
    yield "docs/translating.md has more."
