"""Key rings: the keys that wrap data keys, and the root that other keys are derived from."""

from __future__ import annotations

import base64
import binascii
import fcntl
import json
import os
import re
import secrets
import shlex
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sleutelkast.domain.secret import SecretBytes
from sleutelkast.usecases.ports import CannotOpen

KEY_LENGTH: Final = 32
"""AES-256, and the length of every derived key, in bytes."""
NONCE_LENGTH: Final = 12
KEY_ID_FORM: Final = re.compile(r"[0-9a-z]{1,32}")

_FORMAT: Final = 1
_READABLE_BY_OTHERS: Final = 0o077

Random = Callable[[int], bytes]
"""So many random bytes, fit for keys."""


class KeyRingError(Exception):
    """A key ring that can't be used. `mend` says what an operator can do; neither text has anything of its content."""

    def __init__(self, problem: str, mend: str) -> None:
        super().__init__(f"{problem} {mend}")
        self.problem = problem
        self.mend = mend


class KeyRing(Protocol):
    """Wraps data keys with the active one of its key-encryption keys, and unwraps them with the one that did it."""

    def wrap(self, data_key: SecretBytes, context: bytes) -> tuple[str, bytes]:
        """The active key-encryption key's id, and `data_key` wrapped by it; raise `KeyRingError` without a ring."""

    def unwrap(self, key_id: str, wrapped: bytes, context: bytes) -> SecretBytes:
        """Raise `CannotOpen` for an unknown key, another context or a change."""

    def usable_ids(self) -> tuple[str, ...]:
        """The ids of the keys that unwrap something now: those in reach, or in memory where the ring is not."""

    def derive(self, label: str) -> SecretBytes:
        """32 bytes that stay the same through every rotation."""


@dataclass(frozen=True, slots=True)
class _Content:
    """What a ring file holds."""

    active: str
    derivation: SecretBytes
    keys: Mapping[str, SecretBytes]


@dataclass(frozen=True, slots=True)
class _Loaded:
    content: _Content
    stamp: tuple[int, int, int]
    """Device, inode and change time of the file that it was read from: a rotation replaces the file."""


