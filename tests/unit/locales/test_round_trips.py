"""A catalog that a translator's program saved comes back as `update` writes it, with every word and every remark."""

from collections.abc import Callable

import pytest

from locales.catalogs import CatalogError, Translation, read_catalog, read_translators
from locales.messages import Message
from locales.project import Project
from locales.registry import Language
from locales.sources import Sources
from locales.update import updated_catalog, write_catalogs
from locales.writing import write

OPEN = Message("verb", "Open", comments=("A button.",))
SAVE = Message("", "Save", comments=("A button.",))
LONG = Message(
    "",
    "Keep the key that you have until you read that it was updated. Nothing was changed.",
    comments=("Mail. {name} is the name of the Mac.",),
)
MACS = Message("", "a Mac", "{count} Macs", ("A heading.",))
MESSAGES = (LONG, SAVE, MACS, OPEN)
NOOR = "Noor de Wit <noor@example.org>"
SAID = {
    SAVE.key: Translation(SAVE, ("Opslaan",), "Or: bewaren?"),
    LONG.key: Translation(
        LONG, ("Houd de sleutel die je hebt tot je leest dat hij is bijgewerkt. Er is niets veranderd.",)
    ),
    MACS.key: Translation(MACS, ("één Mac", "{count} Macs"), "As on the box.\nAsked Sam."),
    OPEN.key: Translation(OPEN, ("Openen",), fuzzy=True),
}
"""What each of these files says, each in its program's manner."""

POEDIT = f"""# Sleutelkast in Dutch. README.md in the folder locales/ is a guide for translators.
# Made by: the project, with a language model.
#
msgid ""
msgstr ""
"Project-Id-Version: Sleutelkast\\n"
"POT-Creation-Date: \\n"
"PO-Revision-Date: 2026-11-26 12:00+0100\\n"
"Last-Translator: {NOOR}\\n"
"Language-Team: \\n"
"Language: nl\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"X-Generator: Poedit 3.6\\n"

# As on the box.
# Asked Sam.
#. A heading.
msgid "a Mac"
msgid_plural "{{count}} Macs"
msgstr[0] "één Mac"
msgstr[1] "{{count}} Macs"

#. Mail. {{name}} is the name of the Mac.
msgid ""
"Keep the key that you have until you read that it was updated. Nothing was "
"changed."
msgstr ""
"Houd de sleutel die je hebt tot je leest dat hij is bijgewerkt. Er is niets "
"veranderd."

#. A button.
#, fuzzy
msgctxt "verb"
msgid "Open"
msgstr "Openen"

# Or: bewaren?
#. A button.
msgid "Save"
msgstr "Opslaan"

#~ msgid "Old"
#~ msgstr "Oud"
"""
WEBLATE = f"""# Sleutelkast in Dutch. README.md in the folder locales/ is a guide for translators.
# {NOOR}, 2026.
msgid ""
msgstr ""
"Project-Id-Version: Sleutelkast\\n"
"Report-Msgid-Bugs-To: \\n"
"PO-Revision-Date: 2026-11-26 11:00+0000\\n"
"Last-Translator: {NOOR}\\n"
"Language-Team: Dutch <https://weblate.example/projects/sleutelkast/portal/nl/>\\n"
"Language: nl\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=n != 1;\\n"
"X-Generator: Weblate 5.14\\n"

#. A button.
#, fuzzy
#| msgctxt "verb"
#| msgid "Open it"
msgctxt "verb"
msgid "Open"
msgstr "Openen"

#. Mail. {{name}} is the name of the Mac.
#, python-brace-format
msgid ""
"Keep the key that you have until you read that it was updated. Nothing was "
"changed."
msgstr ""
"Houd de sleutel die je hebt tot je leest dat hij is bijgewerkt. Er is niets "
"veranderd."

# Or: bewaren?
#. A button.
msgid "Save"
msgstr "Opslaan"

# As on the box.
# Asked Sam.
#. A heading.
#, python-brace-format
msgid "a Mac"
msgid_plural "{{count}} Macs"
msgstr[0] "één Mac"
msgstr[1] "{{count}} Macs"
"""
CROWDIN = """msgid ""
msgstr ""
"Project-Id-Version: sleutelkast\\n"
"Language: nl_NL\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"X-Crowdin-Project: sleutelkast\\n"
"X-Crowdin-Project-ID: 1\\n"
"X-Crowdin-Language: nl\\n"
"X-Crowdin-File: portal.pot\\n"
"X-Crowdin-File-ID: 1\\n"
"Language-Team: Dutch\\n"
"Last-Translator: \\n"
"PO-Revision-Date: 2026-11-26 11:00\\n"

#. Mail. {name} is the name of the Mac.
msgid "Keep the key that you have until you read that it was updated. Nothing was changed."
msgstr "Houd de sleutel die je hebt tot je leest dat hij is bijgewerkt. Er is niets veranderd."

# Or: bewaren?
#. A button.
msgid "Save"
msgstr "Opslaan"

# As on the box.
# Asked Sam.
#. A heading.
msgid "a Mac"
msgid_plural "{count} Macs"
msgstr[0] "één Mac"
msgstr[1] "{count} Macs"

#. A button.
#, fuzzy
msgctxt "verb"
msgid "Open"
msgstr "Openen"

"""

FORMS = [
    pytest.param(POEDIT, (NOOR,), id="Poedit"),
    pytest.param(POEDIT.replace("\n", "\r\n"), (NOOR,), id="Poedit with a PC's line ends"),
    pytest.param(WEBLATE, (f"{NOOR}, 2026.",), id="Weblate"),
    pytest.param(CROWDIN, (), id="Crowdin"),
]


