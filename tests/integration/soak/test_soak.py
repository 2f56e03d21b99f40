"""Through every fault, again and again: no key is lost, and no success is shown that is none."""

from __future__ import annotations

from pathlib import Path

from tests.integration.soak import plan as plans
from tests.integration.soak.databases import Database
from tests.integration.soak.run import run

SEED = 1
ROUNDS = 10


def test_no_key_is_lost_and_no_success_is_false(database: Database, kind: str, tmp_path: Path) -> None:
    plan = plans.draw(SEED, kind, ROUNDS)
    print(f"repeat this run with: make soak DATABASE={kind} SEED={SEED} ROUNDS={ROUNDS}")
    report = run(plan, tmp_path, database)
    assert report.complaints == [], str(report)


def test_a_seed_makes_one_plan() -> None:
    assert plans.draw(7, "sqlite", 30) == plans.draw(7, "sqlite", 30)
    assert plans.draw(7, "sqlite", 30) != plans.draw(8, "sqlite", 30)
