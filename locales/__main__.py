"""The command line of the catalog tools."""

import argparse
import sys

from locales.checks import check
from locales.compilation import FingerprintCollisionError, compile_catalogs
from locales.node import NodeMissingError
from locales.project import THIS
from locales.registry import Language, RegistryError, load
from locales.sources import Sources, SourcesError, read_sources
from locales.update import write_catalogs, write_template


def extract(languages: tuple[Language, ...], sources: Sources) -> int:
    """write portal.pot from the texts in the code"""
    changed = write_template(THIS, sources)
    print(f"portal.pot: {len(sources.messages)} texts{'' if changed else ', unchanged'}")
    return 0


def update(languages: tuple[Language, ...], sources: Sources) -> int:
    """extract, then bring each language's portal.po up to it: new texts empty, dropped texts gone"""
    extract(languages, sources)
    changed = write_catalogs(THIS, languages, sources)
    print(f"changed: {', '.join(changed) or 'none'}")
    return 0


def check_catalogs(languages: tuple[Language, ...], sources: Sources) -> int:
    """say what is wrong in the catalogs and what mends it"""
    findings = check(THIS, languages, sources)
    print(*findings, sep="\n", file=sys.stderr, end="\n" if findings else "")
    print(f"{len(sources.messages)} texts in {len(languages)} languages: {len(findings)} findings")
    return 1 if findings else 0


def compile_all(languages: tuple[Language, ...], sources: Sources) -> int:
    """write what the server and the web read, the pseudo-languages included"""
    compile_catalogs(THIS, languages, sources)
    return 0


COMMANDS = {"extract": extract, "update": update, "check": check_catalogs, "compile": compile_all}


def main() -> int:
    """Runs one command; 0 when all is well."""
    parser = argparse.ArgumentParser(prog="python -m locales", description="The catalog tools.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, command in COMMANDS.items():
        commands.add_parser(name, help=command.__doc__)
    chosen = COMMANDS[parser.parse_args().command]
    try:
        languages = load(THIS.registry)
        return chosen(languages, read_sources(THIS, languages[0]))
    except (RegistryError, SourcesError, NodeMissingError, FingerprintCollisionError) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
