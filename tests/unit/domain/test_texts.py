"""Texts from strangers: one line, with nothing hidden in it, and no key."""

from __future__ import annotations

import pytest

from sleutelkast.domain.texts import line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Anna’s Mac", "Anna’s Mac", id="as it is"),
        pytest.param("  Anna’s \n\t Mac\u2028", "Anna’s Mac", id="blanks and line breaks"),
        pytest.param("Mac\x00\x1b[2J", "Mac[2J", id="control characters"),
        pytest.param("Mac\u202e\u2066", "Mac", id="marks that turn the direction"),
        pytest.param("ماك 👩‍💻", "ماك 👩‍💻", id="other scripts, and the joiner of an emoji"),
        pytest.param("key abcd-EFGH-1JKL-MNOP-QRST-2345.", "key ….", id="a recovery key"),
        pytest.param("x" * 11, "xxxxxxxxx…", id="too long"),
        pytest.param(" \x00 ", None, id="nothing that can be seen"),
        pytest.param(7, None, id="no text"),
    ],
)
def test_a_line(text: object, expected: str | None) -> None:
    assert line(text, 10 if text == "x" * 11 else 40) == expected
