"""What hashing a password costs, and which passwords are guessed first."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher, extract_parameters

from sleutelkast.adapters.identity.guesses import EarlyGuesses
from sleutelkast.adapters.identity.passwords import Argon2Passwords
from sleutelkast.domain.password import words_of
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.factory import make_hasher
from sleutelkast.settings import load

PASSWORD = SecretBytes(b"zeilboot haven")
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
SET = {"SLEUTELKAST_ARGON2_MEMORY": "9216", "SLEUTELKAST_ARGON2_PASSES": "4", "SLEUTELKAST_ARGON2_LANES": "1"}


@pytest.mark.parametrize(
    ("environ", "price"),
    [pytest.param({}, (65536, 3, 1), id="RFC 9106, low memory"), pytest.param(SET, (9216, 4, 1), id="as it is set")],
)
def test_the_price_is_that_of_the_settings(environ: dict[str, str], price: tuple[int, int, int]) -> None:
    told = extract_parameters(Argon2Passwords(make_hasher(load(environ))).hash(PASSWORD))
    assert (told.memory_cost, told.time_cost, told.parallelism) == price
    assert str(told.type) == "Type.ID"


def test_a_hash_at_another_price_still_verifies_and_is_to_be_made_anew() -> None:
    before, now = Argon2Passwords(CHEAP), Argon2Passwords(make_hasher(load(SET)))
    kept = before.hash(PASSWORD)
    assert now.verify(kept, PASSWORD)
    assert not now.verify(kept, SecretBytes(b"Zeilboot haven"))
    assert now.needs_rehash(kept)
    assert not now.needs_rehash(now.hash(PASSWORD))


@pytest.mark.parametrize("kept", [None, "", "no hash", "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA"])
def test_nobody_is_let_in_by_what_is_no_hash(kept: str | None) -> None:
    assert not Argon2Passwords(CHEAP).verify(kept, SecretBytes(b"nobody signs in with this"))


@pytest.mark.parametrize(
    "password",
    [
        *("password1234", "123456789012", "qwertyuiopas", "aaaaaaaaaaaa", "welkom123456", "iloveyou4ever"),
        *("letmeinplease", "P@ssw0rd1234", "1qaz2wsx3edc"),
        pytest.param("a" * 5000, id="one letter, five thousand times"),
    ],
)
def test_what_is_guessed_first(password: str) -> None:
    assert EarlyGuesses().are_early(SecretBytes(password.encode()), [])


@pytest.mark.parametrize(
    "password", ["een ander wachtwoord", "mijnkatslaaptveel", "zeilboot-haven-7", "港の帆船は七時に出る予定"]
)
def test_what_is_not(password: str) -> None:
    assert not EarlyGuesses().are_early(SecretBytes(password.encode()), [])


def test_no_more_is_looked_at_than_can_be_in_a_moment() -> None:
    """Signs that stand for letters are tried in all their combinations, on every piece: chosen ones take seconds."""
    hard = "Vq7#kW2!zR9$mT4&"
    assert EarlyGuesses().are_early(SecretBytes(("a" * 32 + hard).encode()), [])
    assert not EarlyGuesses().are_early(SecretBytes(("a" * 16 + hard).encode()), [])


def test_the_persons_own_words_are_guessed_first() -> None:
    password, words = SecretBytes(b"zeilboot2026"), words_of(["Zeilboot"])
    assert EarlyGuesses().are_early(password, words)
    assert not EarlyGuesses().are_early(password, [])
