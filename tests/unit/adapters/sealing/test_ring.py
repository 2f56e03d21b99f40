"""The key ring's file: made once, read by its owner alone, rotated without a moment in which a key is missing."""

from __future__ import annotations

import hmac
import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sleutelkast.adapters.sealing.ring import FileKeyRing, KeyRing, KeyRingError, key_ring_path, open_key_ring
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.usecases.ports import CannotOpen

DATA_KEY = SecretBytes(b"d" * 32)


def test_a_new_ring_is_for_its_owner_alone(path: Path) -> None:
    FileKeyRing.create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_ring_is_never_overwritten(path: Path) -> None:
    FileKeyRing.create(path)
    before = path.read_bytes()
    with pytest.raises(KeyRingError, match="exists already"):
        FileKeyRing.create(path)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_wrapped_keys_come_back(path: Path) -> None:
    key_id, wrapped = FileKeyRing.create(path).wrap(DATA_KEY, b"context")
    assert FileKeyRing(path).unwrap(key_id, wrapped, b"context") == DATA_KEY
    assert DATA_KEY.reveal() not in wrapped


def test_a_wrapped_key_is_bound_to_its_context(path: Path) -> None:
    ring = FileKeyRing.create(path)
    key_id, wrapped = ring.wrap(DATA_KEY, b"context")
    with pytest.raises(CannotOpen, match="another record"):
        ring.unwrap(key_id, wrapped, b"another context")


@pytest.mark.parametrize("length", [0, 5, 12, 20, 59])
def test_a_wrapped_key_that_is_cut_short(path: Path, length: int) -> None:
    ring = FileKeyRing.create(path)
    key_id, wrapped = ring.wrap(DATA_KEY, b"context")
    with pytest.raises(CannotOpen):
        ring.unwrap(key_id, wrapped[:length], b"context")


def test_another_ring_does_not_have_the_key(path: Path) -> None:
    key_id, wrapped = FileKeyRing.create(path).wrap(DATA_KEY, b"context")
    with pytest.raises(CannotOpen, match=f"no key-encryption key {key_id}"):
        FileKeyRing.create(path.with_name("another.json")).unwrap(key_id, wrapped, b"context")


def test_rotation_adds_a_key_and_keeps_the_others(path: Path) -> None:
    ring = FileKeyRing.create(path)
    first_id, wrapped = ring.wrap(DATA_KEY, b"context")
    second_id = ring.rotate()
    assert ring.key_ids == ring.usable_ids() == (first_id, second_id)
    assert ring.active_id == second_id == ring.wrap(DATA_KEY, b"context")[0]
    assert ring.unwrap(first_id, wrapped, b"context") == DATA_KEY
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_rotation_leaves_the_file_to_its_owner(path: Path) -> None:
    """The superuser rotates, the portal's account reads; anybody else can only rotate a ring of their own."""
    FileKeyRing.create(path)
    if os.geteuid() == 0:
        os.chown(path, 12345, 12346)
    before = path.stat()
    FileKeyRing(path).rotate()
    assert (path.stat().st_uid, path.stat().st_gid) == (before.st_uid, before.st_gid)


def test_a_rotation_elsewhere_is_noticed(path: Path) -> None:
    running, wrapping, command = FileKeyRing.create(path), FileKeyRing(path), FileKeyRing(path)
    new_id = command.rotate()
    key_id, wrapped = wrapping.wrap(DATA_KEY, b"context")
    assert key_id == new_id
    assert running.unwrap(key_id, wrapped, b"context") == DATA_KEY


def test_rotations_at_once_lose_no_key(path: Path) -> None:
    FileKeyRing.create(path)
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: FileKeyRing(path).rotate(), range(16)))
    assert len(made) == 16
    assert made < set(FileKeyRing(path).key_ids)


def test_derived_keys_survive_a_rotation(path: Path) -> None:
    ring = FileKeyRing.create(path)
    before = ring.derive("cookies")
    ring.rotate()
    assert ring.derive("cookies") == before == FileKeyRing(path).derive("cookies")
    assert len(before.reveal()) == 32
    assert ring.derive("tokens") != before


def test_derivation_is_hkdf(path: Path) -> None:
    """Worked out with the standard library alone (RFC 5869): a changed derivation would end all sessions."""
    ring = FileKeyRing.create(path, random=lambda length: b"\x07" * length)
    prk = hmac.digest(b"\0" * 32, b"\x07" * 32, "sha256")
    expected = hmac.digest(prk, b"sleutelkast derive 1\0cookies\x01", "sha256")
    assert ring.derive("cookies").reveal() == expected


