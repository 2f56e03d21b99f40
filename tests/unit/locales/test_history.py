"""What git knows of a catalog, and that nothing is made up where it knows nothing."""

import os
import subprocess
from pathlib import Path

import pytest

from locales.history import History

NAMES = ("nl.po", "de.po")


def test_the_last_change_is_that_of_the_file(repository: Path) -> None:
    history = History(repository)
    assert [history.last_change(repository / name) for name in NAMES] == ["2026-03-02", "2026-03-01"]


def test_whoever_changed_a_file_most_is_named_first(repository: Path) -> None:
    commit(repository, "nl.po", "more", "Sam", "2026-03-03")
    assert History(repository).authors(repository / "nl.po") == ["Sam", "Noor"]
    assert History(repository).authors(repository / "de.po") == ["Noor"]


def test_what_is_not_committed_is_said(repository: Path) -> None:
    (repository / "nl.po").write_text("by hand")
    history = History(repository)
    assert [history.is_changed(repository / name) for name in NAMES] == [True, False]


def test_a_file_without_a_commit_has_no_last_change(repository: Path) -> None:
    (repository / "new.po").write_text("new")
    history = History(repository)
    assert history.last_change(repository / "new.po") is None
    assert history.is_changed(repository / "new.po")


def test_a_folder_without_git_tells_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert_tells_nothing(tmp_path)


def test_a_machine_without_git_tells_nothing(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert_tells_nothing(repository)


def test_a_checkout_without_its_history_tells_nothing(repository: Path, tmp_path: Path) -> None:
    # The oldest commit that such a checkout has seems to have changed every file.
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth", "1", repository.as_uri(), str(shallow))
    assert_tells_nothing(shallow)


def assert_tells_nothing(folder: Path) -> None:
    history = History(folder)
    assert history.last_change(folder / "nl.po") is None
    assert history.authors(folder / "nl.po") == []


def commit(repository: Path, name: str, content: str, author: str, day: str) -> None:
    (repository / name).write_text(content)
    git(repository, "add", name)
    git(repository, "commit", "--quiet", "-m", "change", author=author, day=day)


def git(folder: Path, *words: str, author: str = "Noor", day: str = "2026-01-01") -> None:
    who = {f"GIT_{role}_{what}": author for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    when = {f"GIT_{role}_DATE": f"{day}T12:00:00Z" for role in ("AUTHOR", "COMMITTER")}
    subprocess.run(["git", *words], cwd=folder, env={**os.environ, **who, **when}, check=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """One in which both files are there since the first of March, and one of them changed on the second."""
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "--quiet")
    commit(folder, "de.po", "one", "Noor", "2026-03-01")
    commit(folder, "nl.po", "one", "Noor", "2026-03-01")
    commit(folder, "nl.po", "two", "Sam", "2026-03-02")
    return folder
