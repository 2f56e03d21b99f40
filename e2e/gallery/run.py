"""One run: deals the languages out to processes, keeps what they tell, and shows how far it is."""

from __future__ import annotations

import multiprocessing
import queue
import sys
from collections.abc import Iterator, Mapping, Sequence

from e2e.gallery.photographer import Finished, Refused, Share, takes
from e2e.gallery.progress import Progress
from e2e.gallery.records import Face, Records
from e2e.languages import Language

_FACES_OF_A_WALK = 12
"""Until it is known better."""


def run(records: Records, languages: Sequence[Language], walks: Sequence[str], workers: int) -> list[Refused]:
    """Take what is not there yet; what was refused comes back."""
    shares = list(_shares(records, languages, walks, workers))
    if not shares:
        return []
    known = _known(records)
    progress = Progress(_expected(records, shares, known), sys.stderr)
    refused: list[Refused] = []
    for told in _tellings(shares):
        match told:
            case Face():
                records.add(told)
                progress.advance(f"{told.walk}: {told.name}, {told.language}")
            case Finished():
                records.finish(told.walk, told.language, told.faces)
                progress.total += len(told.faces) - known.get(told.walk, _FACES_OF_A_WALK)
            case Refused():
                refused.append(told)
                progress.says(f"refused: {told.walk} {told.face} {told.language}: {told.why.splitlines()[0]}")
    progress.ends()
    return refused


def _shares(records: Records, languages: Sequence[Language], walks: Sequence[str], workers: int) -> Iterator[Share]:
    """The languages that lack something, dealt out; each walk is walked for those alone that lack it."""
    lacking = [(who.tag, [walk for walk in walks if (walk, who.tag) not in records.finished]) for who in languages]
    lacking = [(tag, missing) for tag, missing in lacking if missing]
    for at in range(min(workers, len(lacking))):
        dealt = lacking[at::workers]
        by_walk = {walk: [tag for tag, missing in dealt if walk in missing] for walk in walks}
        yield Share(records.folder, {walk: tags for walk, tags in by_walk.items() if tags}, frozenset(records.faces))


def _known(records: Records) -> Mapping[str, int]:
    """How many faces the walks have that came to their end already."""
    return {walk: len(faces) for (walk, _), faces in records.finished.items()}


def _expected(records: Records, shares: Sequence[Share], known: Mapping[str, int]) -> int:
    wanted = sum(
        len(tags) * known.get(walk, _FACES_OF_A_WALK) for share in shares for walk, tags in share.languages.items()
    )
    unfinished = [face for face in records.faces.values() if (face.walk, face.language) not in records.finished]
    return max(1, wanted - len(unfinished))


def _tellings(shares: Sequence[Share]) -> Iterator[Face | Finished | Refused]:
    """What the processes tell, until the last has ended."""
    world = multiprocessing.get_context("spawn")
    told = world.Queue()
    processes = [world.Process(target=takes, args=(share, told.put)) for share in shares]
    for process in processes:
        process.start()
    try:
        while any(process.is_alive() for process in processes) or not told.empty():
            try:
                yield told.get(timeout=0.5)
            except queue.Empty:
                continue
        for process in processes:
            if process.exitcode != 0:
                yield Refused("", "", "", f"a process ended with {process.exitcode}")
    finally:
        for process in processes:
            process.join()