def test_the_ring_of_other_random_bytes_is_another(path: Path) -> None:
    ring, other = FileKeyRing.create(path), FileKeyRing.create(path.with_name("another.json"))
    assert ring.derive("cookies") != other.derive("cookies")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o611])
def test_a_ring_that_others_can_use_is_refused_with_the_mend(path: Path, mode: int) -> None:
    FileKeyRing.create(path)
    path.chmod(mode)
    with pytest.raises(KeyRingError) as caught:
        FileKeyRing(path)
    assert caught.value.mend == f"Run: chmod 600 '{path}'"


def test_a_missing_ring_says_how_to_make_one(path: Path) -> None:
    with pytest.raises(KeyRingError, match="sleutelkast init"):
        FileKeyRing(path)


def test_a_missing_folder_is_named(path: Path) -> None:
    with pytest.raises(KeyRingError, match="Make that folder first"):
        FileKeyRing.create(path / "folder" / "keyring.json")


def test_a_folder_is_no_ring(path: Path) -> None:
    with pytest.raises(KeyRingError, match="can't be read"):
        FileKeyRing(path.parent)


def test_nothing_is_wrapped_with_a_ring_that_is_gone_but_keys_still_open(path: Path) -> None:
    ring = FileKeyRing.create(path)
    key_id, wrapped = ring.wrap(DATA_KEY, b"context")
    path.unlink()
    with pytest.raises(KeyRingError):
        ring.wrap(DATA_KEY, b"context")
    assert ring.unwrap(key_id, wrapped, b"context") == DATA_KEY
    assert ring.usable_ids() == (key_id,)
    with pytest.raises(CannotOpen):
        ring.unwrap("00000000", wrapped, b"context")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"format": 2}, id="a newer format"),
        pytest.param({"active": "00000001"}, id="an active key that is not there"),
        pytest.param({"active": []}, id="a list as active key"),
        pytest.param({"keys": {}}, id="no keys"),
        pytest.param({"keys": []}, id="a list of keys"),
        pytest.param({"keys": {"07070707": "c2hvcnQ="}}, id="a short key"),
        pytest.param({"keys": {"07070707": 7}}, id="a number as key"),
        pytest.param({"keys": {"../key": "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="}}, id="an odd id"),
        pytest.param({"derivation": "BwcH?"}, id="no base64"),
        pytest.param({"derivation": None}, id="no derivation"),
    ],
)
def test_a_damaged_ring_is_refused_without_its_content(path: Path, change: dict[str, object]) -> None:
    FileKeyRing.create(path, random=lambda length: b"\x07" * length)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(KeyRingError) as caught:
        FileKeyRing(path)
    assert "damaged" in caught.value.problem
    assert "BwcH" not in str(caught.value)


@pytest.mark.parametrize("text", [b"", b"\xff", b"null", b"[" * 100_000, b'{"format": 1'])
def test_what_is_no_json_is_refused(path: Path, text: bytes) -> None:
    path.touch(0o600)
    path.write_bytes(text)
    with pytest.raises(KeyRingError, match="damaged") as caught:
        FileKeyRing(path)
    assert caught.value.__context__ is None


def test_a_ring_is_printed_without_its_keys(path: Path) -> None:
    assert repr(FileKeyRing.create(path)) == f"FileKeyRing({str(path)!r})"


def test_opening_by_url(path: Path) -> None:
    created = FileKeyRing.create(path)
    ring: KeyRing = open_key_ring(f"file:{path}")
    assert ring.derive("cookies") == created.derive("cookies")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("file:/etc/keyring.json", "/etc/keyring.json"),
        ("file:///etc/keyring.json", "/etc/keyring.json"),
        ("file:var/key ring.json", "var/key ring.json"),
        ("file:/etc/100%25.json", "/etc/100%25.json"),
    ],
)
def test_paths_in_urls(url: str, expected: str) -> None:
    assert key_ring_path(url) == Path(expected)


@pytest.mark.parametrize("url", ["", "/etc/keyring.json", "file:", "file://server/keyring.json", "https://a/b"])
def test_other_urls_are_refused_with_an_example(url: str) -> None:
    with pytest.raises(KeyRingError, match="Write file:PATH"):
        open_key_ring(url)


def test_hardware_is_not_built_yet() -> None:
    with pytest.raises(KeyRingError, match="not built yet"):
        open_key_ring("pkcs11:token=portal")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    # A blank in it, since the mend is a command that people copy.
    folder = tmp_path / "key ring"
    folder.mkdir()
    return folder / "keyring.json"
