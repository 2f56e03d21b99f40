"""How the rules' tables are held against what the rules say."""

from collections.abc import Callable

import pytest

from locales.messages import Message


@pytest.fixture
def are_told(said_of: Callable[..., list[tuple[str, str]]]) -> Callable[..., None]:
    """Holds that just these breaches are said of a translation, each by its rule and how its evidence begins."""

    def hold(message: Message, texts: tuple[str, ...], tag: str, told: list[tuple[str, str]]) -> None:
        said = said_of(message, texts, tag)
        assert [check for check, _evidence in said] == [check for check, _evidence in told]
        assert all(evidence.startswith(start) for (_, evidence), (_, start) in zip(said, told, strict=True))

    return hold