class FileKeyRing:
    """A key ring in a JSON file that only its owner may read.

    It may be used by many threads. A rotation by another process is noticed before the next secret is sealed, and when
    an envelope names a key that this process has not seen yet.
    """

    def __init__(self, path: Path, random: Random = os.urandom) -> None:
        """Read the ring at `path`; raise `KeyRingError` where it is missing, damaged or readable by others."""
        self._path = path
        self._random = random
        self._loaded = _load(path)

    @classmethod
    def create(cls, path: Path, random: Random = os.urandom) -> FileKeyRing:
        """Write a new ring with one key. It never overwrites: raise `KeyRingError` where there is a file already."""
        key_id = _new_key_id(random, taken=())
        content = _Content(key_id, SecretBytes(random(KEY_LENGTH)), {key_id: SecretBytes(random(KEY_LENGTH))})
        with _locked_folder(path) as folder:
            fresh = _write_beside(path, content)
            try:
                # Unlike a rename, a hard link fails where the name is taken.
                os.link(fresh, path)
            except FileExistsError:
                raise KeyRingError(f"{path} exists already.", "It is never overwritten: name another file.") from None
            finally:
                fresh.unlink()
            os.fsync(folder)
        return cls(path, random)

    @property
    def active_id(self) -> str:
        """The id of the key that wraps what is sealed from now on."""
        return self._current().active

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The ids of all keys, oldest first."""
        return tuple(self._current().keys)

    def usable_ids(self) -> tuple[str, ...]:
        return tuple({**self._loaded.content.keys, **self._keys_on_disk()})

    def rotate(self) -> str:
        """Add a key and make it the active one; return its id. All earlier keys stay, and open what they sealed."""
        with _locked_folder(self._path) as folder:
            content = _load(self._path).content
            key_id = _new_key_id(self._random, taken=content.keys)
            keys = {**content.keys, key_id: SecretBytes(self._random(KEY_LENGTH))}
            _write_beside(self._path, replace(content, active=key_id, keys=keys)).replace(self._path)
            os.fsync(folder)
        self._loaded = _load(self._path)
        return key_id

    def wrap(self, data_key: SecretBytes, context: bytes) -> tuple[str, bytes]:
        content = self._current()
        nonce = self._random(NONCE_LENGTH)
        cipher = AESGCM(content.keys[content.active].reveal())
        return content.active, nonce + cipher.encrypt(nonce, data_key.reveal(), context)

    def unwrap(self, key_id: str, wrapped: bytes, context: bytes) -> SecretBytes:
        cipher = AESGCM(self._key(key_id).reveal())
        try:
            return SecretBytes(cipher.decrypt(wrapped[:NONCE_LENGTH], wrapped[NONCE_LENGTH:], context))
        except (InvalidTag, ValueError):
            raise CannotOpen("changed, or sealed for another record") from None

    def derive(self, label: str) -> SecretBytes:
        root = self._loaded.content.derivation.reveal()
        info = b"sleutelkast derive 1\0" + label.encode()
        return SecretBytes(HKDF(SHA256(), KEY_LENGTH, salt=None, info=info).derive(root))

    def __repr__(self) -> str:
        return f"FileKeyRing({str(self._path)!r})"

    def _current(self) -> _Content:
        """The ring as it is on disk now: what is sealed with a key that is only in memory would be lost."""
        if _stamp(_stat(self._path)) != self._loaded.stamp:
            self._loaded = _load(self._path)
        return self._loaded.content

    def _key(self, key_id: str) -> SecretBytes:
        """Looks in memory first, so that people get their keys even while the file is out of reach."""
        key = self._loaded.content.keys.get(key_id)
        if key is None:
            key = self._keys_on_disk().get(key_id)
        if key is None:
            raise CannotOpen(f"the key ring has no key-encryption key {key_id}")
        return key

    def _keys_on_disk(self) -> Mapping[str, SecretBytes]:
        try:
            return self._current().keys
        except KeyRingError:
            return {}


def open_key_ring(url: str, random: Random = os.urandom) -> FileKeyRing:
    """The key ring that `url` names, as `file:PATH` (the path is taken as it stands, without percent signs decoded).

    Raise `KeyRingError` for anything else, `pkcs11:` included: hardware modules are not built yet.
    """
    return FileKeyRing(key_ring_path(url), random)


def key_ring_path(url: str) -> Path:
    """The path in `file:PATH` or `file:///PATH`; raise `KeyRingError` for any other key ring URL."""
    scheme, colon, rest = url.partition(":")
    if scheme == "pkcs11" and colon:
        raise KeyRingError("Key rings in hardware (pkcs11:) are not built yet.", "Use file:PATH.")
    if scheme != "file" or not rest or (rest.startswith("//") and not rest.startswith("///")):
        raise KeyRingError("This is no key ring URL.", "Write file:PATH, as in file:/etc/sleutelkast/keyring.json.")
    return Path(rest.removeprefix("//"))


def _load(path: Path) -> _Loaded:
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            _refuse_if_readable_by_others(path, status)
            text = file.read()
    except OSError as error:
        raise _unreachable(path, error) from None
    content = _parse(text)
    if content is None:
        raise KeyRingError(f"{path} is damaged, or no key ring.", "Put back the key ring's backup.")
    return _Loaded(content, _stamp(status))


def _stat(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except OSError as error:
        raise _unreachable(path, error) from None


def _unreachable(path: Path, error: OSError) -> KeyRingError:
    if isinstance(error, FileNotFoundError):
        return KeyRingError(f"There is no key ring at {path}.", "Make one (sleutelkast init), or put back its backup.")
    return KeyRingError(f"{path} can't be read ({error.strerror}).", "Let the portal's account own it, with mode 0600.")


def _refuse_if_readable_by_others(path: Path, status: os.stat_result) -> None:
    if status.st_mode & _READABLE_BY_OTHERS:
        raise KeyRingError(f"Others than its owner may use {path}.", f"Run: chmod 600 {shlex.quote(str(path))}")


def _stamp(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_dev, status.st_ino, status.st_ctime_ns


def _parse(text: bytes) -> _Content | None:
    # None instead of an exception: one that is raised while parsing would carry the file's text along.
    try:
        ring = json.loads(text)
        if ring["format"] != _FORMAT:
            return None
        keys = {str(key_id): _decode_key(key) for key_id, key in ring["keys"].items()}
        content = _Content(str(ring["active"]), _decode_key(ring["derivation"]), keys)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return content if content.active in keys and all(map(KEY_ID_FORM.fullmatch, keys)) else None


def _decode_key(text: str) -> SecretBytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != KEY_LENGTH:
        raise binascii.Error("not the length of a key")
    return SecretBytes(key)


def _dump(content: _Content) -> bytes:
    ring = {
        "format": _FORMAT,
        "active": content.active,
        "derivation": _encode_key(content.derivation),
        "keys": {key_id: _encode_key(key) for key_id, key in content.keys.items()},
    }
    return json.dumps(ring, indent=2).encode() + b"\n"


def _encode_key(key: SecretBytes) -> str:
    return base64.b64encode(key.reveal()).decode("ascii")


def _new_key_id(random: Random, taken: Mapping[str, SecretBytes] | tuple[()]) -> str:
    while (key_id := random(4).hex()) in taken:
        pass
    return key_id


@contextmanager
def _locked_folder(path: Path) -> Iterator[int]:
    """The folder's descriptor, locked: of two rotations at once, one would otherwise write over the other's key."""
    try:
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise KeyRingError(f"{path.parent} can't be used ({error.strerror}).", "Make that folder first.") from None
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield folder
    finally:
        os.close(folder)


def _write_beside(path: Path, content: _Content) -> Path:
    """A new file in the same folder, on disk before it gets the ring's name: a crash leaves the old or the new ring."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise KeyRingError(f"{path.parent} can't be written to ({error.strerror}).", "Check who owns it.") from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            _keep_owner(path, descriptor)
            file.write(_dump(content))
            file.flush()
            os.fsync(descriptor)
    except OSError as error:
        fresh.unlink()
        raise KeyRingError(f"{fresh} can't be written ({error.strerror}).", "Make room on that disk.") from None
    return fresh


def _keep_owner(path: Path, descriptor: int) -> None:
    """A rotation by the superuser must not lock out the portal's own account."""
    if os.geteuid() == 0 and path.exists():
        owner = path.stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)
