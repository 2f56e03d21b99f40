"""One message from several places, and the fingerprint that the web app finds it by."""

import json
from pathlib import Path

import pytest

from locales.messages import Message, Occurrence, fingerprint, merged, plural_mismatches

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "fingerprint.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", GOLDEN, ids=[row["about"] for row in GOLDEN])
def test_the_fingerprint_is_the_one_that_the_web_app_computes(row: dict[str, str | int]) -> None:
    assert fingerprint(str(row["key"])) == row["fingerprint"]


def test_a_text_of_several_places_is_one_message_with_all_their_comments() -> None:
    places = [found("Save", comments=("B",)), found("Save", comments=("A",)), found("Save", comments=("B",))]
    assert merged(places) == (Message("", "Save", "", ("A", "B")),)


def test_a_context_keeps_texts_apart_and_sorts_behind_none() -> None:
    places = [found("Open", context="verb"), found("Shut"), found("Open")]
    assert [message.key for message in merged(places)] == ["Open", "Shut", "verb\x04Open"]


@pytest.mark.parametrize("other", ["", "devices"], ids=["no plural", "another plural"])
def test_a_text_can_have_one_plural_only(other: str) -> None:
    places = [found("device", plural="Macs", where="a:1"), found("device", plural=other, where="b:2")]
    (finding,) = plural_mismatches(places)
    assert (finding.check, finding.where) == ("plural-differs", "b:2")
    assert "'Macs' in a:1" in finding.evidence


def test_the_same_plural_in_two_places_is_fine() -> None:
    assert plural_mismatches([found("device", plural="devices"), found("device", plural="devices")]) == []


def found(
    text: str, *, context: str = "", plural: str = "", comments: tuple[str, ...] = (), where: str = "x:1"
) -> Occurrence:
    return Occurrence(Message(context, text, plural, comments), where)
