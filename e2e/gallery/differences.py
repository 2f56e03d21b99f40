"""What changed since the pictures that were accepted last."""

from __future__ import annotations

import multiprocessing
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops, ImageOps

from e2e.gallery.records import Face, Records, Shot

ACCEPTED, DIFFERENCES = "accepted", "differences"
_RED = (208, 32, 32)


@dataclass(frozen=True)
class Compared:
    """`changed` has the share of changed pixels of each picture that has any, `fresh` those that are new."""

    changed: Mapping[str, float]
    fresh: frozenset[str]
    gone: Sequence[str]


def accept(folder: Path, now: Path) -> None:
    """Keep the present pictures, to compare the next with; those that were accepted before are given up."""
    fresh = folder / f"{ACCEPTED}.new"
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(now, fresh)
    shutil.rmtree(folder / ACCEPTED, ignore_errors=True)
    fresh.rename(folder / ACCEPTED)


def compare(folder: Path, records: Records, accepted: Sequence[Face], workers: int) -> Compared:
    """Pictures by their places. A picture is made of each difference, in the folder's `differences`."""
    now = records.folder
    before, after = _by_place(accepted), _by_place(records.faces.values())
    # A run that took a part of it only says nothing of the rest.
    walked = _by_place(face for face in accepted if (face.walk, face.language) in records.finished)
    shutil.rmtree(folder / DIFFERENCES, ignore_errors=True)
    asked = [
        (now / place, folder / ACCEPTED / place, folder / DIFFERENCES / place)
        for place, shot in after.items()
        if place in before and before[place].content != shot.content
    ]
    shares = _shares(asked, workers)
    changed = {
        one.relative_to(now).as_posix(): share for (one, _, _), share in zip(asked, shares, strict=True) if share
    }
    return Compared(
        changed,
        frozenset(after.keys() - before.keys()) if before else frozenset(),
        sorted(walked.keys() - after.keys()),
    )


def _shares(asked: Sequence[tuple[Path, Path, Path]], workers: int) -> Iterator[float]:
    if not asked:
        return
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        yield from pool.imap(difference, asked, chunksize=8)


def difference(files: tuple[Path, Path, Path]) -> float:
    """The share of pixels that changed between two pictures, 0 to 1; the third file then shows where, in red."""
    after, before = (_opened(file) for file in files[:2])
    size = max(after.width, before.width), max(after.height, before.height)
    one, other = (_widened(image, size) for image in (after, before))
    channels = ImageChops.difference(one, other).split()
    most = ImageChops.lighter(ImageChops.lighter(channels[0], channels[1]), channels[2])
    mask = most.point([255 if value else 0 for value in range(256)])
    share = mask.histogram()[255] / (size[0] * size[1])
    if share:
        faint = Image.blend(ImageOps.grayscale(one).convert("RGB"), Image.new("RGB", size, "white"), 0.6)
        faint.paste(_RED, mask=mask)
        files[2].parent.mkdir(parents=True, exist_ok=True)
        faint.save(files[2], compress_level=1)
    return share


def _opened(file: Path) -> Image.Image:
    with Image.open(file) as image:
        return image.convert("RGB")


def _widened(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """What one picture lacks at its end differs from whatever the other has there."""
    whole = Image.new("RGB", size, (255, 0, 255))
    whole.paste(image)
    return whole


def _by_place(faces: Iterable[Face]) -> Mapping[str, Shot]:
    return {shot.file: shot for face in faces for shot in face.shots}
