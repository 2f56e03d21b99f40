"""The commands of the workshop, a module each: `run` does it and has its help, `arguments` adds its own."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from locales.commands import check, compile_, credits_, extract, gallery, new, preview, report, update
from locales.workshop import Workshop


@dataclass(frozen=True)
class Command:
    """One command."""

    run: Callable[[Workshop, Namespace], int]
    """Returns 0 where all is well; raises MendableError."""
    arguments: Callable[[ArgumentParser], None] = lambda _parser: None

    @property
    def help(self) -> str:
        return self.run.__doc__ or ""


COMMANDS: Mapping[str, Command] = {
    "extract": Command(extract.run),
    "update": Command(update.run),
    "check": Command(check.run),
    "compile": Command(compile_.run),
    "report": Command(report.run, report.arguments),
    "new": Command(new.run, new.arguments),
    "preview": Command(preview.run, preview.arguments),
    "gallery": Command(gallery.run, gallery.arguments),
    "credits": Command(credits_.run, credits_.arguments),
}
