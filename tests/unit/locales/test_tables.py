"""Tables that people read in a terminal and on a page."""

from locales.tables import Column, for_markdown, for_terminal

COLUMNS = (Column("language"), Column("texts", numbers=True), Column("by"))
ROWS = (("Dutch", "7", "a|b"), ("日本語", "752", ""))


def test_numbers_stand_at_the_right_and_wide_letters_count_for_two() -> None:
    assert for_terminal(COLUMNS, ROWS).splitlines() == [
        "language  texts  by",
        "Dutch         7  a|b",
        "日本語      752",
    ]


def test_letters_that_take_no_room_count_for_nothing() -> None:
    assert for_terminal((Column("e\N{COMBINING ACUTE ACCENT}"), Column("b")), [("x", "y")]).splitlines() == [
        "e\N{COMBINING ACUTE ACCENT}  b",
        "x  y",
    ]


def test_a_table_for_a_page_keeps_its_columns_whatever_is_in_them() -> None:
    assert for_markdown(COLUMNS, ROWS).splitlines() == [
        "| language | texts | by |",
        "| --- | ---: | --- |",
        "| Dutch | 7 | a\\|b |",
        "| 日本語 | 752 |  |",
    ]
