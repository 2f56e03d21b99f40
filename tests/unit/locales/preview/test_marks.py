"""The number behind a text: nobody sees it, and it says which text it is."""

import unicodedata

import pytest

from locales.placeholders import placeholders
from locales.preview.marks import marked


@pytest.mark.parametrize(("number", "tags"), [(0, "\U000e0030"), (751, "\U000e0037\U000e0035\U000e0031")])
def test_the_number_stands_behind_the_text(number: int, tags: str) -> None:
    assert marked("Save", number) == f"Save{tags}\U000e007f"


def test_its_signs_have_no_width_no_direction_and_are_no_blanks() -> None:
    signs = marked("", 1234567890)
    assert {unicodedata.category(sign) for sign in signs} == {"Cf"}
    assert {unicodedata.bidirectional(sign) for sign in signs} == {"BN"}
    assert signs.strip() == signs


def test_placeholders_and_what_is_put_into_them_stay() -> None:
    assert placeholders(marked("Show {name}", 12)) == {"{name}"}
    assert marked("Show {name}", 12).format(name="it") == marked("Show it", 12)
