"""Makes the site: static files that work from where they lie, without a server."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from e2e.gallery.differences import ACCEPTED, Compared, compare
from e2e.gallery.records import Face, Records, Shot, read_faces
from e2e.languages import CATALOGS

NOW = "now"
_FILES = Path(__file__).parent / "site"
_TOKENS = Path(__file__).parents[2] / "web" / "src" / "styles" / "tokens.css"


def make_site(folder: Path, records: Records, made: datetime, workers: int) -> Compared:
    """Over the pictures that stand in the folder's `now`, beside what was accepted, where something was."""
    accepted = read_faces(folder / ACCEPTED)
    compared = compare(folder, records, accepted, workers)
    faces = list(records.faces.values())
    for file in _FILES.iterdir():
        shutil.copyfile(file, folder / file.name)
    shutil.copyfile(_TOKENS, folder / _TOKENS.name)
    _write(folder / "data.js", "window.gallery", _data(faces, compared, made, accepted=bool(accepted)))
    texts: dict[str, dict[str, str]] = {}
    for face in faces:
        texts.setdefault(face.language, {})[face.name] = face.text
    shutil.rmtree(folder / "texts", ignore_errors=True)
    (folder / "texts").mkdir()
    for tag, said in texts.items():
        _write(folder / "texts" / f"{tag}.js", f"(window.galleryTexts ??= {{}})[{json.dumps(tag)}]", said)
    return compared


def _data(faces: Sequence[Face], compared: Compared, made: datetime, *, accepted: bool) -> Mapping[str, Any]:
    names = list(dict.fromkeys((face.walk, face.name) for face in _in_order(faces)))
    numbers = {name: number for number, (_, name) in enumerate(names)}
    tags = {face.language for face in faces}
    registry = json.loads((CATALOGS / "locales.json").read_text(encoding="utf-8"))
    return {
        "made": f"{made:%Y-%m-%d %H:%M}",
        "accepted": accepted,
        "languages": {
            one["tag"]: {"name": one["name"], "english": one["english_name"], "dir": one["dir"]}
            for one in registry
            if one["tag"] in tags
        },
        "faces": [{"walk": walk, "name": name} for walk, name in names],
        "pictures": [
            {
                "face": numbers[face.name],
                "language": face.language,
                "title": face.title,
                "findings": face.findings,
                "shots": [_shot(shot, compared) for shot in face.shots],
            }
            for face in sorted(faces, key=lambda face: (numbers[face.name], face.language))
        ],
        "gone": compared.gone,
    }


def _in_order(faces: Iterable[Face]) -> Sequence[Face]:
    """As people meet them: in the order in which one language has them, walk by walk."""
    walks = list(dict.fromkeys(face.walk for face in faces))
    return sorted(faces, key=lambda face: walks.index(face.walk))


def _shot(shot: Shot, compared: Compared) -> Mapping[str, Any]:
    change = "new" if shot.file in compared.fresh else compared.changed.get(shot.file)
    look = {"screen": shot.screen, "theme": shot.theme, "width": shot.width, "height": shot.height}
    return {**look, "file": f"{NOW}/{shot.file}", "place": shot.file, "change": change}


def _write(file: Path, name: str, value: object) -> None:
    """A program rather than JSON: a browser reads no JSON from a file."""
    file.write_text(f"{name} = {json.dumps(value, ensure_ascii=False)};\n", encoding="utf-8")
