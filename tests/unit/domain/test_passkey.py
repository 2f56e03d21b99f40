"""When a passkey's counter tells of a copy."""

from __future__ import annotations

import pytest

from sleutelkast.domain.passkey import digest, tells_of_a_copy


@pytest.mark.parametrize(
    ("kept", "told", "is_copy"),
    [
        pytest.param(0, 0, False, id="it does not count"),
        pytest.param(0, 1, False, id="it begins to count"),
        pytest.param(7, 8, False, id="it was used once more"),
        pytest.param(7, 900, False, id="it was used elsewhere as well"),
        pytest.param(7, 7, True, id="it stands still"),
        pytest.param(7, 6, True, id="it went back"),
        pytest.param(7, 0, True, id="it no longer counts"),
    ],
)
def test_a_counter_goes_on_or_there_is_a_copy(kept: int, told: int, is_copy: bool) -> None:
    assert tells_of_a_copy(kept, told) is is_copy


def test_what_is_kept_of_a_challenge_is_not_the_challenge() -> None:
    assert digest(b"challenge") != b"challenge"
    assert len(digest(b"challenge")) == 32
