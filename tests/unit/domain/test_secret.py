"""Secrets: bytes that can't be printed, logged, kept or compared carelessly."""

from __future__ import annotations

import copy
import hmac
import json
import logging
import pickle
from collections.abc import Callable

import pytest
import structlog

from sleutelkast.domain import secret
from sleutelkast.domain.secret import SecretBytes, SecretLeakError

VALUE = b"webhook-key-7f3a"
PLACEHOLDER = "<secret>"


def test_reveal_is_the_way_to_the_bytes() -> None:
    assert SecretBytes(VALUE).reveal() == VALUE


def test_it_keeps_bytes_of_its_own() -> None:
    changing = bytearray(VALUE)
    kept = SecretBytes(changing)  # type: ignore[arg-type]
    changing[:] = bytes(len(VALUE))
    assert kept.reveal() == VALUE


@pytest.mark.parametrize(
    "show",
    [
        pytest.param(str, id="str"),
        pytest.param(repr, id="repr"),
        pytest.param(lambda it: f"{it}", id="f-string"),
        pytest.param(lambda it: f"{it:>30}", id="f-string with a width"),
        pytest.param(lambda it: "%s" % it, id="%s"),  # noqa: UP031 - it is what is tested
        pytest.param(lambda it: str({"key": it}), id="in a dictionary"),
        pytest.param(lambda it: str(RuntimeError(it)), id="in an exception"),
        pytest.param(
            lambda it: structlog.processors.JSONRenderer()(None, "info", {"key": it}), id="in a structured log"
        ),
    ],
)
def test_no_way_of_printing_shows_it(show: Callable[[SecretBytes], str]) -> None:
    shown = show(SecretBytes(VALUE))
    assert PLACEHOLDER in shown
    assert VALUE.decode() not in shown


@pytest.mark.parametrize(
    "leak",
    [
        pytest.param(pickle.dumps, id="pickle"),
        pytest.param(copy.copy, id="copy"),
        pytest.param(copy.deepcopy, id="deep copy"),
        pytest.param(hash, id="hash"),
        pytest.param(json.dumps, id="JSON"),
        pytest.param(vars, id="vars"),
        pytest.param(bytes, id="bytes"),
        pytest.param(iter, id="iteration"),
    ],
)
def test_what_would_leak_it_fails_and_says_nothing(leak: Callable[[SecretBytes], object]) -> None:
    with pytest.raises(TypeError) as caught:
        leak(SecretBytes(VALUE))
    assert VALUE.decode() not in str(caught.value)


def test_a_leak_is_an_error_of_its_own() -> None:
    with pytest.raises(SecretLeakError):
        copy.copy(SecretBytes(VALUE))


def test_a_log_shows_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        logging.getLogger("any").info("with %s", SecretBytes(VALUE))
    assert caplog.messages == [f"with {PLACEHOLDER}"]


def test_secrets_are_the_same_where_their_bytes_are() -> None:
    assert SecretBytes(VALUE) == SecretBytes(VALUE)
    assert SecretBytes(VALUE) != SecretBytes(VALUE[:-1])
    assert SecretBytes(VALUE) != VALUE


def test_secrets_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return hmac.compare_digest(one, other)

    monkeypatch.setattr(secret, "hmac", type("hmac", (), {"compare_digest": staticmethod(compare)}))
    assert SecretBytes(VALUE) != SecretBytes(b"x")
    assert compared == [(VALUE, b"x")]
