"""`python -m bench`: measures and prints; about two minutes. `--json` prints the figures alone on standard output."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from bench import measures
from bench.beside import EVENTS_A_MINUTE, Beside, pages_beside_webhooks
from bench.installation import Installation, newcomers
from bench.load import Load
from sleutelkast.fleet.mac import Scenario

_RATIO_AIM = 0.35
_SHARE_AIM_MS = 150.0
_ANSWERING_MACS = 40
_MACS_A_SECOND = 450
"""More than are saved in a second."""

Figures = dict[str, float]


def main() -> int:
    """Measure; 1 where a deposit was answered with anything but 202, or a webhook call with anything but 200."""
    arguments = _parser().parse_args()
    with tempfile.TemporaryDirectory(prefix="sleutelkast-bench-") as folder:
        figures = _measure(Path(folder), arguments.seconds)
    sys.stdout.write(json.dumps(figures, indent=1) + "\n" if arguments.json else _table(figures))
    return 1 if figures["deposits_not_accepted"] or figures["webhook_events_refused"] else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measures the portal on this machine.")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--seconds", type=float, default=5.0, help="length of each burst (default 5)")
    return parser


def _measure(folder: Path, seconds: float) -> Figures:
    installation = Installation(folder)
    _say("starting the simulated fleet")
    with installation.fleet() as fleet:
        silent = newcomers(fleet, "Silent", Scenario.OFFLINE, round(_MACS_A_SECOND * (seconds + 1)))
        quick = newcomers(fleet, "Quick", Scenario.RIGHT, _ANSWERING_MACS)
        known = installation.own([*silent, *quick])
        _say("saving keys of Macs that answer at once")
        with installation.portal(relayed=True):
            owned = installation.sign_in(known)
            journeys = measures.journeys(installation, owned[len(silent) :])
        _say(f"loading pages with {EVENTS_A_MINUTE} webhook calls a minute beside, and without")
        with installation.portal(relayed=False):
            beside = pages_beside_webhooks(installation.port, owned[len(silent) :], silent)
        _say("saving keys as fast as they are accepted, the Macs being offline")
        with installation.portal(relayed=False):
            accepted = measures.deposits(installation.port, owned[: len(silent)], seconds)
    _say("bare inserts, for comparison")
    bare = measures.bare_inserts(folder, installation.log, body_size=86, seconds=seconds)
    return {**_figures(accepted, bare, journeys), **_figures_beside(beside)}


def _figures(accepted: Load, bare: Load, journeys: list[measures.Journey]) -> Figures:
    ratio = accepted.per_second(202) / bare.per_second(202)
    return {
        "deposits_per_second": round(accepted.per_second(202), 1),
        "deposit_median_ms": round(accepted.median_ms, 2),
        "deposits_not_accepted": sum(accepted.answers.values()) - accepted.answers.get(202, 0),
        "bare_inserts_per_second": round(bare.per_second(202), 1),
        "bare_insert_median_ms": round(bare.median_ms, 2),
        "ratio": round(ratio, 3),
        "save_to_stored_median_ms": round(measures.median([one.whole for one in journeys]), 1),
        "save_to_stored_elsewhere_median_ms": round(measures.median([one.elsewhere for one in journeys]), 1),
        "save_to_stored_portal_median_ms": round(measures.median([one.portal for one in journeys]), 1),
    }


def _figures_beside(beside: Beside) -> Figures:
    figures: Figures = {
        "webhook_events_per_minute": round(beside.events_a_minute),
        "webhook_events_refused": beside.events_refused,
    }
    for name, ratio in beside.pages.items():
        page = name.replace(" ", "_")
        figures |= {
            f"{page}_ratio": round(ratio.median, 3),
            f"{page}_ratio_lower": round(ratio.lower, 3),
            f"{page}_ratio_upper": round(ratio.upper, 3),
            f"{page}_median_ms": round(ratio.median_ms, 2),
        }
    return figures


def _table(figures: Figures) -> str:
    rows = [
        ("deposits accepted, durable", f"{figures['deposits_per_second']:.0f} /s", ""),
        ("one bare durable insert a request", f"{figures['bare_inserts_per_second']:.0f} /s", ""),
        ("ratio of the two", f"{figures['ratio']:.2f}", f"aim: {_RATIO_AIM} or more"),
        ("Save to stored, median", f"{figures['save_to_stored_median_ms']:.0f} ms", ""),
        ("  at the MDM server and the Mac", f"{figures['save_to_stored_elsewhere_median_ms']:.0f} ms", ""),
        (
            "  the portal's own share",
            f"{figures['save_to_stored_portal_median_ms']:.0f} ms",
            f"aim: {_SHARE_AIM_MS:.0f} ms or less",
        ),
        ("webhook calls beside, a minute", f"{figures['webhook_events_per_minute']:.0f}", ""),
        *(_row_beside(figures, page) for page in ("devices list", "device page", "deposit poll")),
    ]
    return "".join(f"{what:<36}{value:>10}   {aim}".rstrip() + "\n" for what, value, aim in rows)


def _row_beside(figures: Figures, name: str) -> tuple[str, str, str]:
    page = name.replace(" ", "_")
    spread = f"{figures[f'{page}_ratio_lower']:.2f} to {figures[f'{page}_ratio_upper']:.2f}"
    return (
        f"  {name}, with to without",
        f"{figures[f'{page}_ratio']:.2f}",
        f"aim: 1; the middle half of the turns {spread}",
    )


def _say(what: str) -> None:
    sys.stderr.write(f"bench: {what}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
