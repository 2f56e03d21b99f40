"""The plural rule of a new language is CLDR's, in words that gettext reads."""

import pytest
from babel import Locale, localedata

from locales.plurals import plural_forms, plural_rule
from locales.registry import SAMPLE_COUNTS, Language


@pytest.mark.parametrize(
    ("folder", "rule"),
    [
        pytest.param("nl", "n != 1", id="two forms"),
        pytest.param(
            "fil",
            "n != 1 && n != 2 && n != 3 && (n % 10 == 4 || n % 10 == 6 || n % 10 == 9)",
            id="the first of two has more",
        ),
        pytest.param("ja", "0", id="one form"),
        pytest.param("es", "n == 1 ? 0 : n != 0 && n % 1000000 == 0 ? 1 : 2", id="an exponent"),
        pytest.param("is", "n % 10 != 1 || n % 100 == 11", id="fractions"),
        pytest.param("sl", "n % 100 == 1 ? 0 : n % 100 == 2 ? 1 : n % 100 >= 3 && n % 100 <= 4 ? 2 : 3", id="ranges"),
    ],
)
def test_the_rule_is_as_short_as_by_hand(folder: str, rule: str) -> None:
    assert plural_rule(Locale.parse(folder)) == rule


@pytest.mark.parametrize("folder", sorted({name.split("_")[0] for name in localedata.locale_identifiers()} - {"root"}))
def test_every_language_of_cldr_counts_as_cldr_does(folder: str) -> None:
    locale = Locale.parse(folder)
    language = counting(plural_forms(locale), plural_rule(locale))
    for count in SAMPLE_COUNTS:
        assert language.plural_forms[language.form_of(count)] == locale.plural_form(count), count


def test_the_forms_stand_in_cldrs_order() -> None:
    assert plural_forms(Locale("ar")) == ("zero", "one", "two", "few", "many", "other")


def counting(forms: tuple[str, ...], rule: str) -> Language:
    return Language("xx", "xx", "", "", "ltr", forms, rule, made_by="", reviewed_by="", spelling_alphabet="")
