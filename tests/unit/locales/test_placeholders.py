"""Finding placeholders in every syntax that a translation might bring in."""

import pytest

from locales.placeholders import foreign, outside_placeholders, placeholders


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("{num} sources", {"{num}"}, id="named"),
        pytest.param("{} sources", {"{}"}, id="SecureDrop's trap: nameless"),
        pytest.param("{0} of {1}", {"{0}", "{1}"}, id="numbered"),
        pytest.param("{n}", {"{n}"}, id="one letter"),
        pytest.param("{a}{b}", {"{a}", "{b}"}, id="adjacent"),
        pytest.param("{a}, {a} and {a}", {"{a}"}, id="repeated"),
        pytest.param("{name!r:>10}", {"{name!r:>10}"}, id="with a format"),
        pytest.param("${name}", {"${name}"}, id="JavaScript"),
        pytest.param("%{name}", {"%{name}"}, id="Ruby"),
        pytest.param("{{name}}", {"{{name}}"}, id="doubled"),
        pytest.param("%s and %d, %1$s, %.2f, %@", {"%s", "%d", "%1$s", "%.2f", "%@"}, id="printf"),
        pytest.param("%(name)s", {"%(name)s"}, id="Python mapping"),
        pytest.param("%swith a word behind", {"%s"}, id="printf against a word"),
        pytest.param("half {name", {"{"}, id="never closed"),
        pytest.param("half name}", {"}"}, id="never opened"),
        pytest.param("أجهزة {name} الآن", {"{name}"}, id="right to left"),
        pytest.param("100 % safe, 5% off, 50%-ige", set(), id="a percent sign is none"),
        pytest.param("", set(), id="empty"),
    ],
)
def test_a_placeholder_is_found_in_any_syntax(text: str, found: set[str]) -> None:
    assert placeholders(text) == found


@pytest.mark.parametrize("text", ["{name}", "{n}", "{last_check_in}", "{step2}"])
def test_a_lower_case_name_in_braces_is_ours(text: str) -> None:
    assert not foreign(text)


@pytest.mark.parametrize("text", ["{}", "{0}", "{Name}", "{a.b}", "{a b}", "%s", "${a}", "{{a}}", "{"])
def test_anything_else_is_foreign(text: str) -> None:
    assert foreign(text) == placeholders(text) != set()


def test_a_text_comes_apart_at_its_placeholders() -> None:
    assert outside_placeholders("a{b}{c} d") == [("a", False), ("{b}", True), ("{c}", True), (" d", False)]
