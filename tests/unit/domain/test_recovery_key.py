"""The recovery key: what may be typed for it, and how it is kept from being shown."""

from __future__ import annotations

import copy
import hmac
import json
import logging
import pickle
import string
import traceback
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from sleutelkast.domain import recovery_key
from sleutelkast.domain.recovery_key import (
    IGNORED,
    LENGTH,
    Malformed,
    RecoveryKey,
    blotted,
    holds_a_key,
    normalize,
    parse,
)
from sleutelkast.domain.secret import SecretLeakError

GOLDEN: dict[str, Any] = json.loads((Path(__file__).parents[2] / "golden" / "recovery_key.json").read_text("utf-8"))
CHARACTERS = "K7QM2XVB900DWH4PZR8C5LJN"
SHOWN = "K7QM-2XVB-900D-WH4P-ZR8C-5LJN"
PLACEHOLDER = "<recovery key>"


def golden(part: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("row", [pytest.param(row, id=row.get("id", "row")) for row in GOLDEN[part]])


# What may be typed


@golden("well_formed")
def test_every_well_formed_example_is_the_key_it_says(row: dict[str, str]) -> None:
    assert parse(row["typed"]) == RecoveryKey(row["key"])


@golden("malformed")
def test_every_malformed_example_says_its_length_and_the_first_foreign_character(row: dict[str, Any]) -> None:
    with pytest.raises(Malformed) as caught:
        parse(row["typed"])
    assert (caught.value.length, caught.value.character, caught.value.expected) == (row["length"], row["character"], 24)


@golden("grouped")
def test_a_key_is_shown_in_six_groups_of_four(row: dict[str, Any]) -> None:
    key = RecoveryKey(row["key"])
    assert (list(key.groups()), key.reveal()) == (row["groups"], row["shown"])


@golden("partly_typed")
def test_what_is_typed_so_far_is_normalized(row: dict[str, str]) -> None:
    assert normalize(row["typed"]) == row["normalized"]


def test_exactly_the_golden_characters_are_ignored() -> None:
    assert {f"U+{ord(sign):04X}" for sign in IGNORED} == set(GOLDEN["ignored"])


def test_every_blank_and_every_dash_of_unicode_is_ignored() -> None:
    everything = map(chr, range(0x110000))
    meant = {sign for sign in everything if sign.isspace() or unicodedata.category(sign) in {"Zs", "Pd"}}
    # The information separators count as blanks for Python; no keyboard types them, no text holds them.
    assert meant - IGNORED == set("\x1c\x1d\x1e\x1f")


keys = st.text(string.ascii_uppercase + string.digits, min_size=LENGTH, max_size=LENGTH)
separators = st.text(st.sampled_from(sorted(IGNORED)), max_size=3)


@given(key=keys, data=st.data())
def test_a_key_in_any_case_any_width_and_with_any_separators_is_that_key(key: str, data: st.DataObject) -> None:
    forms = (data.draw(st.sampled_from([sign, sign.lower(), _wide(sign), _wide(sign.lower())])) for sign in key)
    typed = "".join(data.draw(separators) + form for form in forms) + data.draw(separators)
    assert parse(typed) == RecoveryKey(key)


WRITTEN = [
    pytest.param("ABCD-EFGH-1234-JKLM-5678-NPQR", id="as a Mac shows it"),
    pytest.param("abcd efgh 1234 jklm 5678 npqr", id="with blanks, in small letters"),
    pytest.param("ABCDEFGH1234JKLM5678NPQR", id="in one"),
    pytest.param("ABCD\u2013EFGH\u20131234 \u2013 JKLM\u20135678\u2013NPQR", id="with dashes of any kind"),
    pytest.param("".join(chr(ord(sign) + 0xFEE0) for sign in "ABCD-EFGH-1234-JKLM-5678-NPQR"), id="full width"),
]


@pytest.mark.parametrize("key", WRITTEN)
def test_a_key_is_found_in_a_text_and_blotted_out(key: str) -> None:
    for text, left in ((key, "…"), (f"Mac ({key})", "Mac (…)"), (f"sleutel: {key}, {key}.", "sleutel: …, ….")):
        assert holds_a_key(text)
        assert blotted(text) == left


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("MacBook Pro van Christiaan", id="a name of 24 letters"),
        pytest.param("Café 🥐 Büro-iMac نور", id="a name in several scripts"),
        pytest.param("0f8fad5b-d9cb-469f-a165-70867728950e", id="a UUID"),
        pytest.param("7c9e6679742540de944be07fc1f90ae7", id="a longer token"),
        pytest.param("ABCD-EFGH-1234-JKLM-5678", id="five groups"),
        pytest.param("ABCD-EFGH-1234-JKLM-5678-NPQ", id="one sign short"),
    ],
)
def test_what_is_no_key_stays_as_it_is(text: str) -> None:
    assert not holds_a_key(text)
    assert blotted(text) == text


def _wide(sign: str) -> str:
    return chr(ord(sign) + 0xFEE0)


@given(typed=st.text())
def test_whatever_is_typed_is_a_key_or_malformed_and_nothing_else(typed: str) -> None:
    kept, parsed = normalize(typed), _parsed(typed)
    if isinstance(parsed, Malformed):
        assert parsed.length == len(kept)
        assert parsed.character is None or parsed.character in kept
    else:
        assert parsed.reveal().replace("-", "") == kept


def _parsed(typed: str) -> RecoveryKey | Malformed:
    try:
        return parse(typed)
    except Malformed as malformed:
        return malformed


