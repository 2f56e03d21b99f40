"""Which passwords are taken, and that one password is the same however it was typed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sleutelkast.domain.password import Flaw, PasswordLink, PasswordPolicy, digest, flaw, prepared, spellings, words_of
from sleutelkast.domain.secret import SecretBytes

POLICY = PasswordPolicy()
NAMES = ("anna", "Anna de Boer", "Havenlicht", None)


@pytest.mark.parametrize(
    ("password", "found"),
    [
        pytest.param("zeilboot haven", None, id="two words with a blank"),
        pytest.param("correcthorse", None, id="letters alone"),
        pytest.param("日本語日本語日本語日本語", None, id="twelve signs of another script"),
        pytest.param("zeilboothav", Flaw.TOO_SHORT, id="eleven letters"),
        pytest.param("", Flaw.TOO_SHORT, id="nothing"),
        pytest.param("x1" * 512, None, id="as long as one may be"),
        pytest.param("x1" * 512 + "!", Flaw.TOO_LONG, id="longer"),
        pytest.param("é" * 513, Flaw.TOO_LONG, id="longer in bytes alone"),
        pytest.param("zeilboot\thaven", Flaw.CONTROL_CHARACTER, id="a tab"),
        pytest.param("zeilboot\x00haven", Flaw.CONTROL_CHARACTER, id="a null character"),
        pytest.param("AnnaDeBoer2026", Flaw.ABOUT_YOU, id="their name and a year"),
        pytest.param("anna-anna-anna", Flaw.ABOUT_YOU, id="the user name again and again"),
        pytest.param("H-a-v-e-n-l-i-c-h-t!", Flaw.ABOUT_YOU, id="the organization with hyphens"),
        pytest.param("ＨＡＶＥＮＬＩＣＨＴ１２３", Flaw.ABOUT_YOU, id="the organization in wide letters"),
        pytest.param("anna zeilt naar zee", None, id="the name among other words"),
        pytest.param("!!!!!!!!????", None, id="no letter at all"),
    ],
)
def test_length_counts_and_not_composition(password: str, found: Flaw | None) -> None:
    assert flaw(SecretBytes(password.encode()), POLICY, NAMES) is found


def test_the_organization_says_how_long_they_are() -> None:
    password = SecretBytes(b"zeilboot haven")
    assert flaw(password, PasswordPolicy(length=15)) is Flaw.TOO_SHORT
    assert flaw(password, PasswordPolicy(length=14)) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("e\u0301cluse aan zee", "écluse aan zee", id="an accent of its own"),
        pytest.param("zeilboot\u00a0haven", "zeilboot haven", id="a blank that does not break"),
        pytest.param("zeilboot\u3000haven", "zeilboot haven", id="a wide blank"),
    ],
)
def test_one_password_is_the_same_from_every_keyboard(one: str, other: str) -> None:
    first, second = SecretBytes(one.encode()), SecretBytes(other.encode())
    assert prepared(first) == prepared(second) == second
    assert spellings(first) == (second, first)
    assert spellings(second) == (second,)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Zeilboot haven", "zeilboot haven", id="a capital"),
        pytest.param("zeilboot  haven", "zeilboot haven", id="two blanks"),
        pytest.param(" zeilboot haven", "zeilboot haven", id="a blank before it"),
        pytest.param("zeilboot haven ②", "zeilboot haven 2", id="a sign that only looks like another"),
    ],
)
def test_nothing_else_is_taken_for_the_same(one: str, other: str) -> None:
    assert prepared(SecretBytes(one.encode())) != prepared(SecretBytes(other.encode()))


def test_words_that_are_tried_first_stand_longest_first() -> None:
    assert words_of(["anna", "Anna de Boer", None]) == ["annadeboer", "anna", "boer"]


def test_a_link_can_be_used_until_its_time_is_over() -> None:
    now = datetime(2026, 11, 2, tzinfo=UTC)
    link = PasswordLink("anna", digest("token"), now, now + timedelta(days=1))
    assert [link.is_over(now + timedelta(hours=hours)) for hours in (0, 23, 24)] == [False, False, True]
    assert digest("token") != digest("Token")
