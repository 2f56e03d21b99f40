"""Values that must not leave the process by accident: they can't be printed, logged, pickled or put into JSON."""

from __future__ import annotations

import hmac
from typing import NoReturn, final


class SecretLeakError(TypeError):
    """Somebody tried to turn a secret into something that can be kept or shown."""


@final
class SecretBytes:
    """Bytes that must stay in memory: a private key, a shared secret, the plaintext of something sealed.

    `reveal()` is the only way to the bytes, so that every place that handles them can be found by name.
    """

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        self._value = bytes(value)

    def reveal(self) -> bytes:
        return self._value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SecretBytes):
            return NotImplemented
        return hmac.compare_digest(self._value, other._value)

    def __hash__(self) -> NoReturn:
        raise SecretLeakError("a secret has no hash: it would make a key of a set or a cache of it")

    def __repr__(self) -> str:
        return "<secret>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return "<secret>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise SecretLeakError("a secret can't be pickled or copied")
