"""The command line of the workshop; `commands` has the commands."""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence

from locales.commands import COMMANDS
from locales.errors import MendableError
from locales.project import THIS, Project
from locales.workshop import Workshop


def main(words: Sequence[str] | None = None, project: Project = THIS) -> int:
    """Runs one command; 0 when all is well."""
    chosen = _parser().parse_args(words)
    try:
        ended = COMMANDS[chosen.command].run(Workshop(project), chosen)
        sys.stdout.flush()
    except MendableError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever reads has seen enough, as `head` has. Python would write the rest at its end, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return ended


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m locales", description="The workshop for those who edit languages.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        command.arguments(commands.add_parser(name, help=command.help, description=command.help))
    return parser


if __name__ == "__main__":
    sys.exit(main())
