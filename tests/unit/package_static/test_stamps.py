"""A step runs when what it read or what it made is different, and only then."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sitebuild.stamps import files_below, run_if_changed


def test_a_step_runs_once(step: Callable[[], bool]) -> None:
    assert [step(), step(), step()] == [True, False, False]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda root: (root / "in" / "a").write_text("other"), id="a source changed"),
        pytest.param(lambda root: (root / "in" / "b").write_text("new"), id="a source is new"),
        pytest.param(lambda root: (root / "in" / "a").rename(root / "in" / "c"), id="a source was renamed"),
        pytest.param(lambda root: (root / "out" / "a").unlink(), id="a product is gone"),
        pytest.param(lambda root: (root / "out" / "a").write_text("by hand"), id="a product was changed"),
    ],
)
def test_a_change_makes_it_run_again(
    change: Callable[[Path], object], step: Callable[[], bool], tmp_path: Path
) -> None:
    step()
    change(tmp_path)
    assert step()
    assert not step()


def test_a_step_that_failed_runs_again(tmp_path: Path) -> None:
    def failing() -> None:
        raise RuntimeError("no room")

    for _time in range(2):
        with pytest.raises(RuntimeError):
            run_if_changed(tmp_path / "stamp", list, list, failing)


def test_files_are_chosen_by_their_suffix(tmp_path: Path) -> None:
    for name in ("a.py", "b.txt"):
        (tmp_path / name).write_text("", encoding="utf-8")
    assert [path.name for path in files_below(tmp_path, suffixes=(".py",))] == ["a.py"]


@pytest.fixture
def step(tmp_path: Path) -> Callable[[], bool]:
    source, product = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    product.mkdir()
    (source / "a").write_text("text", encoding="utf-8")

    def make() -> None:
        (product / "a").write_text("made", encoding="utf-8")

    return lambda: run_if_changed(tmp_path / "stamp", lambda: files_below(source), lambda: files_below(product), make)
