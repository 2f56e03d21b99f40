"""`make soak`: the long form; without a seed one is drawn, without a database both have their turn."""

from __future__ import annotations

import argparse
import contextlib
import secrets
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.integration.postgresql import PostgreSql
from tests.integration.soak import plan as plans
from tests.integration.soak.databases import Database, PostgresqlDatabase, SqliteDatabase
from tests.integration.soak.plan import Plan, Round
from tests.integration.soak.run import Report, Tell, run

_KINDS = ("sqlite", "postgresql")
_BAR = 30


def main() -> int:
    """1 where something did not hold; what was written then stays for whoever looks into it."""
    arguments = _parser().parse_args()
    # Whoever ends it leaves no process of the installation behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    kinds = [arguments.database] if arguments.database else _KINDS
    return max(_soak(kind, arguments.seed, arguments.rounds) for kind in kinds)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.integration.soak")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--database", choices=_KINDS)
    return parser


def _soak(kind: str, seed: int, rounds: int) -> int:
    _say(f"make soak DATABASE={kind} SEED={seed} ROUNDS={rounds}\n")
    plan = plans.draw(seed, kind, rounds)
    folder = Path(tempfile.mkdtemp(prefix="sleutelkast-soak-"))
    with _database(kind, folder) as database:
        report = run(plan, folder, database, tell=_progress(plan))
    _say(f"\n{report}\n")
    return _tidy_up(report, folder)


def _tidy_up(report: Report, folder: Path) -> int:
    if report.complaints:
        _say(f"{len(report.complaints)} did not hold; logs and data: {folder}\n")
        return 1
    shutil.rmtree(folder)
    return 0


@contextlib.contextmanager
def _database(kind: str, folder: Path) -> Iterator[Database]:
    if kind == "sqlite":
        yield SqliteDatabase(folder / "sleutelkast.db")
        return
    server = PostgreSql()
    try:
        yield PostgresqlDatabase(server.create("soak"))
    finally:
        server.stop()


def _progress(plan: Plan) -> Tell:
    """A bar on standard error."""
    rounds = len(plan.rounds)

    def tell(one: Round, successes: int) -> None:
        done = "#" * (_BAR * one.number // rounds)
        last = one.weather.kind.__name__.replace("_", " ")
        _say(f"\r[{done:.<{_BAR}}] round {one.number} of {rounds}, {successes} successes; {last:<24}")

    return tell


def _say(words: str) -> None:
    sys.stderr.write(words)
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