@pytest.mark.parametrize(("saved", "translators"), FORMS)
def test_no_word_and_no_remark_is_lost(
    saved: str, translators: tuple[str, ...], project: Project, dutch: Language
) -> None:
    path = project.catalog(dutch)
    write(path, saved)
    assert write_catalogs(project, (dutch,), Sources(MESSAGES, ())) == ["nl"]
    assert read_catalog(path) == SAID
    assert read_translators(path) == translators


@pytest.mark.parametrize(("saved", "translators"), FORMS)
def test_only_the_names_of_translators_tell_the_programs_apart(
    saved: str, translators: tuple[str, ...], project: Project, dutch: Language
) -> None:
    write(project.catalog(dutch), saved)
    brought = updated_catalog(project, dutch, MESSAGES)
    for name in translators:
        brought = brought.replace(f"# {name}\n", "", 1)
    write(project.catalog(dutch), CROWDIN)
    assert brought == updated_catalog(project, dutch, MESSAGES)
    assert not any(mark in brought for mark in ("X-Generator", "Date", "Last-Translator", "brace-format", "#~", "\r"))


def test_what_was_brought_into_form_stays_as_it_is(project: Project, dutch: Language) -> None:
    write(project.catalog(dutch), WEBLATE)
    write_catalogs(project, (dutch,), Sources(MESSAGES, ()))
    assert write_catalogs(project, (dutch,), Sources(MESSAGES, ())) == []


@pytest.mark.parametrize(
    ("header", "translators"),
    [
        pytest.param("# FIRST AUTHOR <EMAIL@ADDRESS>, YEAR.\n", (), id="gettext's blank"),
        pytest.param(f"# {NOOR}, 2024, 2026.\n", (f"{NOOR}, 2024, 2026.",), id="years"),
        pytest.param(f"# {NOOR}, 2026.\n# Sam <s@example.org>, 2026.\n", None, id="two people"),
        pytest.param("# Translator: Noor de Wit\n", ("Translator: Noor de Wit",), id="no address"),
        pytest.param("# Read <https://example.org> first.\n", (), id="an address that is nobody's"),
    ],
)
def test_people_are_known_by_how_gettext_names_them(
    header: str, translators: tuple[str, ...] | None, project: Project, dutch: Language
) -> None:
    write(project.catalog(dutch), f'{header}msgid ""\nmsgstr ""\n"Language: nl\\n"\n')
    lines = tuple(line.removeprefix("# ") for line in header.splitlines())
    assert read_translators(project.catalog(dutch)) == (lines if translators is None else translators)


def test_a_translator_without_an_address_is_kept_as_well(project: Project, dutch: Language) -> None:
    write(project.catalog(dutch), POEDIT.replace(NOOR, "Noor"))
    write_catalogs(project, (dutch,), Sources(MESSAGES, ()))
    assert read_translators(project.catalog(dutch)) == ("Translator: Noor",)
    assert write_catalogs(project, (dutch,), Sources(MESSAGES, ())) == []


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        pytest.param(b'msgid "Save"\n<<<<<<< ours\nmsgstr "Opslaan"\n', "line 2", id="two versions in one"),
        pytest.param(b'msgid "Save"\nmsgstr "Opsl', "line 2): the quotation mark at the end", id="half a file"),
        pytest.param(b'msgid "Save"\nmsgstr Opslaan"\n', "line 2): the quotation mark at the start", id="no start"),
        pytest.param(
            b'msgid "Save"\nmsgstr "Opslaan\\"\n', "line 2): the quotation mark at the end", id="an end escaped"
        ),
        pytest.param(
            b'msgid "Save"\nmsgstr "Op"slaan"\n', "line 2): there is a quotation mark within", id="one within"
        ),
        pytest.param(
            b'msgid "Save"\nmsgstr "Opslaan"\n\nmsgid "Save"\nmsgstr "Bewaren"\n',
            "(lines 2 and 5): 'Save' is there twice",
            id="two translations of a text",
        ),
        pytest.param(b'msgid "Save"\nmsgstr "\xe9\xe9n Mac"\n', "Save it as UTF-8", id="another encoding"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_its_place(
    content: bytes, complaint: str, project: Project, dutch: Language
) -> None:
    write(project.catalog(dutch), content)
    with pytest.raises(CatalogError) as refused:
        updated_catalog(project, dutch, MESSAGES)
    assert complaint in str(refused.value)
    assert "nl/LC_MESSAGES/portal.po" in str(refused.value)


@pytest.mark.parametrize(
    ("saved", "kept"),
    [
        pytest.param("Kopie\u0308ren", "Kopiëren", id="an accent by itself, as a Mac's file names have it"),
        pytest.param("Σίγουρα\u037e", "Σίγουρα;", id="a sign that is the same as another"),
    ],
)
def test_what_looks_alike_is_kept_alike(saved: str, kept: str, project: Project, dutch: Language) -> None:
    write(project.catalog(dutch), f'msgid "Save"\nmsgstr "{saved}"\n')
    assert write_catalogs(project, (dutch,), Sources((SAVE,), ())) == ["nl"]
    assert f'msgstr "{kept}"' in project.catalog(dutch).read_text(encoding="utf-8")


def test_a_text_that_is_there_twice_with_the_same_words_is_kept_once(project: Project, dutch: Language) -> None:
    write(project.catalog(dutch), 'msgid "Save"\nmsgstr "Opslaan"\n\n' * 2)
    write_catalogs(project, (dutch,), Sources((SAVE,), ()))
    assert project.catalog(dutch).read_text(encoding="utf-8").count('"Opslaan"') == 1


@pytest.fixture
def dutch(language: Callable[[str], Language]) -> Language:
    return language("nl")