@given(typed=st.text())
def test_what_is_normalized_stays_so(typed: str) -> None:
    assert normalize(normalize(typed)) == normalize(typed)


@pytest.mark.parametrize(
    "characters",
    [
        pytest.param(CHARACTERS[:-1], id="one short"),
        pytest.param(CHARACTERS + "A", id="one long"),
        pytest.param(CHARACTERS.lower(), id="small letters"),
        pytest.param(SHOWN, id="with dashes"),
        pytest.param(CHARACTERS[:-1] + "É", id="a foreign letter"),
    ],
)
def test_a_recovery_key_is_made_of_nothing_but_its_characters(characters: str) -> None:
    with pytest.raises(ValueError, match=r"^not the characters of a recovery key$"):
        RecoveryKey(characters)


# How it is kept from being shown


@pytest.mark.parametrize(
    "show",
    [
        pytest.param(str, id="str"),
        pytest.param(repr, id="repr"),
        pytest.param(lambda key: f"{key}", id="f-string"),
        pytest.param(lambda key: f"{key!r}", id="f-string of its repr"),
        pytest.param(lambda key: f"{key:>40}", id="f-string with a width"),
        pytest.param(lambda key: format(key, "s"), id="format"),
        pytest.param(lambda key: "{0}".format(key), id="str.format"),  # noqa: UP030, UP032 - it is what is tested
        pytest.param(lambda key: "%s" % key, id="%s"),  # noqa: UP031 - it is what is tested
        pytest.param(lambda key: "%r" % (key,), id="%r"),  # noqa: UP031 - it is what is tested
        pytest.param(lambda key: str([key]), id="in a list"),
        pytest.param(lambda key: str({"recovery_key": key}), id="in a dictionary"),
    ],
)
def test_no_way_of_printing_shows_it(show: Callable[[RecoveryKey], str]) -> None:
    shown = show(RecoveryKey(CHARACTERS))
    assert PLACEHOLDER in shown
    assert not any(group in shown for group in SHOWN.split("-"))


@pytest.mark.parametrize(
    "leak",
    [
        pytest.param(pickle.dumps, id="pickle"),
        pytest.param(lambda key: pickle.dumps(key, protocol=0), id="an old pickle"),
        pytest.param(copy.copy, id="copy"),
        pytest.param(copy.deepcopy, id="deep copy"),
        pytest.param(hash, id="hash"),
        pytest.param(lambda key: {key}, id="a set"),
        pytest.param(lambda key: {key: 1}, id="a dictionary's key"),
        pytest.param(json.dumps, id="JSON"),
        pytest.param(vars, id="vars"),
        pytest.param(iter, id="iteration"),
        pytest.param(bytes, id="bytes"),
        pytest.param(len, id="length"),
    ],
)
def test_what_would_leak_it_fails_and_says_nothing(leak: Callable[[RecoveryKey], object]) -> None:
    with pytest.raises(TypeError) as caught:
        leak(RecoveryKey(CHARACTERS))
    assert not any(group in str(caught.value) for group in SHOWN.split("-"))


def test_a_leak_is_an_error_of_its_own() -> None:
    with pytest.raises(SecretLeakError):
        pickle.dumps(RecoveryKey(CHARACTERS))


def test_a_log_shows_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        logging.getLogger("any").info("the key is %s", RecoveryKey(CHARACTERS))
    assert caplog.messages == [f"the key is {PLACEHOLDER}"]


@pytest.mark.parametrize(
    "renderer", [structlog.processors.JSONRenderer(), structlog.dev.ConsoleRenderer(colors=False)], ids=["JSON", "text"]
)
def test_a_structured_log_shows_nothing(renderer: Callable[..., str]) -> None:
    line = renderer(None, "info", {"event": "reveal", "recovery_key": RecoveryKey(CHARACTERS)})
    assert PLACEHOLDER in line
    assert not any(group in line for group in SHOWN.split("-"))


def test_an_exception_about_it_shows_nothing() -> None:
    error = RuntimeError("no way to send", RecoveryKey(CHARACTERS))
    assert not any(group in "".join(traceback.format_exception(error)) for group in SHOWN.split("-"))


def test_what_is_said_of_a_malformed_key_holds_nothing_of_it() -> None:
    with pytest.raises(Malformed) as caught:
        parse(CHARACTERS[:-1])
    assert (str(caught.value), caught.value.args) == ("23 characters", ())


def test_nor_where_a_character_is_foreign() -> None:
    with pytest.raises(Malformed) as caught:
        parse(CHARACTERS[:-1] + "!")
    assert str(caught.value) == "24 characters, one of them foreign"


# How keys are compared


def test_keys_are_the_same_where_their_characters_are() -> None:
    assert RecoveryKey(CHARACTERS) == parse(SHOWN)
    assert RecoveryKey(CHARACTERS) != RecoveryKey(CHARACTERS[:-1] + "M")


def test_a_key_is_never_the_same_as_its_text() -> None:
    assert RecoveryKey(CHARACTERS) != CHARACTERS
    assert RecoveryKey(CHARACTERS) != SHOWN


def test_keys_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return hmac.compare_digest(one, other)

    monkeypatch.setattr(recovery_key, "hmac", type("hmac", (), {"compare_digest": staticmethod(compare)}))
    other = "M" + CHARACTERS[1:]
    assert RecoveryKey(CHARACTERS) != RecoveryKey(other)
    assert compared == [(CHARACTERS.encode(), other.encode())]
