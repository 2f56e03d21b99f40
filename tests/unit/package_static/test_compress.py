"""Compressed copies that unpack to the same bytes and are made where they save something."""

import gzip
from pathlib import Path

import brotli
import pytest
from sitebuild.compress import compressed_copies

TEXT = b"the key on the hook " * 50


@pytest.mark.parametrize("name", ["index.html", "main.js", "main.css", "nl.json", "icon.svg", "app.webmanifest"])
def test_a_text_has_both_copies_and_they_unpack_to_it(name: str) -> None:
    copies = compressed_copies(Path(name), TEXT)
    assert brotli.decompress(copies[".br"]) == TEXT
    assert gzip.decompress(copies[".gz"]) == TEXT


def test_copies_are_the_same_each_time() -> None:
    assert compressed_copies(Path("main.js"), TEXT) == compressed_copies(Path("main.js"), TEXT)


@pytest.mark.parametrize(
    ("name", "content"), [("icon.png", TEXT), ("tiny.js", b"1")], ids=["a picture", "a short file"]
)
def test_nothing_is_compressed_in_vain(name: str, content: bytes) -> None:
    assert compressed_copies(Path(name), content) == {}
